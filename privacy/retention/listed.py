"""The rows of one line of a list that is not over: whose they are, when their clock started and until when they are
kept, so that whoever signs the list, or is asked to stop it for one case, can look."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, UUIDField, Value
from django.db.models.functions import Cast

from privacy.models import DispositionRun, DispositionStep, PlannedRow, RetentionPolicy
from privacy.retention.kinds import LAST, TRIGGER, Kind, kind_of, naming
from privacy.retention.planning import previewed
from privacy.retention.rows import among, keys_in
from privacy.retention.scopes import key_of_individual
from privacy.rights.people import Candidate, people

AT_ONCE = 100


@dataclass(frozen=True)
class Row:
    """`name` is the row's database key; `person` is None where it is about nobody in particular."""

    name: str
    person: Candidate | None
    started_on: date
    kept_until: date


@dataclass(frozen=True)
class Page:
    """`next` is what the next page comes after; None on the last."""

    rows: list[Row]
    next: int | None

    @property
    def persons(self) -> int:
        return len({row.person.key for row in self.rows if row.person})


def line_of(run: DispositionRun, number: str) -> DispositionStep | None:
    """The line of that number, or the first that names rows one by one; None where there is none."""
    lines = run.steps.filter(partition="", planned__gt=0).select_related("policy")
    return lines.filter(pk=int(number)).first() if number.isdecimal() else lines.first()


def page_of(step: DispositionStep, after: int = 0) -> Page:
    """The rows that are still on the line, AT_ONCE at most, in the order in which they go. Three queries.

    Relies on planned_row_in_order.
    """
    planned = list(PlannedRow.objects.filter(step=step, id__gt=after).order_by("id")[:AT_ONCE])
    return Page(_shown(step, planned), planned[-1].pk if len(planned) == AT_ONCE else None)


def previewed_page(
    as_of: date, rules: dict[str, RetentionPolicy], model: str, rule: str, skip: int = 0
) -> tuple[DispositionStep | None, Page | None]:
    """A line of what a run on a day would dispose of, and AT_ONCE of its rows at most, behind the first `skip`; None
    where it has no such line. The list is made for that and thrown away: its rows are in the order of their keys."""
    with previewed(as_of, rules) as run:
        lines = run.steps.filter(partition="", planned__gt=0).select_related("policy")
        step = lines.filter(model=model, policy__rule=rule).first()
        if step is None:
            return None, None
        planned = list(PlannedRow.objects.filter(step=step).order_by("number", "name")[skip : skip + AT_ONCE])
        return step, Page(_shown(step, planned), skip + AT_ONCE if len(planned) == AT_ONCE else None)
    raise AssertionError  # unreachable: the manager swallows nothing


def _shown(step: DispositionStep, planned: list[PlannedRow]) -> list[Row]:
    kind = kind_of(step.model, step.policy.rule)
    found = _found(kind, step.policy, planned) if planned else []
    named = _named({person for _, _, person, _, _ in found if person})
    return [Row(str(number or name), named.get(person), *days) for number, name, person, *days in found]


def _found(kind: Kind, policy: RetentionPolicy, planned: list[PlannedRow]) -> "list[tuple[Any, ...]]":
    """Number, name, person's key, the day that started the clock and the last day of each, in the order of the rows."""
    number, name = naming(kind.model)
    path = key_of_individual(kind.holds)
    person = F(path) if path else Cast(Value(None), UUIDField())
    keys = keys_in(kind, [(row.number, row.name) for row in planned])
    rows = kind.dated(policy).filter(pk__in=among(kind.model, keys)).order_by("pk")
    rows = rows.annotate(_number=number, _name=name, _person=person)
    return list(rows.values_list("_number", "_name", "_person", TRIGGER, LAST))


def _named(keys: set[UUID]) -> dict[UUID | None, Candidate]:
    """Those of merged records stand under their own key alone, and are found on the person's page."""
    return {one.key: one for one in people().called(keys)} if keys else {}
