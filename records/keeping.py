"""Keeping records of the long tail: many at once, each once, sealed where the notice's reading wants it.

A record is named by what it says where it comes from (`origin`), so that the same source brought in twice adds nothing.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.db import connection, models, transaction

from privacy import notice
from privacy.vault import lookup_hashes, seal_many
from records.attributes import Checked
from records.copying import copy_rows
from records.enums import Location, RecordRule, Source
from records.models import Record

PLACE = "records.Record.sealed"
COLUMNS = (
    "collected_at", "key", "subject", "customer_id", "source_import_id", "category", "source", "location",
    "retention_rule", "meeting_number", "host_name", "host_email", "organizer", "participant", "attributes", "sealed",
)  # fmt: skip
# Relies on the primary key (collected_at, key).
PRESENT = """
SELECT collected_at, key FROM records_record
WHERE (collected_at, key) IN (SELECT * FROM unnest(%s::timestamptz[], %s::uuid[]))
"""
MAKE_PARTITIONS = """
SELECT make_month_partition('records_record', month)
FROM unnest(%s::date[]) AS month
WHERE to_regclass('records_record_' || to_char(month, 'YYYY_MM')) IS NULL
"""
STAGE = """
DROP TABLE IF EXISTS pg_temp.staged_record;
CREATE TEMPORARY TABLE staged_record (LIKE records_record) ON COMMIT DROP
"""
INSERT = f"""
INSERT INTO records_record ({", ".join(COLUMNS)})
SELECT {", ".join(COLUMNS)} FROM staged_record
ON CONFLICT DO NOTHING
RETURNING collected_at, key
"""


class Why(models.TextChoices):
    """Why a record is held, where its category alone does not say under which rule it is."""

    USUAL = "usual", "same as others in its category"
    PROMOTION = "promotion", "for direct marketing, advertising or a promotion"
    RECORDING = "recording", "as a recording of a session"


RULE_OF_WHY = {Why.PROMOTION: RecordRule.PROMOTION, Why.RECORDING: RecordRule.RECORDING}


@dataclass(frozen=True)
class FoundBy:
    """The keys of the notice's retrieval rules 3 to 6 by which a record is found again."""

    meeting_number: str = ""
    host_name: str = ""
    host_email: str = ""
    organizer: str = ""
    participant: str = ""


@dataclass(frozen=True)
class NewRecord:
    """A record to be kept. `origin` says in its source's words which one it is; `subject` is a customer's key."""

    checked: Checked
    collected_at: datetime
    origin: tuple[str, ...]
    found_by: FoundBy = FoundBy()
    customer_id: int | None = None
    subject: uuid.UUID | None = None
    why: Why = Why.USUAL
    source: str = Source.PERSONNEL
    location: str = Location.HEADQUARTERS
    source_import_id: int | None = None


@dataclass
class Kept:
    """What became of them: how many are new, how many were there already, the secrets dropped by element.

    `new` are the positions of the new ones in what was given.
    """

    new: set[int] = field(default_factory=set)
    already_present: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def loaded(self) -> int:
        return len(self.new)


Name = tuple[datetime, uuid.UUID]
Keyed = tuple[uuid.UUID, NewRecord]


def keys_of(records: Sequence[NewRecord]) -> list[uuid.UUID]:
    """The key of each: a UUID (version 5) of a keyed hash of its origin, so that no key lets contents be guessed."""
    origins = [json.dumps([record.checked.category, *record.origin]) for record in records]
    return [uuid.uuid5(uuid.NAMESPACE_OID, digest.hex()) for digest in lookup_hashes("records.Record", origins)]


def rule_of(category: int, why: Why = Why.USUAL) -> RecordRule:
    """The retention rule of a record of this category held for this reason, as the notice in force has it.

    Raises NotInForce for a category that may not be held today, ValueError for a reason that is none for it.
    """
    usual = notice.category(category).retention
    rule = RULE_OF_WHY.get(why, RecordRule(usual))
    if category not in notice.retention_rule(rule).categories:
        raise ValueError(f"a record of category {category} is not held {why.label}")
    return rule


def keep(records: Iterable[NewRecord]) -> Kept:
    """Keep the records that are not there yet, in one transaction; makes the partitions of their months.

    A record without attributes (all its elements were secrets) is not kept. Raises what `rule_of` raises, KeyDestroyed
    where a record's subject was disposed of, and other errors of the vault.
    """
    given, kept = list(records), Kept()
    for record in given:
        kept.dropped += record.checked.dropped
    keyed = list(zip(keys_of(given), given, strict=True)) if given else []
    wanted = {(one.collected_at, key): at for at, (key, one) in reversed(list(enumerate(keyed))) if one.checked}
    if wanted:
        kept.new = {wanted[name] for name in _insert(wanted, keyed)}
    kept.already_present = len(wanted) - kept.loaded
    return kept


def _insert(wanted: Mapping[Name, int], keyed: Sequence[Keyed]) -> set[Name]:
    """Insert those that are not there; returns their names."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PRESENT, [[at for at, _ in wanted], [key for _, key in wanted]])
        present = set(cursor.fetchall())
        absent = [keyed[at] for name, at in wanted.items() if name not in present]
        make_partitions(record.collected_at for _, record in absent)
        cursor.execute(STAGE)
        copy_rows(cursor, "staged_record", COLUMNS, _rows(absent))
        cursor.execute(INSERT)
        return {(at, key) for at, key in cursor.fetchall()}


def make_partitions(moments: Iterable[datetime]) -> None:
    """Make the partitions (months in UTC) that are not there yet."""
    months = sorted({date(at.year, at.month, 1) for at in (moment.astimezone(UTC) for moment in moments)})
    with connection.cursor() as cursor:
        cursor.execute(MAKE_PARTITIONS, [months])


def _rows(records: Sequence[Keyed]) -> Iterable[tuple[object, ...]]:
    sealing = [(key, record) for key, record in records if record.checked.sealed]
    texts = [
        (record.subject or key, key, json.dumps(record.checked.sealed, separators=(",", ":")))
        for key, record in sealing
    ]
    sealed = dict(zip((key for key, _ in sealing), seal_many(PLACE, texts), strict=True))
    for key, one in records:
        found_by, category = one.found_by, one.checked.category
        yield (
            one.collected_at, key, one.subject or key, one.customer_id, one.source_import_id, category, one.source,
            one.location, rule_of(category, one.why), found_by.meeting_number, found_by.host_name, found_by.host_email,
            found_by.organizer, found_by.participant, dict(one.checked.plain), sealed.get(key),
        )  # fmt: skip


def taken_back(source_import_id: int) -> int:
    """Delete the records that an import brought; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_record WHERE source_import_id = %s", [source_import_id])
        return int(cursor.rowcount)


class Values:
    """The attributes of a record by element. What is sealed is opened when one of its elements is asked for."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def __getitem__(self, element: str) -> object:
        """Raises KeyError for an element that the record does not have."""
        plain = self._record.attributes
        return plain[element] if element in plain else (self._record.sealed or {})[element]

    def get(self, element: str, default: object = None) -> object:
        try:
            return self[element]
        except KeyError:
            return default

    def all(self) -> dict[str, object]:
        """Every attribute, the sealed ones opened."""
        return {**self._record.attributes, **(self._record.sealed or {})}
