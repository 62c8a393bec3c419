"""Tasks that the program gives to staff: a next step with a customer, which leads to where it is seen to.

A task is known by the address that it leads to, which stands in its notes: names of things change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from privacy import changes
from privacy.accesslog import Actor
from privacy.models import User
from privacy.purposes import Basis
from records.enums import InteractionKind
from records.models import Customer, CustomerAssignment, Interaction

By = User | Actor
LONGEST_ABOUT = 200


# What the program asks for, in English. Whatever else stands as a next step was typed by somebody.
_OWN: set[str] = set()


def own(step: str) -> str:
    """Declare a step that the program gives: it is read in the reader's language."""
    _OWN.add(step)
    return step


def words_of(step: str) -> str:
    """The step as it is shown: the program's own in the reader's language, one that staff typed as it is."""
    return gettext(step) if step in _OWN else step


@dataclass(frozen=True)
class Task:
    """What `staff` is to do about a customer, until a day of the agency's. `leads_to` is an address of ours."""

    customer: Customer
    staff: User
    about: str
    step: str
    on: date
    leads_to: str = ""


def give(task: Task, by: By, basis: Basis) -> None:
    made = Interaction(
        customer=task.customer,
        kind=InteractionKind.OTHER,
        staff=task.staff,
        about=task.about[:LONGEST_ABOUT],
        notes=task.leads_to,
        next_step=task.step,
        next_step_on=task.on,
    )
    changes.save(made, by=by, basis=basis)


def given(customers: Iterable[int], leads_to: Iterable[str], step: str) -> "QuerySet[Interaction]":
    """The tasks of this step that lead there, done ones too; the customers by primary key. Relies on
    interaction_of_customer."""
    rows = Interaction.objects.filter(customer__in=list(customers), notes__in=list(leads_to), next_step=step)
    return rows.select_related("customer")


def end(tasks: "QuerySet[Interaction]", by: By, basis: Basis) -> int:
    """Those of them that are open are done. How many."""
    open_ones = tasks.filter(next_step_done_at=None)
    return len(changes.save_all(open_ones, {"next_step_done_at": timezone.now()}, by=by, basis=basis))


def staff_of(customer: Customer) -> User | None:
    """Who has looked after the customer longest, of those who still do and may sign in; None where nobody does."""
    present = CustomerAssignment.objects.current().filter(customer=customer.person_id, staff__is_active=True)
    found = present.select_related("staff").order_by("since", "pk").first()
    return found.staff if found else None
