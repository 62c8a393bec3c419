"""How well are duplicates found? On contacts whose true identities are known: precision and recall of merged pairs.

    DATA=folder python -m benchmarks.identity      the folder that holds contacts_dedupe/

Prints a line and, as the last one, JSON; prints why and ends well where the file is not there.
"""

import csv
import gzip
import io
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import django

FILE = Path("contacts_dedupe") / "csv_example_input_with_true_ids.csv.gz"
Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Measured:
    contacts: int
    precision: float  # of the pairs that merging makes one person's, how many are
    recall: float  # of the pairs that are one person's, how many merging makes so


def main() -> None:
    path = Path(os.environ.get("DATA", "data")) / FILE
    if not path.exists():
        print(f"{path} is not there: duplicates are not measured (DATA=folder says where it lies)")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = measure(path)
    print(f"{found.contacts:,} contacts: precision {found.precision:.4f}, recall {found.recall:.4f}")
    print(json.dumps(asdict(found)))


def measure(path: Path) -> Measured:
    """Compare the file's contacts as `records.identity.comparing` does; hold the merged pairs against the truth."""
    from records.identity.comparing import MOST_SHARING, keys_of
    from records.identity.likeness import SURE, likeness

    with io.TextIOWrapper(gzip.open(path), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    profiles = [profile_of(row) for row in rows]
    blocks = grouped((key, number) for number, profile in enumerate(profiles) for key in keys_of(profile))
    candidates = {pair for members in blocks if len(members) <= MOST_SHARING for pair in combinations(members, 2)}
    sure = {pair for pair in candidates if likeness(profiles[pair[0]], profiles[pair[1]]).score >= SURE}
    merged, truth = joined(len(rows), sure), pairs_of(grouped((row["True Id"], n) for n, row in enumerate(rows)))
    return Measured(len(rows), len(merged & truth) / len(merged), len(merged & truth) / len(truth))


def profile_of(row: dict[str, str]) -> "Profile":  # type: ignore[name-defined]  # noqa: F821
    from records.identity import normal
    from records.identity.likeness import Profile

    email, phone = normal.email(row["Email Address"]), normal.phone(row["Phone"])
    return Profile(
        name=tuple(normal.words(row["Site name"])),
        emails=frozenset({email} - {""}),
        phones=frozenset({phone} - {""}),
        street=normal.street(row["Address"]),
        identifiers=frozenset(),
    )


def grouped(items: Iterable[tuple[object, int]]) -> list[list[int]]:
    groups = defaultdict[object, list[int]](list)
    for key, number in items:
        groups[key].append(number)
    return list(groups.values())


def pairs_of(groups: list[list[int]]) -> Pairs:
    return {pair for members in groups for pair in combinations(sorted(members), 2)}


def joined(count: int, pairs: Pairs) -> Pairs:
    """All pairs of the groups that merging each of `pairs` makes."""
    leader = list(range(count))

    def lead(row: int) -> int:
        while leader[row] != row:
            row = leader[row]
        return row

    for first, second in pairs:
        leader[lead(second)] = lead(first)
    return pairs_of(grouped((lead(row), row) for row in range(count)))


if __name__ == "__main__":
    main()
