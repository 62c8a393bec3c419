"""The sandbox's HTTP: `/v1/…` for the program, which shows its key; `/pay/…` for whoever pays."""

import hmac
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from config.payment_sandbox import pages, telling
from config.payment_sandbox.cards import NotTaken, card_of
from config.payment_sandbox.store import ASKED, Row, Store, shown

MOST_BYTES = 64 << 10
LONGEST = 500
ONE = re.compile(r"/v1/checkouts/([A-Za-z0-9_-]{1,100})(?:/(end|refund))?")
PAGE = re.compile(r"/pay/([A-Za-z0-9_-]{1,100})")


@dataclass(frozen=True)
class Service:
    """`key` is what the program shows, `secret` what signs, `hook` the address of its webhooks, `origin` our own."""

    store: Store
    key: str
    secret: str
    hook: str
    origin: str


class Handler(BaseHTTPRequestHandler):
    service: Service
    protocol_version = "HTTP/1.1"
    server_version = "PaymentSandbox/1"

    def log_message(self, *args: Any) -> None:
        """Nothing is logged: a request may hold a card number."""

    def do_GET(self) -> None:
        if self.path == "/style.css":
            self._send(200, pages.STYLE.encode(), "text/css")
        elif found := PAGE.fullmatch(urlsplit(self.path).path):
            self._paying(found[1], None)
        else:
            self._api("")

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST_BYTES:
            return self._send(413, b"", "text/plain")
        body = self.rfile.read(size).decode(errors="replace")
        if found := PAGE.fullmatch(urlsplit(self.path).path):
            typed = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            return self._paying(found[1], typed)
        return self._api(body)

    # For the program --------------------------------------------------------------------------------------------------
    def _api(self, body: str) -> None:
        wanted = f"Bearer {self.service.key}".encode()
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), wanted):
            return self._json(401, {"error": "unknown key"})
        if self.command == "POST" and self.path == "/v1/checkouts":
            return self._asked(body)
        found = ONE.fullmatch(self.path)
        row = self.service.store.get(found[1]) if found else None
        if found is None or row is None or (self.command == "POST") != bool(found[2]):
            return self._json(404, {"error": "unknown checkout"})
        if found[2] == "end":
            self.service.store.become(row["id"], "open", "expired")
        elif found[2] == "refund" and not self._refunded(row):
            return self._json(409, {"error": "not paid"})
        return self._json(200, shown(self.service.store.get(row["id"]) or row))

    def _refunded(self, row: Row) -> bool:
        """However often it is asked, it goes back once."""
        return row["state"] == "refunded" or self.service.store.become(row["id"], "paid", "refunded")

    def _asked(self, body: str) -> None:
        asked = _checkout_of(body)
        if asked is None:
            return self._json(400, {"error": "not understood"})
        row = self.service.store.ask(asked)
        if row["amount"] != asked["amount"]:
            return self._json(409, {"error": "the key was used for another amount"})
        return self._json(201, {**shown(row), "address": f"{self.service.origin}/pay/{row['id']}"})

    # For whoever pays -------------------------------------------------------------------------------------------------
    def _paying(self, identifier: str, typed: dict[str, str] | None) -> None:
        row = self.service.store.get(identifier)
        if row is None:
            return self._html(404, pages.unknown_page(), None)
        if typed is not None and "cancel" in typed:
            return self._lead(row["back"])
        if row["state"] != "open":
            return self._html(200 if typed is None else 409, pages.over_page(row), row)
        if typed is None:
            return self._html(200, pages.hosted_page(row), row)
        try:
            self.service.store.pay(identifier, card_of(typed))
        except NotTaken as problem:
            return self._html(422, pages.hosted_page(row, str(problem)), row)
        return self._lead(row["back"])

    # Answers ----------------------------------------------------------------------------------------------------------
    def _json(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content).encode(), "application/json")

    def _html(self, status: int, page: bytes, row: Row | None) -> None:
        back = urlsplit(row["back"]) if row else None
        to = f" {back.scheme}://{back.netloc}" if back else ""
        policy = (
            f"default-src 'none'; style-src 'self'; form-action 'self'{to}; frame-ancestors 'none'; base-uri 'none'"
        )
        self._send(status, page, "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def _lead(self, address: str) -> None:
        self._send(303, b"", "text/plain", {"Location": address})

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        for name, value in {**headers, "Referrer-Policy": "no-referrer", **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _checkout_of(body: str) -> dict[str, str] | None:
    """What the program asks for, all of it there; None where it is not."""
    try:
        content = json.loads(body)
        asked = {name: str(content[name]) for name in ASKED}
        is_sound = Decimal(asked["amount"]) > 0 and datetime.fromisoformat(asked["until"]).tzinfo is not None
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return None
    is_short = all(len(value) <= LONGEST for value in asked.values())
    return asked if is_sound and is_short and urlsplit(asked["back"]).scheme in ("http", "https") else None


def serve(host: str, port: int, make: Callable[[str], Service], *, tells: bool = True) -> "Running":
    """Listen (port 0: any), and tell by webhooks in the background. `make` is given the server's own origin."""
    server = ThreadingHTTPServer((host, port), Handler)
    service = make(f"http://localhost:{server.server_port}")
    server.RequestHandlerClass = type("Own", (Handler,), {"service": service})
    return Running(server, service, telling.Teller(service.store, service.secret, service.hook) if tells else None)


class Running:
    """A server that runs until `stop`."""

    def __init__(self, server: ThreadingHTTPServer, service: Service, teller: telling.Teller | None) -> None:
        self.server, self.service, self.teller = server, service, teller
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        if teller:
            teller.start()

    def stop(self) -> None:
        if self.teller:
            self.teller.stop()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
        self.service.store.close()
