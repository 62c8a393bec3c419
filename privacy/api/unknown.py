"""What a request names that there is none of: it is refused, with its place and the word that was meant, where one is
near. Passed over, a misspelt filter would choose everybody, and a misspelt field would lose what it says.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from rest_framework import serializers

MOST_TOLD = 20  # who sends thousands is told of these
LONGEST = 80  # of what was sent as a name, so much is looked at and told
NO_FIELD, NO_PARAMETER = "There is no such field", "There is no such parameter"
NO_FIELDS = "This request takes no fields."
TOLD_ALONE = "It is told, and cannot be set here: leave it out."

Shape = Any  # a field or serializer of REST framework
Errors = dict[str, list[str]]


def there_is_none(said: str, name: str, known: Iterable[str]) -> str:
    """The sentence, with the word that was meant where one is near."""
    near = get_close_matches(name[:LONGEST], list(known), 1)
    return f"{said}: did you mean {near[0]}?" if near else f"{said}."


def unknown_parameters(asked: Iterable[str], known: Iterable[str]) -> Errors:
    """By name, what of a query is none of these words."""
    words = sorted(known)
    unknown = [name for name in asked if name not in words][:MOST_TOLD]
    return {name[:LONGEST]: [there_is_none(NO_PARAMETER, name, words)] for name in unknown}


def unknown_fields(sent: Any, shape: Shape, told: Container[str] = ()) -> Errors:
    """By place (`events.0.kind`), what of a body its shape has no field for. `told` are the fields of the answer: one
    that a program read and sends back is named for what it is."""
    found: Errors = {}
    for place, name, known in _unknown(sent, shape, ()):
        is_told = not place and name in told
        said = TOLD_ALONE if is_told else there_is_none(NO_FIELD, name, known)
        found[".".join(map(str, (*place, name[:LONGEST])))] = [said]
        if len(found) == MOST_TOLD:
            break
    return found


Place = tuple[str | int, ...]


def _unknown(sent: Any, shape: Shape, place: Place) -> Iterator[tuple[Place, str, Iterable[str]]]:
    """Where it stands, its name, and the names that there are. What is of another type than its shape says is told of
    by the serializer."""
    if isinstance(shape, serializers.ListSerializer | serializers.ListField) and isinstance(sent, list):
        for number, one in enumerate(sent):
            yield from _unknown(one, shape.child, (*place, number))
    elif isinstance(shape, serializers.Serializer) and isinstance(sent, Mapping):
        known = shape.fields
        for name, value in sent.items():
            if name in known:
                yield from _unknown(value, known[name], (*place, name))
            else:
                yield place, name, known
