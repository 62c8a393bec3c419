"""Django's SMTP backend, which also tells whether the content of a message was begun to be sent.

A connection that is lost before has delivered nothing. One that is lost after may have.
"""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# RFC 5321, 4.5.3.2.6: the server may take so long to say that it has the message; to give up earlier repeats it.
LONGEST_SILENCE = 10 * 60  # seconds


class _Watched:
    """Commands are sent as text, the content of a message as bytes."""

    has_begun = False

    def send(self, s: Any) -> None:
        if isinstance(s, bytes):
            self.has_begun = True
            self.sock.settimeout(LONGEST_SILENCE)  # type: ignore[attr-defined]  # it is an SMTP
        super().send(s)  # type: ignore[misc]


class _SMTP(_Watched, smtplib.SMTP):
    pass


class _SSL(_Watched, smtplib.SMTP_SSL):
    pass


class WatchedBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SSL if self.use_ssl else _SMTP

    @property
    def has_begun(self) -> bool:
        """Whether content of the present message went out."""
        return bool(self.connection and getattr(self.connection, "has_begun", False))

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        if isinstance(self.connection, _Watched):
            self.connection.has_begun = False
            if self.connection.sock:
                self.connection.sock.settimeout(self.timeout)
        return super().send_messages(email_messages) or 0
