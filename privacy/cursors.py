"""Where a page of a list ended, as an address may say it: encrypted, for it may hold a name, and an address is kept in
histories and logs.

Alike for what is alike (AES-SIV, RFC 5297), so that the same page has the same address.
"""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.utils.translation import gettext

from privacy.api.secrecy import key_for


class BadCursor(ValueError):
    """It is no cursor, or of another list or sort."""


# How a value is written, by its type; a date comes after a moment, which is one too.
WRITTEN: dict[type, tuple[str, Callable[[Any], Any]]] = {
    datetime: ("moment", datetime.isoformat),
    date: ("date", date.isoformat),
    Decimal: ("decimal", str),
    UUID: ("uuid", str),
    dict: ("json", lambda value: value),
    list: ("json", lambda value: value),
}
READ: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
    "json": lambda value: value,
}


def sealed(values: Sequence[Any], context: Sequence[bytes]) -> str:
    """The values as one word of an address. `context` is what it belongs to: it opens with no other."""
    plain = json.dumps([_written(value) for value in values]).encode()
    return base64.urlsafe_b64encode(_cipher().encrypt(plain, list(context))).decode().rstrip("=")


def opened(cursor: str, context: Sequence[bytes]) -> list[Any]:
    """The values, of the types that were sealed. Raises BadCursor."""
    try:
        plain = _cipher().decrypt(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), list(context))
        return [_read(value) for value in json.loads(plain)]
    except (ValueError, InvalidTag) as error:
        raise BadCursor(gettext("This is not a place in the list.")) from error


def _written(value: Any) -> Any:
    for kind, (name, write) in WRITTEN.items():
        if isinstance(value, kind):
            return {name: write(value)}
    return value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((name, text),) = value.items()
    return READ[name](text)


def _cipher() -> AESSIV:
    return AESSIV(key_for("cursor", length=64))
