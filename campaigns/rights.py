"""Individuals' rights over what this floor keeps: where no path leads from a row to its person, and what is others'."""

from django.db.models import Q

from campaigns.models import Viewer
from privacy.rights.people import Person, Trace, declare_trace

HAPPENED = ("Viewer", "Assignment", "MailMessage", "MailReport", "Outcome")


def by_viewer(person: Person) -> Q:
    """The log names viewers by number alone."""
    viewers = Viewer.objects.filter(customer__in=person.records).values_list("pk", flat=True)
    return Q(viewer_id__in=list(viewers))


def register() -> None:
    """Tell the floor below."""
    for model in ("Event", "Judgement"):
        declare_trace(f"campaigns.{model}", Trace(which=by_viewer, is_fixed=True))
    declare_trace("campaigns.Share", Trace(others=("passed_on_from",), is_fixed=True, related=("recipient__customer",)))
    declare_trace("campaigns.WebPageVersion", Trace(is_fixed=True))
    for model in HAPPENED:
        declare_trace(f"campaigns.{model}", Trace(is_fixed=True))
