"""Notifications as their user has them: counted, read, and forgotten after a while."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from privacy.models import Notification, User
from privacy.notifications.making import bell_subject
from privacy.renewing.versions import touch

KEPT_FOR = timedelta(days=90)


def of(user: User) -> "QuerySet[Notification]":
    """The user's, the newest first. Relies on notification_of_user."""
    return Notification.objects.filter(user=user)


def unread_of(user: User) -> "QuerySet[Notification]":
    """Relies on notification_unread."""
    return of(user).filter(read_at=None, withdrawn_at=None)


def mark_read(user: User, numbers: Iterable[UUID] | None = None) -> int:
    """These, or all. Returns how many had not been read."""
    rows = of(user).filter(read_at=None)
    if numbers is not None:
        rows = rows.filter(pk__in=list(numbers))
    count = rows.update(read_at=timezone.now())
    if count:
        touch(bell_subject(user.pk))
    return count


def forget() -> int:
    """Delete those that were made longer ago than KEPT_FOR. Relies on notification_by_age."""
    count, _ = Notification.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
    return count
