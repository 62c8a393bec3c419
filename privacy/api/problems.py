"""Problem details: what went wrong, told alike by every address of the API (RFC 9457)."""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response

from privacy.accesslog import NotLogged
from privacy.models import ApiKey
from privacy.refusing import Refused

MEDIA_TYPE = "application/problem+json"
# Where each word is explained: the page of the API.
PAGE = "/api/#problem-"

log = structlog.get_logger(__name__)


# The word that ends a problem's type, its title, and its status.
TITLES: dict[str, tuple[int, str]] = {
    "invalid": (400, "What was sent is not right"),
    "unauthenticated": (401, "Nobody is signed in"),
    "forbidden": (403, "You may not do this"),
    "scope-missing": (403, "The key's scopes do not reach this"),
    "purpose-refused": (403, "The purpose does not reach these records"),
    "not-found": (404, "Nothing is here that you may see"),
    "method": (405, "This is not done here"),
    "not-acceptable": (406, "The answer cannot be given in that form"),
    "conflict": (409, "It cannot be done as things are"),
    "under-way": (409, "The same request is under way"),
    "in-doubt": (409, "Nobody knows whether the first request was done"),
    "changed": (412, "It was changed since you read it"),
    "too-large": (413, "More was sent than is taken"),
    "media-type": (415, "It was sent in a form that is not read here"),
    "key-reused": (422, "The Idempotency-Key belongs to another request"),
    "too-many": (429, "Too many requests"),
    "error": (500, "Something went wrong here"),
    "not-logged": (503, "The access log cannot be written, so nothing is shown"),
}


class Problem(exceptions.APIException):
    """A refusal with one of the words of TITLES, and a sentence that says what is wrong and what to do."""

    def __init__(self, word: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.word = word
        self.status_code = TITLES[word][0]
        self.headers = dict(headers or {})


class NotNow(Problem):
    """What was asked for cannot be done as things are; the detail says why."""

    def __init__(self, detail: str) -> None:
        super().__init__("conflict", detail)


class ScopeMissing(Problem):
    def __init__(self, scope: str) -> None:
        header = f'Bearer realm="Waymark API", error="insufficient_scope", scope="{scope}"'
        super().__init__("scope-missing", f"This needs a key with the scope {scope}.", {"WWW-Authenticate": header})


WORDS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ValidationError, "invalid"),
    (exceptions.ParseError, "invalid"),
    (BadRequest, "invalid"),
    (MultiPartParserError, "invalid"),
    (exceptions.NotAuthenticated, "unauthenticated"),
    (exceptions.AuthenticationFailed, "unauthenticated"),
    (Refused, "purpose-refused"),
    (PermissionDenied, "forbidden"),
    (exceptions.PermissionDenied, "forbidden"),
    (Http404, "not-found"),
    (exceptions.NotFound, "not-found"),
    (exceptions.MethodNotAllowed, "method"),
    (exceptions.NotAcceptable, "not-acceptable"),
    (exceptions.UnsupportedMediaType, "media-type"),
    (exceptions.Throttled, "too-many"),
    (NotLogged, "not-logged"),
)


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """The one exception handler (EXCEPTION_HANDLER of REST_FRAMEWORK)."""
    word = (
        error.word if isinstance(error, Problem) else next((w for kind, w in WORDS if isinstance(error, kind)), "error")
    )
    if word in {"error", "not-logged"}:
        _report(word, error, context)
    body: dict[str, Any] = {
        "type": PAGE + word,
        "title": TITLES[word][1],
        "status": TITLES[word][0],
        "detail": _detail(word, error, context),
    }
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = list(_errors(error.detail))
    return Response(body, status=TITLES[word][0], headers=_headers(word, error), content_type=MEDIA_TYPE)


def _report(word: str, error: Exception, context: Mapping[str, Any]) -> None:
    """As Django reports what no view caught: in the log without values, and to whoever listens."""
    log.error("api_failed", problem=word, exc_info=error)
    if word == "error":
        request = getattr(context.get("request"), "_request", None)
        got_request_exception.send(sender=type(context.get("view")), request=request)
        if settings.DEBUG:
            raise error


def _detail(word: str, error: Exception, context: Mapping[str, Any]) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "Nothing was done. The errors say what is wrong, and where."
    if word == "not-found":
        return str(error) if isinstance(error, exceptions.NotFound) else "There is nothing here, or you do not see it."
    if word == "error":
        return "It has been reported. Try again later."
    if word == "not-logged":
        return "Every reading is logged, and the log could not be written. So nothing was shown. Try again in a minute."
    said = str(getattr(error, "detail", None) or error) or TITLES[word][1]
    if word == "purpose-refused" and isinstance(getattr(context.get("request"), "auth", None), ApiKey):
        return f"{said} A key reads for the purpose that it was made for: another purpose needs another key."
    return said


def _headers(word: str, error: Exception) -> dict[str, str]:
    headers = dict(getattr(error, "headers", {}))
    if found := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = found
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    if word == "not-logged":
        headers["Retry-After"] = "60"
    return headers


def _errors(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Each sentence by itself, with the place that it is about: `customers.0`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _errors(inner, _joined(field, name))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            yield from _errors(inner, _joined(field, place) if isinstance(inner, Mapping | list) and inner else field)
    else:
        yield {"field": field, "detail": str(detail)}


def _joined(field: str, name: object) -> str:
    own = "" if name == "non_field_errors" else str(name)
    return ".".join(part for part in (field, own) if part)
