"""What is kept in Redis only to be had faster: while Redis is away nothing is kept, and it is worked out again."""

from contextlib import suppress
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

AWAY = (RedisError, OSError)  # the cache does not answer


def kept(key: str) -> Any:
    """None where nothing is kept under the key."""
    with suppress(*AWAY):
        return cache.get(key)
    return None


def keep(key: str, value: object, *, seconds: int) -> None:
    with suppress(*AWAY):
        cache.set(key, value, timeout=seconds)


def forget(key: str) -> None:
    """What is not forgotten is kept until its seconds are over: nothing may hang on it."""
    with suppress(*AWAY):
        cache.delete(key)
