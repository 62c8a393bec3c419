"""The list of customers, and one customer's report."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.engagement_words import METHOD, change_words, part_rows
from analytics.lists import CUSTOMER_LIST, SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.pictures.timeline import DAY_COLUMNS, day_rows
from analytics.places import CUSTOMER, SHOWN
from analytics.reports.customer import CampaignOutcome, CustomerReport, report_of
from analytics.reports.next_best import next_best
from analytics.touching import FOLDS, leave_when_counted
from analytics.views.time_line import time_line, told_of_asked, told_of_sent
from campaigns.enums import Channel
from campaigns.follow_ups import asked_by
from campaigns.materials.keeping import SEES
from campaigns.models import Share, WebPage
from campaigns.responding import outcomes_of
from campaigns.share_lists import SEES_SHARES
from campaigns.views.webpages import keeps_pages
from privacy.agency import agency_today
from privacy.bases import reading_in_parts
from privacy.enums import KeyKind
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.prepared import ask
from privacy.renewing.watching import watch
from privacy.roles import SEES_CUSTOMERS
from records import figures
from records.insight import NO_MEETING, meeting_insight
from records.models import Customer, Import, Organization, Territory
from records.models.customer import seen_in_sql
from records.nouns import children_of
from records.nouns.customers import NOUN as CUSTOMERS_NOUN
from records.nouns.registrations import NOUN as REGISTRATIONS_NOUN
from records.nouns.submissions import NOUN as SUBMISSIONS_NOUN
from records.rows import Columns
from records.views.facts import facts_of
from records.views.lists import list_page
from records.views.nouns import about
from records.views.sections import categories_shown, reached, sections_of, withheld_of

# The customer's record and those that are merged into it.
OF_PERSON = "ANY (ARRAY(SELECT id FROM records_customer WHERE merged_into_id = customer.id) || customer.id)"
OF_VIEWER = """{table} AS done
JOIN campaigns_viewer AS viewer ON viewer.id = done.viewer_id
WHERE viewer.customer_id = customer.id"""
# What few customers have anything of: told with the customer, so that it is not asked for in vain. Each is a look-up of
# an index: follow_up_of_viewer, outcome_of_viewer, customer_merged_into, registration_sent_through,
# submission_sent_through, participation_of_customer, that of web pages by customer.
FURTHER = {
    "has_asked": OF_VIEWER.format(table="campaigns_followup"),
    "has_outcomes": OF_VIEWER.format(table="campaigns_outcome"),
    "has_web_pages": "campaigns_webpage WHERE customer_id = customer.id",
    "has_registered_through": f"records_registration WHERE sent_through_id = {OF_PERSON}",
    "has_answered_through": f"records_submission WHERE sent_through_id = {OF_PERSON}",
    "has_met": f"records_participation WHERE customer_id = {OF_PERSON}",
    "has_merged": "records_customer AS merged WHERE merged.merged_into_id = customer.id",
}
# What somebody unknown sent through a link to the customer, by the nouns that it is of.
SENT_THROUGH = {"has_registered_through": REGISTRATIONS_NOUN, "has_answered_through": SUBMISSIONS_NOUN}
PERSON = Columns(Customer, "customer")
REFERRED: dict[str, Columns[Any]] = {
    "organization": Columns(Organization, "organization"),
    "territory": Columns(Territory, "territory"),
    "source_import": Columns(Import, "source_import"),
}
# Whose customer somebody is at present. Relies on assignment_of_customer.
ASSIGNED = """
FROM records_customerassignment AS assigned
JOIN privacy_user AS staff ON staff.id = assigned.staff_id
WHERE assigned.customer_id = customer.id AND assigned.until IS NULL
ORDER BY assigned.since, assigned.id
"""
# By the unique key of customers' keys.
STATEMENT = f"""
SELECT {", ".join(each.sql for each in (PERSON, *REFERRED.values()))},
    ARRAY(SELECT staff.name {ASSIGNED}), ARRAY(SELECT assigned.since {ASSIGNED}),
    {", ".join(f"EXISTS (SELECT FROM {rows})" for rows in FURTHER.values())}
FROM records_customer AS customer
LEFT JOIN records_organization AS organization ON organization.id = customer.organization_id
LEFT JOIN records_territory AS territory ON territory.id = customer.territory_id
LEFT JOIN records_import AS source_import ON source_import.id = customer.source_import_id
WHERE customer.key = %(key)s AND {{seen}}
"""


@require_safe
def customer_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, CUSTOMER_LIST, "analytics/customers.html")


@require_safe
@permit_required(*SEES_CUSTOMERS)
def customer(request: HttpRequest, key: UUID) -> HttpResponse:
    """The report of a customer whom the reader sees; 404 for any other, as for one who does not exist.

    The address of a record that was merged into another leads to the person.
    """
    if kept := key_of_person(key):
        return redirect("customer", kept)
    more = categories_shown(children_of(CUSTOMERS_NOUN), Customer, signed_in(request))
    with reading_in_parts(request, CUSTOMER, KeyKind.CUSTOMER_ID, SHOWN, more) as parts:
        found = seen_person(signed_in(request), key)
        watch(request, f"customer:{found.person.pk}", FOLDS)
        report = report_of(found.person)
        leave_when_counted(request, report.freshness)
        parts.count(1)
        context = customer_context(found, report, signed_in(request), parts.withheld)
        return render(request, "analytics/customer.html", context)


@dataclass(frozen=True)
class FoundCustomer:
    """A customer, with what their record refers to; whose customer they are, and since when; the names in FURTHER of
    what they have any of."""

    person: Customer
    assignments: tuple[tuple[str, datetime], ...]
    there: frozenset[str]


def seen_person(user: User, key: UUID) -> FoundCustomer:
    """A customer whom the user sees. Raises Http404. One query."""
    seen, values = seen_in_sql(user)
    with connection.cursor() as cursor:
        ask(cursor, STATEMENT.format(seen=seen), {**values, "key": key})
        row = iter(cursor.fetchone() or ())
    person = PERSON.made_of(tuple(islice(row, len(PERSON))))
    if person is None:
        raise Http404
    for name, columns in REFERRED.items():
        setattr(person, name, columns.made_of(tuple(islice(row, len(columns)))))
    assignments = tuple(zip(next(row), next(row), strict=True))
    return FoundCustomer(
        person, assignments, frozenset(name for name, is_there in zip(FURTHER, row, strict=True) if is_there)
    )


KEPT = """
SELECT kept.key
FROM records_customer AS merged
JOIN records_customer AS kept ON kept.id = merged.merged_into_id
WHERE merged.key = %(key)s
"""


def key_of_person(key: UUID) -> UUID | None:
    """The key of the record that the one of this key is merged into; it tells of anybody nothing else."""
    with connection.cursor() as cursor:
        ask(cursor, KEPT, {"key": key})
        found = cursor.fetchone()
    return UUID(str(found[0])) if found else None


def shown_of_campaign(row: CampaignOutcome) -> tuple[str, ...]:
    """The numbers of a campaign in the order of their columns."""
    counts = (row.deliveries, row.views, row.visits, row.responses, row.conversions)
    return (*map(figures.count, counts), figures.money(row.revenue))


def web_pages_for(person: Customer, user: User) -> list[WebPage]:
    """Those made for a customer whom the user sees, the last changed first: whoever keeps pages opens them."""
    if not keeps_pages(user):
        return []
    pages = WebPage.objects.filter(customer=person, material__withdrawn_at=None).select_related("material")
    shown = ("material__slug", "material__title", "material__version")
    return list(pages.only("customer", *shown).order_by("-changed_at"))


def openable_shares(report: CustomerReport, user: User) -> dict[UUID, bool]:
    """The keys of those shares in the report whose pages the user may open, each with whether it is to go by e-mail and
    no mailing has sent it. One query, none without shares."""
    if not user.has_one_of(SEES_SHARES):
        return {}
    keys = [share.key for material in report.materials for share in material.shares]
    if not keys:
        return {}
    rows = Share.objects.opened_by(user).filter(key__in=keys).values_list("key", "channel", "message__sent_at")
    return {key: channel == Channel.EMAIL and sent_at is None for key, channel, sent_at in rows}


# Relies on the index assignment_of_customer.
def customer_context(
    found: FoundCustomer, report: CustomerReport, user: User, withheld: tuple[int, ...]
) -> dict[str, object]:
    """`withheld` are the categories that what the user reads for does not reach: their sections say what would."""
    person, there = found.person, found.there
    children = children_of(CUSTOMERS_NOUN)
    open_to = reached(children, withheld)
    sections = sections_of(open_to, person, user)
    through = [noun for name, noun in SENT_THROUGH.items() if name in there and noun in open_to and noun.may_see(user)]
    openable = openable_shares(report, user)
    asked = list(asked_by(person)) if "has_asked" in there else []
    merged = person.merged.order_by("number").only("name", "number", "email") if "has_merged" in there else []
    return {
        "customer": person,
        "report": report,
        "assignments": found.assignments,
        "drawn": (drawn := drawn_sections("customer", report, Asked())),
        "day_columns": DAY_COLUMNS,
        "days": () if drawn.has_pictures else day_rows(report.days),
        "openable": openable,
        "opens_materials": user.has_one_of(SEES),
        "sees_campaigns": user.has_one_of(SEES_CAMPAIGNS),
        "time_line": time_line(
            report, sections, [*told_of_asked(asked), *told_of_sent(through, person, user)], openable
        ),
        "web_pages": web_pages_for(person, user) if "has_web_pages" in there else [],
        "campaigns": [(row, shown_of_campaign(row)) for row in report.campaigns],
        "engagement_parts": part_rows(report.engagement),
        "engagement_change": change_words(report.engagement),
        "engagement_method": gettext(METHOD),
        "record": about(CUSTOMERS_NOUN, person, user),
        "record_facts": (facts := facts_of(CUSTOMERS_NOUN, person, user)),
        "reach": [fact for fact in facts if fact.reaches],
        "merged": list(merged),
        "meetings": meeting_insight(person) if "has_met" in there else NO_MEETING,
        "next_best": next_best(person),
        "outcomes": list(outcomes_of(person)) if "has_outcomes" in there else [],
        "asked": asked,
        "today": agency_today(),
        "sections": sections,
        "withheld": withheld_of(children, user, withheld),
    }
