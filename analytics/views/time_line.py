"""The time line of a customer's page: what was shared, viewed, answered, ordered, said and asked for, in one list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.customer import CustomerDay, CustomerReport, MaterialOutcome
from campaigns.models import FollowUp
from privacy.agency import agency_day
from privacy.models import User
from records import figures
from records.models import Customer
from records.nouns.base import Noun, Page
from records.views.facts import text_of
from records.views.sections import Section
from records.views.time_line import Entry, newest_first, told_by

MOST = 200
BY_UNKNOWN = gettext_lazy("%(what)s: by an unknown person, through a share to them")


def time_line(
    report: CustomerReport, sections: Iterable[Section], further: Iterable[Entry], openable: Mapping[UUID, bool]
) -> list[Entry]:
    """The newest MOST, out of what the page has read anyway: no query. `openable`: the shares that lead somewhere, each
    with whether it is to go by e-mail and no mailing has sent it."""
    entries = [*_shared(report, openable), *_did(report.days, _viewed(report)), *told_by(sections), *further]
    return newest_first(entries)[:MOST]


def _shared(report: CustomerReport, openable: Mapping[UUID, bool]) -> Iterator[Entry]:
    """A link by e-mail that nothing is known to have brought is made, and no more is said of it."""
    arrived = {campaign.campaign_slug for campaign in report.campaigns if campaign.deliveries}
    for material in report.materials:
        for share in material.shares:
            said = [material.material, share.campaign, share.shared_by and _("by %(name)s") % {"name": share.shared_by}]
            address = reverse("share", args=[share.key]) if share.key in openable else ""
            waits = openable.get(share.key, False) and not material.raw_views and share.campaign_slug not in arrived
            word = _("A link was made for them") if waits else _("Shared with them")
            yield Entry(share.shared_at, word, ", ".join(filter(None, said)), address)


def _viewed(report: CustomerReport) -> dict[date, list[MaterialOutcome]]:
    """By day what they viewed on it and on no other: of what they came back to, the days are not kept."""
    found: dict[date, list[MaterialOutcome]] = {}
    for material in report.materials:
        if material.views and material.first_at and material.last_at:
            day = agency_day(material.first_at)
            if day == agency_day(material.last_at):
                found.setdefault(day, []).append(material)
    return found


def _with_names(said: str, views: int, materials: Sequence[MaterialOutcome]) -> str:
    if not materials:
        return said
    names = ", ".join(one.material for one in materials)
    if sum(one.views for one in materials) == views:
        return f"{said}: {names}"
    among = _("among them those of %(materials)s") % {"materials": names}
    return f"{said}; {among}"


def _did(days: Iterable[CustomerDay], viewed_on: dict[date, list[MaterialOutcome]]) -> Iterator[Entry]:
    """What is counted by the day: views by people with their reading time, responses and conversions."""
    plural = cache(figures.plural)  # of hundreds of days most have as many as others
    viewed, responded, converted = _("Viewed"), _("Responded"), _("Converted")
    with_reading = _("%(views)s, %(span)s reading")
    for row in days:
        if row.views:
            views, span = plural(row.views, "view"), figures.duration(row.dwell_seconds)
            said = with_reading % {"views": views, "span": span} if row.dwell_seconds else views
            yield Entry(row.day, viewed, _with_names(said, row.views, viewed_on.get(row.day, ())))
        if row.responses:
            yield Entry(row.day, responded, plural(row.responses, "response"))
        if row.conversions:
            said = plural(row.conversions, "conversion")
            yield Entry(row.day, converted, f"{said}, {figures.money(row.revenue)}" if row.revenue else said)


def told_of_sent(nouns: Iterable[Noun], person: Customer, user: User) -> Iterator[Entry]:
    """What somebody unknown sent through a link to the customer, that is not said to be theirs: the newest MOST of each
    noun that the user may see. It is told of the customer's link, so whoever sees the customer reads it; who sent it is
    read by those alone who keep such records. One query a noun."""
    for noun in (noun for noun in nouns if noun.may_see(user)):
        when, name, *_more = noun.time_line
        records = person.records_of_person()
        rows = noun.model._default_manager.filter(sent_through__in=records).exclude(customer__in=records)
        for row in rows.select_related(noun.parent).order_by(f"-{when}")[:MOST]:
            said = BY_UNKNOWN % {"what": text_of(row, name)}
            yield Entry(
                getattr(row, when), _(noun.singular), said, noun.address(Page.ONE, row) if noun.may_keep(user) else ""
            )


def told_of_asked(asked: Iterable[FollowUp]) -> Iterator[Entry]:
    for task in asked:
        said = _(task.asked)
        if task.is_by_unknown:
            said = BY_UNKNOWN % {"what": said}
        yield Entry(task.asked_at, _("Asked for"), said)
