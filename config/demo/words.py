"""The words of words.toml, from which names of people, companies and places are put together."""

import tomllib
from pathlib import Path

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _listed(name: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in _TABLE[name].split(","))


GIVEN = tuple(_TABLE["given"].split())
FAMILY = tuple(_TABLE["family"].split())
FIRMS = tuple(word.replace("-", " ") for word in _TABLE["firms"].split())
TRADES, TITLES, STREETS, WAYS = map(_listed, ("trades", "titles", "streets", "ways"))
# By territory: pairs of a town and its state.
TOWNS: tuple[tuple[tuple[str, str], ...], ...] = tuple(
    tuple((town, state) for town, state in region) for region in _TABLE["towns"]
)
