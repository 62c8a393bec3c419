"""What a value of each of the notice's types of element is: each type's rule turns a value into what JSON keeps of it.

A rule takes what JSON can hold and gives the one form in which it is kept, or raises Problem with the reason in plain
words. The types are those of privacy/notices/notice.schema.json.
"""

import ipaddress
import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from records.intake.fields import UNSTORABLE, Boolean, Email
from records.intake.problems import Problem

Value = object  # what json.loads gives
Rule = Callable[[Value], Value]

LONGEST_JSON = 64 << 10  # characters
BIGINT = 2**63
WORD = re.compile(r"[^\x00-\x1f\x7f]+")
NUMBER = r"[+-]?\d{1,15}(?:\.\d{1,6})?"
METRIC = re.compile(rf"{NUMBER}\s?(?:%|[A-Za-z/]{{1,8}})?|\d{{1,5}}\s?[*x×]\s?\d{{1,5}}|[A-Za-z][A-Za-z ]{{0,29}}|")
SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s?([KMGT]?B)?", re.IGNORECASE)
SIZE_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
CLOCK_SPAN = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)")
HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63})*\.?")
SIP = re.compile(r"(?:sips?:)?(?:[^\s@:]{1,120}@)?(?P<host>[^\s@:;]+)(?::\d{1,5})?(?:;\S{1,200})?")
LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
PHONE = re.compile(r"(?=(?:\D*\d){3})[+0-9(][0-9 ().,/*#xet-]{2,39}", re.IGNORECASE)
HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16}")
# The conference service writes the 16 bytes of a UUID in Base64.
BASE64_UUID = re.compile(r"[A-Za-z0-9+/_-]{8,40}={0,2}")
CURRENCY = re.compile(r"[A-Z]{3}")
MONTH_YEAR = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})|(?P<month2>\d{2})/(?P<year2>\d{4}|\d{2})")


def _text(longest: int) -> Rule:
    def rule(value: Value) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Problem("is not a text")
        text = str(value).strip()
        if not text:
            raise Problem("is empty")
        if len(text) > longest:
            raise Problem(f"is longer than {longest:,} characters")
        if UNSTORABLE.search(text):
            raise Problem("holds a character that cannot be stored")
        return text

    return rule


def _line(longest: int) -> Rule:
    """One line of text: no control character, so no line end."""
    as_text = _text(longest)

    def rule(value: Value) -> str:
        text = str(as_text(value))
        if not WORD.fullmatch(text):
            raise Problem("holds a control character")
        return text

    return rule


def _like(pattern: re.Pattern[str], otherwise: str, longest: int = 300) -> Rule:
    as_line = _line(longest)

    def rule(value: Value) -> str:
        text = str(as_line(value))
        if not pattern.fullmatch(text):
            raise Problem(otherwise)
        return text

    return rule


def _integer(value: Value) -> int:
    if isinstance(value, bool):
        raise Problem("is not a whole number")
    try:
        number = Decimal(str(value).strip()) if isinstance(value, str | int | float) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= BIGINT or number != number.to_integral_value():
        raise Problem("is not a whole number")
    return int(number)


def _count(value: Value) -> int:
    number = _integer(value)
    if number < 0:
        raise Problem("is below zero")
    return number


def _boolean(value: Value) -> bool:
    return value if isinstance(value, bool) else Boolean().parse(str(value))


def _bytes(value: Value) -> int:
    """A number of bytes; `3 MB` is 3,000,000."""
    if not isinstance(value, str):
        return _count(value)
    found = SIZE.fullmatch(value.strip())
    if not found:
        raise Problem("is not a number of bytes")
    return int(Decimal(found[1]) * SIZE_UNITS[(found[2] or "").upper()])


def _date(value: Value) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise Problem("is not a date like 2026-03-31") from None


def _datetime(value: Value) -> str:
    """In UTC. A time without an offset is no moment."""
    try:
        moment = datetime.fromisoformat(str(value).strip())
        if moment.tzinfo is None:
            raise Problem("has no time zone")
        return moment.astimezone(UTC).isoformat()
    except Problem:
        raise
    except (ValueError, OverflowError):
        raise Problem("is not a date and time like 2026-03-31T14:05:09Z") from None


def _duration(value: Value) -> int:
    """Seconds, or hours, minutes and seconds with colons."""
    found = CLOCK_SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    return _count(value)


def _money(value: Value) -> dict[str, str]:
    """An amount and its currency (ISO 4217), dollars where none is named."""
    given: Mapping[str, Value] = value if isinstance(value, dict) else {"amount": value}
    currency = str(given.get("currency", "USD"))
    try:
        amount = Decimal(str(given.get("amount")))
    except InvalidOperation:
        amount = Decimal("NaN")
    if given.keys() - {"amount", "currency"} or not amount.is_finite() or not CURRENCY.fullmatch(currency):
        raise Problem("is not an amount with a currency")
    return {"amount": f"{amount:f}", "currency": currency}


def _month_year(value: Value) -> str:
    found = MONTH_YEAR.fullmatch(str(value).strip())
    month = int((found["month"] or found["month2"]) if found else 0)
    if not found or not 1 <= month <= 12:
        raise Problem("is not a month like 2028-05")
    year = found["year"] or found["year2"]
    return f"{year if len(year) == 4 else f'20{year}'}-{month:02}"


def _metric(value: Value) -> Value:
    """A measurement: a number with its unit, or several by name or in a row."""
    if isinstance(value, dict):
        return {str(_line(60)(name)): _metric(part) for name, part in _json_value(value).items()}  # type: ignore[attr-defined]
    if isinstance(value, list):
        return [_metric(part) for part in _json_value(value)]  # type: ignore[attr-defined]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _json_value(value)
    if not isinstance(value, str) or not METRIC.fullmatch(value.strip()):
        raise Problem("is not a measurement")
    return value.strip()


def _json_value(value: Value) -> Value:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise Problem("is not JSON") from None
    if len(text) > LONGEST_JSON:
        raise Problem(f"is {len(text):,} characters of JSON, at most {LONGEST_JSON:,} fit")
    if UNSTORABLE.search(text) or "\\u0000" in text:
        raise Problem("holds a character that cannot be stored")
    return value


def _email(value: Value) -> str:
    return Email().parse(str(_line(254)(value)))


def _ip(value: Value) -> str:
    try:
        return str(ipaddress.ip_address(str(value).strip()))
    except ValueError:
        raise Problem("is not an IP address") from None


def _mac(value: Value) -> str:
    """Pairs of digits with colons, however they were written."""
    digits = re.sub(r"[-:. ]", "", str(value).strip())
    if not HEXADECIMAL.fullmatch(digits):
        raise Problem("is not a MAC address")
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).lower()


def _uuid(value: Value) -> str:
    text = str(_line(60)(value))
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(_like(BASE64_UUID, "is not a UUID")(text))


def _url(value: Value) -> str:
    """An address on the web; one without a scheme is kept as it stands."""
    text = str(_line(2_000)(value))
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        is_one = parts.scheme in ("http", "https") and bool(HOST.fullmatch(parts.hostname or ""))
        is_one = is_one and ("://" in text or parts.port is None)  # else `javascript:1` were a host and its port
    except ValueError:
        is_one = False
    if not is_one:
        raise Problem("is not a web address")
    return text


def _sip(value: Value) -> str:
    text = str(_line(300)(value))
    found = SIP.fullmatch(text)
    if not found or not HOST.fullmatch(found["host"]):
        raise Problem("is not a SIP address")
    return text


def _timezone(value: Value) -> str:
    text = str(_line(60)(value))
    if text not in available_timezones():
        raise Problem("is not a time zone like America/New_York")
    return text


def _scale(value: Value) -> Value:
    """A step of a scale: a whole number, or its words."""
    return _line(100)(value) if isinstance(value, str) else _integer(value)


def _address(value: Value) -> Value:
    """A postal address in lines, or by its parts."""
    if not isinstance(value, dict):
        return _text(500)(value)
    return {str(_line(40)(name)): _text(200)(part) for name, part in value.items() if part not in (None, "")}


def _media(value: Value) -> str:
    """The key of a file in the encrypted store (records.media)."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise Problem("is not the key of a file in the store") from None


def _never(_value: Value) -> Value:
    raise Problem("is a secret, which is never kept")


RULES: Mapping[str, Rule] = {
    "audio": _media,
    "bank_account": _never,
    "boolean": _boolean,
    "bytes": _bytes,
    "code": _line(60),
    "credential": _never,
    "date": _date,
    "datetime": _datetime,
    "domain": _like(HOST, "is not a domain"),
    "drawing": _media,
    "duration": _duration,
    "email": _email,
    "enum": _line(100),
    "event_log": _json_value,
    "file": _media,
    "geo": _line(200),
    "identifier": _line(200),
    "image": _media,
    "integer": _integer,
    "ip": _ip,
    "json": _json_value,
    "locale": _like(LOCALE, "is not a language like en-US"),
    "mac": _mac,
    "metric": _metric,
    "money": _money,
    "month_year": _month_year,
    "pan": _never,
    "person_name": _line(200),
    "phone": _like(PHONE, "is not a phone number"),
    "postal_address": _address,
    "scale": _scale,
    "sip_uri": _sip,
    "string": _line(1_000),
    "text": _text(20_000),
    "timezone": _timezone,
    "url": _url,
    "uuid": _uuid,
    "video": _media,
}
