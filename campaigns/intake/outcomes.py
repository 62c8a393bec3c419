"""A recipient a row: who was drawn into which variant of one campaign, and what came of it (an experiment's file)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.utils import CursorWrapper

from campaigns import eventlog
from campaigns.enums import EventKind, Signal
from campaigns.intake.experiment import Experiment, read_experiment
from campaigns.intake.naming import dated, find_people, first_kept_of, person_fields, read
from campaigns.models import Campaign, EventBatch
from records.intake.fields import Amount, Boolean, Choice, Field
from records.intake.kinds import Loaded, Plan, bound
from records.intake.mapping import Column, Mapping, Table
from records.intake.problems import Refused
from records.models import Import

RECIPIENTS, VIEWERS = read("recipients"), read("viewers").format(people="staged_recipient")
OUTCOMES, ASSIGNMENTS, CHECK_AMOUNTS = read("outcomes"), read("recipients_assigned"), read("check_amounts")
# What can come of a share or letter by itself; `shared` and `page` say more than an outcome's row does.
OUTCOME_KINDS = tuple(
    kind.value for kind in (EventKind.VISIT, EventKind.VIEW, EventKind.RESPONSE, EventKind.CONVERSION)
)


@dataclass(frozen=True)
class Outcome:
    """One thing that may have happened to each recipient, by the columns that say whether and how much."""

    position: int
    kind: str
    when: str
    true: tuple[str, ...]
    false: tuple[str, ...]
    amount: str
    missing_is_unknown: bool

    @property
    def happened_field(self) -> str:
        return f"happened_{self.position}"

    @property
    def amount_field(self) -> str:
        return f"amount_{self.position}"

    def fields(self) -> dict[str, tuple[Field, Column]]:
        happened = Boolean(self.true, self.false, required=True)
        fields: dict[str, tuple[Field, Column]] = {self.happened_field: (happened, Column(self.when))}
        if self.amount:
            fields[self.amount_field] = (Amount(), Column(self.amount))
        return fields

    def event(self) -> str:
        """Its row of VALUES in intake_outcomes.sql."""
        amount = f"row.{self.amount_field}" if self.amount else "NULL::numeric"
        unknown = f"{amount} IS NULL" if self.amount else "false"
        return f"({self.position}, row.{self.happened_field}, '{self.kind}', {amount}, {unknown})"


class OutcomePlan(Plan):
    fills = ("campaigns_viewer", "campaigns_assignment")

    def __init__(self, mapping: Mapping) -> None:
        self.experiment = read_experiment(mapping)
        self.outcomes = [_read_outcome(at, table) for at, table in enumerate(mapping.extra.tables("outcomes"), 2)]
        self.person_field = _person_field(mapping)
        self.delivered = _read_delivered(mapping.extra, self.experiment)
        mapping.extra.close()
        fields = {**person_fields(), "variant": _variant_choice(self.experiment)}
        self.fields, self.columns = bound(fields, mapping, given=("occurred_at",)), dated(mapping)
        for outcome in self.outcomes:
            for name, (field, column) in outcome.fields().items():
                self.fields[name], self.columns[name] = field, column
        self.rows_a_chunk = min(Plan.rows_a_chunk, EventBatch.MAX_EVENTS // (1 + len(self.outcomes)))

    def begin(self, cursor: CursorWrapper, record: Import) -> None:
        self.experiment.begin(record)

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        values = find_people(cursor, record)
        campaign = Campaign.objects.get(slug=self.experiment.slug)
        values |= {"campaign": campaign.pk, "person_field": self.person_field, "signals": Signal.RECORDED_OUTCOME}
        values["first_kept"] = self._first_kept(record)
        for outcome in self.outcomes:
            if outcome.amount:
                cursor.execute(_amount_check(outcome))
        cursor.execute(RECIPIENTS, values)
        cursor.execute(VIEWERS)
        eventlog.open_staging(cursor)
        cursor.execute(OUTCOMES.format(outcomes=self._events()), values | {"delivered": self.delivered})
        batch = eventlog.append(cursor, source_import=record).batch
        cursor.execute(ASSIGNMENTS, values | {"batch": batch.pk})
        EventBatch.objects.filter(pk=batch.pk).update(assignment_count=(loaded := cursor.rowcount))
        return Loaded(loaded, _already_present(cursor, loaded))

    def _first_kept(self, record: Import) -> datetime | None:
        """From when on all that a row says is still taken."""
        kinds = [EventKind.DELIVERED, *(EventKind(outcome.kind) for outcome in self.outcomes)]
        return max(filter(None, first_kept_of(record, kinds).values()), default=None)

    def _events(self) -> str:
        delivered = f"(1, row.variant = ANY(%(delivered)s), '{EventKind.DELIVERED}', NULL::numeric, false)"
        return ", ".join([delivered, *(outcome.event() for outcome in self.outcomes)])


def _amount_check(outcome: Outcome) -> str:
    return CHECK_AMOUNTS.format(
        happened=outcome.happened_field,
        amount=outcome.amount_field,
        missing="false" if outcome.missing_is_unknown else "true",
    )


def _already_present(cursor: CursorWrapper, loaded: int) -> int:
    """The staged rows that are neither rejected nor loaded."""
    cursor.execute("SELECT count(*) FROM staged_row WHERE line NOT IN (SELECT line FROM staged_reject)")
    (taken,) = cursor.fetchone()
    return int(taken) - loaded


def _variant_choice(experiment: Experiment) -> Choice:
    return Choice({arm.cell: arm.name for arm in experiment.arms}, required=True)


def _person_field(mapping: Mapping) -> str:
    """The field that says who the recipient is: `customer` or `email`, or none where each line is somebody."""
    is_line = mapping.extra.choice("recipient", ("customer", "line"), "customer") == "line"
    named = [name for name in ("customer", "email") if name in mapping.columns]
    if is_line and named:
        raise Refused(f'{mapping.name}: recipient = "line" and a column for {named[0]} exclude each other')
    if not is_line and not named:
        raise Refused(f'{mapping.name}: name the column of customer or email, or say recipient = "line"')
    return named[0] if named else ""


def _read_delivered(table: Table, experiment: Experiment) -> list[str]:
    """The names of the variants to which something was sent."""
    names = [arm.name for arm in experiment.arms]
    if table.peek("delivered") == "all":
        table.take("delivered", str)
        return names
    chosen = table.texts("delivered", [])
    if unknown := [name for name in chosen if name not in names]:
        raise Refused(f"{table.where}: delivered names {', '.join(unknown)}, not one of the variants")
    return chosen


def _read_outcome(position: int, table: Table) -> Outcome:
    amount = table.take("amount", str, "")
    outcome = Outcome(
        position=position,
        kind=table.choice("kind", OUTCOME_KINDS),
        when=table.take("when", str),
        true=tuple(word.lower() for word in table.texts("true", ["1"])),
        false=tuple(word.lower() for word in table.texts("false", ["0"])),
        amount=amount,
        missing_is_unknown=table.choice("missing", ("unknown", "refuse"), "refuse") == "unknown",
    )
    table.close()
    return outcome
