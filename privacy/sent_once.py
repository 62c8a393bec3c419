"""Forms that make something: sent again, at once or by the way back (with script), they make nothing more.

The page makes a word for its form (`{% once %}`). Under it, for a day, is kept where that is which was made (ApiAnswer,
as for programs that send an Idempotency-Key): in the database, so it holds while Redis is away. The same form sent
again leads there and says so. One that says something else by now is not lost: its sender is asked what to do with it.
What was refused or only shown is not kept: the mended form carries the same word. Of two at the same time the second
waits for the first. The word is its sender's: under another account it is a new one.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.api.idempotency import KEPT_FOR, decrypted, encrypted
from privacy.api.secrecy import keyed_hash
from privacy.models import ApiAnswer, User
from privacy.ways_back import page_of_ours

FIELD = "once"
LONGEST = 2_000
MADE, NOTHING = "once_of_page", "nothing_saved"  # attributes of a request
UNSAID = (FIELD, "csrfmiddlewaretoken")  # what a form carries besides what it says
LONG_NUMBER = re.compile(r"(?:[0-9][ -]?){12}")
AS_SHOWN = "initial-"  # what a field held when it was shown: of a moment, the second in which the page was made
LED_BY_SCRIPT = "X-Sent-By-Script"  # as static/waymark/upload.js names it
# Something was made: it is where the answer leads, or on the form's own page.
RECORDED = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.CREATED)


@dataclass(frozen=True)
class Sending:
    """A form that was sent: by whom, under which word, the page on which it stood, and a hash of all that it says."""

    owner: User
    word: str
    page: str
    key_hash: bytes
    request_hash: bytes

    @property
    def row(self) -> ApiAnswer | None:
        return ApiAnswer.objects.filter(owner=self.owner, key_hash=self.key_hash).first()


def word_of_page(request: HttpRequest) -> str:
    """The word of the forms of this page, with the page's address; what was sent is shown again under its own."""
    if not hasattr(request, MADE):
        sent = request.POST.get(FIELD, "") if request.method == "POST" else ""
        setattr(request, MADE, sent if _is_word(sent) else new_word(request.get_full_path()))
    return str(getattr(request, MADE))


def word_sent(request: HttpRequest) -> str:
    """The word under which a form was sent; empty where it carries none. A stranger's form is no account's: its view
    knows by the word itself what was sent before."""
    word = request.POST.get(FIELD, "")
    return word if _is_word(word) else ""


def new_word(page: str) -> str:
    return f"{token_urlsafe(16)}:{page}"[:LONGEST]


def nothing_saved(request: HttpRequest) -> None:
    """The view leads elsewhere though it made nothing: the same form may be sent again."""
    setattr(request, NOTHING, True)


class SentOnceMiddleware:
    """Looks at each form but those of views that read it by themselves, as those do that take files: they say first
    where the files go, and look then (`sent_once`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or _reads_by_itself(request):
            return self.get_response(request)
        return answered_once(request, lambda: self.get_response(request))


class LedByScriptMiddleware:
    """A script that sends a form by itself follows where that leads, and opens the page there: it asks for the page to
    no purpose, so nothing is read for it, and what the page has to say is said to whoever sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and LED_BY_SCRIPT in request.headers:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return self.get_response(request)


def _reads_by_itself(request: HttpRequest) -> bool:
    try:
        return bool(getattr(resolve(request.path_info).func, "csrf_exempt", False))
    except Resolver404:
        return True


def sent_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Of a view that takes files."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return answered_once(request, lambda: view(request, *args, **kwargs))

    return answer


def says_sent_before(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Of a page that says by itself that what is shown on it was made before."""
    view.says_sent_before = True  # type: ignore[attr-defined]  # read where a form is led
    return view


def answered_once(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """What the view answers, or what came of the same form before."""
    sending = _sending(request)
    if sending is None:
        return answer()
    with _alone(sending):
        before = sending.row
        if before and timezone.now() - before.begun_at > KEPT_FOR:
            before.delete()
            before = None
        if before:
            return _led(request, sending, before)
        begun = ApiAnswer.objects.create(
            owner=sending.owner, key_hash=sending.key_hash, request_hash=sending.request_hash
        )
        return _kept(request, sending, begun, answer)


def _sending(request: HttpRequest) -> Sending | None:
    """None of what is no such form: sent by a stranger, or without a word."""
    if request.method != "POST" or not isinstance(request.user, User):
        return None
    word = word_sent(request)
    if not word:
        return None
    page = page_of_ours(word.partition(":")[2], request.path)
    key = keyed_hash("form", word.encode(), request.path.encode())
    return Sending(request.user, word, page, key, keyed_hash("form said", *_said(request)))


def _is_word(text: str) -> bool:
    token, colon, _page = text.partition(":")
    return bool(token and colon) and len(text) <= LONGEST and text.isprintable() and " " not in text


def _said(request: HttpRequest) -> list[bytes]:
    said = [f"{name}={value}".encode() for name, value in _fields(request) if not name.startswith(AS_SHOWN)]
    files = [(name, file) for name in sorted(request.FILES) for file in request.FILES.getlist(name)]
    return said + [f"{name}={file.name} {file.size}".encode() for name, file in files if isinstance(file, UploadedFile)]


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed and chosen, without the word and the mark against forgery."""
    lists = sorted(request.POST.lists())
    return [(name, str(value)) for name, values in lists if name not in UNSAID for value in values]


@contextmanager
def _alone(sending: Sending) -> Iterator[None]:
    """Whoever sends the same form meanwhile waits. The lock is the connection's: a process that dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [sending.key_hash.hex()])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [sending.key_hash.hex()])


def _kept(request: HttpRequest, sending: Sending, begun: ApiAnswer, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Keeps where the view leads; forgets what it refused or only showed; leaves in doubt what failed here."""
    rows = ApiAnswer.objects.filter(pk=begun.pk)
    try:
        response = answer()
    except (
        Http404,
        PermissionDenied,
        SuspiciousOperation,
        BadRequest,
    ):  # refused, where a view's decorator stands here
        rows.delete()
        raise
    except Exception:
        rows.update(in_doubt=True)
        raise
    if response.status_code in RECORDED and not hasattr(request, NOTHING):
        where = response.headers.get("Location", sending.page)
        rows.update(status=response.status_code, answer=encrypted(begun, sending.word, where))
    elif response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        rows.update(in_doubt=True)
    else:
        rows.delete()
    return response


def _view_at(where: str) -> object:
    try:
        return resolve(urlsplit(where).path).func
    except Resolver404:
        return None


def _led(request: HttpRequest, sending: Sending, before: ApiAnswer) -> HttpResponse:
    """To what came of it before; where that is not known, or something else is said now, to a page that asks."""
    where = decrypted(before, sending.word) if before.status else ""
    if where and bytes(before.request_hash) == sending.request_hash:
        if not getattr(_view_at(where), "says_sent_before", False):
            said = _("This was already saved. Sending it again did not save it a second time.")
            messages.info(request, said, extra_tags=f"another {sending.page}")
        return redirect(where)
    context = {
        "where": where,
        "page": sending.page,
        "fields": _fields(request),
        "has_files": bool(request.FILES),
        # Of a card or account, perhaps: the forms that refuse one do not show it again, nor does this page.
        "has_long_number": any(LONG_NUMBER.search(value) for _name, value in _fields(request)),
        "again": new_word(sending.page),
    }
    return render(request, "privacy/sent_before.html", context, status=HTTPStatus.CONFLICT)
