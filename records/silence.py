"""The end of a relationship that long silence proposes: nobody heard of the customer for a time that is a setting.

A records administrator confirms it, seeing the last sign of life of each kind; until then nothing changes. Source: the
notice's retention rule 3 (three years after the relationship ends), which leaves open how its end is known. What shows
life follows from the models' declarations (`shows_life`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from privacy import changes
from privacy.agency import agency_day, agency_today
from privacy.enums import Duty
from privacy.holdings import SELF, Holds, holding_models
from privacy.models import User
from privacy.purposes import Basis
from privacy.retention.enums import Unit
from privacy.retention.kinds import day_by
from privacy.retention.periods import last_day, latest_first_day
from privacy.rights.terms import term
from privacy.wording import rows_words
from records.models import Customer

AT_ONCE = 50
DAY = "_day_of_life"
CONFIRMING = Basis(duty=Duty.DISPOSITION)


class Refused(Exception):
    """The end cannot be confirmed. The message says why."""


@dataclass(frozen=True)
class Sign:
    """The last of one kind of signs, in what people call these records."""

    words: str
    day: date


@dataclass(frozen=True)
class Silent:
    """A customer of whom nobody heard since `last`; their relationship is proposed to have ended on `ends_on`.

    `signs` are the evidence, the latest first; none where nothing but the record itself is there.
    """

    key: UUID
    number: str
    signs: tuple[Sign, ...]
    last: date
    ends_on: date


def months_of_silence() -> int:
    return int(term("silence"))


def proposed(after: UUID | None = None) -> list[Silent]:
    """The next so many whose silence is long enough, in the order of their records. Relies on the index of each sign's
    person; one statement to find them and one for each kind of sign."""
    months = months_of_silence()
    rows = _silent(months).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=Customer.objects.filter(key=after).values("pk"))
    return _with_evidence(list(rows[:AT_ONCE]), months)


def confirm(key: UUID, by: User) -> Silent:
    """Set the end that silence proposes, for a customer who is still silent. Raises Refused."""
    months = months_of_silence()
    with transaction.atomic():
        customer = _silent(months).select_for_update(of=("self",)).filter(key=key).first()
        if customer is None:
            raise Refused(_("They have been heard from since, or the end is already set."))
        (found,) = _with_evidence([customer], months)
        customer.relationship_ended_on = found.ends_on
        customer.relationship_end_reason = f"Silence of {months} months since {found.last.isoformat()}, confirmed"
        changes.save(customer, by=by, basis=CONFIRMING)
    return found


def _silent(months: int) -> "QuerySet[Customer]":
    """Living records without an end, older than the time of silence, without a later sign of life."""
    since = latest_first_day(agency_today(), months, Unit.MONTH)
    rows = Customer.objects.filter(merged_into=None, relationship_ended_on=None)
    rows = rows.annotate(_made=day_by(Customer, "created_at")).filter(_made__lt=since)
    rows = rows.filter(Q(customer_since=None) | Q(customer_since__lt=since))
    for model, holds in signs():
        of_each = Q(**{holds.individual: OuterRef("pk")}) | Q(**{f"{holds.individual}__merged_into": OuterRef("pk")})
        later = model._base_manager.exclude(holds.lifeless).annotate(**{DAY: day_by(model, holds.shows_life)})
        rows = rows.exclude(Exists(later.filter(of_each, **{f"{DAY}__gte": since})))
    return rows


def signs() -> Iterator[tuple[type[Model], Holds]]:
    """The models whose rows show that a customer lives."""
    for model, holds in holding_models():
        if holds.shows_life and holds.individual not in ("", SELF):
            yield model, holds


def _with_evidence(customers: list[Customer], months: int) -> list[Silent]:
    found: dict[int, list[Sign]] = {customer.pk: [] for customer in customers}
    for model, holds in signs() if customers else ():
        for pk, day in _last_days(model, holds, found):
            found[pk].append(Sign(rows_words(model), day))
    return [_silence_of(customer, found[customer.pk], months) for customer in customers]


def _last_days(model: type[Model], holds: Holds, among: Iterable[int]) -> Iterator[tuple[int, date]]:
    """The last day of one kind of signs, by customer; what a merged record did is the person's."""
    rows = model._base_manager.exclude(holds.lifeless).annotate(
        **{DAY: day_by(model, holds.shows_life), "_kept": F(f"{holds.individual}__merged_into")}
    )
    mine = Q(**{f"{holds.individual}__in": among}) | Q(_kept__in=among)
    last: dict[int, date] = {}
    for pk, kept, day in rows.filter(mine).order_by().values_list(holds.individual, "_kept").annotate(Max(DAY)):
        if day is not None:
            last[kept or pk] = max(day, last.get(kept or pk, day))
    yield from last.items()


def _silence_of(customer: Customer, evidence: list[Sign], months: int) -> Silent:
    evidence.sort(key=lambda sign: (-sign.day.toordinal(), sign.words))
    days = [sign.day for sign in evidence] + ([customer.customer_since] if customer.customer_since else [])
    last = max(days) if days else agency_day(customer.created_at)
    return Silent(
        customer.key, customer.number, tuple(evidence), last, min(last_day(last, months, Unit.MONTH), agency_today())
    )
