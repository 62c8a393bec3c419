"""An event a row: who did what when, with which material of which campaign."""

from collections.abc import Collection
from decimal import Decimal

from django.db.backends.utils import CursorWrapper

from campaigns import eventlog
from campaigns.enums import EventKind, Grade, Signal
from campaigns.intake.experiment import Experiment, read_experiment
from campaigns.intake.naming import dated, find_people, first_kept_of, person_fields, read
from campaigns.models import EventBatch
from records.intake.fields import Amount, Choice, Field, Flags, Integer, Text, Uuid
from records.intake.kinds import Loaded, Plan, bound
from records.intake.mapping import Column, Mapping
from records.models import Import
from records.naming import new_token

RESOLVE, VARIANTS, SHARES = read("events"), read("variants"), read("shares")
VIEWERS = read("viewers").format(people="staged_fact")
STAGE, INSERT_SHARES, ASSIGN = read("stage_events"), read("insert_shares"), read("assign_shared")

LONGEST_DWELL = Decimal(24 * 60 * 60)  # seconds
# One writer at a time: what one import makes of people, shares and variants is seen by the next whole.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('campaigns.intake'))"


def event_fields() -> dict[str, Field]:
    return {
        **person_fields(),
        "event_id": Uuid(),
        "kind": Choice({kind.value: kind.value for kind in EventKind}, required=True),
        "campaign": Text(80),
        "variant": Text(80),
        "material": Text(80),
        "version": Integer(1, 32_767),
        "shared_by": Text(254),
        "grade": Choice({grade.value: grade.value for grade in Grade}),
        "visit": Uuid(),
        "page": Integer(1, 32_767),
        "dwell_seconds": Amount(Decimal(0), LONGEST_DWELL, places=3),
        "amount": Amount(),
        "signals": Flags({signal.name.lower(): signal.value for signal in Signal}),
    }


class EventPlan(Plan):
    fills = ("campaigns_viewer", "campaigns_assignment", "campaigns_share")

    def __init__(self, mapping: Mapping) -> None:
        self.experiment = read_experiment(mapping) if "campaign" in mapping.extra.names() else None
        mapping.extra.close()
        self.fields = bound(event_fields(), mapping, given=("occurred_at",))
        self.columns = dated(mapping) | _constant_campaign(self.experiment, mapping)
        if self.experiment and "variant" in mapping.columns:
            self.fields["variant"] = Choice({arm.cell: arm.name for arm in self.experiment.arms})

    def begin(self, cursor: CursorWrapper, record: Import) -> None:
        if self.experiment:
            self.experiment.begin(record)

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        cursor.execute(LOCK)
        values = find_people(cursor, record)
        values |= {f"first_{series}": first for series, first in first_kept_of(record).items()}
        for statement in (RESOLVE, VARIANTS, VIEWERS, SHARES):
            cursor.execute(statement, values)
        eventlog.open_staging(cursor)
        cursor.execute(STAGE)
        if not cursor.rowcount:
            return Loaded(0, 0)
        appended = eventlog.append(cursor, source_import=record)
        _store_shares(cursor, appended.batch)
        return Loaded(appended.accepted, appended.duplicates)


def _store_shares(cursor: CursorWrapper, batch: EventBatch) -> None:
    """Store the shares that the chunk makes, and whom they draw into which variant, as part of its batch."""
    cursor.execute("SELECT count(*) FROM staged_share")
    (count,) = cursor.fetchone()
    cursor.execute(INSERT_SHARES, {"batch": batch.pk, "tokens": [new_token() for _ in range(count)]})
    cursor.execute(ASSIGN, {"batch": batch.pk})
    EventBatch.objects.filter(pk=batch.pk).update(assignment_count=cursor.rowcount)


def _constant_campaign(experiment: Experiment | None, mapping: Mapping) -> dict[str, Column]:
    """A mapping that describes its campaign means it for every row, unless a column says."""
    if experiment is None or "campaign" in mapping.columns:
        return {}
    return {"campaign": Column(constant=experiment.slug)}
