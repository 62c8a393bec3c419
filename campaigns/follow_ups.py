"""What recipients ask for becomes somebody's task by a date: asked through a share, done or handed on by staff."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.collector import happened
from campaigns.enums import Action, EventKind, Grade
from campaigns.models import FollowUp, Share
from campaigns.notifying import forget_task, notify_of_task
from privacy import changes
from privacy.agency import agency_day
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Permit
from records.models import Customer, CustomerAssignment
from records.models.customer import is_seen_by, managed_staff

# Working days after the day on which it was asked, by which it should be done.
WORKING_DAYS = {Action.CALL: 1, Action.COMPLAINT: 1, Action.PROBLEM: 1, Action.QUESTION: 2, Action.ORDER: 3}
SATURDAY = 5
# The same form sent twice at once: the second finds what the first made.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('campaigns.follow_ups ' || %s, 0))"


def ask(
    share: Share,
    action: Action,
    text: str,
    at: datetime,
    event_id: UUID,
    *,
    grade: Grade = Grade.ADDRESSEE,
    signals: int = 0,
    visit_id: UUID | None = None,
) -> FollowUp:
    """Somebody asks for something through a share: the event `response`, and a task for whoever looks after its
    recipient. Under the grade `unknown` nobody knows whether it was the recipient: the task says so, and neither it nor
    the event counts as theirs.

    `at` is aware and the recipient's, `event_id` names the event; the same id again gives the same task and stores
    nothing. Both are stored or neither is.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [str(event_id)])
        if known := FollowUp.objects.filter(event_id=event_id).first():
            return known
        happened(EventKind.RESPONSE, share, at, event_id, grade=grade, signals=signals, visit_id=visit_id)
        made = FollowUp(
            action=action,
            viewer=share.recipient,
            share=share,
            grade=grade,
            owner=owner_for(share),
            event_id=event_id,
            asked_at=at,
            due_on=due_on(action, agency_day(at)),
        )
        made.text = text
        made.save(force_insert=True)
        notify_of_task(made)
    return made


def begin(
    share: Share,
    at: datetime,
    event_id: UUID,
    *,
    grade: Grade = Grade.ADDRESSEE,
    signals: int = 0,
    visit_id: UUID | None = None,
) -> None:
    """The event `begun`: somebody opened the form of an action, which `ask` finishes."""
    happened(EventKind.BEGUN, share, at, event_id, grade=grade, signals=signals, visit_id=visit_id)


def owner_for(share: Share) -> User | None:
    """Who is to do it: the sender where they see the customer, else who has had the customer longest, else the sender.

    What was passed on is its first sender's. Nobody where none is known: the managers of the customer's territory
    see it then.
    """
    first, customer = share, share.recipient.customer
    while first.passed_on_from is not None:
        first = first.passed_on_from
    sender = first.sender
    if customer is None or (sender and Customer.objects.visible_to(sender).filter(pk=customer.pk).exists()):
        return sender
    present = CustomerAssignment.objects.current().filter(customer=customer).select_related("staff")
    longest = present.order_by("since", "pk").first()
    return longest.staff if longest else sender


def due_on(action: Action, asked_on: date) -> date:
    """By when it should be done: so many working days (Monday to Friday) after the day on which it was asked."""
    day, left = asked_on, WORKING_DAYS[Action(action)]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


# Lists of tasks ---------------------------------------------------------------------------------------------------


def of(user: User) -> "QuerySet[FollowUp]":
    """The user's own, and for managers those of their people and of nobody; all with customers whom they see."""
    mine = Q(owner=user)
    if user.has_permit(Permit.ASSIGN_CUSTOMERS):
        mine |= Q(owner__in=managed_staff(user)) | Q(owner=None)
    return FollowUp.objects.filter(mine, is_seen_by(user, "viewer__customer"))


def asked_by(customer: Customer) -> "QuerySet[FollowUp]":
    """What was asked for through the customer's shares, by them or by somebody unknown, the last first, without the
    words. Relies on the index follow_up_of_viewer."""
    rows = FollowUp.objects.filter(viewer__customer=customer).order_by("-asked_at", "-pk")
    own = ("key", "action", "grade", "asked_at", "due_on", "done_at")
    return rows.select_related("owner", "done_by").only(*own, "owner__name", "done_by__name")


def in_order(rows: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
    """Open ones first, by the day they are due; then those done, the last done first."""
    return rows.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")


# What staff do with one -------------------------------------------------------------------------------------------


class AlreadyDone(ValueError):
    """Somebody did it meanwhile, with who it was."""


def finish(follow_up: FollowUp, outcome: str, by: User, basis: Basis) -> None:
    """It is done, with what came of it. Raises AlreadyDone."""
    with transaction.atomic():
        _under_lock(follow_up)
        if follow_up.done_at is not None:
            who = follow_up.done_by.name if follow_up.done_by else _("Somebody")
            raise AlreadyDone(_("%(who)s has done this already.") % {"who": who})
        follow_up.done_at, follow_up.done_by, follow_up.outcome = timezone.now(), by, outcome
        changes.save(follow_up, by=by, basis=basis)
        forget_task(follow_up)


def reopen(follow_up: FollowUp, by: User, basis: Basis) -> None:
    """It is not done after all; what was said to have come of it stands in its history."""
    with transaction.atomic():
        _under_lock(follow_up)
        follow_up.done_at, follow_up.done_by, follow_up.outcome = None, None, ""
        changes.save(follow_up, by=by, basis=basis)


def confirm(follow_up: FollowUp, by: User, basis: Basis) -> None:
    """The customer asked it, as staff have learnt: it counts among what they asked from now on. The event stays what it
    was, for the log is never rewritten. Harmless when repeated."""
    with transaction.atomic():
        _under_lock(follow_up)
        if follow_up.is_by_unknown:
            follow_up.grade = Grade.ADDRESSEE
            changes.save(follow_up, by=by, basis=basis)


def hand_on(follow_up: FollowUp, owner: User, by: User, basis: Basis) -> None:
    """It is somebody else's from now on, who is told."""
    with transaction.atomic():
        _under_lock(follow_up)
        follow_up.owner = owner
        changes.save(follow_up, by=by, basis=basis)
        forget_task(follow_up)
        if owner != by:
            notify_of_task(follow_up)


def _under_lock(follow_up: FollowUp) -> None:
    """As it stands by now, locked: whoever changes it writes nothing back that they had read before."""
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("viewer__customer", "done_by")
    follow_up.refresh_from_db(from_queryset=rows)


def sees(user: User, follow_up: FollowUp) -> bool:
    """Whether the user sees the customer whom the task is about."""
    customer = follow_up.viewer.customer
    return customer is not None and Customer.objects.visible_to(user).filter(pk=customer.pk).exists()
