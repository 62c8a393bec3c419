"""What hardly changes from one commit to the next, and is asked for once a second: a key that is revoked, or a period
that is changed, holds within a second."""

import time
from collections.abc import Mapping
from datetime import datetime

from campaigns.bounds import first_kept
from campaigns.enums import Series
from privacy import keys
from privacy.models import ApiKey

FRESH = 1.0  # seconds


class Known:
    """Asked by one thread, the one that commits."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._keys: dict[str, ApiKey | None] = {}
        self._first_kept: Mapping[Series, datetime] | None = None

    @property
    def is_stale(self) -> bool:
        return time.monotonic() - self._since >= FRESH

    def key(self, text: str) -> ApiKey | None:
        """The key that a program sent, if it works (privacy.keys.found), with what its owner may."""
        if text not in self._keys:
            self._keys[text] = keys.found(text)
        return self._keys[text]

    def first_kept(self, now: datetime) -> Mapping[Series, datetime]:
        """campaigns.bounds.first_kept."""
        if self._first_kept is None:
            self._first_kept = first_kept(now)
        return self._first_kept
