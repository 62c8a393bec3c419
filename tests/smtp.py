"""A real mail server on loopback, of the test's own: it keeps what it takes, and can hold, refuse or hang up."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import held_port

HANG_UP = "hang up"


class Gate:
    """A step of the server at which it waits, from when it is shut until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self.waiting = 0

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def passed(self) -> None:
        self.waiting += 1
        while not self._open.is_set():
            await asyncio.sleep(0.01)
        self.waiting -= 1


class Server(Controller):
    """What is said instead of 250 is told by the local part of a recipient: to RCPT, or to the content.

    The gates hold it at MAIL, before the content (354) and after it.
    """

    def __init__(self, port: int) -> None:
        self.taken: list[tuple[Envelope, EmailMessage]] = []
        self.at_mail, self.at_data, self.at_content = Gate(), Gate(), Gate()
        self.sender_answer = ""
        self.rcpt_answers: dict[str, str] = {}
        self.content_answers: dict[str, str] = {}
        super().__init__(self, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        return _Session(self, self, hostname="mail.example.com")

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        await self.at_mail.passed()
        if self.sender_answer:
            return _said(server, self.sender_answer)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if answer := self.rcpt_answers.get(address.partition("@")[0]):
            return _said(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """All of the content is there: it is kept, whatever becomes of whoever sent it."""
        answer = self.content_answers.get(envelope.rcpt_tos[0].partition("@")[0], "")
        if not answer or answer == f"{HANG_UP} after it was taken":
            content = envelope.content
            self.taken.append((envelope, message_from_bytes(bytes(content or b""), policy=policy.default)))  # type: ignore[arg-type]
        await self.at_content.passed()
        return _said(server, answer or "250 2.0.0 OK")

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(message["Message-ID"]) for _, message in self.taken)

    @property
    def recipients(self) -> list[str]:
        return [address for envelope, _ in self.taken for address in envelope.rcpt_tos]


class _Session(SMTP):
    def __init__(self, server: Server, *arguments: Any, **options: Any) -> None:
        self.of = server
        super().__init__(*arguments, **options)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Before the content: the sender waits for 354."""
        await self.of.at_data.passed()
        await super().smtp_DATA(arg)


def _said(server: Any, answer: str) -> str:
    if answer.startswith(HANG_UP):
        server.transport.abort()
    return answer


@contextmanager
def serving() -> Iterator[Server]:
    with held_port() as port:
        server = Server(port)
        server.start()
        try:
            yield server
        finally:
            for gate in (server.at_mail, server.at_data, server.at_content):
                gate.open()
            server.stop()
