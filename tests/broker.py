"""What errands ask for, in place of a broker and its workers."""

from dataclasses import dataclass
from typing import Any

from kombu.exceptions import OperationalError


class Broker:
    """Notes the calls that reach it; while it is away none does."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.is_away = False

    def signature(self, task: str) -> "Called":
        return Called(self, task)

    def asked(self, task: str) -> list[Any]:
        """The first argument of each call for a task."""
        return [arguments[0] for name, arguments in self.calls if name == task]


@dataclass(frozen=True)
class Called:
    """In place of Celery's signature of a task."""

    broker: Broker
    task: str

    def apply_async(self, arguments: tuple[object, ...], *, retry: bool) -> None:
        assert not retry  # a page would wait for a broker that is away
        if self.broker.is_away:
            raise OperationalError("nobody listens")
        self.broker.calls.append((self.task, arguments))
