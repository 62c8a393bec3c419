"""Who sent what somebody unknown sent, or typed a customer's address: the customer, as staff or they themselves say.

A customer answers a survey, enters a contest and registers for an event once. Where they have already, what would be
their second stays as it is, with everything in it, and counts as nobody's: so nothing is lost, and one counts.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from privacy import changes
from privacy.accesslog import Actor
from privacy.models import User
from privacy.purposes import Basis
from records import seating
from records.models import Answer, Customer, Registration, Submission, Survey

Sendable = Registration | Submission


def may_confirm(sent: Sendable) -> bool:
    """Whether it is not known who sent it, and there is somebody who may have."""
    return bool(sent.sent_by) and bool(sent.customer_id or sent.sent_through_id)


def confirm(sent: Sendable, by: User | Actor, basis: Basis) -> bool:
    """The customer sent it: the one whose it is already, or else the person to whom the link was sent through which it
    came. What is sealed in answers is sealed for them from then on.

    Whether it is known now that the customer sent it. False where something else of the same person counts already, or
    nobody is left who may have sent it: then nothing is changed. Harmless where it was said before. `sent` is as it
    stands by then.
    """
    with transaction.atomic():
        _under_lock(sent)
        if not may_confirm(sent):
            return not sent.sent_by
        customer = sent.customer or sent.through_the_link_sent_to
        if customer is None or _counts_already(sent, customer):
            return False
        feelings = _feelings(sent)
        if isinstance(sent, Submission):
            sent.customer = customer
        sent.confirm()
        changes.save(sent, by=by, basis=basis)
        for answer, feeling in feelings:
            answer.submission.customer, answer.feeling = customer, feeling
            answer.save(update_fields=["feeling"])
    return True


def said_of_refused(sent: Sendable) -> str:
    """Why it was not confirmed, for staff."""
    if not may_confirm(sent):
        return _("Not confirmed: there is no longer a record of the customer who may have sent this.")
    if isinstance(sent, Registration):
        return _(
            "Not confirmed: the customer has another registration for this event. This one stays as it is. If it is "
            "not needed, cancel it."
        )
    return _(
        "Not confirmed: the customer has already submitted this. This one stays as it is, with all its answers, and "
        "does not count as the customer’s."
    )


def _under_lock(sent: Sendable) -> None:
    """Of two of the same event or survey that are confirmed at once the second finds the first."""
    if isinstance(sent, Registration):
        seating.under_lock(sent)
        return
    Survey.objects.select_for_update().get(pk=sent.survey_id)
    rows = Submission.objects.select_for_update(of=("self",)).select_related("customer", "sent_through__merged_into")
    sent.refresh_from_db(from_queryset=rows)


def _counts_already(sent: Sendable, customer: Customer) -> bool:
    """Whether the person is known to have sent another that stands, as this one does, under whatever record of theirs.
    Relies on customer_merged_into, registration_once and submission_again."""
    rows: QuerySet[Any]
    if isinstance(sent, Registration):
        off, rows = "cancelled_at", Registration.objects.filter(gathering=sent.gathering_id)
    else:
        off, rows = "withdrawn_at", Submission.objects.filter(survey=sent.survey_id)
    if getattr(sent, off):
        return False
    theirs = rows.filter(customer__in=Customer.objects.of_person(customer.person_id), **{off: None})
    return theirs.filter(is_claimed=False, is_by_unknown=False).exclude(pk=sent.pk).exists()


def _feelings(sent: Sendable) -> list[tuple[Answer, str]]:
    """The sealed answers with what they say, opened."""
    if isinstance(sent, Registration):
        return []
    rows = sent.answers.select_related("submission__customer")
    return [(answer, answer.feeling) for answer in rows if answer.feeling is not None]
