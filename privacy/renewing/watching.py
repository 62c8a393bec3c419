"""A page that renews itself, and its renewals.

The view says what the page is about (`watch`). The page carries a signed mark of it, good for its address and session.
A renewal asks for the same address with the mark: where nothing was touched it is answered 304 from Redis alone, else
by the page's live parts, read anew with all its checks. The page was read through the door and logged; its renewals
are logged no more, for the same purposes only (DESIGN section 9, "The door to records").
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from privacy.purposes import Basis
from privacy.renewing.versions import ADDED, values_of, version_of
from privacy.sessions import is_over

MARK = "X-Renew"
WATCH, RENEWAL, READ_FOR = "watch", "renewal", "read_for"  # attributes of a request
EVERY = 2  # seconds between two questions whether something has changed


@dataclass(frozen=True)
class Watch:
    """What a page is about, each with what it stood at before anything was read."""

    values: Mapping[str, str]

    @property
    def etag(self) -> str:
        return f'"{version_of(self.values)}"'

    @classmethod
    def of(cls, *subjects: str) -> "Watch":
        return cls(values_of(subjects))


@dataclass(frozen=True)
class Renewal:
    """What the mark of a page says: what it is about, and for what its records were read when it was opened."""

    subjects: tuple[str, ...]
    read_for: tuple[str, ...]

    @property
    def etag(self) -> str:
        return f'"{version_of(values_of(self.subjects))}"'


def watch(request: HttpRequest, *subjects: str) -> Watch:
    """The page of this request renews itself when one of these is touched. Call before anything of it is read."""
    watched = Watch.of(*subjects)
    setattr(request, WATCH, watched)
    return watched


def leave(request: HttpRequest, *subjects: str) -> None:
    """Not of these after all; without any, it does not renew itself."""
    watched: Watch | None = getattr(request, WATCH, None)
    left = {name: value for name, value in watched.values.items() if name not in subjects} if watched else {}
    setattr(request, WATCH, Watch(left) if subjects and left else None)


def renewal_of(request: HttpRequest) -> Renewal | None:
    """What a renewal may show without being logged anew; None for any other request."""
    found: Renewal | None = getattr(request, RENEWAL, None)
    return found


def note_reading(request: HttpRequest, basis: Basis | None) -> None:
    """The page reads records for this: so may its renewals."""
    setattr(request, READ_FOR, [*getattr(request, READ_FOR, []), named(basis)])


def named(basis: Basis | None) -> str:
    return f"{basis.name} {basis.reference}" if basis else ""


def page(request: HttpRequest) -> dict[str, object]:
    """For templates: what a page extends, so that of a renewal the live parts alone are rendered; and its mark."""
    base = "renewed.html" if renewal_of(request) else "base.html"
    return {"page_base": base, "watched": partial(_watched, request)}


def _watched(request: HttpRequest) -> dict[str, object] | None:
    """What the foot of the page carries, rendered after all that was read; None where it does not renew itself."""
    watched: Watch | None = getattr(request, WATCH, None)
    if watched is None:
        return None
    return {"mark": mark_of(request, watched), "version": watched.etag, "every": EVERY}


def mark_of(request: HttpRequest, watched: Watch) -> str:
    """What the page of this request carries."""
    return mark_for(request, request.get_full_path(), watched, getattr(request, READ_FOR, []))


def mark_for(request: HttpRequest, address: str, watched: Watch, read_for: Sequence[str] = ()) -> str:
    """What lets this session renew an address; without `read_for`, one that shows no records."""
    about = [subject for subject in watched.values if subject not in ADDED]
    return _signer(request, address).sign_object({"about": about, "for": list(read_for)}, compress=True)


def _signer(request: HttpRequest, address: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"privacy.renewing:{request.session.session_key}:{address}")


class RenewalMiddleware:
    """Answers renewals. It stands behind the session and before the account, which is not asked for a 304."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if MARK not in request.headers or request.method != "GET":
            return self.get_response(request)
        renewal = _read(request)
        if renewal is None:
            return _ended()
        etag = renewal.etag
        if request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers={"ETag": etag})
        setattr(request, RENEWAL, renewal)
        return _marked(request, self.get_response(request))


def _read(request: HttpRequest) -> Renewal | None:
    """None where the mark is not this session's for this address, or the session has ended."""
    if SESSION_KEY not in request.session or is_over(request, int(time.time())):
        return None
    try:
        signer = _signer(request, request.get_full_path())
        said = signer.unsign_object(request.headers[MARK], max_age=settings.SESSION_ABSOLUTE_SECONDS)
    except signing.BadSignature:
        return None
    return Renewal(tuple(said["about"]), tuple(said["for"]))


def _marked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its version and the mark for the next one."""
    watched: Watch | None = getattr(request, WATCH, None)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    if response.status_code != HTTPStatus.OK or watched is None:
        return _ended()
    response["ETag"] = watched.etag
    response[MARK] = mark_of(request, watched)
    return response


def _ended() -> HttpResponse:
    return HttpResponse("Open this page anew.", status=HTTPStatus.FORBIDDEN, content_type="text/plain")
