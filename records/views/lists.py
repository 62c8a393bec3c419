"""What every page of a list is given, and the door it is read through."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest

from privacy.access import Read
from privacy.bases import reading_of
from privacy.guards import signed_in
from privacy.rights.beside import Statement, statements_by_key
from privacy.roles import Permit
from records.listing import Chosen, Column, Listing

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Heading:
    """A column's head: `sort` is what its link asks for, `direction` how the list is sorted by it now, if it is."""

    column: Column
    sort: str
    direction: str


def door_of(request: HttpRequest, chosen: Chosen) -> AbstractContextManager[Read | None]:
    """The door that a list of persons is read through; none for a list of other things."""
    place = chosen.listing.place
    return reading_of(request, place, chosen.looked_up_by) if place else nullcontext()


def list_context(request: HttpRequest, chosen: Chosen) -> dict[str, Any]:
    size = page_size(request.GET.get("size", ""))
    # A paginator asks for stretches alone; the stubs want single rows too.
    paginator: Paginator[dict[str, Any]] = Paginator(chosen.pages, size)  # type: ignore[arg-type]
    page = paginator.get_page(request.GET.get("page"))
    shown = list(page)
    return {
        "chosen": chosen,
        "form": marked(chosen.filterset.form),
        "headings": [heading(column, chosen.sort) for column in chosen.listing.columns],
        "rows": [cells_of(row, chosen.listing) for row in shown],
        "disagreements": _beside(chosen, shown),
        "page": page,
        "page_numbers": page_numbers(page),
        "sizes": PAGE_SIZES,
        "size": size,
        "may_export": signed_in(request).has_permit(Permit.EXPORT_LISTS),
    }


def _beside(chosen: Chosen, rows: list[dict[str, Any]]) -> list[tuple[object, list[Statement]]]:
    """What people say against values of the rows shown, each with the row's first cell."""
    first = chosen.listing.columns[0]
    by_key = {row[chosen.listing.key]: first.value(row) for row in rows}
    keys = [key for key in by_key if isinstance(key, UUID)]
    found = statements_by_key(chosen.rows.model, keys) if keys else {}
    return [(by_key[key], statements) for key, statements in found.items()]


def marked(form: BaseForm) -> BaseForm:
    """The form with its wrong fields marked, each described by the message beside it."""
    for name in form.errors:
        if name in form.fields:
            described_by = f"{form[name].id_for_label}_error"
            form.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": described_by}
    return form


def page_size(asked: str) -> int:
    return int(asked) if asked in {str(size) for size in PAGE_SIZES} else PAGE_SIZES[0]


def page_numbers(page: "Page[dict[str, object]]") -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def heading(column: Column, sort: str) -> Heading:
    """A first click sorts numbers from the top, text from A; a second one turns it round."""
    if sort.removeprefix("-") != column.name:
        return Heading(column, f"-{column.name}" if column.kind.is_number else column.name, "")
    descending = sort.startswith("-")
    return Heading(
        column, column.name if descending else f"-{column.name}", "descending" if descending else "ascending"
    )


def cells_of(row: dict[str, object], listing: Listing) -> dict[str, object]:
    """A row as the template shows it: its key for ticking, and (column, value, address) for each cell."""
    cells = [(column, column.value(row), column.address(row) if column.address else "") for column in listing.columns]
    return {"row": row, "cells": cells, "is_made_up": bool(listing.made_up and row[listing.made_up])}
