"""The Python client, written from the API's description: one class, one method an operation, types for what is sent
and answered, and nothing but the standard library.

`manage.py api_client` writes it, `--check` says whether it is up to date.
"""

import keyword
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent / "clients" / "waymark_client.py"
TEMPLATE = Path(__file__).parent / "api_client.py.txt"
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
HEADERS = {"Idempotency-Key": "idempotency_key", "If-Match": "if_match"}
LONGEST = 110


def written(description: dict[str, Any]) -> str:
    """The whole module, not formatted yet."""
    shapes = "\n\n".join(dict(_shapes(description)).values())
    methods = "\n".join(_methods(description))
    return TEMPLATE.read_text().replace("# SHAPES\n", f"{shapes}\n").replace("    # METHODS\n", f"{methods}\n")


# Types ------------------------------------------------------------------------------------------------------------
def _shapes(description: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A TypedDict for each named shape, by its name; fields that may be missing are NotRequired."""
    for name, shape in description["components"]["schemas"].items():
        if name != "Problem":
            yield from _shape(name, shape)
    for methods in description["paths"].values():
        for operation in methods.values():
            answer = _answer(operation)
            if "title" in answer:
                yield from _shape(answer["title"], answer)


def _shape(name: str, shape: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The functional form where a field is a word of the language."""
    fields = {field: _field(field, one, shape) for field, one in shape.get("properties", {}).items()}
    for one in shape.get("properties", {}).values():
        yield from _inner(one)
    if any(keyword.iskeyword(field) for field in fields):
        lines = "\n".join(f'        "{field}": {_quoted(kind)},' for field, kind in fields.items())
        yield name, f'{name} = TypedDict(\n    "{name}",\n    {{\n{lines}\n    }},\n)\n'
    else:
        lines = "\n".join(f"    {field}: {kind}" for field, kind in fields.items())
        yield name, f"class {name}(TypedDict):\n{lines}\n"


def _inner(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The shapes that stand within a field without a name of their own but a title."""
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", []), _extra(schema)):
        if "title" in one and "properties" in one:
            yield from _shape(one["title"], one)
        elif one is not schema and one:
            yield from _inner(one)


def _extra(schema: dict[str, Any]) -> dict[str, Any]:
    extra = schema.get("additionalProperties")
    return extra if isinstance(extra, dict) else {}


def _field(name: str, schema: dict[str, Any], shape: dict[str, Any]) -> str:
    kind = _kind(schema)
    return kind if name in shape.get("required", []) else f"NotRequired[{kind}]"


def _kind(schema: dict[str, Any]) -> str:
    """The Python type of a value."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "title" in schema and "properties" in schema:
        return str(schema["title"])
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_kind(one) for one in schema[choice]))
    if "enum" in schema:
        return _literal(schema["enum"])
    kinds = schema.get("type", "")
    if isinstance(kinds, list):
        return " | ".join(_kind({**schema, "type": one}) for one in kinds)
    if kinds == "array":
        return f"list[{_kind(schema['items'])}]"
    if kinds == "object":
        return f"dict[str, {_kind(_extra(schema)) if _extra(schema) else 'Any'}]"
    return PLAIN.get(kinds, "Any")


def _literal(values: list[Any]) -> str:
    words = [repr(one).replace("'", '"') for one in values if one is not None]
    found = f"Literal[{', '.join(words)}]"
    found = found if len(found) <= LONGEST else "str"
    return f"{found} | None" if None in values else found


# Methods ----------------------------------------------------------------------------------------------------------
def _methods(description: dict[str, Any]) -> Iterator[str]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield _method(path, method.upper(), operation)
            page = description["components"]["schemas"].get(_kind(_answer(operation)) if _answer(operation) else "", {})
            if "next" in page.get("properties", {}):
                yield _each(operation, _kind(page["properties"]["results"]["items"]))


def _method(path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [one for one in operation["parameters"] if one["in"] == "path"] if "parameters" in operation else []
    query = [one for one in operation.get("parameters", []) if one["in"] == "query" and one["name"] != "cursor"]
    headers = [one for one in operation.get("parameters", []) if one["name"] in HEADERS]
    content = operation.get("requestBody", {}).get("content", {})
    answer = _kind(_answer(operation)) if _answer(operation) else _plain_answer(operation)
    arguments = [f"{one['name']}: str" for one in parts]
    if "application/json" in content:
        arguments.append(f"body: {_kind(content['application/json']['schema'])}")
    if "multipart/form-data" in content:
        arguments.append("body: Mapping[str, str | Path]")
    optional = [f"{_safe(one['name'])}: {_kind(one['schema'])} | None = None" for one in query]
    optional += [f"{HEADERS[one['name']]}: str | None = None" for one in headers]
    signature = ", ".join(["self", *arguments, *(["*", *optional] if optional else [])])
    call = _call(path, method, parts, query, headers, content)
    lines = [
        f"    def {operation['operationId']}({signature}) -> {answer}:",
        _docstring(operation["description"]),
        f"        return cast({_quoted(answer)}, {call})",
    ]
    return "\n".join(lines) + "\n"


def _docstring(text: str) -> str:
    words = re.sub(r"\s+", " ", text).strip().replace('"', "'").replace("\\", "")
    lines = textwrap.wrap(f'"""{words}"""', LONGEST - 8)
    return textwrap.indent("\n".join(lines), " " * 8)


def _quoted(kind: str) -> str:
    """A type that is not looked at while the program runs."""
    return repr(kind)


def _call(path: str, method: str, parts: Any, query: Any, headers: Any, content: Any) -> str:
    where = path
    for one in parts:
        where = where.replace("{" + one["name"] + "}", "{_part(" + one["name"] + ")}")
    arguments = [f'"{method}"', f'f"{where}"' if parts else f'"{where}"']
    if query:
        arguments.append("query={" + ", ".join(f'"{one["name"]}": {_safe(one["name"])}' for one in query) + "}")
    if headers:
        names = ", ".join(f'"{one["name"]}": {HEADERS[one["name"]]}' for one in headers)
        arguments.append("headers={" + names + "}")
    if "application/json" in content:
        arguments.append("body=body")
    if "multipart/form-data" in content:
        arguments.append("form=body")
    return f"self._ask({', '.join(arguments)})"


def _each(operation: dict[str, Any], row: str) -> str:
    """An iterator over all pages of a list."""
    name, told = operation["operationId"], operation.get("parameters", [])
    parts = [one["name"] for one in told if one["in"] == "path"]
    query = [(_safe(one["name"]), _kind(one["schema"])) for one in told if one["in"] == "query"]
    query = [(word, kind) for word, kind in query if word != "cursor"]
    arguments = [
        "self",
        *(f"{one}: str" for one in parts),
        "*",
        *(f"{word}: {kind} | None = None" for word, kind in query),
    ]
    given = ", ".join([*parts, *(f"{word}={word}" for word, _kind_ in query)])
    return "\n".join(
        [
            f"    def {name.replace('list_', 'each_')}({', '.join(arguments)}) -> Iterator[{row}]:",
            f'        """All that `{name}` lists, page after page."""',
            f"        return self._pages(self.{name}({given}))",
            "",
        ]
    )


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _plain_answer(operation: dict[str, Any]) -> str:
    """The type of an answer that is no JSON: a text, bytes, or nothing."""
    content = next(told for status, told in operation["responses"].items() if status.startswith("2")).get("content")
    if not content:
        return "None"
    return "bytes" if "application/octet-stream" in content else "str"


def _answer(operation: dict[str, Any]) -> dict[str, Any]:
    """The shape of what is answered where it went well; empty for what is no JSON."""
    good = next(told for status, told in operation["responses"].items() if status.startswith("2"))
    found: dict[str, Any] = good.get("content", {}).get("application/json", {}).get("schema", {})
    return found
