"""New and changed customers compared with all others: keys in one form, pairs that share one, a score for each pair."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from records.enums import MatchKeyKind
from records.identity import normal
from records.identity.deciding import keep_doubtful, merge_sure
from records.identity.likeness import DOUBTFUL, SURE, Likeness, Profile, likeness
from records.intake.copying import copy_in
from records.intake.staging import copy_text

SQL = Path(__file__).parent / "sql"
SELECT_PROFILES = (SQL / "select_profiles.sql").read_text()
STORE_KEYS = (SQL / "store_keys.sql").read_text()
SELECT_CANDIDATES = (SQL / "select_candidates.sql").read_text()
CUSTOMERS_AT_ONCE = 5_000
MOST_SHARING = 50  # customers that may share a key before it tells nothing
STREET_BEGINNING = 3  # letters by which nearly alike streets still meet

# Relies on customer_to_compare (partial, id). The rows stay locked: two workers take different ones.
CLAIM = "SELECT id FROM records_customer WHERE compared_at IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"

Pair = tuple[int, int]


@dataclass(frozen=True)
class Compared:
    """What a run did: customers compared, pairs merged as sure, pairs put before a person."""

    customers: int = 0
    merged: int = 0
    doubtful: int = 0

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.customers + other.customers, self.merged + other.merged, self.doubtful + other.doubtful)


def compare_all(seconds: float = math.inf) -> Compared:
    """Compare everybody who is new or changed, some thousands in a transaction, until none is left or time is up."""
    done, until = Compared(), time.monotonic() + seconds
    while time.monotonic() < until and (step := compare_some()).customers:
        done += step
    return done


def compare_some(limit: int = CUSTOMERS_AT_ONCE) -> Compared:
    """Compare the next customers with all others, merge the sure pairs and keep the doubtful ones for a person."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, [limit])
        customers = [pk for (pk,) in cursor.fetchall()]
        if not customers:
            return Compared()
        _store_keys(cursor, profiles(cursor, customers))
        cursor.execute(SELECT_CANDIDATES, {"most": MOST_SHARING})
        found = _scored(cursor, cursor.fetchall())
        merged = merge_sure([one for one in found if one[1].score >= SURE])
        doubtful = keep_doubtful([one for one in found if one[1].score < SURE])
        return Compared(len(customers), merged, doubtful)


def profiles(cursor: CursorWrapper, customers: Sequence[int]) -> dict[int, Profile]:
    """What is compared of each of these customers, by primary key."""
    cursor.execute(SELECT_PROFILES, {"customers": list(customers)})
    return {
        pk: Profile(
            name=tuple(normal.words(name)),
            emails=frozenset(filter(None, map(normal.email, emails))),
            phones=frozenset(filter(None, map(normal.phone, phones))),
            street=normal.street(street),
            identifiers=frozenset(identifiers),
        )
        for pk, name, street, emails, phones, identifiers in cursor.fetchall()
    }


def keys_of(profile: Profile) -> list[tuple[str, str]]:
    """Kind and value of each key by which the record meets others."""
    keys = [(MatchKeyKind.EMAIL.value, email) for email in profile.emails]
    keys += [(MatchKeyKind.PHONE.value, phone) for phone in profile.phones]
    keys += [(MatchKeyKind.IDENTIFIER.value, identifier) for identifier in profile.identifiers]
    number, words = profile.street
    if number and words:
        keys.append((MatchKeyKind.STREET.value, f"{number} {words}"))
        keys.append((MatchKeyKind.NEAR_STREET.value, f"{number} {words[:STREET_BEGINNING]}"))
    return keys


def _store_keys(cursor: CursorWrapper, found: dict[int, Profile]) -> None:
    """Leaves the temporary tables `staged_customer` and `staged_key` for the candidates' statement."""
    keys = [(pk, kind, value) for pk, profile in found.items() for kind, value in keys_of(profile)]
    owners, kinds, values = zip(*keys, strict=True)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_customer, pg_temp.staged_key")
    cursor.execute("CREATE TEMPORARY TABLE staged_customer (customer_id bigint PRIMARY KEY) ON COMMIT DROP")
    cursor.execute("CREATE TEMPORARY TABLE staged_key (customer_id bigint, kind text, value text) ON COMMIT DROP")
    copy_in(cursor, "COPY staged_customer FROM STDIN", copy_text(list(found), []))
    copy_in(cursor, "COPY staged_key FROM STDIN", copy_text(owners, [kinds, values]))
    cursor.execute("ANALYZE staged_customer; ANALYZE staged_key")
    cursor.execute(STORE_KEYS)


def _scored(cursor: CursorWrapper, pairs: Sequence[Pair]) -> list[tuple[Pair, Likeness]]:
    """The pairs that are doubtful or better, the surest first."""
    known = profiles(cursor, sorted({pk for pair in pairs for pk in pair}))
    scored = [(pair, likeness(known[pair[0]], known[pair[1]])) for pair in pairs]
    return sorted((one for one in scored if one[1].score >= DOUBTFUL), key=lambda one: (-one[1].score, one[0]))
