"""The long tail: records of each category of the notice, from one declaration.

Those that are found by a customer have a list, and stand on the customer's page. Those of meetings and of the
collaboration service have none: they are looked up by the keys of the notice, and by no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from privacy.enums import KeyKind
from privacy.models import User
from privacy.notice import elements_ever
from privacy.roles import SEES_CUSTOMERS, Permit
from records.elements import as_text, category_of, is_of_customers, keys_of_category
from records.forms.attributes import FOUND_BY, attributes_form
from records.keeping import Values
from records.listing import Column, Kind, by_list
from records.models import Record
from records.models.record import CATEGORIES
from records.nouns.base import EVERY_PAGE, Noun, Page, of_visible_customers
from records.programmes import taking_part

MEETINGS = range(10, 17)
PROGRAMMES = {4, 5, 7, 9, 17}
Scope = Callable[[User], "QuerySet[Any]"]


@dataclass(frozen=True)
class Attribute:
    label: str
    text: str
    is_sealed: bool


def attributes_of(user: User, record: Record) -> dict[str, Any]:
    """What a record says, in the notice's order, what is sealed opened."""
    known = elements_ever()
    values = sorted(Values(record).all().items(), key=lambda item: known[item[0]].position)
    return {
        "attributes": [Attribute(known[name].label, as_text(value), known[name].is_encrypted) for name, value in values]
    }


def _permits(category: int) -> tuple[tuple[Permit, ...], tuple[Permit, ...]]:
    """Those who see, and those who keep."""
    if category in MEETINGS:
        return (Permit.FIND_MEETINGS,), (Permit.KEEP_MEETINGS,)
    if category in PROGRAMMES:
        return (Permit.VIEW_PROGRAMMES,), (Permit.KEEP_PROGRAMMES,)
    return SEES_CUSTOMERS, (Permit.KEEP_CUSTOMERS,)


def _scope(category: int) -> Scope:
    """All where no customer is named; else a programme's people, or the customers whom the user sees."""
    if not is_of_customers(category):
        rows: Scope = lambda user: Record.objects.all()  # noqa: E731
    else:
        rows = taking_part(Record) if category in PROGRAMMES else of_visible_customers(Record)
    return lambda user: rows(user).filter(category=category)


def _searched(category: int) -> Callable[[str], KeyKind]:
    keys = keys_of_category(category)
    found = next((kind for kind in (KeyKind.CUSTOMER_NAME, KeyKind.NAME) if kind.value in keys), None)
    return (lambda text: found) if found else by_list


def noun_of_category(category: int) -> Noun:
    see, keep = _permits(category)
    is_meeting, is_customers = category in MEETINGS, is_of_customers(category)
    title = category_of(category).title
    first = (Column("Customer", "customer__name"),) if is_customers else ()
    return Noun(
        slug=f"category-{category}",
        singular=f"Record of category {category}",
        plural=f"Category {category}: {title}",
        model=Record,
        category=category,
        form=attributes_form(category),
        see=see,
        keep=keep,
        visible=_scope(category),
        columns=(
            *first,
            Column("Collected", "collected_at", Kind.MOMENT),
            Column("From", "source"),
        ),
        section_columns=(Column("Collected", "collected_at", Kind.MOMENT), Column("What it says", "told")),
        sort="-collected_at",
        facts=(*(["customer"] if is_customers else []), "collected_at", *FOUND_BY, "retention_rule"),
        related=("customer",),
        search=("customer__name__istartswith",) if is_customers else (),
        search_hint="How the customer's name begins",
        searched_key=_searched(category),
        about=f"Further records of category {category} of the notice.",
        also_under="customer" if is_customers else "",
        pages=EVERY_PAGE - {Page.LIST} if is_meeting else EVERY_PAGE,
        list_route="search" if is_meeting else "",
        more=attributes_of,
        templates={Page.ONE: "records/record_page.html"},
    )


NOUNS = tuple(noun_of_category(category) for category in CATEGORIES)
