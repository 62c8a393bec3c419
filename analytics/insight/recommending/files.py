"""Pairs of user and item from a file: two columns, or a line a user with the number of its items and the items."""

from pathlib import Path

from analytics.insight.recommending.interactions import Pair
from analytics.insight.tables import read_table
from records.intake.problems import Refused
from records.intake.sniffing import sniff
from records.intake.source import Source


def read_pairs(path: Path, user: str = "", item: str = "") -> list[Pair]:
    """The first two columns where none are named. Raises Refused with the line of what is no pair."""
    if listed := read_lists(path):
        return listed
    table = read_table(path, has_header=None if not user and not item else True)
    names = list(table.columns)
    if len(names) < 2:
        raise Refused(f"{table.name} has one column: a pair is a user and an item")
    user = user or names[0]
    item = item or next(name for name in names if name != user)
    pairs = []
    for row, (who, what) in enumerate(zip(table.column(user), table.column(item), strict=True)):
        if not who.strip() or not what.strip():
            raise table.refuse(row, item if who.strip() else user, "is empty: a pair is a user and an item")
        pairs.append((who.strip(), what.strip()))
    return pairs


def read_lists(path: Path) -> list[Pair]:
    """`3 17 4 9` on a line is a user (by the line's number, from 0) of three items. Empty where a line is not so."""
    source = Source(path)
    pairs: list[Pair] = []
    lengths = set()
    with source.text(sniff(source).encoding) as lines:
        for number, line in enumerate(lines):
            cells = line.split()
            if not cells or not cells[0].isdecimal() or int(cells[0]) != len(cells) - 1:
                return []
            lengths.add(len(cells))
            pairs += [(str(number), item) for item in cells[1:]]
    return pairs if len(lengths) > 1 else []
