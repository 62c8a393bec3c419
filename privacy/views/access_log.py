"""The access log, for those who audit and those who answer for it. Reading it is itself logged."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from privacy.bases import reading_of
from privacy.enums import Duty, EntryKind, KeyKind, Why
from privacy.forms import AccessLogFilters
from privacy.guards import permit_required, signed_in
from privacy.models import AccessEntry, User
from privacy.places import declare_place, places
from privacy.purposes import Basis
from privacy.roles import Permit
from privacy.safeguards import incidents as cases

ACCESS_LOG = declare_place(
    "access_log", gettext_noop("The access log"), categories=(), is_page=True, permits=(Permit.VIEW_ACCESS_LOG,)
)
# What people call what an entry holds.
KINDS, WHYS, KEYS = (dict[str, str](choices) for choices in (EntryKind.choices, Why.choices, KeyKind.choices))
PAGE = 50
# Beyond this the number of entries is told as "more than": counting millions would take longer than reading the page.
COUNTED = 10_000


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it: `what` it says and `why`, and `looked_up_by` what kind of key, in words.

    `basis_address` is the incident's that it was read for, `place_address` the page's where it was read: where the
    reader of the log may open them. The log holds no record's key, so no line leads to a record.
    """

    entry: AccessEntry
    who: str
    what: str
    why: str
    basis: str
    place: str
    looked_up_by: str
    basis_address: str = ""
    place_address: str = ""


@require_safe
@permit_required(Permit.VIEW_ACCESS_LOG)
def access_log(request: HttpRequest) -> HttpResponse:
    """A page of the log, the newest first; `before` in the address is where the last page ended."""
    filters = AccessLogFilters(request.GET)
    older = older_than(request.GET.get("before", ""))
    with reading_of(request, ACCESS_LOG) as read:
        chosen = filters.chosen()
        entries = list(chosen.filter(older).order_by("-at", "-id")[: PAGE + 1])
        read.count = len(entries[:PAGE])
        return render(request, "privacy/access_log.html", page_of(filters, chosen, entries, signed_in(request)))


def page_of(
    filters: AccessLogFilters, chosen: "QuerySet[AccessEntry]", entries: list[AccessEntry], reader: User
) -> dict[str, object]:
    return {
        "form": filters,
        "is_narrowed": filters.is_narrowed,
        "count": chosen.order_by()[: COUNTED + 1].count(),
        "counted": COUNTED,
        "lines": lines_of(entries[:PAGE], reader),
        "older": position(entries[PAGE - 1]) if len(entries) > PAGE else "",
    }


def lines_of(entries: list[AccessEntry], reader: User) -> list[Line]:
    """The entries with the names of people and places. One query, and one more where some are of an incident."""
    names = dict(User.objects.filter(pk__in={entry.user_id for entry in entries}).values_list("pk", "name"))
    shown = {entry.place for entry in entries}
    labels, pages, incidents = place_labels(shown), pages_open_to(reader, shown), incidents_of(entries, reader)
    return [
        Line(
            entry=entry,
            who=who(entry, names),
            what=words(KINDS, entry.kind),
            why=words(WHYS, entry.why),
            basis=basis_words(entry),
            place=labels.get(entry.place) or entry.place.replace("_", " "),
            looked_up_by=words(KEYS, entry.key),
            basis_address=incidents.get(entry.reference, ""),
            place_address=pages.get(entry.place, ""),
        )
        for entry in entries
    ]


def words(choices: dict[str, str], value: str) -> str:
    return gettext(choices.get(value, value)) if value else ""


def place_labels(names: Container[str]) -> dict[str, str]:
    """What people call the declared places of these names, by name."""
    return {place.name: place.words for place in places() if place.name in names}


def pages_open_to(reader: User, names: Container[str]) -> dict[str, str]:
    """The address of each place of these names that the reader may open straight away, by its name."""
    return {place.name: place.address for place in places() if place.name in names and place.opens_to(reader)}


def incidents_of(entries: list[AccessEntry], reader: User) -> dict[str, str]:
    """The address of each incident that entries name and the reader sees, by its number. One query where any is."""
    numbers = {entry.reference for entry in entries if entry.reference}
    if not numbers or not reader.has_one_of((Permit.VIEW_SAFEGUARDS, Permit.VIEW_OWN_INCIDENTS)):
        return {}
    found = cases.visible_to(reader).filter(number__in=numbers).values_list("number", "pk")
    return {number: reverse("incident", args=[pk]) for number, pk in found}


def who(entry: AccessEntry, names: dict[int, str]) -> str:
    if entry.actor:
        return f"Waymark: {entry.actor}"
    if entry.user_id is None:
        return gettext("no account")
    return names.get(entry.user_id, gettext("account %(number)s") % {"number": entry.user_id})


def basis_words(entry: AccessEntry) -> str:
    """`Purpose 12`, `Duty: audit`, with the incident's number where there is one."""
    if entry.purpose is None and not entry.duty:
        return ""
    title = (
        Basis(entry.purpose).title
        if entry.duty == ""
        else gettext("Duty: %(duty)s") % {"duty": gettext(Duty(entry.duty).label)}
    )
    return f"{title}, {entry.reference}" if entry.reference else title


def position(entry: AccessEntry) -> str:
    """Where a page ends, as its address says it."""
    return f"{entry.at.isoformat()},{entry.id}"


def older_than(text: str) -> Q:
    """What stands behind a position. Relies on the primary key (at, id). Raises BadRequest for what is no position."""
    if not text:
        return Q()
    moment, _, identifier = text.partition(",")
    try:
        at, last = datetime.fromisoformat(moment).astimezone(UTC), UUID(identifier)
    except (ValueError, OverflowError) as error:
        raise BadRequest(gettext("That is not a place in the access log.")) from error
    return Q(at__lte=at) & (Q(at__lt=at) | Q(id__lt=last))
