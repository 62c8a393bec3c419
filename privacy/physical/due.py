"""When a unit may go: by the same rules, versions and periods as records in the database, under the same holds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from privacy.models import LegalHold, PhysicalUnit, RetentionPolicy, UnitKey
from privacy.retention import forecast
from privacy.retention.periods import due_on
from privacy.retention.scopes import family_of, queries

# Events that happened when the record was made: the last of a unit's records starts the last clock. Of others, such as
# the end of a relationship, somebody says the day.
OF_THE_RECORD = frozenset(
    {"ach_record_created", "marketing_record_created", "record_created", "session_started", "session_ended"}
)


@dataclass(frozen=True)
class Standing:
    """`due_on` is the first day on which the unit may go, None while its clock has not started."""

    unit: PhysicalUnit
    due_on: date | None
    holds: tuple[LegalHold, ...]

    def may_go(self, today: date) -> bool:
        return self.due_on is not None and self.due_on <= today and not self.holds


def clock_of(unit: PhysicalUnit, policy: RetentionPolicy) -> date | None:
    """The day that starts the clock of the last record in it."""
    return unit.clock_day or (unit.last_day if policy.trigger in OF_THE_RECORD else None)


def due_of(unit: PhysicalUnit, policy: RetentionPolicy | None) -> date | None:
    clock = clock_of(unit, policy) if policy else None
    return due_on(clock, policy.count, policy.unit) if clock and policy else None


def standing(units: Iterable[PhysicalUnit], rules: Mapping[str, RetentionPolicy]) -> list[Standing]:
    """Each unit with when it is due and what holds it. Two queries, and two for each hold on persons or a query."""
    units = list(units)
    held = held_by(units, list(LegalHold.objects.in_force().order_by("pk")))
    return [Standing(unit, due_of(unit, rules.get(unit.rule)), tuple(held[unit.pk])) for unit in units]


def held_by(units: list[PhysicalUnit], holds: list[LegalHold]) -> dict[int, list[LegalHold]]:
    """The holds that each unit is under. What the register cannot tell is taken to be so: nothing goes on doubt."""
    persons = _persons(units)
    found: dict[int, list[LegalHold]] = {unit.pk: [] for unit in units}
    for hold in holds:
        named = set(family_of(hold.people)) if hold.people else None
        query = queries().get(hold.query_kind)
        asked = set(query.people(hold.query)) if query else None
        for unit in units:
            known = persons[unit.pk]
            if _is_of(unit, hold) and _may_hold(known, named) and _may_hold(known, asked):
                found[unit.pk].append(hold)
    return found


def _persons(units: list[PhysicalUnit]) -> dict[int, set[UUID] | None]:
    """Whose records are in each unit; None where somebody may be in it whom the register does not know."""
    found: dict[int, set[UUID] | None] = {unit.pk: set() if unit.is_indexed else None for unit in units}
    for unit, person in UnitKey.objects.filter(unit__in=units).values_list("unit", "person"):
        known = found[unit]
        if person is None:
            found[unit] = None
        elif known is not None:
            known.add(person)
    return found


def _may_hold(known: set[UUID] | None, wanted: set[UUID] | None) -> bool:
    return wanted is None or known is None or bool(known & wanted)


def _is_of(unit: PhysicalUnit, hold: LegalHold) -> bool:
    """Whether the hold's categories and days meet the unit's. Organizations and campaigns the register cannot tell."""
    if hold.categories and not set(hold.categories) & set(unit.categories):
        return False
    last = max(unit.last_day, unit.clock_day or unit.last_day)
    is_before, is_after = hold.from_day and last < hold.from_day, hold.to_day and unit.first_day > hold.to_day
    return not (is_before or is_after)


def ahead(rules: Mapping[str, RetentionPolicy], as_of: date) -> forecast.Forecast:
    """How many units become due, by rule and month, as the forecast of rows counts them. One query."""
    days: Counter[tuple[str, date]] = Counter()
    for unit in PhysicalUnit.objects.filter(destroyed_on=None, rule__in=list(rules)):
        policy = rules[unit.rule]
        if due := due_of(unit, policy):
            days[unit.rule, due] += 1
    made = forecast.empty(rules, as_of)
    for (rule, due), units in days.items():
        forecast.add_due(made, rule, due, units)
    return made
