"""One try: posted to an address that was checked, without following anything, and with an end to the waiting."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from privacy.enums import TellingWhy
from privacy.outgoing import bounded
from privacy.webhooks.addresses import NotAllowed, NotFound, Target, checked, target_of

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
AGENT = "Waymark-Webhooks/1"
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """`why` is empty where it was taken. Of the answer only the status is looked at."""

    why: TellingWhy | None = None
    status: int | None = None

    @property
    def is_taken(self) -> bool:
        return self.why is None


def send(address: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Post the body. Never raises for what the other side does."""
    try:
        target = target_of(address)
        return _judged(_post(target, checked(target), body, headers))
    except NotAllowed:
        return Outcome(TellingWhy.NOT_ALLOWED)
    except NotFound:
        return Outcome(TellingWhy.NOT_FOUND)
    except ssl.SSLError:
        return Outcome(TellingWhy.NO_TRUST)
    except (OSError, http.client.HTTPException):
        return Outcome(TellingWhy.NO_ANSWER)


def _judged(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome(None, status)
    if 300 <= status < 400:
        return Outcome(TellingWhy.REDIRECT, status)
    return Outcome(TellingWhy.GONE if status == GONE else TellingWhy.STATUS, status)


def _post(target: Target, addresses: list[str], body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer, whose body is not read. An answer that drips is cut off after TOTAL_SECONDS."""
    with bounded(
        target.host,
        target.port,
        addresses,
        is_tls=target.is_tls,
        connect_seconds=CONNECT_SECONDS,
        seconds=TOTAL_SECONDS,
    ) as connection:
        sent = {"Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close", **headers}
        connection.request("POST", target.path, body, sent)
        return connection.getresponse().status
