"""How sharing is used, as a user may see it: the form of its page, what tells of few people left out, and as a file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table, days_words
from analytics.exports.names import report_name
from analytics.exports.small_groups import said_of_few, without_few
from analytics.exports.source import BadFilters, Maker, Source, hides_few, wrong_filter
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.reports.sharing import SharingQuery, SharingReport, Usage, sharing_report
from campaigns.share_lists import SEES_SHARES
from privacy.guards import require
from privacy.models import User
from records.listing import Kind

METHOD = gettext_noop(
    "This counts shares made on the days chosen, today included, by who sent them, how and with which "
    "material. A person with a material counts once, however often it was sent to them. Viewed: the person "
    "has viewed the material and was seen with it after it was sent, whichever share they came through; "
    "views by machines are left out. Responded likewise. Rates are of people with materials. Days are the "
    "agency’s."
)
HEADS = (
    Head(pgettext_lazy("column", "By"), "by"),
    Head(_("Name"), "name"),
    Head(_("Shares"), "shares", Kind.COUNT),
    Head(_("People"), "people", Kind.COUNT),
    Head(_("People with materials"), "sent", Kind.COUNT),
    Head(_("Viewed"), "viewed", Kind.COUNT),
    Head(_("View rate"), "view_rate", Kind.RATE),
    Head(_("Responded"), "responded", Kind.COUNT),
    Head(_("Response rate"), "response_rate", Kind.RATE),
    Head(_("Last shared"), "last_at", Kind.MOMENT),
)
COUNTS = ("people", "sent", "viewed", "responded")
DEFAULTS = {"days": "90"}


class SharingForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Shares of"),
        coerce=int,
        choices=[(30, _("the last 30 days")), (90, _("the last 90 days")), (365, _("the last 365 days"))],
    )

    def __init__(self, asked: QueryDict) -> None:
        """What the address does not say is as in DEFAULTS."""
        super().__init__(DEFAULTS | {name: asked[name] for name in DEFAULTS if asked.get(name)})

    @property
    def is_narrowed(self) -> bool:
        return self.data != DEFAULTS


def without_few_people(report: SharingReport) -> SharingReport:
    """Without what tells of fewer than 5 people, or would by the sums."""
    (total,) = without_few_in((report.total,))
    return replace(
        report,
        total=total,
        staff=without_few_in(report.staff),
        materials=without_few_in(report.materials),
        channels=without_few_in(report.channels),
    )


def without_few_in(rows: Sequence[Usage]) -> tuple[Usage, ...]:
    columns = (without_few(getattr(row, name) or 0 for row in rows) for name in COUNTS)
    return tuple(
        replace(row, people=people, sent=sent, viewed=viewed, responded=responded)
        for row, people, sent, viewed, responded in zip(rows, *columns, strict=True)
    )


def sharing_table(report: SharingReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    parts = (
        (gettext("Staff"), report.staff),
        (gettext("Material"), report.materials),
        (gettext("Channel"), report.channels),
    )
    rows = [cells(by, row) for by, part in parts for row in part]
    return Table(
        name=report_name("sharing"),
        title=gettext("How sharing is used"),
        heads=HEADS,
        rows=iter([*rows, cells(gettext("All"), report.total)]),
        as_of=as_of,
        notes=(
            *notes,
            (gettext("Days"), days_words(report.first, report.last)),
            *said_of_few(hides_few=hides_few),
            (gettext("Method"), gettext(METHOD)),
        ),
        pictures=pictures_of("sharing", report, Asked(hides_few=hides_few)),
    )


def cells(by: str, row: Usage) -> list[Any]:
    def told(value: Any) -> Any:
        return HIDDEN if value is None else value

    def rate(count: int | None, value: float | None) -> Any:
        return HIDDEN if count is None or row.sent is None else value

    return [
        by, row.name, row.shares, told(row.people), told(row.sent),
        told(row.viewed), rate(row.viewed, row.view_rate), told(row.responded), rate(row.responded, row.response_rate),
        row.last_at,
    ]  # fmt: skip


def sharing_source(user: User, _which: str, query: str) -> Source:
    """How sharing is used, of the shares that the user may look at."""
    require(user, *SEES_SHARES)
    form = SharingForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked, hides = SharingQuery(user, form.cleaned_data["days"]), hides_few(user, query)

    @cache
    def report() -> SharingReport:
        """Asked for once, for both the number of rows and the rows."""
        found = sharing_report(asked)
        return without_few_people(found) if hides else found

    def table(as_of: datetime, notes: Notes) -> Table:
        return sharing_table(report(), as_of, notes, hides_few=hides)

    def count() -> int:
        return len(report().staff) + len(report().materials) + len(report().channels) + 1

    page = reverse("sharing") + (f"?{query}" if query else "")
    return Source("sharing", _("How sharing is used"), page, count, table, draws=True)


SOURCES: dict[str, Maker] = {"sharing": sharing_source}
