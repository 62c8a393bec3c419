"""Views of lists: what is kept of one, and how it is saved, changed, copied, deleted and had back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.models import User
from privacy.prepared import ask
from records.listing import Column, Listing
from records.lists import KnownList
from records.models import ListColumns, SavedView
from records.models.view import KEPT_DELETED, LONGEST_QUERY
from records.paging import OF_PLACES

VIEW, COLUMNS = "view", "columns"
# What an address asks a list for that is no part of a view: which page of it, and which view it is.
NOT_KEPT = (*OF_PLACES, VIEW, COLUMNS, "page", "csrfmiddlewaretoken")
SEARCH = "search"
MOST = 50  # views of one list


class NotSaved(Exception):
    """The message says why, and what to do."""


def query_to_keep(listing: Listing, query: str) -> str:
    """Of an address's query what a view keeps: filters, sort and size that are set, in one order.

    What is searched for in a list of persons is left out: it would name one (DESIGN section 3, "Retrieval").
    """
    asked = QueryDict(query)
    left_out = {*NOT_KEPT, *([SEARCH] if listing.place else [])}
    kept = QueryDict(mutable=True)
    for name in sorted(asked):
        values = [value for value in asked.getlist(name) if value]
        if values and name not in left_out:
            kept.setlist(name, values)
    if kept.get("sort") == listing.sort:
        del kept["sort"]
    return kept.urlencode()


def columns_to_keep(listing: Listing, names: Sequence[str] | None) -> list[str] | None:
    """Of the columns that the page says it shows those that the list has, in the order given; None for all."""
    known = {column.name for column in listing.every_column}
    return None if names is None else [name for name in names if name in known]


def leaves_out_search(listing: Listing, query: str) -> bool:
    """Whether the query searches for somebody, which no view keeps."""
    return bool(listing.place and QueryDict(query).get(SEARCH, "").strip())


def save(
    owner: User, known: KnownList, name: str, query: str, columns: Sequence[str] | None, *, is_shared: bool = False
) -> SavedView:
    """A new view. Raises NotSaved for a name that is empty or taken, and for too many or too long ones."""
    listing = known.listing_for(owner)
    kept = query_to_keep(listing, query)
    named = checked_name(owner, known.word, name)
    if len(kept) > LONGEST_QUERY:
        raise NotSaved(_("There are too many filters for a view: remove some."))
    if SavedView.objects.of(owner).filter(list=known.word).count() >= MOST:
        raise NotSaved(_("A list has at most %(most)s views: delete one that you no longer use.") % {"most": MOST})
    chosen = columns_to_keep(listing, columns)
    return SavedView.objects.create(
        owner=owner, list=known.word, name=named, query=kept, columns=chosen, is_shared=is_shared
    )


def checked_name(owner: User, word: str, name: str, of: SavedView | None = None) -> str:
    """The name without white space around it. Raises NotSaved where it is empty, too long, or another view's."""
    named = " ".join(name.split())
    if not named:
        raise NotSaved(_("Give the view a name."))
    if "\x00" in named:  # PostgreSQL keeps no text with one
        raise NotSaved(_("The name has a character that is not allowed in text (NUL): type it again."))
    if len(named) > SavedView._meta.get_field("name").max_length:  # type: ignore[operator]  # it has one
        raise NotSaved(_("The name is too long: 80 characters at most."))
    others = SavedView.objects.of(owner).filter(list=word, name=named)
    if (others.exclude(pk=of.pk) if of else others).exists():
        raise NotSaved(
            _("You already have a view “%(named)s” of this list: choose another name, or change that one.")
            % {"named": named}
        )
    return named


def replace(view: SavedView, known: KnownList, query: str, columns: Sequence[str] | None) -> None:
    """Keep what the list shows now under the view's name."""
    listing = known.listing_for(view.owner)
    view.query, view.columns = query_to_keep(listing, query), columns_to_keep(listing, columns)
    view.changed_at = timezone.now()
    view.save(update_fields=["query", "columns", "changed_at"])


@transaction.atomic
def change(view: SavedView, name: str, *, is_shared: bool, is_default: bool) -> None:
    """Name, sharing, and whether the list opens with it, which one view at most does. Raises NotSaved."""
    view.name = checked_name(view.owner, view.list, name, view)
    view.is_shared, view.is_default, view.changed_at = is_shared, is_default, timezone.now()
    if is_default:
        SavedView.objects.filter(owner=view.owner, list=view.list, is_default=True).exclude(pk=view.pk).update(
            is_default=False
        )
    view.save(update_fields=["name", "is_shared", "is_default", "changed_at"])


def copy(view: SavedView, owner: User, known: KnownList) -> SavedView:
    """A view of one's own like a colleague's. Raises NotSaved."""
    return save(owner, known, view.name, view.query, view.columns)


def delete(view: SavedView) -> None:
    """Gone from every list; for a day it can be had back."""
    now = timezone.now()
    SavedView.objects.filter(owner=view.owner, deleted_at__lt=now - KEPT_DELETED).delete()
    view.deleted_at, view.is_default = now, False
    view.save(update_fields=["deleted_at", "is_default"])


def have_back(view: SavedView) -> None:
    """Undo its deletion. Raises NotSaved where another has taken the name."""
    view.name = checked_name(view.owner, view.list, view.name, view)
    view.deleted_at = None
    view.save(update_fields=["deleted_at"])


# Columns -------------------------------------------------------------------------------------------------------------


def choose_columns(owner: User, word: str, listing: Listing, names: Sequence[str] | None) -> None:
    """Show these from now on, and the first; all of them for None."""
    every = [column.name for column in listing.every_column]
    kept = [name for name in every if names is None or name in names or name == every[0]]
    if kept == every:
        ListColumns.objects.filter(owner=owner, list=word).delete()
    else:
        ListColumns.objects.update_or_create(owner=owner, list=word, defaults={"names": kept})


def shown_columns(listing: Listing, names: Sequence[str] | None) -> tuple[Column, ...]:
    """The columns of these names in the list's order, the first always; all where none of them is there."""
    every = listing.every_column
    chosen = [column for column in every if names is None or column.name in names]
    if not chosen:
        return every
    return tuple(chosen) if chosen[0] is every[0] else (every[0], *chosen)


# What a request looks at ---------------------------------------------------------------------------------------------


# Relies on list_columns_once and the index of views by owner and list.
KEPT = """
SELECT
    EXISTS (SELECT FROM records_savedview WHERE owner_id = %(owner)s AND list = %(list)s AND deleted_at IS NULL),
    (SELECT names FROM records_listcolumns WHERE owner_id = %(owner)s AND list = %(list)s)
"""


def kept_of_list(user: User, word: str, asked: str) -> tuple[list[SavedView], list[str] | None]:
    """The views at hand of a list (one's own, and the one that the address asks for where a colleague shares it), and
    the columns that one chose for it, None where one chose none.

    Two statements; one where there are no views, which most lists have not.
    """
    with connection.cursor() as cursor:
        ask(cursor, KEPT, {"owner": user.pk, "list": word})
        has_views, columns = cursor.fetchone()
    key = _key(asked)
    return _views_at_hand(user, word, key) if has_views or key else [], columns


def _views_at_hand(user: User, word: str, key: str) -> list[SavedView]:
    rows = SavedView.objects.kept().filter(list=word).select_related("owner")
    own = rows.filter(owner=user)
    found = own | rows.filter(key=key, is_shared=True) if key else own
    return list(found.order_by("name", "pk"))


def asked_for(views: Sequence[SavedView], request: HttpRequest) -> SavedView | None:
    """The view that the address names, of those at hand."""
    return next((view for view in views if str(view.key) == _key(request.GET.get(VIEW, ""))), None)


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
