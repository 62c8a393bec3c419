"""The kinds of event that endpoints may be told of: each is declared by the floor where it happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """`name` stands in what is sent, `label` is what people call it; `example` is its data, identifiers alone."""

    name: str
    label: str
    example: Mapping[str, Any] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}
TEST = Kind("webhook.test", "A test", {})


def declare_kind(name: str, label: str, example: Mapping[str, Any]) -> Kind:
    """Declare a kind. Declaring it once more takes the former one's place."""
    _kinds[name] = Kind(name, label, example)
    return _kinds[name]


def kinds() -> list[Kind]:
    """All that are declared, by name."""
    return sorted(_kinds.values(), key=lambda kind: kind.name)
