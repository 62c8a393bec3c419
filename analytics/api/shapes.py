"""The shape of a report as JSON Schema, made of its dataclass: what `rendering.as_data` gives of it."""

import dataclasses
import types
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

PLAIN: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    str: {"type": "string"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def shape_of(kind: Any) -> dict[str, Any]:
    """Raises TypeError for what has no shape."""
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(kind)
    if isinstance(kind, type) and kind in PLAIN:
        return dict(PLAIN[kind])
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [shape_of(part) if part is not type(None) else {"type": "null"} for part in parts]}
    if origin in (tuple, list):
        return {"type": "array", "items": shape_of(parts[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": shape_of(parts[1])}
    raise TypeError(f"{kind} has no shape in JSON")


def _of_dataclass(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return {
        "type": "object",
        "title": kind.__name__,
        "properties": {name: shape_of(hints[name]) for name in names},
        "required": names,
    }


def with_nulls(shape: Any, titles: frozenset[str]) -> Any:
    """The same, with null for each number of the objects with these titles."""
    if isinstance(shape, list):
        return [with_nulls(part, titles) for part in shape]
    if not isinstance(shape, dict):
        return shape
    found = {key: with_nulls(part, titles) for key, part in shape.items()}
    if shape.get("title") in titles:
        found["properties"] = {name: or_null(part) for name, part in found["properties"].items()}
    return found


def or_null(shape: dict[str, Any]) -> dict[str, Any]:
    if shape.get("type") in ("integer", "number"):
        return {"anyOf": [shape, {"type": "null"}]}
    return shape
