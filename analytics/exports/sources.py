"""What can be exported, by name: a list (`customers`, `campaigns`, `shares`, a noun's slug) or a report
(`campaign/SLUG`, `customer/KEY`, `filtered`), with the filters of an address.

A source is what one user may take of it: their permits are asked here, each time anew, and rows are limited to their
scope by the list's own query.
"""

from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext

from analytics.comparing import tables as comparing
from analytics.exports import (
    adjusted,
    attribution,
    cohorts,
    funnel,
    letters,
    likely,
    meetings,
    reported,
    sharing,
    surveys,
    webpages,
)
from analytics.exports.base import Notes, Table
from analytics.exports.ended_words import WRONG_ON_LIST
from analytics.exports.source import SMALL_GROUPS, BadFilters, Maker, Source, hides_few
from analytics.exports.tables import list_table, title_lazy
from analytics.lists import CAMPAIGNS_WITHOUT_FEW
from analytics.reports.elements import element_words
from privacy.guards import require
from privacy.holdings import SELF, Holds, declaration_of
from privacy.models import User
from privacy.roles import Permit
from records.listing import Chosen, Listing, known_words, lacking
from records.lists import list_called

# Reports of which there is one.
WITHOUT_NAME = ("filtered", "cohorts", "compare", "attribution", "sharing", "meetings", "webpages")


def source_of(user: User, of: str, query: str) -> Source:
    """Raises Http404 for what does not exist or is out of the user's scope, PermissionDenied, and BadFilters."""
    require(user, Permit.EXPORT_LISTS)
    return seen_source(user, of, query)


def seen_source(user: User, of: str, query: str) -> Source:
    """The same for whoever may see it, without the permit to export."""
    kind, _, which = of.partition("/")
    if kind in REPORTS and bool(which) == (kind not in WITHOUT_NAME):
        return citing(kind, REPORTS[kind](user, which, query))
    if which:
        raise Http404
    return _list(user, of, query)


def citing(kind: str, source: Source) -> Source:
    """Each file of a report says which element of the notice it is."""

    def table(as_of: datetime, notes: Notes) -> Table:
        return source.table(as_of, (*notes, (gettext("Element of the notice"), element_words(kind))))

    return replace(source, table=table)


def _asked(user: User, query: str) -> HttpRequest:
    """The request that a list's page would get, so that its filters choose the same rows."""
    request = HttpRequest()
    request.user = user
    request.GET = QueryDict(query)
    return request


# Lists ---------------------------------------------------------------------------------------------------------------


def _listing(user: User, of: str) -> tuple[Listing, str]:
    """The list and the address of its page. Raises Http404 and PermissionDenied."""
    known = list_called(of)
    if known is None or not known.has_files:
        raise Http404
    require(user, *known.see)
    return known.listing_for(user), known.address


def _list(user: User, of: str, query: str) -> Source:
    listing, page = _listing(user, of)
    hides = of == "campaigns" and hides_few(user, query)
    listing = CAMPAIGNS_WITHOUT_FEW if hides else listing
    query = of_list(query)
    chosen = listing.chosen(_asked(user, query))
    if not chosen.filterset.is_valid():
        raise BadFilters(_wrong(chosen))
    path = _people_path(chosen)
    return Source(
        of=of,
        title=title_lazy(listing),
        page=f"{page}?{query}" if query else page,
        count=chosen.count,
        table=lambda as_of, notes: list_table(chosen, as_of, notes, hides_small_groups=hides),
        place=listing.place,
        key=chosen.looked_up_by,
        categories=listing.place.categories if listing.place else (),
        people=(lambda: chosen.queryset.order_by().values_list(path, flat=True).distinct())
        if listing.place and path
        else None,
        looks_up=bool(listing.place and str(chosen.filterset.data.get("search", "")).strip()),
        lacks=_lacking(chosen),
        knows=tuple(known_words(chosen)),
    )


def _lacking(chosen: Chosen) -> tuple[str, ...]:
    """By the words of an export's address."""
    asked = [name for name, value in chosen.filterset.data.items() if value and name != SMALL_GROUPS]
    return tuple("within" if name == "of" else name for name in lacking(chosen, asked))


def of_list(query: str) -> str:
    """As the list's own address has it. What a list is narrowed to by `of` (an event, say) stands as `within` in an
    export's address, where `of` says what is exported.
    """
    asked = QueryDict(query, mutable=True)
    if within := asked.pop("within", None):
        asked["of"] = within[-1]
    return asked.urlencode()


def _wrong(chosen: Chosen) -> str:
    first = next(iter(chosen.filterset.form.errors.items()))
    return gettext(WRONG_ON_LIST) % {
        "name": first[0],
        "problem": first[1][0],
    }


def _people_path(chosen: Chosen) -> str:
    """The lookup from a row to the key of the person; empty where a row is about no single one."""
    holds = declaration_of(chosen.queryset.model)
    individual = holds.individual if isinstance(holds, Holds) else ""
    return "key" if individual == SELF else f"{individual}__key" if individual else ""


# Reports -------------------------------------------------------------------------------------------------------------


# Adding a report: a module beside this one, and its name here.
REPORTS: dict[str, Maker] = {
    name: make
    for module in (
        adjusted, attribution, cohorts, comparing, funnel, letters, likely, meetings, reported, sharing, surveys,
        webpages,
    )
    for name, make in module.SOURCES.items()
}  # fmt: skip
