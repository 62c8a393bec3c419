"""Asking a worker for something. What is to be done stands in the database, and the clock looks for it too: a call that
is lost, or a broker that is away, loses nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from celery import signature
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError

from privacy import kept

AWAY = (OperationalError, *kept.AWAY)

log = structlog.get_logger(__name__)


@contextmanager
def asking(name: str) -> Iterator[None]:
    """A call for what goes by this name; a broker that does not answer is told to the log alone."""
    try:
        yield
    except AWAY:
        log.warning(f"{name}_not_asked_for", reason="the broker does not answer")


def ask(task: str, *arguments: object) -> None:
    """Have a task run soon, by the name that Celery knows it by: what a task does need not know the tasks."""
    with asking(task.rpartition(".")[2]):
        signature(task).apply_async(arguments, retry=False)


def ask_once_committed(task: str, *arguments: object) -> None:
    """The same once the transaction stands, so that the task finds what is to be done."""
    transaction.on_commit(partial(ask, task, *arguments))


@dataclass(frozen=True)
class Errand:
    """Work that one task does for everybody who asked until it begins: of a hundred who ask a second one is heard, and
    the others' calls cost them a look at Redis, which keeps for all processes that it was asked for.
    """

    name: str
    gather: float = 0.25  # seconds in which more may come before it begins: for many it costs hardly more than for few
    lives: int = 5  # seconds for which a call that was lost keeps others from asking

    def ask(self, task: Any) -> None:
        """Have `task` run soon."""
        with asking(self.name):
            try:
                if self._is_first():
                    task.apply_async(countdown=self.gather, retry=False)
            except AWAY:
                self.begins()
                raise

    def begins(self) -> None:
        """Whoever asks from now on asks again. The task says so before it looks what is to be done."""
        kept.forget(self._mark)

    def _is_first(self) -> bool:
        return bool(cache.add(self._mark, True, timeout=self.lives))

    @property
    def _mark(self) -> str:
        return f"{self.name}:asked"
