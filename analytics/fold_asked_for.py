"""Whether a fold was asked for that has not begun yet: kept in Redis, so that all processes together ask once."""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

MARK = "fold:asked"
GATHER = 0.25  # seconds in which more may come before the fold begins: of many it costs hardly more than of few
LIVES = 5  # seconds, as often as the schedule asks: a call that was lost keeps nobody from asking for longer


def note() -> bool:
    """Whether it has to be asked for: nobody has since the last fold began. Raises RedisError."""
    return bool(cache.add(MARK, True, timeout=LIVES))


def forget() -> None:
    """A fold begins, or could not be asked for: whoever commits from now on asks again."""
    with suppress(RedisError, OSError):
        cache.delete(MARK)
