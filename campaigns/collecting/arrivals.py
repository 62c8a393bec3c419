"""What came in one request, on its way to the commit that it shares with others."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

import msgspec
import structlog

from campaigns.collector import Happening

log = structlog.get_logger(__name__)

TOO_MUCH = "Too much at once. Try again in a minute."
BUSY = "So much waits already that no more is taken. Come again with the same events."


@dataclass(frozen=True)
class Rejected:
    """One event that is not taken: its place among those sent, from 0, the field and why."""

    index: int
    field: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """`status` of HTTP, what is said as JSON, and in how many seconds to come again where that helps."""

    status: int
    body: Mapping[str, Any]
    retry_after: int | None = None

    @staticmethod
    def refusal(status: int, reason: str, retry_after: int | None = None) -> "Answer":
        """Nothing of the request is stored."""
        return Answer(status, {"accepted": 0, "duplicate": 0, "rejected": [], "reason": reason}, retry_after)

    @staticmethod
    def busy() -> "Answer":
        """Nothing was stored in time."""
        return Answer.refusal(503, BUSY, 1)

    @cached_property
    def content(self) -> bytes:
        """The body as it is sent."""
        return msgspec.json.encode(self.body)


@lru_cache(maxsize=256)
def _all_taken(accepted: int, duplicate: int) -> Answer:
    """Nearly every answer is one of a few."""
    return Answer(200, {"accepted": accepted, "duplicate": duplicate, "rejected": []})


def _to_nobody(_answer: Answer) -> None:
    pass


@dataclass(eq=False)
class Arrival:
    """The events of one request. Who takes it into a commit fills in the rest, and gives the answer.

    `count` is how many events were sent, `unreadable` those of them that no commit could store. Of the others,
    `happenings` are to be stored, `known` were there already, and the rest are among the `rejected`. `then` is called
    with the answer, once.
    """

    count: int
    unreadable: Sequence[Rejected] = ()
    rejected: list[Rejected] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    known: int = 0
    answer: Answer | None = None
    then: Callable[[Answer], None] = _to_nobody
    came_at: float = field(default_factory=time.monotonic)  # seconds by the clock of `time.monotonic`
    _untold: Lock = field(default_factory=Lock)

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.answer is None

    def begin(self) -> None:
        """Nothing is known of its events yet but which cannot be read: also where a commit is tried again."""
        self.rejected, self.happenings, self.known, self.answer = list(self.unreadable), [], 0, None

    def reject(self, index: int, field: str, reason: str) -> None:
        self.rejected.append(Rejected(index, field, reason))

    def refuse(self, status: int, reason: str, retry_after: int | None = None) -> None:
        """None of its events is stored."""
        self.happenings, self.known, self.answer = [], 0, Answer.refusal(status, reason, retry_after)

    def take(self, accepted: int) -> None:
        """So many of its events are stored now, the others of `happenings` were there already."""
        duplicate = self.known + len(self.happenings) - accepted
        if not self.rejected:
            self.answer = _all_taken(accepted, duplicate)
            return
        rejected = [
            {"index": one.index, "field": one.field, "reason": one.reason}
            for one in sorted(self.rejected, key=lambda one: one.index)
        ]
        status = 200 if accepted or duplicate else 400
        self.answer = Answer(status, {"accepted": accepted, "duplicate": duplicate, "rejected": rejected})

    def tell(self) -> None:
        """Give the answer, or that nothing was stored in time where there is none."""
        self._tell(self.answer or Answer.busy())

    def give_up(self) -> None:
        """Whoever sent it has waited for long enough. What becomes of it is not told any more."""
        self._tell(Answer.busy())

    def _tell(self, answer: Answer) -> None:
        """Who tells first has told. Raises nothing: the others of a commit are to be told too."""
        if not self._untold.acquire(blocking=False):
            return
        try:
            self.then(answer)
        except Exception:
            log.exception("answer_not_given")
