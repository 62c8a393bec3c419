"""How often something may be tried: by a share's token in Redis, by an address in this process's memory only.

In Redis stands a hash of the token, never the token. An address leaves no process: what is counted of it is a keyed
hash under a key that is drawn when the process starts, and forgotten with the time that it counts.
"""

import hashlib
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.http import HttpRequest

from privacy.client_addresses import address_of
from privacy.kept import AWAY
from privacy.scripts import add_up

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """So many tries in so many seconds, counted from the first of them."""

    name: str
    tries: int
    seconds: int

    def take(self, token: str, count: int = 1) -> bool:
        """Count tries of this token. False where there were too many; of tries at the same time none is missed."""
        return add_up(self._key(token), count, self.seconds) <= self.tries

    def take_while_counted(self, token: str, count: int = 1) -> bool:
        """The same for what must not be lost because nobody counts: allowed while Redis is away, as the log says."""
        try:
            return self.take(token, count)
        except AWAY:
            log.warning("tries_not_counted", limit=self.name)
            return True

    def forget(self, token: str) -> None:
        """Begin anew: it was tried rightly."""
        cache.delete(self._key(token))

    def _key(self, token: str) -> str:
        name = hashlib.sha256(token.encode(errors="replace")).hexdigest()[:32]
        return f"tries:{self.name}:{name}"


class Refusals:
    """Counts what was refused to each address, or taken from it, in the time that runs (a minute, where none is given).

    Safe between threads.
    """

    MOST = 60
    SECONDS = 60

    def __init__(self, most: int = 0, seconds: int = 0) -> None:
        if most:
            self.MOST, self.SECONDS = most, seconds
        self._key = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._counts: Counter[bytes] = Counter()
        self._since = 0.0

    def count(self, request: HttpRequest) -> None:
        with self._lock:
            self._turn()
            self._counts[self._name(request)] += 1

    def too_many(self, request: HttpRequest) -> bool:
        with self._lock:
            self._turn()
            return self._counts[self._name(request)] >= self.MOST

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def _turn(self) -> None:
        if time.monotonic() - self._since >= self.SECONDS:
            self._counts.clear()
            self._since = time.monotonic()

    def _name(self, request: HttpRequest) -> bytes:
        return hashlib.blake2b(str(address_of(request)).encode(), key=self._key, digest_size=16).digest()


# Many readers may come from one address, so only what is refused anyway is ever held back by it.
refusals = Refusals()
