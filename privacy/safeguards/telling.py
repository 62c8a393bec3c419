"""Reminding staff of a safeguard's check, and of a review of access that is open, by the one way there is to tell."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy.models import AccessReview, Notification, SafeguardCare, User
from privacy.notifications.kinds import Line, declare_kind
from privacy.notifications.making import Note, notify
from privacy.roles import Permit
from privacy.safeguards import keeping
from privacy.wording import day

NAMES = UUID("2b6f0d0e-6f0f-4f39-9d8a-6a3f9f1c5e77")
# Told when it is opened, this long before it is due, on the day, and each week after.
BEFORE = timedelta(days=7)


def words_of_checks(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`A check is due: SAF-1 at Washington, on March 3, 2026`. One query."""
    found = {care.key: care for care in SafeguardCare.objects.filter(key__in={row.subject for row in rows})}
    return {
        row.id: Line(_("A check is due: %(care)s, on %(day)s") % {"care": found[row.subject], "day": day(row.on)})
        for row in rows
        if row.on and row.subject in found
    }


def words_of_reviews(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Review who has access, 4th quarter of 2026: by October 30, 2026`. One query."""
    found = {review.key: review for review in AccessReview.objects.filter(key__in={row.subject for row in rows})}
    said = _("Review who has access, %(review)s: by %(day)s")
    return {
        row.id: Line(said % {"review": found[row.subject].name, "day": day(found[row.subject].due_on)})
        for row in rows
        if row.subject in found
    }


CHECK_DUE = declare_kind(
    "safeguard.due", gettext_noop("A safeguard's check is due"), words_of_checks, (Permit.VIEW_SAFEGUARDS,)
)
REVIEW_DUE = declare_kind(
    "access_review.due", gettext_noop("The review of who has access"), words_of_reviews, (Permit.KEEP_SAFEGUARDS,)
)


def keepers() -> "QuerySet[User]":
    keeping_them = Q(groups__permissions__codename=Permit.KEEP_SAFEGUARDS.value)
    return User.objects.open().filter(keeping_them).order_by("pk").distinct()


def remind(today: date) -> int:
    """Of each check once for its day, its owner; of an open review its keepers, once a stage. Returns how many."""
    return _of_checks(today) + _of_reviews(today)


def _of_checks(today: date) -> int:
    now = timezone.now()
    notes = [
        Note(care.owner_id, uuid5(NAMES, f"{care.key} {care.next_on}"), care.key,
             reverse("safeguard", args=[care.key]), now, care.next_on)
        for care in keeping.due(today)
    ]  # fmt: skip
    return notify(CHECK_DUE, notes)


def _of_reviews(today: date) -> int:
    now, told = timezone.now(), 0
    for review in AccessReview.objects.filter(signed_at=None):
        about = uuid5(NAMES, f"{review.key} {stage(review, today)}")
        address = reverse("access_review", args=[review.key])
        told += notify(REVIEW_DUE, [Note(one.pk, about, review.key, address, now, review.due_on) for one in keepers()])
    return told


def stage(review: AccessReview, today: date) -> int:
    """Which of the moments of telling has come: 0 opened, 1 soon due, 2 due, then one more each week."""
    if today < review.due_on - BEFORE:
        return 0
    return 1 if today < review.due_on else 2 + (today - review.due_on).days // 7
