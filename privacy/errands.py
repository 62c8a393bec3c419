"""Background work that one task does for everybody who asked until it begins: of a hundred who ask a second one is
heard, and the others' calls cost them a look at Redis.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Errand:
    """That it was asked for and has not begun is kept in Redis, so that all processes together ask once.

    What is to be done stands in the database, and the clock looks for it too: a call that is lost loses nothing.
    """

    name: str
    gather: float = 0.25  # seconds in which more may come before it begins: for many it costs hardly more than for few
    lives: int = 5  # seconds for which a call that was lost keeps others from asking

    def ask(self, task: Any) -> None:
        """Have `task` run soon. A broker that is away is told to the log alone."""
        try:
            if self._is_first():
                task.apply_async(countdown=self.gather, retry=False)
        except (OperationalError, RedisError, OSError):
            log.warning(f"{self.name}_not_asked_for", reason="the broker does not answer")
            self.begins()

    def begins(self) -> None:
        """Whoever asks from now on asks again. The task says so before it looks what is to be done."""
        with suppress(RedisError, OSError):
            cache.delete(self._mark)

    def _is_first(self) -> bool:
        return bool(cache.add(self._mark, True, timeout=self.lives))

    @property
    def _mark(self) -> str:
        return f"{self.name}:asked"
