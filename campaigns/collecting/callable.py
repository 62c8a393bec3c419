"""What the server calls for /c: reads a request, has its events stored, and answers. No session, form or template.

A program says who it is by its key (`Authorization: Bearer wm_…`); a page by a share's token in its body.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from queue import SimpleQueue
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from campaigns.agents import signals_of
from campaigns.collecting import bodies
from campaigns.collecting.arrivals import TOO_MUCH, Answer, Arrival, Rejected
from campaigns.collecting.bodies import BYTES_OF_A_PAGE, BYTES_OF_A_PROGRAM, BadBody, too_long, unpacked
from campaigns.collecting.budget import Budget, Spent
from campaigns.collecting.line import AtOnce, Full, Line
from campaigns.collecting.pages import OfPage
from campaigns.collecting.programs import OfProgram
from campaigns.visits import handed_out
from campaigns.wishes import wishes_no_trace
from privacy import keys
from privacy.tries import Limit, refusals

GZIP_AT_MOST = 1_032  # times the length that gzip can unpack to (RFC 1951: 258 bytes for two bits)
# A page sends when it is left and then ever more seldom, so this is many pages of one share at once.
BODIES = Limit("beacon", tries=300, seconds=60)
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    413: "Content Too Large", 415: "Unsupported Media Type", 429: "Too Many Requests", 500: "Internal Server Error",
    503: "Service Unavailable",
}  # fmt: skip

Environ = dict[str, Any]
Give = Callable[[Answer], None]


class Collector:
    """`line` takes what came to its commit; `headers` stand on every answer."""

    def __init__(self, line: Line | AtOnce, headers: Iterable[tuple[str, str]] = ()) -> None:
        self._line, self._headers, self._budget = line, list(headers), Budget()
        # Nearly all answers have the headers of a few.
        self._headers_of = lru_cache(maxsize=256)(self._make_headers)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.answer(environ)
        start_response(f"{answer.status} {REASONS[answer.status]}", self.headers(answer))
        return [answer.content]

    def headers(self, answer: Answer) -> list[tuple[str, str]]:
        """All that stand on this answer."""
        return list(self._headers_of(answer.status, answer.retry_after, len(answer.content)))

    def _make_headers(self, status: int, retry_after: int | None, length: int) -> list[tuple[str, str]]:
        return [*self._headers, *extra_headers(status, retry_after), ("Content-Length", str(length))]

    def answer(self, environ: Environ) -> Answer:
        """What became of a request, once that is certain. Never raises for what was sent."""
        given: SimpleQueue[Answer] = SimpleQueue()
        self.take(environ, given.put)
        return given.get()

    def take(self, environ: Environ, give: Give) -> None:
        """Read a request and have its events stored. `give` is called once, with what became of it: before this
        returns, or by the thread that commits. Never raises for what was sent."""
        if environ["REQUEST_METHOD"] != "POST":
            give(Answer.refusal(405, "Events are sent by POST."))
            return
        key = _key(environ)
        try:
            self._take(key, environ, give)
        except BadBody as bad:
            if not key:
                refusals.count(WSGIRequest(environ))
            give(Answer.refusal(bad.status, bad.reason, 60 if bad.status == 429 else None))
        except (Full, Spent):
            give(Answer.busy())

    def _take(self, key: str, environ: Environ, give: Give) -> None:
        """Raises BadBody, Full and Spent, and has not called `give` then."""
        most = BYTES_OF_A_PROGRAM if key else BYTES_OF_A_PAGE
        length = _length(environ, most)
        memory = _memory(environ, length, most)
        self._budget.take(memory)
        try:
            content = _content(environ, length, most)
            arrival = _of_program(key, environ, content) if key else _of_page(environ, content)
            arrival.then = partial(self._give, give, arrival.then, memory)
            self._put(arrival)
        except BaseException:
            self._budget.give_back(memory)
            raise

    def _put(self, arrival: Arrival) -> None:
        if arrival.is_open:
            self._line.put(arrival)
        else:
            arrival.tell()

    def _give(self, give: Give, before: Give, memory: int, answer: Answer) -> None:
        self._budget.give_back(memory)
        before(answer)
        give(answer)


def _of_program(key: str, environ: Environ, content: bytes) -> Arrival:
    raw = bodies.events_of_program(content, environ.get("CONTENT_TYPE", ""))
    unreadable: list[Rejected] = []
    sent = bodies.OF_PROGRAMS.checked(raw, unreadable)
    return OfProgram(len(raw), unreadable, key=key, sent=sent)


def _of_page(environ: Environ, content: bytes) -> Arrival:
    token, visit, raw = bodies.letter_of_page(content)
    request = WSGIRequest(environ)
    if wishes_no_trace(request):
        # Campaign, material and variant say nothing of how long a page was read.
        return Arrival(len(raw), answer=Answer(200, {"accepted": 0, "duplicate": 0, "rejected": []}))
    if not BODIES.take_while_counted(token):
        raise BadBody(429, TOO_MUCH)
    unreadable: list[Rejected] = []
    sent = bodies.OF_PAGES.checked(raw, unreadable)
    return OfPage(
        len(raw), unreadable, token=token, visit=handed_out(visit), sent=sent, signals=signals_of(request),
        is_held_back=refusals.too_many(request), then=partial(_count_unknown, request),
    )  # fmt: skip


def _count_unknown(request: WSGIRequest, answer: Answer) -> None:
    """What tries tokens is held back by its address."""
    if answer.status == 404:
        refusals.count(request)


def extra_headers(status: int, retry_after: int | None) -> list[tuple[str, str]]:
    """What an answer needs besides what stands on every one."""
    found = [("Content-Type", "application/json")]
    if retry_after is not None:
        found.append(("Retry-After", str(retry_after)))
    if status == 401:
        found.append(("WWW-Authenticate", 'Bearer realm="Waymark API", error="invalid_token"'))
    if status == 405:
        found.append(("Allow", "POST"))
    return found


def _key(environ: Environ) -> str:
    """The text of the key that a program sent; empty for a page, whatever a proxy before it may have been told."""
    kind, _space, text = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" and text.strip().startswith(f"{keys.MARK}_") else ""


def _memory(environ: Environ, length: int | None, most: int) -> int:
    """How many bytes the body may take once it is unpacked."""
    if length is None:
        return most
    return min(most, length * GZIP_AT_MOST) if environ.get("HTTP_CONTENT_ENCODING") else length


def _length(environ: Environ, most: int) -> int | None:
    """How long the body says that it is; None of one sent in chunks. Raises BadBody for one that is too long."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BadBody(400, "The body could not be read.") from None
    if length > most:
        raise too_long(most)
    return length


def _content(environ: Environ, length: int | None, most: int) -> bytes:
    """The whole body, unpacked. Raises BadBody for one that is cut off, or too long."""
    encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise BadBody(415, "A body is sent as it is or as gzip.")
    try:
        content: bytes = environ["wsgi.input"].read(most + 1 if length is None else length)
    except OSError:
        raise BadBody(400, "The body could not be read.") from None
    if length is not None and len(content) < length:
        raise BadBody(400, "The body ended too early.")
    if len(content) > most:
        raise too_long(most)
    return unpacked(content, most) if encoding == "gzip" else content
