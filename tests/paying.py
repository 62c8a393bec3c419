"""The sandbox payment provider, running on loopback, and an event that costs something."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from config.payment_sandbox.server import Running, Service, serve
from config.payment_sandbox.store import Store
from privacy.webhooks.signing import headers, new_secret
from records.models import Customer, Payment
from records.naming import new_token

KEY = "what the sandbox knows us by"
GOOD = {"number": "4242 4242 4242 4242", "expires": "12/39", "code": "123"}
DECLINED = {**GOOD, "number": "4000 0000 0000 0002"}


class Sandbox:
    """`deliveries` are those that wait to be sent; the tests send them themselves, when and as often as they like."""

    def __init__(self, running: Running, secret: str) -> None:
        self.running, self.secret = running, secret
        self.store, self.origin = running.service.store, running.service.origin

    def open(self, address: str, typed: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Open the hosted page, or send what is typed there. Status, headers, page."""
        parts = urlsplit(address)
        connection = HTTPConnection("127.0.0.1", parts.port or 80, timeout=10)
        body = urlencode(typed) if typed is not None else None
        sent = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request("POST" if body else "GET", parts.path, body, sent)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), page

    @property
    def deliveries(self) -> list[dict[str, Any]]:
        rows = self.store.due(datetime.now(UTC).timestamp() + 10_000)
        return [{"id": row["id"], "body": row["body"].encode(), **json.loads(row["body"])} for row in rows]

    def signed(self, body: bytes, identifier: str, at: datetime | None = None, secret: str = "") -> dict[str, str]:
        """The headers of a delivery."""
        moment = int((at or datetime.now(UTC)).timestamp())
        return headers([secret or self.secret], identifier, moment, body)


@contextmanager
def paying(settings: Any) -> Iterator[Sandbox]:
    """With the sandbox as the installation's provider. Its webhooks wait until a test sends them."""
    secret = new_secret()
    running = serve(
        "127.0.0.1",
        0,
        lambda origin: Service(Store(":memory:"), KEY, secret, "http://localhost:1/", origin),
        tells=False,
    )
    settings.PAYMENT_PROVIDER, settings.PAYMENT_URL = "sandbox", running.service.origin
    settings.PAYMENT_KEY, settings.PAYMENT_WEBHOOK_SECRET = KEY, secret
    try:
        yield Sandbox(running, secret)
    finally:
        running.stop()


def in_path(address: str) -> str:
    """`/payment/…/` of an absolute address."""
    return re.sub(r"^https?://[^/]+", "", address)


def paid_payment(customer: Customer, at: datetime, **fields: Any) -> Payment:
    """A payment that was made, not saved."""
    known = {"kind": "registration", "subject": uuid.uuid4(), "amount": 25, "state": "paid", "provider": "Sandbox"}
    moments = {"expires_at": at, "paid_at": at}
    return Payment(customer=customer, token=new_token(), **{**known, **moments, **fields})
