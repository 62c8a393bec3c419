"""What Redis does in one step, for which Django's cache takes one a key, or two that something may come between.

The keys are those of Django's cache, and what is stored it reads too: whole numbers.
"""

from collections.abc import Sequence

from django.core.cache import cache

SET_EACH = "for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'EX', ARGV[2]) end"
ADD_UP = """
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if sum == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return sum
"""


def set_each(keys: Sequence[str], value: int, seconds: int) -> None:
    """Each of the keys gets the value, for so many seconds. Raises RedisError."""
    _run(SET_EACH, keys, value, seconds)


def add_up(key: str, count: int, seconds: int) -> int:
    """The sum of what was counted under the key in the seconds that began with the first count. Raises RedisError."""
    return int(_run(ADD_UP, [key], count, seconds))


def _run(script: str, keys: Sequence[str], *values: int) -> int:
    # What Django's cache itself sends its commands by: the same server and connections.
    client = cache._cache.get_client(write=True)  # type: ignore[attr-defined]
    before = cache.make_key("")  # what stands before each key; to ask for each takes longer than to send it
    found: int = client.eval(script, len(keys), *[f"{before}{key}" for key in keys], *values)
    return found
