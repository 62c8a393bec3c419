"""Figures by year: requests and what became of them, the working days that they took, disclosures by what allowed them.

A request counts in the year in which it came, a decision in the year in which it was made; days are the agency's.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from django.db.models import Count
from django.db.models.functions import ExtractYear

from privacy.agency import agency_day, agency_zone
from privacy.enums import RequestKind, Step
from privacy.models import Disclosure, RequestStep, RightsRequest
from privacy.rights.working_days import working_days_between

DECISIONS = {
    Step.GRANT: "granted",
    Step.GRANT_PARTLY: "granted in part",
    Step.REFUSE: "refused",
    Step.NO_RECORD: "no record found",
}
APPEALS = {Step.APPEAL: "appealed", Step.GRANT_APPEAL: "appeal granted", Step.REFUSE_APPEAL: "appeal refused"}
HEADS = ("year", "figure", "of", "value")


@dataclass(frozen=True)
class Figure:
    year: int
    figure: str
    of: str
    value: float


def figures() -> list[Figure]:
    """All years there are, the latest first. Three queries."""
    every = [*_received(), *_decided(), *_disclosed()]
    return sorted(every, key=lambda one: (-one.year, one.figure, one.of))


def _received() -> Iterator[Figure]:
    rows = RightsRequest.objects.order_by().values_list(ExtractYear("received_on"), "kind").annotate(Count("pk"))
    for year, kind, count in rows:
        yield Figure(year, "requests received", RequestKind(kind).label, count)


def _decided() -> Iterator[Figure]:
    """Each decision by its first; an appeal and what became of it stand by themselves."""
    counted: dict[tuple[int, str, str], int] = defaultdict(int)
    days: dict[tuple[int, str], list[int]] = defaultdict(list)
    steps = RequestStep.objects.filter(step__in=[*DECISIONS, *APPEALS]).order_by("request", "id")
    seen = set()
    for request, kind, received, step, at in steps.values_list(
        "request", "request__kind", "request__received_on", "step", "at"
    ):
        day, of = agency_day(at), RequestKind(kind).label
        counted[day.year, f"requests {(DECISIONS | APPEALS)[Step(step)]}", of] += 1
        if step in DECISIONS and request not in seen:
            seen.add(request)
            days[day.year, of].append(working_days_between(received, day))
    for (year, figure, of), count in counted.items():
        yield Figure(year, figure, of, count)
    for (year, of), taken in days.items():
        yield Figure(year, "working days taken, median", of, median(taken))
        yield Figure(year, "working days taken, longest", of, max(taken))


def _disclosed() -> Iterator[Figure]:
    about = ("routine_use", "exception", "is_by_consent")
    year = ExtractYear("disclosed_at", tzinfo=agency_zone())
    for row in Disclosure.objects.order_by().values(*about, year=year).annotate(count=Count("pk")):
        under = Disclosure(**{name: row[name] for name in about}).under
        yield Figure(row["year"], "disclosures", under, row["count"])
