"""One call to the provider: JSON there and back, within a time, to the machine of the settings and to no other."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from privacy.outgoing import bounded
from records.paying.adapter import ProviderAway, ProviderRefuses

CONNECT_SECONDS = 4.0
TOTAL_SECONDS = 10.0
MOST_BYTES = 64 << 10
AGENT = "Waymark-Payments/1"


@dataclass(frozen=True)
class Line:
    """How the provider is reached: its address, as PAYMENT_URL has it, and the key that it knows us by."""

    origin: str
    key: str

    def call(self, method: str, path: str, content: Mapping[str, Any] | None = None, once: str = "") -> dict[str, Any]:
        """Its answer. `once` is the key under which it does this once. Nothing it answers is followed.

        Raises ProviderAway where it did not answer, answered too late, too long or with a status of 429 or 500 on, and
        ProviderRefuses for other statuses.
        """
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json", "User-Agent": AGENT}
        headers |= {"Idempotency-Key": once} if once else {}
        body = json.dumps(content).encode() if content is not None else None
        headers |= {"Content-Type": "application/json"} if body else {}
        try:
            status, answer = self._sent(method, path, body, headers)
        except (OSError, http.client.HTTPException) as problem:
            raise ProviderAway(type(problem).__name__) from None
        return _judged(status, answer)

    def _sent(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(self.origin)
        host, is_tls = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_tls else 80)
        # A reader's page waits for this.
        with bounded(
            host, port, [host], is_tls=is_tls, connect_seconds=CONNECT_SECONDS, seconds=TOTAL_SECONDS
        ) as connection:
            connection.request(method, path, body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise http.client.HTTPException("too long")
            return answer.status, content


def _judged(status: int, answer: bytes) -> dict[str, Any]:
    if status == 429 or status >= 500 or status < 200:
        raise ProviderAway(f"status {status}")
    if not 200 <= status < 300:
        raise ProviderRefuses(f"status {status}")
    try:
        content = json.loads(answer)
    except (ValueError, RecursionError):
        raise ProviderAway("no JSON") from None
    if not isinstance(content, dict):
        raise ProviderAway("no object")
    return content
