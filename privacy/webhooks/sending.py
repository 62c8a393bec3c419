"""One try: posted to an address that was checked, without following anything, and with an end to the waiting."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Timer

from privacy.enums import TellingWhy
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
    connection = http.client.HTTPConnection(target.host, target.port, timeout=CONNECT_SECONDS)
    connection.sock = _connected(target, addresses)
    cut = Timer(TOTAL_SECONDS, _cut_off, [connection.sock])
    cut.start()
    try:
        sent = {"Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close", **headers}
        connection.request("POST", target.path, body, sent)
        return connection.getresponse().status
    finally:
        cut.cancel()
        connection.close()


def _connected(target: Target, addresses: list[str]) -> socket.socket:
    """A connection to the first of the checked addresses that answers, under the name's own certificate."""
    last: OSError = OSError("no address")
    for address in addresses:
        try:
            plain = socket.create_connection((address, target.port), CONNECT_SECONDS)
            return _context().wrap_socket(plain, server_hostname=target.host) if target.is_tls else plain
        except ssl.SSLError:
            raise
        except OSError as error:
            last = error
    raise last


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut_off(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
