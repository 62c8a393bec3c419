"""Who is likely to respond, as a file: a row a customer for those who may see them, a row a tenth for others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import said_of_few, without_few
from analytics.exports.source import Maker, Source, hides_few
from analytics.likely_words import METHOD, measured_words, reason_words, why_nobody
from analytics.lists import SEES_CAMPAIGNS
from analytics.models import Likelihood
from analytics.places import LIKELY, SHOWN
from analytics.reports.likely import (
    LikelyCustomer,
    LikelyQuery,
    LikelyReport,
    Tenth,
    customers_of,
    likelihoods,
    likely_report,
    names_people,
)
from campaigns.models import Campaign
from privacy.guards import require
from privacy.languages import filled
from privacy.models import User
from records.listing import Kind

REASONS = 3
WHO = gettext_noop("%(name)s: who is likely to respond")
CUSTOMER_HEADS = (
    Head(_("Customer ID"), "number"),
    Head(_("Name"), "name"),
    Head(_("Probability"), "probability", Kind.RATE),
    Head(_("Tenth"), "tenth", Kind.COUNT),
    *(Head(filled(_("Reason %(number)s"), number=place), f"reason_{place}") for place in range(1, REASONS + 1)),
)
TENTH_HEADS = (
    Head(_("Tenth"), "tenth", Kind.COUNT),
    Head(_("People"), "people", Kind.COUNT),
    Head(_("Lowest probability"), "lowest", Kind.RATE),
    Head(_("Mean probability"), "probability", Kind.RATE),
    Head(_("Responses to expect"), "expected", Kind.DECIMAL),
)


def without_few_people(report: LikelyReport) -> LikelyReport:
    """Without what tells of fewer than 5 people, or would by the sum."""
    people = without_few(one.people or 0 for one in report.tenths)
    tenths = tuple(
        one if count is not None else Tenth(one.tenth, None, None, None, None)
        for one, count in zip(report.tenths, people, strict=True)
    )
    (total,) = without_few([report.people or 0])
    return replace(report, tenths=tenths, people=total)


def likely_table(
    report: LikelyReport,
    rows: "QuerySet[Likelihood] | None",
    as_of: datetime,
    notes: Notes,
    *,
    hides_few: bool,
) -> Table:
    """Of the customers in `rows`, or of the tenths without any."""
    said = list(said_of_few(hides_few=hides_few))
    if why := why_nobody(report):
        said.append((gettext("Nobody is named"), why))
    if report.model:
        said.append((gettext("Learned"), report.model.trained_at.isoformat()))
        said.append((gettext("Measured"), measured_words(report.model)))
    return Table(
        name=report_name("likely", report.campaign_slug),
        title=gettext(WHO) % {"name": report.campaign},
        heads=TENTH_HEADS if rows is None else CUSTOMER_HEADS,
        rows=iter(map(tenth_cells, report.tenths)) if rows is None else map(customer_cells, customers_of(rows)),
        as_of=as_of,
        notes=(*notes, *said, (gettext("Method"), gettext(METHOD))),
    )


def customer_cells(one: LikelyCustomer) -> list[Any]:
    return [one.number, one.name, one.probability, one.tenth, *padded(reasons_of(one))]


def reasons_of(one: LikelyCustomer) -> list[str]:
    return [reason_words(reason, one.probability) for reason in one.reasons]


def padded(texts: Sequence[str]) -> Iterable[str | None]:
    return [*texts, *([None] * (REASONS - len(texts)))]


def tenth_cells(one: Tenth) -> list[Any]:
    told = (one.people, one.lowest, one.probability, one.expected)
    return [one.tenth, *(HIDDEN if value is None else value for value in told)]


def likely_source(user: User, slug: str, query: str) -> Source:
    """Who is likely to respond to a campaign: by name for those who keep customers, as tenths for others."""
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    hides, names = hides_few(user, query), names_people(user)

    @cache
    def report() -> LikelyReport:
        """Asked for once, for both the number of rows and the rows."""
        told = likely_report(LikelyQuery(user, found, 0))
        return without_few_people(told) if hides else told

    def table(as_of: datetime, notes: Notes) -> Table:
        rows = likelihoods(user, found) if names and report().tenths else None
        return likely_table(report(), rows, as_of, notes, hides_few=hides)

    def people() -> "QuerySet[Any, Any]":
        return likelihoods(user, found).order_by().values_list("customer__key", flat=True)

    def count() -> int:
        return (report().people or 0) if names else len(report().tenths)

    page = reverse("campaign_likely", args=[slug])
    source = Source(f"likely/{slug}", filled(_(WHO), name=found.name), page, count, table)
    return replace(source, place=LIKELY, categories=SHOWN, people=people) if names else source


SOURCES: dict[str, Maker] = {"likely": likely_source}
