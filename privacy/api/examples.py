"""Examples of what is sent and answered, made of the shapes themselves: none is missing, and none is of another shape.

What stands in them is made up: by the field's name where one of these fits, else by its type.
"""

from typing import Any

SLUG = "^[-a-zA-Z0-9_]+$"
KEY = "7d0c1f9e-3b0e-4c4c-9a53-1f2f6a1f8f0a"
BY_NAME: dict[str, Any] = {
    "name": "Ann Lee",
    "label": "Spring letter",
    "title": "Rates for small firms",
    "slug": "spring-letter",
    "email": "ann.lee@example.com",
    "phone": "+12025550123",
    "street": "1 Main Street",
    "city": "Springfield",
    "state": "IL",
    "postal_code": "62701",
    "number": "C-1001",
    "territory": "midwest",
    "material": "m-7fk2p9xqra",
    "campaign": "spring-letter",
    "link": "https://waymark.example.gov/s/Zk3v0pX2b1C4d5E6f7G8hA/",
    "address": "https://waymark.example.gov/",
    "next": None,
    "error": "",
    "failure": "",
    "passcode": "brass lantern",
    "scopes": ["customers:read"],
}
BY_FORMAT: dict[str, Any] = {
    "uuid": KEY,
    "date-time": "2026-03-10T16:00:00Z",
    "date": "2026-03-10",
    "uri": "https://waymark.example.gov/",
    "decimal": "125.00",
    "binary": "(a file)",
}


def add_examples(description: dict[str, Any]) -> None:
    """Give each body that is sent or answered an example."""
    for methods in description["paths"].values():
        for operation in methods.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (body.get("content", {}) for body in bodies):
                for part in content.values():
                    part.setdefault("example", example_of(part["schema"], description))


def example_of(schema: dict[str, Any], description: dict[str, Any], name: str = "") -> Any:
    """A value of the shape."""
    if "$ref" in schema:
        shape = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return example_of(shape, description, name)
    for choice in ("allOf", "oneOf", "anyOf"):
        if choice in schema:
            return example_of(schema[choice][0], description, name)
    if schema.get("enum"):
        return schema["enum"][0]
    kinds = schema.get("type", "object")
    kind = next(one for one in kinds if one != "null") if isinstance(kinds, list) else kinds
    if kind == "object":
        return _object(schema, description)
    if kind == "array":
        return BY_NAME[name] if name in BY_NAME else [example_of(schema["items"], description, name)]
    return _plain(kind, schema, name)


def _object(schema: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    fields = {name: example_of(inner, description, name) for name, inner in schema.get("properties", {}).items()}
    extra = schema.get("additionalProperties")
    if not fields and isinstance(extra, dict):
        return {"name": example_of(extra, description)} if extra else {"name": "Ann Lee"}
    return fields


def _plain(kind: str, schema: dict[str, Any], name: str) -> Any:
    if kind == "boolean":
        return False
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1)
    if name not in BY_NAME and schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    if schema.get("pattern") == SLUG:
        return "spring-letter" if name != "material" else BY_NAME[name]
    found = BY_NAME.get(name, "A text")
    return found[: schema["maxLength"]] if isinstance(found, str) and "maxLength" in schema else found
