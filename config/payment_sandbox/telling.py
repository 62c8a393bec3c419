"""The sandbox's webhooks: signed as Standard Webhooks say, sent until they are taken, each time with the same id."""

import http.client
import threading
import time
from urllib.parse import urlsplit

from config.payment_sandbox.store import Row, Store
from privacy.webhooks.signing import headers

TIMEOUT = 5
LOOK_EVERY = 0.25  # seconds


class Teller(threading.Thread):
    def __init__(self, store: Store, secret: str, hook: str) -> None:
        super().__init__(daemon=True)
        self._store, self._secret, self._hook = store, secret, hook
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            self.tell()

    def tell(self) -> int:
        """Send what is due. How many were taken."""
        return sum(map(self._sent, self._store.due(time.time())))

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def _sent(self, delivery: Row) -> bool:
        if is_taken := post(self._hook, self._secret, delivery["id"], int(time.time()), delivery["body"].encode()):
            self._store.taken(delivery["id"])
        else:
            self._store.not_taken(delivery, time.time())
        return is_taken


def post(hook: str, secret: str, identifier: str, timestamp: int, body: bytes) -> bool:
    """Whether it was answered with a status of 200 to 299."""
    sent = {"Content-Type": "application/json", **headers([secret], identifier, timestamp, body)}
    parts = urlsplit(hook)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.request("POST", parts.path, body, sent)
        return 200 <= connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
