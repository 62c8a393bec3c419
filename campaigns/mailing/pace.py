"""How fast a mailing goes: messages a minute, counted in Redis for all workers together.

The generic cell rate algorithm with a burst of one: each message has a moment of its own, evenly apart.
"""

from functools import cache

import redis
from django.conf import settings

MINUTE = 60_000_000  # microseconds
PATIENCE = 5.0  # seconds that a sender waits for the next moment, rather than come again later
TIMEOUT = 5  # seconds

# KEYS: the mailing. ARGV: microseconds between two messages, microseconds of patience. Returns the microseconds until
# one's moment, which is then taken; or -1 where that would be longer than the patience.
TAKE = """
local now = redis.call('TIME')
local at = now[1] * 1000000 + now[2]
local next = math.max(at, tonumber(redis.call('GET', KEYS[1]) or 0))
local wait = next - at
if wait > tonumber(ARGV[2]) then return -1 end
redis.call('SET', KEYS[1], string.format('%.0f', next + ARGV[1]), 'PX', math.ceil((wait + ARGV[1]) / 1000) + 1000)
return wait
"""


def moment(mailing: int, messages_a_minute: int) -> float | None:
    """Seconds until this sender may send its next message of the mailing, whose moment it has taken with this call.

    None where that is longer than PATIENCE: nothing is taken then. Raises redis.RedisError: uncounted, nobody sends.
    """
    keys, values = [key_of(mailing)], [MINUTE // messages_a_minute, int(PATIENCE * 1_000_000)]
    waited = int(_client(settings.REDIS_URL).eval(TAKE, len(keys), *keys, *values))
    return None if waited < 0 else waited / 1_000_000


def key_of(mailing: int) -> str:
    return f"mailing:{mailing}:next"


@cache
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)
