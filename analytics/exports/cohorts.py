"""The cohorts that a user may see, and as a file: a row a cohort and month since."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import is_few, said_of_few
from analytics.exports.source import BadFilters, Maker, Source, hides_few, wrong_filter
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.reports.cohorts import Cohort, CohortQuery, CohortReport, cohort_report
from privacy.agency import agency_today
from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit
from records.listing import Kind
from records.models import Customer
from records.models.customer import sees_own_alone

METHOD = gettext_noop(
    "A customer belongs to the cohort of the month in which something was first shared with them. They count "
    "once in each month since then in which they viewed, visited or responded (or only responded, where that "
    "was asked for). Months are the agency's and count once they are over; a percentage is of all customers "
    "in the cohort."
)
HEADS = (
    Head(_("First share"), "month", Kind.DATE),
    Head(_("Customers"), "customers", Kind.COUNT),
    Head(_("Months since"), "months_since", Kind.COUNT),
    Head(pgettext_lazy("column", "Came"), "came", Kind.COUNT),
    Head(pgettext_lazy("column", "Share"), "share", Kind.RATE),
)


DEFAULTS = {"months": "12", "did": "came"}


class CohortForm(forms.Form):
    months = forms.TypedChoiceField(
        label=_("Months of first shares"),
        coerce=int,
        choices=[(6, _("The last 6")), (12, _("The last 12")), (24, _("The last 24"))],
    )
    did = forms.ChoiceField(
        label=_("Who counts"), choices=[("came", _("Anyone who came")), ("answered", _("Anyone who responded"))]
    )

    def __init__(self, asked: QueryDict) -> None:
        """What the address does not say is as in DEFAULTS."""
        super().__init__(DEFAULTS | {name: asked[name] for name in DEFAULTS if asked.get(name)})

    @property
    def is_narrowed(self) -> bool:
        return self.data != DEFAULTS


def cohort_query(user: User, form: CohortForm) -> CohortQuery:
    """Of a valid form: over all customers for those who see every campaign, else over those whom the user sees."""
    scope = None if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) else Customer.objects.visible_to(user)
    given = form.cleaned_data
    staff = user.pk if scope is not None and sees_own_alone(user) else None
    return CohortQuery(agency_today(), given["months"], given["did"], scope, staff)


def cohort_table(report: CohortReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    return Table(
        name=report_name("cohorts"),
        title=gettext("Who comes back"),
        heads=HEADS,
        rows=iter([row for cohort in report.cohorts for row in rows_of(cohort, hides_few=hides_few)]),
        as_of=min(as_of, report.counted_at),
        notes=(*notes, *said_of_few(hides_few=hides_few), (gettext("Method"), gettext(METHOD))),
        pictures=pictures_of("cohorts", report, Asked(hides_few=hides_few)),
    )


def rows_of(cohort: Cohort, *, hides_few: bool) -> list[list[Any]]:
    hides_all = hides_few and is_few(cohort.customers)
    size = HIDDEN if hides_all else cohort.customers
    rows = []
    for since, came in enumerate(cohort.came):
        hidden = hides_all or (hides_few and is_few(came))
        told = [HIDDEN, HIDDEN] if hidden else [came, came / cohort.customers]
        rows.append([cohort.month, size, since, *told])
    return rows


def cohorts_source(user: User, _which: str, query: str) -> Source:
    require(user, *SEES_CAMPAIGNS)
    form = CohortForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked = cohort_query(user, form)

    def table(as_of: datetime, notes: Notes) -> Table:
        return cohort_table(cohort_report(asked), as_of, notes, hides_few=hides_few(user, query))

    page = reverse("cohorts") + (f"?{query}" if query else "")
    count = lambda: sum(len(cohort.came) for cohort in cohort_report(asked).cohorts)  # noqa: E731
    return Source("cohorts", _("Who comes back"), page, count, table, draws=True)


SOURCES: dict[str, Maker] = {"cohorts": cohorts_source}
