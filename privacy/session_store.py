"""Where sessions are kept: in the database, and for a minute in Redis to be read faster. While Redis is away the
database is enough.
"""

from django.contrib.sessions.backends import cached_db
from django.core.cache import cache

from privacy.kept import keep, kept

# What was saved while Redis was away: an older copy there is none after so long.
COPY_SECONDS = 60


class Copies:
    """The cache as sessions use it."""

    def get(self, key: str) -> object:
        return kept(key)

    def set(self, key: str, data: object, seconds: int) -> None:
        keep(key, data, seconds=min(seconds, COPY_SECONDS))

    def delete(self, key: str) -> None:
        """Raises where Redis is away: what is ended must not be read there."""
        cache.delete(key)

    def __contains__(self, key: str) -> bool:
        return kept(key) is not None


class SessionStore(cached_db.SessionStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = Copies()

    def delete(self, session_key: str | None = None) -> None:
        """The copy first: where that fails the row is still there to be found, and ended, again."""
        if key := session_key or self.session_key:
            self._cache.delete(self.cache_key_prefix + key)
        super().delete(session_key)
