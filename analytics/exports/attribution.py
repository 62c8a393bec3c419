"""Attribution that a user may see, as a file and for a page: a row a campaign, a column a rule."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import said_of_few, without_few
from analytics.exports.source import BadFilters, Maker, Source, hides_few, wrong_filter
from analytics.lists import SEES_CAMPAIGNS
from analytics.reports.attribution import (
    RULE_NAMES,
    WINDOW,
    AttributionQuery,
    AttributionReport,
    Owed,
    attribution_report,
    most_owed_first,
)
from privacy.agency import agency_today
from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit
from records import figures
from records.listing import Kind
from records.models import Customer

METHOD = gettext_noop(
    "A conversion is credited to the campaigns that the person had encountered in the %(window)s days "
    "before: those that were delivered to them, or that they came to. First and last give it to the first or "
    "last of these, linear to all equally, time decay more to the nearer ones (half after 7 days), position "
    "40%% each to the first and last and the rest to those between; the removal effect estimates from the "
    "data how many fewer would convert if everyone who came to a campaign went no further (Markov chain). "
    "Each rule shares out every conversion whole, so its column adds up to all of them. No rule proves that "
    "a campaign caused anything: a test with a control does."
)
GIVEN = {"window": WINDOW}
LABELS = {
    "first": _("First"),
    "last": _("Last"),
    "linear": _("Linear"),
    "time decay": _("Time decay"),
    "position": _("Position"),
    "removal effect": _("Removal effect"),
}
HEADS = (
    Head(_("Campaign"), "campaign"),
    Head(_("Converters it reached"), "people", Kind.COUNT),
    *(Head(LABELS[rule], rule.replace(" ", "_"), Kind.DECIMAL) for rule in RULE_NAMES),
)
SMALLEST_SHOWN = 0.05  # of a conversion; what differs less reads alike
DEFAULTS = {"days": "365", "rule": "removal effect"}


class AttributionForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Conversions of"),
        coerce=int,
        choices=[(30, _("the last 30 days")), (90, _("the last 90 days")), (365, _("the last 365 days"))],
    )
    rule = forms.ChoiceField(label=_("Rule"), choices=list(LABELS.items()))

    def __init__(self, asked: QueryDict) -> None:
        """What the address does not say is as in DEFAULTS."""
        super().__init__(DEFAULTS | {name: asked[name] for name in DEFAULTS if asked.get(name)})

    @property
    def is_narrowed(self) -> bool:
        return self.data != DEFAULTS


def attribution_query(user: User, days: int) -> AttributionQuery:
    """Over everybody for those who see every campaign, else over the customers whom the user sees."""
    scope = None if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) else Customer.objects.visible_to(user)
    return AttributionQuery(agency_today(), days, scope)


def without_few_people(report: AttributionReport) -> AttributionReport:
    """Without what tells of fewer than 5 people, or would by the sums."""
    people = without_few(row.people or 0 for row in report.campaigns)
    rows = (
        replace(row, people=None, credit=None) if count is None else row
        for row, count in zip(report.campaigns, people, strict=True)
    )
    return replace(report, campaigns=most_owed_first(rows))


def differing(report: AttributionReport) -> str:
    """Where the rules differ most, in words; empty where they agree, or fewer than two campaigns are shown."""
    known = [(row.name, row.credit) for row in report.campaigns if row.credit]
    if len(known) < 2:
        return ""
    name, credit = max(known, key=lambda one: max(one[1].values()) - min(one[1].values()))
    least, most = min(credit, key=lambda rule: credit[rule]), max(credit, key=lambda rule: credit[rule])
    if credit[most] - credit[least] < SMALLEST_SHOWN:
        return ""
    words = gettext("%(count)s conversions by “%(rule)s”")
    low, high = (words % {"count": figures.decimal(credit[rule]), "rule": LABELS[rule]} for rule in (least, most))
    return gettext("The rules differ most on %(name)s: from %(low)s to %(high)s.") % {
        "name": name,
        "low": low,
        "high": high,
    }


def attribution_table(report: AttributionReport, as_of: datetime, notes: Notes, rule: str, *, hides_few: bool) -> Table:
    sums = gettext(
        "%(count)s conversions from %(first)s to %(last)s, %(untouched)s of them by people who had "
        "encountered no campaign"
    ) % {
        "count": figures.count(report.conversions),
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "untouched": figures.count(report.untouched),
    }
    return Table(
        name=report_name("attribution"),
        title=gettext("What conversions are credited to"),
        heads=HEADS,
        rows=iter([cells(row) for row in most_owed_first(report.campaigns, rule)]),
        as_of=min(as_of, report.counted_at),
        notes=(
            *notes,
            (gettext("Conversions"), sums),
            *said_of_few(hides_few=hides_few),
            (gettext("Method"), gettext(METHOD) % GIVEN),
        ),
    )


def cells(row: Owed) -> list[Any]:
    if row.credit is None:
        return [row.name, *([HIDDEN] * (len(HEADS) - 1))]
    return [row.name, row.people, *(row.credit[rule] for rule in RULE_NAMES)]


def attribution_source(user: User, _which: str, query: str) -> Source:
    require(user, *SEES_CAMPAIGNS)
    form = AttributionForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked, hides = attribution_query(user, form.cleaned_data["days"]), hides_few(user, query)

    def table(as_of: datetime, notes: Notes) -> Table:
        report = attribution_report(asked)
        told = without_few_people(report) if hides else report
        return attribution_table(told, as_of, notes, form.cleaned_data["rule"], hides_few=hides)

    page = reverse("attribution") + (f"?{query}" if query else "")
    count = lambda: len(attribution_report(asked).campaigns)  # noqa: E731
    return Source("attribution", _("What conversions are credited to"), page, count, table)


SOURCES: dict[str, Maker] = {"attribution": attribution_source}
