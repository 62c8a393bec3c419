"""Sessions end after a while without a request, and after a longer while whatever happens (ASVS 7.3.1, 7.3.2)."""

import time
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from privacy.kept import AWAY
from privacy.models import User
from privacy.session_store import SessionStore

STARTED = "session_started"
SEEN = "session_seen"
# The mark of the last request is rewritten at most this often: a session row is not worth a write each request.
SEEN_STEP_SECONDS = 60
# A page that renews itself says so with this header: nobody need be there, so it does not keep the session alive.
BY_ITSELF = "X-By-Itself"


class SessionLimitsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        if is_over(request, now):
            logout(request)  # the view that was asked for then answers as it answers a stranger
            return self.get_response(request)
        is_of_a_person = BY_ITSELF not in request.headers
        if is_of_a_person and now - request.session.get(SEEN, 0) >= SEEN_STEP_SECONDS:
            request.session.setdefault(STARTED, now)
            request.session[SEEN] = now
        return self.get_response(request)


def is_over(request: HttpRequest, now: int) -> bool:
    """Whether the session's idle or absolute limit has passed; `now` in epoch seconds."""
    started, seen = request.session.get(STARTED, now), request.session.get(SEEN, now)
    return bool(now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_ABSOLUTE_SECONDS)


def end_sessions_of(users: QuerySet[User]) -> int:
    """End every session of these users, in the database and the cache. Returns how many.

    A session's row does not say whose it is, so all that have not expired are read: a few for each person at work.
    Raises where Redis is away, after it has tried all of them: those that stand can be ended again.
    """
    keys = {str(pk) for pk in users.values_list("pk", flat=True)}
    ended = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) in keys
    ]
    if failures := list(_end(ended)):
        raise failures[0]
    return len(ended)


def _end(keys: Iterable[str]) -> Iterator[Exception]:
    """What went wrong with those that stand."""
    for key in keys:
        try:
            SessionStore(key).delete()
        except AWAY as failure:
            yield failure
