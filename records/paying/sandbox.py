"""The adapter to the sandbox provider (config/payment_sandbox): the one that the demo and the tests pay at.

Its deliveries are signed as Standard Webhooks say; PAYMENT_WEBHOOK_SECRET may name two secrets while one follows the
other.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.dateparse import parse_datetime

from privacy.webhooks.signing import is_signed, named_in
from records.enums import CardBrand
from records.paying.adapter import (
    Asked,
    CardKept,
    Checkout,
    Found,
    NotGenuine,
    NotUnderstood,
    ProviderAway,
    ProviderRefuses,
    Stands,
    Told,
)
from records.paying.calling import Line

MAX_SKEW = timedelta(minutes=5)
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,100}")
DELIVERY = re.compile(r"[A-Za-z0-9_-]{1,120}")
TIMESTAMP = re.compile(r"[0-9]{1,12}")
# A token is no number of a card.
TOKEN = re.compile(r"(?!.*[0-9]{12})[A-Za-z0-9_-]{1,200}")
EXPIRES = re.compile(r"(0[1-9]|1[0-2])/20[0-9]{2}")


@dataclass(frozen=True)
class Sandbox:
    line: Line
    secrets: tuple[str, ...]
    page_origin: str
    name: str = "Sandbox"

    def check_out(self, asked: Asked) -> Checkout:
        content = {
            "key": str(asked.key),
            "amount": str(asked.amount),
            "currency": asked.currency,
            "what": asked.what,
            "language": asked.language,
            "back": asked.back,
            "until": asked.until.isoformat(),
        }
        answer = self.line.call("POST", "/v1/checkouts", content, once=str(asked.key))
        reference, address = str(answer.get("id", "")), str(answer.get("address", ""))
        if not REFERENCE.fullmatch(reference):
            raise ProviderAway("no reference")
        if not address.startswith(f"{self.page_origin}/") or len(address) > 500:
            raise ProviderRefuses("its page is not where the settings say")
        return Checkout(reference, address)

    def look_up(self, reference: str) -> Found:
        return self._found("GET", reference)

    def end(self, reference: str) -> Found:
        return self._found("POST", reference, "/end")

    def refund(self, reference: str, key: str) -> Found:
        return self._found("POST", reference, "/refund", key)

    def told(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        signature = headers.get("webhook-signature", "")
        if not DELIVERY.fullmatch(identifier) or not TIMESTAMP.fullmatch(timestamp):
            raise NotGenuine("not signed with our secret")
        if not is_signed(self.secrets, identifier, int(timestamp), body, signature):
            raise NotGenuine("not signed with our secret")
        if abs(now.timestamp() - int(timestamp)) > MAX_SKEW.total_seconds():
            raise NotGenuine("signed too long ago, or in the future")
        try:
            return Told(identifier, found_of(json.loads(body)["data"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise NotUnderstood from None

    def _found(self, method: str, reference: str, what: str = "", once: str = "") -> Found:
        if not REFERENCE.fullmatch(reference):
            raise ProviderRefuses("no reference of the provider's")
        try:
            return found_of(self.line.call(method, f"/v1/checkouts/{reference}{what}", once=once))
        except (ValueError, KeyError, TypeError):
            raise ProviderAway("not understood") from None


def make() -> Sandbox:
    secrets = named_in(settings.PAYMENT_WEBHOOK_SECRET)
    return Sandbox(Line(settings.PAYMENT_URL, settings.PAYMENT_KEY), secrets, settings.PAYMENT_URL)


def found_of(content: Mapping[str, Any]) -> Found:
    """What the provider says of a checkout. Raises ValueError, KeyError, TypeError where it is none."""
    try:
        amount = Decimal(str(content["amount"]))
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not amount.is_finite():
        raise ValueError("no amount")
    reference, paid_at = str(content["id"]), content.get("paid_at")
    if not REFERENCE.fullmatch(reference):
        raise ValueError("no reference")
    at = parse_datetime(str(paid_at)) if paid_at else None
    if at is not None and at.tzinfo is None:
        raise ValueError("no moment")
    card = content.get("card")
    return Found(
        key=UUID(str(content["key"])),
        reference=reference,
        stands=Stands(content["state"]),
        amount=amount,
        currency=str(content["currency"]),
        at=at,
        card=_card(card) if isinstance(card, dict) else None,
    )


def _card(content: Mapping[str, Any]) -> CardKept | None:
    """None where it is not what may be kept: something that might be a number is never taken over."""
    token, brand, last_four, expires = (
        str(content.get(name, "")) for name in ("token", "brand", "last_four", "expires")
    )
    known = brand if brand in CardBrand.values else CardBrand.OTHER.value
    is_sound = TOKEN.fullmatch(token) and re.fullmatch("[0-9]{4}", last_four) and EXPIRES.fullmatch(expires)
    return CardKept(token, known, last_four, expires) if is_sound else None
