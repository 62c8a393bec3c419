"""What errands ask for, in place of a broker and its workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from celery import current_app
from kombu.exceptions import OperationalError

from config.schedule import SCHEDULE


def by_the_clock(task: Any) -> None:
    """A task as the clock starts it. Fails for one that it does not start."""
    assert task.name in {entry["task"] for entry in SCHEDULE.values()}
    task()


class Broker:
    """Notes the calls that reach it; while it is away none does."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.is_away = False
        self.does: set[str] = set()  # the tasks that are done where they are asked for

    def signature(self, task: str) -> "Called":
        return Called(self, task)

    def asked(self, task: str) -> list[Any]:
        """The first argument of each call for a task."""
        return [arguments[0] for name, arguments in self.calls if name == task]


@contextmanager
def asked_in_place(*does: str) -> Iterator[Broker]:
    """What errands ask for meanwhile is noted, and these tasks are done where they are asked for."""
    broker = Broker()
    broker.does = set(does)
    with patch("privacy.errands.signature", broker.signature):
        yield broker


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
        if self.task in self.broker.does:
            current_app.tasks[self.task](*arguments)
