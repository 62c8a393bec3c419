"""What came in one request, on its way to the commit that it shares with others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from campaigns.collector import Happening

TOO_MUCH = "Too much at once. Try again in a minute."


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


@dataclass(eq=False)
class Arrival:
    """The events of one request. Who takes it into a commit fills in the rest, and gives the answer.

    `count` is how many events were sent, `unreadable` those of them that no commit could store. Of the others,
    `happenings` are to be stored, `known` were there already, and the rest are among the `rejected`.
    """

    count: int
    unreadable: Sequence[Rejected] = ()
    rejected: list[Rejected] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    known: int = 0
    answer: Answer | None = None
    _answered: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._answered.acquire()

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
        rejected = [
            {"index": one.index, "field": one.field, "reason": one.reason}
            for one in sorted(self.rejected, key=lambda one: one.index)
        ]
        status = 200 if accepted or duplicate or not rejected else 400
        self.answer = Answer(status, {"accepted": accepted, "duplicate": duplicate, "rejected": rejected})

    def tell(self) -> None:
        """Let the request's thread go on: the answer is there."""
        self._answered.release()

    def wait(self, seconds: float) -> Answer | None:
        """The answer, or None where none came in time."""
        return self.answer if self._answered.acquire(timeout=seconds) else None
