"""How many requests a key, or somebody who is signed in, may make a minute: counted in Redis, told with each answer."""

import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from privacy.models import ApiKey, User

WINDOW = 60  # seconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rate:
    """What is left of a window, and in how many seconds the next one begins."""

    limit: int
    left: int
    reset: int


class KeyThrottle(BaseThrottle):
    """So many requests in each minute of the clock. Where Redis is away nobody is held up, and the log says so."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, User):
            return True
        now = int(time.time())
        try:
            made = _count(f"api:rate:{_name(request)}:{now // WINDOW}")
        except (RedisError, OSError):
            log.warning("api_rate_not_counted")
            return True
        limit, self.left = settings.API_REQUESTS_PER_MINUTE, WINDOW - now % WINDOW
        view.rate = Rate(limit, max(0, limit - made), self.left)
        return bool(made <= limit)

    def wait(self) -> int:
        return self.left


def _name(request: Request) -> str:
    return f"key:{request.auth.pk}" if isinstance(request.auth, ApiKey) else f"user:{request.user.pk}"


def _count(name: str) -> int:
    cache.add(name, 0, timeout=2 * WINDOW)
    return int(cache.incr(name))


def told(response: Response, rate: Rate) -> None:
    response["RateLimit-Limit"] = f"{rate.limit}, {rate.limit};w={WINDOW}"
    response["RateLimit-Remaining"] = str(rate.left)
    response["RateLimit-Reset"] = str(rate.reset)
