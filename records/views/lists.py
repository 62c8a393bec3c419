"""The one page of all lists: filters, sort, a page of rows, columns as chosen, saved views; and the door to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from privacy.access import Read
from privacy.bases import reading_of
from privacy.guards import require, signed_in
from privacy.models import User
from privacy.rights.beside import Statement, statements_by_key
from privacy.roles import Permit
from records import saved_views
from records.listing import Chosen, Column, Listing, Row, in_language, lacking
from records.lists import KnownList
from records.models import SavedView
from records.paging import AFTER, AT, BEFORE, END, Page, page_of

PAGE_SIZES = (25, 50, 100)
# The address of the whole list, where a view would open by itself.
NO_VIEW = "none"


@dataclass(frozen=True)
class Heading:
    """A column's head: `sort` is what its link asks for, `direction` how the list is sorted by it now, if it is."""

    column: Column
    sort: str
    direction: str
    address: str = ""


@dataclass(frozen=True)
class Looking:
    """With which view somebody looks at a list. `current` is the view that the address names.

    `own_choice` are the columns that they chose for the list, whatever the view.
    """

    known: KnownList
    listing: Listing
    views: Sequence[SavedView]
    current: SavedView | None
    own_choice: Sequence[str] | None
    takes_own_columns: bool

    @property
    def default(self) -> SavedView | None:
        return next((view for view in self.views if view.is_default), None)

    @property
    def columns(self) -> tuple[Column, ...]:
        of_view = self.current.columns if self.current and not self.takes_own_columns else None
        return saved_views.shown_columns(self.listing, of_view or self.own_choice)


def list_page(
    request: HttpRequest,
    known: KnownList,
    template: str,
    more: Mapping[str, Any] | None = None,
    inside: Callable[[Sequence[Row]], Mapping[str, Any]] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The list that the address asks for. Raises PermissionDenied where the user may not see it.

    `inside` gives what else the page shows of records, read through the list's door, and as `people` of how many
    people it and the rows are. `status` is that of a page with a form beside the list, which was sent.
    """
    user = signed_in(request)
    require(user, *known.see)
    looking = looking_at(request, user, known)
    if elsewhere := _opens_with(request, looking):
        return redirect(elsewhere)
    chosen = looking.listing.chosen(request, looking.columns)
    with door_of(request, chosen) as read:
        context = list_context(request, chosen, looking)
        rows = [row["row"] for row in context["rows"]]
        told = inside(rows) if inside else {}
        if read:
            read.count = told.get("people", looking.listing.people_in(rows))
        return render(request, template, {**context, **(more or {}), **told}, status=status)


def looking_at(request: HttpRequest, user: User, known: KnownList) -> Looking:
    """Statements as in `kept_of_list`."""
    views, own_choice = saved_views.kept_of_list(user, known.word, request.GET.get(saved_views.VIEW, ""))
    current = saved_views.asked_for(views, request)
    own = [view for view in views if view.owner_id == user.pk]
    takes_own = saved_views.COLUMNS in request.GET
    return Looking(known, known.listing_for(user), own, current, own_choice, takes_own)


def _opens_with(request: HttpRequest, looking: Looking) -> str:
    """The address with a view's filters, where this one names a view alone, or nothing and a view opens by itself.

    What was sent is answered on the spot: the answer may be shown this once.
    """
    if request.method == "POST":
        return ""
    asked = request.GET.get(saved_views.VIEW, "")
    if not request.GET and looking.default:
        return address_of(looking.known, looking.default)
    if asked in ("", NO_VIEW):
        return ""
    if looking.current is None:
        said = gettext("That view does not exist, or its owner no longer shares it. This is the whole list.")
        messages.warning(request, said)
        return f"{request.path}?{saved_views.VIEW}={NO_VIEW}"
    is_alone = set(request.GET) == {saved_views.VIEW} and looking.current.query
    return address_of(looking.known, looking.current) if is_alone else ""


def address_of(known: KnownList, view: SavedView) -> str:
    """The list with the view's filters in the address, and the view's name behind them."""
    name = f"{saved_views.VIEW}={view.key}"
    return f"{known.address}?{view.query}&{name}" if view.query else f"{known.address}?{name}"


def door_of(request: HttpRequest, chosen: Chosen) -> AbstractContextManager[Read | None]:
    """The door that a list of persons is read through; none for a list of other things."""
    place = chosen.listing.place
    return reading_of(request, place, chosen.looked_up_by) if place else nullcontext()


def list_context(request: HttpRequest, chosen: Chosen, looking: Looking) -> dict[str, Any]:
    user, listing = signed_in(request), chosen.listing
    size = page_size(request.GET.get("size", ""))
    page = page_of(chosen, size, request.GET)
    if listing.fill:
        listing.fill(chosen, page.rows)
    return {
        "chosen": chosen,
        "form": marked(in_words(chosen.filterset.form)),
        "headings": headings(request, chosen),
        "rows": [cells_of(row, chosen, user) for row in page.rows],
        "disagreements": _beside(chosen, page.rows),
        "page": page,
        "neighbours": neighbours(request, page),
        "sizes": PAGE_SIZES,
        "size": size,
        "may_export": looking.known.has_files and user.has_permit(Permit.EXPORT_LISTS),
        "looking": looking,
        "of": looking.known.word,
        "whole_address": f"{request.path}?{saved_views.VIEW}={NO_VIEW}" if looking.default else request.path,
        "columns_to_choose": [(column, column in chosen.columns) for column in listing.every_column[1:]],
        "view_link": link_of(request, looking.current),
        "view_is_changed": is_changed(request, looking),
        "view_lacks": lacking_filters(chosen, looking.current),
        "view_leaves_out_search": saved_views.leaves_out_search(listing, request.GET.urlencode()),
    }


def link_of(request: HttpRequest, view: SavedView | None) -> str:
    """The whole address by which a colleague opens a view; empty where nobody else may."""
    if view is None or not view.is_shared:
        return ""
    return request.build_absolute_uri(reverse("saved_view", args=[view.key]))


def is_changed(request: HttpRequest, looking: Looking) -> bool:
    """Whether the list shows something else than the view that it was opened with."""
    view = looking.current
    if view is None:
        return False
    now = saved_views.query_to_keep(looking.listing, request.GET.urlencode())
    return now != view.query or (looking.takes_own_columns and (view.columns or None) != looking.own_choice)


def lacking_filters(chosen: Chosen, view: SavedView | None) -> list[str]:
    """The filters of a colleague's view that the reader's role does not have, which therefore narrow nothing."""
    if view is None:
        return []
    return lacking(chosen, QueryDict(view.query))


def neighbours(request: HttpRequest, page: Page) -> list[tuple[str, str, str]]:
    """The pages that one can go on to: label, address, and what it is to this one (`rel`)."""

    def at(**place: str) -> str:
        query = elsewhere(request)
        for name, value in place.items():
            query[name] = value
        return f"?{query.urlencode()}" if query else request.path

    back = [(_("First"), at(), "first"), (_("Previous"), at(before=page.before), "prev")] if page.before else []
    on = [(_("Next"), at(after=page.after), "next"), (_("Last"), at(at=END), "last")] if page.after else []
    return back + on


def _beside(chosen: Chosen, rows: list[dict[str, Any]]) -> list[tuple[object, list[Statement]]]:
    """What people say against values of the rows shown, each with the row's first cell."""
    first = chosen.listing.columns[0]
    by_key = {row[chosen.listing.key]: first.value(row) for row in rows}
    keys = [key for key in by_key if isinstance(key, UUID)]
    found = statements_by_key(chosen.filterset.queryset.model, keys) if keys else {}
    return [(by_key[key], statements) for key, statements in found.items()]


def in_words(form: BaseForm) -> BaseForm:
    """The form of filters with its choices in the reader's language; what rows are called stays as it is."""
    for field in form.fields.values():
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            choices: Iterable[tuple[Any, Any]] = field.choices  # type: ignore[assignment]  # read, it is an iterator
            field.choices = [(value, in_language(label)) for value, label in choices]
    return form


def marked(form: BaseForm) -> BaseForm:
    """The form with its wrong fields marked, each described by the message beside it."""
    for name in form.errors:
        if name in form.fields:
            described_by = f"{form[name].id_for_label}_error"
            form.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": described_by}
    return form


def page_size(asked: str) -> int:
    return int(asked) if asked in {str(size) for size in PAGE_SIZES} else PAGE_SIZES[0]


def headings(request: HttpRequest, chosen: Chosen) -> list[Heading]:
    """The columns' heads, each with the address of the list sorted by it, from its beginning."""
    query = elsewhere(request)

    def address(sort: str) -> str:
        query["sort"] = sort
        return f"?{query.urlencode()}"

    found = (heading(chosen.listing, column, chosen.sort) for column in chosen.columns)
    return [replace(one, address=address(one.sort)) if one.sort else one for one in found]


def elsewhere(request: HttpRequest) -> QueryDict:
    """What the address asks for, without the place in the list."""
    query = request.GET.copy()
    for name in (AFTER, BEFORE, AT, "page"):
        query.pop(name, None)
    return query


def heading(listing: Listing, column: Column, sort: str) -> Heading:
    """A first click sorts numbers from the top, text from A; a second one turns it round."""
    if column in listing.page_columns:
        return Heading(column, "", "")
    if sort.removeprefix("-") != column.name:
        return Heading(column, f"-{column.name}" if column.kind.is_number else column.name, "")
    descending = sort.startswith("-")
    return Heading(
        column, column.name if descending else f"-{column.name}", "descending" if descending else "ascending"
    )


def cells_of(row: dict[str, Any], chosen: Chosen, user: User) -> dict[str, Any]:
    """A row as the template shows it: its key for ticking, and (column, value, address) for each cell."""
    listing = chosen.listing
    cells = [(column, column.value(row), column.address(row) if column.address else "") for column in chosen.columns]
    return {
        "row": row,
        "cells": cells,
        "is_made_up": bool(listing.made_up and row[listing.made_up]),
        "tags": list(listing.tags(row)) if listing.tags else [],
        "acts": list(listing.acts(user, row)) if listing.acts else [],
    }
