"""The cards that the sandbox takes: numbers that the card schemes give out for tests, and no others."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from records.payment_numbers import is_card_number, remnants

PAYS = {"4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"}
DECLINED = {"4000000000000002"}


class NotTaken(Exception):
    """Why the card is not taken: a word of pages.WORDS."""


def card_of(typed: Mapping[str, str]) -> dict[str, str]:
    """Token, brand, last four digits and expiry of a card that pays. Raises NotTaken."""
    number = re.sub(r"[ \-]", "", typed.get("number", ""))
    if not re.fullmatch("[0-9]{12,19}", number) or not is_card_number(number):
        raise NotTaken("no_number")
    month, year = _expiry(typed.get("expires", ""))
    if not re.fullmatch("[0-9]{3,4}", typed.get("code", "").strip()):
        raise NotTaken("no_code")
    if number in DECLINED:
        raise NotTaken("declined")
    if number not in PAYS:
        raise NotTaken("no_test_card")
    kept = remnants(number)
    if kept is None:
        raise NotTaken("no_number")
    return {
        "token": f"card_{secrets.token_urlsafe(12)}",
        "brand": kept.brand,
        "last_four": kept.last_four,
        "expires": f"{month:02d}/{year}",
    }


def _expiry(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*([0-9]{1,2})\s*/\s*(?:20)?([0-9]{2})\s*", text)
    if not found or not 1 <= int(found[1]) <= 12:
        raise NotTaken("no_expiry")
    month, year, today = int(found[1]), 2000 + int(found[2]), datetime.now(UTC)
    if (year, month) < (today.year, today.month):
        raise NotTaken("over")
    return month, year
