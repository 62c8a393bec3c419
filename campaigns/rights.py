"""Individuals' rights over what this floor keeps: where no path leads from a row to its person, and what is others'."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model, Q

from campaigns.models import Campaign, Material, Variant, Viewer
from privacy.rights.people import Person, Trace, declare_trace

HAPPENED = ("Viewer", "Assignment", "MailMessage", "MailReport", "Outcome")


def by_viewer(person: Person) -> Q:
    """The log names viewers by number alone."""
    viewers = Viewer.objects.filter(customer__in=person.records).values_list("pk", flat=True)
    return Q(viewer_id__in=list(viewers))


def names_of(model: type[Model]) -> Callable[[], Mapping[Any, str]]:
    """What the log's numbers of these things stand for."""
    return lambda: {one.pk: str(one) for one in model._base_manager.all()}


# By the columns of the log and of its rollups; the database knows no reference of either.
NAMES = {
    f"{name}{end}": names_of(model)
    for name, model in {"campaign": Campaign, "variant": Variant, "material": Material}.items()
    for end in ("", "_id")
}


def register() -> None:
    """Tell the floor below."""
    declare_trace("campaigns.Event", Trace(which=by_viewer, is_fixed=True, names=NAMES))
    declare_trace("campaigns.Judgement", Trace(which=by_viewer, is_fixed=True))
    declare_trace("campaigns.Share", Trace(others=("passed_on_from",), is_fixed=True, related=("recipient__customer",)))
    declare_trace("campaigns.WebPageVersion", Trace(is_fixed=True))
    for model in HAPPENED:
        declare_trace(f"campaigns.{model}", Trace(is_fixed=True))
