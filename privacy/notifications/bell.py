"""The bell in the head of each page: how many notifications are unread, from Redis; its own renewals count them."""

from functools import partial

from django.http import HttpRequest
from django.urls import reverse

from privacy.kept import keep, kept
from privacy.models import User
from privacy.notifications.making import bell_subject
from privacy.notifications.reading import unread_of
from privacy.renewing.versions import STEP
from privacy.renewing.watching import Watch, mark_for, watch

EVERY = 15  # seconds between two questions whether something is new
MOST = 99  # more are not told apart


def bell(request: HttpRequest) -> dict[str, object]:
    """For templates: `bell`, None where nobody is signed in."""
    return {"bell": partial(_bell, request)}


def _bell(request: HttpRequest) -> dict[str, object] | None:
    """No query: where the count is not known yet, the bell's first renewal brings it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not request.session.session_key:
        return None
    subject = bell_subject(user.pk)
    watched = Watch.of(subject)
    count = kept(_kept_as(subject, watched))
    return {
        "count": count or 0,
        "version": watched.etag if count is not None else "",
        "mark": mark_for(request, reverse("notifications_bell"), watched),
        "every": EVERY,
        "most": MOST,
    }


def count_of(request: HttpRequest, user: User) -> int:
    """How many are unread, MOST and one more at most, kept for the next pages. One query."""
    subject = bell_subject(user.pk)
    watched = watch(request, subject)
    count = unread_of(user).order_by()[: MOST + 1].count()
    keep(_kept_as(subject, watched), count, seconds=STEP)
    return count


def _kept_as(subject: str, watched: Watch) -> str:
    return f"{subject}:{watched.etag}"
