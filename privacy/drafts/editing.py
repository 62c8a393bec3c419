"""A draft's content, part by part: what stands at a place, what the schema wants there, the content with it changed.

A place is a path (`("purposes", 2, "text")`); in addresses items are counted from one (`purposes/3/text`).
"""

from copy import deepcopy
from typing import Any

from privacy.notice.consistency import Content
from privacy.notice.documents import Where
from privacy.notice.schema import validator

Schema = dict[str, Any]
# What may be edited, with its name for people. `head` are the fields of the whole that are no lists of things.
PARTS = {
    "head": "System, authority and contact",
    "sections": "Sections as they are printed",
    "purposes": "Purposes",
    "individuals": "Categories of individuals",
    "categories": "Categories of records and their elements",
    "routine_uses": "Routine uses",
    "retrieval": "Retrieval rules",
    "retention": "Retention rules",
    "safeguards": "Safeguards",
    "notification": "Whom individuals write to",
    "history": "History",
}
HEAD = ("basis", "number", "name", "agency", "contact", "manager", "authority", "sources", "access_regulation",
        "oddities")  # fmt: skip


def where_of(address: str) -> Where:
    """`purposes/3` as a place. Raises KeyError for what is no place."""
    steps = tuple(int(step) - 1 if step.isdecimal() else step for step in address.strip("/").split("/"))
    if steps[0] not in PARTS or any(isinstance(step, int) and step < 0 for step in steps):
        raise KeyError(address)
    return steps


def address_of(where: Where) -> str:
    return "/".join(str(step + 1) if isinstance(step, int) else step for step in where)


def schema_at(where: Where) -> Schema:
    """What the schema wants at a place, references followed. Raises KeyError where nothing may stand there."""
    root: Schema = validator().schema  # type: ignore[assignment]  # it is an object
    if where == ("head",):
        return {**root, "properties": {name: root["properties"][name] for name in HEAD}}
    found = root
    for step in where:
        found = resolved(found["items"] if isinstance(step, int) else found["properties"][step])
    return found


def resolved(schema: Schema) -> Schema:
    """The schema that a reference leads to."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = validator().schema
    for step in str(reference).removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


def is_list_of_things(schema: Schema) -> bool:
    return schema.get("type") == "array" and resolved(schema["items"]).get("type") == "object"


def lists_within(schema: Schema) -> list[str]:
    """The names of the lists of things that a thing has, which are edited for themselves (a category's elements)."""
    return [name for name, one in schema.get("properties", {}).items() if is_list_of_things(resolved(one))]


def node_at(content: Content, where: Where) -> Any:
    """Raises KeyError where nothing is."""
    if where == ("head",):
        return {name: content[name] for name in HEAD if name in content}
    found: Any = content
    for step in where:
        if isinstance(step, int) != isinstance(found, list) or (isinstance(step, int) and step >= len(found)):
            raise KeyError(step)
        found = found[step]
    return found


def with_value(content: Content, where: Where, value: Content) -> Content:
    """The content with another thing at a place; the lists that it has of its own stay."""
    changed = deepcopy(content)
    if where == ("head",):
        return {**{name: one for name, one in changed.items() if name not in HEAD}, **value}
    holder, step = _holder(changed, where)
    kept = {name: holder[step][name] for name in lists_within(schema_at(where)) if name in holder[step]}
    holder[step] = {**value, **kept}
    return changed


def with_more(content: Content, where: Where, value: Content) -> Content:
    """With a thing added to the end of the list at a place. Lists that it must have begin empty."""
    changed = deepcopy(content)
    empty: dict[str, list[Any]] = {name: [] for name in lists_within(schema_at((*where, 0)))}
    node_at(changed, where).append({**value, **empty})
    return changed


def without(content: Content, where: Where) -> Content:
    """With the thing at a place taken off its list."""
    changed = deepcopy(content)
    holder, step = _holder(changed, where)
    del holder[step]
    return changed


def moved_up(content: Content, where: Where) -> Content:
    """With the thing at a place one further up in its list; the first stays where it is."""
    changed = deepcopy(content)
    holder, step = _holder(changed, where)
    if step:
        holder[step - 1], holder[step] = holder[step], holder[step - 1]
    return changed


def _holder(content: Content, where: Where) -> tuple[Any, Any]:
    """What contains the place, and its last step. Raises KeyError."""
    node_at(content, where)
    return node_at(content, where[:-1]) if len(where) > 1 else content, where[-1]


PREFIXES = {"purposes": "PUR", "individuals": "IND", "categories": "CAT", "retrieval": "RTV", "safeguards": "SAF",
            "routine_uses": "SRU", "retention": "RET"}  # fmt: skip


def next_identifier(content: Content, where: Where) -> str:
    """What a new thing of a list is called: `PUR-14`, `c18-`; empty where things have no number."""
    if where[-1] == "elements":
        return f"c{int(where[1]) + 1:02}-"
    prefix = PREFIXES.get(str(where[-1]), "")
    numbers = [int("".join(filter(str.isdigit, one["id"]))) for one in node_at(content, where)] if prefix else []
    return f"{prefix}-{max(numbers, default=0) + 1}" if prefix else ""


def title_of(thing: Content) -> str:
    """What a thing of a list is called among the others."""
    names = ("id", "key", "about", "citation")
    return str(next((thing[name] for name in names if name in thing), ""))


def gist_of(thing: Content) -> str:
    """Its words, in short."""
    words = next((thing[name] for name in ("text", "label", "title", "heading", "to", "date") if thing.get(name)), "")
    return str(words or " ".join(thing.get("paragraphs", ())))
