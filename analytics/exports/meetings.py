"""What meetings with customers come to, as a user may see it: the form of its page, what tells of few people left out,
and as a file."""

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
from analytics.exports.source import BadFilters, Maker, Source, hides_few, sees_people, wrong_filter
from analytics.lists import SEES_CAMPAIGNS
from analytics.models.rollups import CampaignViewer
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.places import MEETING_INSIGHTS
from analytics.reports.meetings import (
    COUNTS,
    Around,
    Events,
    MeetingReport,
    Meetings,
    MeetingsQuery,
    meeting_report,
    most_sent_first,
    people_met,
)
from campaigns.models import Campaign
from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit
from records import figures
from records.listing import Kind
from records.models import Customer, CustomerAssignment, CustomerQuerySet, Team, TeamMembership

METHOD = gettext_noop(
    "This counts customers in meetings that began on the days chosen: each customer once per meeting, "
    "however often they came back. Guests whom no e-mail address identifies belong to nobody and are not "
    "counted. Late: first there more than 5 minutes after it began. Stayed: their time there as a percentage "
    "of the meeting’s. Wrote: in its chat, under their address or a name under which they and nobody else "
    "took part. Sound lost: 5% of the packets or more on average, among those whose sound the service "
    "measured. Sent before: shared with them in the days before it began; read when it began: viewed, and "
    "first seen with it before then. Sent after: shared since it began and until this many days after it "
    "ended; read: viewed, and seen with it since it was sent. What machines open is left out. The service "
    "does not report who was expected and did not come: that is known only for events, from places that were "
    "not canceled. Days are the agency’s."
)
DEFAULTS = {"days": "90", "around": "14"}
LONGEST_NUMBER = 18  # digits of a database key
AROUND = ("sent_before", "read_before", "sent_after", "read_after")


class MeetingsForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Meetings of"),
        coerce=int,
        choices=[(30, _("the last 30 days")), (90, _("the last 90 days")), (365, _("the last 365 days"))],
    )
    around = forms.TypedChoiceField(
        label=_("What was sent"),
        coerce=int,
        choices=[
            (7, _("7 days before and after")),
            (14, _("14 days before and after")),
            (30, _("30 days before and after")),
        ],
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("Campaign"), required=False, to_field_name="slug", empty_label=_("All")
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All"))

    def __init__(self, user: User, asked: QueryDict) -> None:
        """What the address does not say is as in DEFAULTS; campaigns and teams are those in the user's scope."""
        named = {name: asked[name] for name in (*DEFAULTS, "campaign", "team") if asked.get(name)}
        super().__init__(DEFAULTS | named)
        campaign: Any = self.fields["campaign"]
        campaign.queryset = Campaign.objects.visible_to(user).order_by("name")
        team: Any = self.fields["team"]
        team.queryset = teams_of(user)
        if not named.get("team") and not team.queryset.exists():
            del self.fields["team"]

    @property
    def is_narrowed(self) -> bool:
        return self.data != DEFAULTS


def teams_of(user: User) -> Any:
    """Those whose customers the user may ask for: all, or those that they manage."""
    if user.has_permit(Permit.VIEW_ALL_CUSTOMERS) or user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
        return Team.objects.order_by("name")
    managed = TeamMembership.objects.managed_by(user)
    return Team.objects.filter(pk__in=managed.values("team")).order_by("name")


def meetings_query(user: User, form: MeetingsForm) -> MeetingsQuery:
    """Of a valid form: over the customers whom the user sees, or over everybody for those who see every campaign."""
    given = form.cleaned_data
    customers = customers_of(user)
    if campaign := given["campaign"]:
        reached = CampaignViewer.objects.filter(campaign=campaign, viewer__customer__isnull=False)
        customers = customers.filter(pk__in=reached.order_by().values("viewer__customer"))
    if team := given.get("team"):
        members = TeamMembership.objects.filter(team=team, until=None).order_by().values("staff")
        theirs = CustomerAssignment.objects.current().filter(staff__in=members)
        customers = customers.filter(pk__in=theirs.order_by().values("customer"))
    return MeetingsQuery(customers, given["days"], given["around"], campaign.pk if campaign else None)


def customers_of(user: User) -> CustomerQuerySet:
    sees_all = user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) and not user.has_permit(Permit.VIEW_ALL_CUSTOMERS)
    return Customer.objects.people() if sees_all else Customer.objects.visible_to(user)


# Few people ----------------------------------------------------------------------------------------------------------


def without_few_people(report: MeetingReport) -> MeetingReport:
    """Without what tells of fewer than 5 people, or would by the sums."""
    (total,) = without_few_in((report.total,))
    came, missed, unknown = without_few(
        count or 0 for count in (report.events.came, report.events.missed, report.events.unknown)
    )
    (signed_up,) = without_few([report.events.signed_up or 0])
    return replace(
        report,
        total=total,
        hosts=without_few_in(report.hosts),
        meetings=without_few_in(report.meetings),
        materials=without_few_around(report.materials),
        events=Events(signed_up, came, missed, unknown),
    )


def without_few_in(rows: Sequence[Meetings]) -> tuple[Meetings, ...]:
    """A row about few people tells nothing but how many meetings there were."""
    found = []
    for row, counts in zip(rows, told(rows, COUNTS), strict=True):
        found.append(replace(row, **counts, stayed=None if counts["people"] is None else row.stayed))
    return tuple(found)


def without_few_around(rows: Sequence[Around]) -> tuple[Around, ...]:
    names = ("people", *AROUND)
    return most_sent_first(replace(row, **counts) for row, counts in zip(rows, told(rows, names), strict=True))


def told(rows: Sequence[Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """The counts of each row, by name; all hidden where its people are few."""
    columns = {name: without_few(getattr(row, name) or 0 for row in rows) for name in names}
    shown: list[dict[str, Any]] = [{name: columns[name][place] for name in names} for place in range(len(rows))]
    return [dict.fromkeys(counts) if counts["people"] is None else counts for counts in shown]


# Files ---------------------------------------------------------------------------------------------------------------

HEADS = (
    Head(pgettext_lazy("column", "By"), "by"),
    Head(_("Name"), "name"),
    Head(_("Began"), "started_at", Kind.MOMENT),
    Head(_("Meetings"), "meetings", Kind.COUNT),
    Head(_("People"), "people", Kind.COUNT),
    Head(_("Attendances"), "attendances", Kind.COUNT),
    Head(_("Came late"), "late", Kind.COUNT),
    Head(_("Came back"), "rejoined", Kind.COUNT),
    Head(_("Wrote"), "wrote", Kind.COUNT),
    Head(_("Answered a poll"), "answered", Kind.COUNT),
    Head(_("Sound measured"), "measured", Kind.COUNT),
    Head(_("Sound lost"), "lost_sound", Kind.COUNT),
    Head(_("Sent before"), "sent_before", Kind.COUNT),
    Head(_("Read when it began"), "read_before", Kind.COUNT),
    Head(_("Sent after"), "sent_after", Kind.COUNT),
    Head(_("Read since"), "read_after", Kind.COUNT),
    Head(_("Stayed"), "stayed", Kind.RATE),
)


def meetings_table(report: MeetingReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    parts = (
        (gettext("Host"), report.hosts),
        (gettext("Meeting"), report.meetings),
        (gettext("All"), (report.total,)),
    )
    rows = [cells(by, row) for by, part in parts for row in part]
    rows += [cells_of_material(row) for row in report.materials]
    return Table(
        name=report_name("meetings"),
        title=gettext("What meetings lead to"),
        heads=HEADS,
        rows=iter(rows),
        as_of=as_of,
        notes=(
            *notes,
            (gettext("Days"), days_words(report.first, report.last)),
            (gettext("Before and after"), figures.plural(report.around, "day")),
            (gettext("Events"), events_words(report.events)),
            *said_of_few(hides_few=hides_few),
            (gettext("Method"), gettext(METHOD)),
        ),
        pictures=pictures_of("meetings", report, Asked(hides_few=hides_few)),
    )


def events_words(events: Events) -> str:
    names = (
        (gettext("signed up"), events.signed_up),
        (gettext("came"), events.came),
        (gettext("did not come"), events.missed),
        (gettext("not known"), events.unknown),
    )
    return "; ".join(f"{name}: {HIDDEN.words if count is None else count}" for name, count in names)


def shown(value: Any) -> Any:
    return HIDDEN if value is None else value


def cells(by: str, row: Meetings) -> list[Any]:
    counts = [None if name == "lost_sound" and row.measured == 0 else shown(getattr(row, name)) for name in COUNTS]
    stayed = HIDDEN if row.people is None else row.stayed
    return [by, row.name, row.started_at, row.meetings, *counts, stayed]


def cells_of_material(row: Around) -> list[Any]:
    """Of what a material is not, the cells are empty."""
    around = [shown(getattr(row, name)) for name in AROUND]
    return [gettext("Material"), row.name, None, None, shown(row.people), *[None] * 7, *around, None]


def meetings_source(user: User, _which: str, query: str) -> Source:
    """What meetings come to, of the customers whom the user sees; of all of them without what tells of few."""
    require(user, *SEES_CAMPAIGNS)
    form = MeetingsForm(user, QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked, hides, sees = meetings_query(user, form), hides_few(user, query), sees_people(user)

    @cache
    def report() -> MeetingReport:
        """Asked for once, for both the number of rows and the rows."""
        found = meeting_report(asked)
        return without_few_people(found) if hides else found

    def table(as_of: datetime, notes: Notes) -> Table:
        return meetings_table(report(), as_of, notes, hides_few=hides)

    def count() -> int:
        return len(report().hosts) + len(report().meetings) + len(report().materials) + 1

    page = reverse("meeting_insights") + (f"?{query}" if query else "")
    return Source(
        "meetings", _("Meeting insights"), page, count, table, draws=True,
        place=MEETING_INSIGHTS if sees else None, categories=MEETING_INSIGHTS.categories if sees else (),
        people=(lambda: people_met(asked)) if sees else None,
    )  # fmt: skip


SOURCES: dict[str, Maker] = {"meetings": meetings_source}
