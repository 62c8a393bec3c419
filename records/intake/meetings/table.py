"""The table of the conference service's keys (service.toml), read and held against the notice and the models."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "service.toml"
IGNORE = "ignore:"
AT = "at"
TYPED = ("meeting", "participation", "message")
FOUND = "found"


@dataclass(frozen=True)
class Shape:
    """One kind of item: the lists that hold it, the keys that tell it from others, and what each of its keys is.

    `each` names a list within the item whose entries are taken one by one; `pivot` one of {type, details} that is read
    as an object; `turn` copies the value of a key to one that the value of another names.
    """

    name: str
    lists: tuple[str, ...]
    when: frozenset[str]
    keys: Mapping[str, tuple[str, ...]]
    unless: frozenset[str] = frozenset()
    each: str = ""
    pivot: str = ""
    turn: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, within: str, item: Mapping[str, Any]) -> bool:
        return within in self.lists and self.when <= item.keys() and not self.unless & item.keys()


@dataclass(frozen=True)
class Table:
    reasons: Mapping[str, str]
    context: Mapping[str, tuple[str, ...]]
    shapes: tuple[Shape, ...]
    events: Mapping[str, Shape]

    @property
    def lists(self) -> frozenset[str]:
        return frozenset(name for shape in self.shapes for name in shape.lists if name)

    def shape_of(self, within: str, item: Mapping[str, Any]) -> Shape | None:
        """The first shape that fits."""
        return next((shape for shape in self.shapes if shape.fits(within, item)), None)

    def targets(self) -> Iterator[tuple[str, str, str]]:
        """(shape or event, key, target) of the whole table."""
        for shape in (*self.shapes, *self.events.values()):
            yield from ((shape.name, key, target) for key, targets in shape.keys.items() for target in targets)


@cache
def table() -> Table:
    content = tomllib.loads(PATH.read_text())
    return Table(
        reasons=content["reasons"],
        context=_keys(content["context"]),
        shapes=tuple(_shape(shape) for shape in content["shape"]),
        events={name: _shape({"name": name, **event}) for event in content["event"] for name in event["names"]},
    )


def _shape(content: Mapping[str, Any]) -> Shape:
    return Shape(
        name=content["name"],
        lists=tuple(content.get("lists", ())),
        when=frozenset(content.get("when", ())),
        keys=_keys(content["keys"]),
        unless=frozenset(content.get("unless", ())),
        each=content.get("each", ""),
        pivot=content.get("pivot", ""),
        turn=content.get("turn", {}),
    )


def _keys(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {key: (target,) if isinstance(target, str) else tuple(target) for key, target in content.items()}
