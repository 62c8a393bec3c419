"""Kinds of value: what is taken, what is refused and why, cell by cell and column by column."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from email_validator import EmailNotValidError, validate_email
from pytest_django import Settings

from records.intake.fields import (
    ORDINARY_EMAIL,
    Amount,
    Boolean,
    Choice,
    Date,
    Email,
    Field,
    Flags,
    Integer,
    Moment,
    Phone,
    Text,
    Uuid,
)
from records.intake.problems import Problem, Refused

EMAILS = Path(__file__).resolve().parents[3] / "shared" / "data" / "email_cases_isemail" / "tests.xml"
NEW_YORK = ZoneInfo("America/New_York")
MOMENT = Moment(NEW_YORK, latest=datetime(2026, 6, 2, tzinfo=UTC))
SIGNS = Flags({"head": 4, "no_focus": 16})


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Text(5), " ab\t\x01", " ab\t\x01"),
        (Text(9), "\u202bא\u200f", "\u202bא\u200f"),
        (Email(), " Ann.O+x@Example.com ", "Ann.O+x@example.com"),
        (Email(), "ann@EXÄMPLE.com", "ann@exämple.com"),
        (Email(), "ann@xn--exmple-cua.com", "ann@exämple.com"),
        (Phone(), " (312) 555-0142 ", "+13125550142"),
        (Phone(), "+1 312 555 0142 x 7", "+13125550142;ext=7"),
        (Phone(), "+44 20 8765 4321", "+442087654321"),
        (Email(), "jürgen@exämple.com", "jürgen@exämple.com"),
        (Integer(1, 9), " 7 ", 7),
        (Amount(), "1.50", Decimal("1.50")),
        (Amount(), "-3", Decimal("-3.00")),
        (Amount(), "2.000", Decimal("2.00")),
        (Amount(Decimal(0), Decimal(10), places=3), ".125", Decimal("0.125")),
        (Boolean(), "YES", True),
        (Boolean(("bought",), ("no",)), "no", False),
        (Date(), "2026-03-31", date(2026, 3, 31)),
        (Date("%d.%m.%Y"), "31.3.2026", date(2026, 3, 31)),
        (MOMENT, "2026-03-10T12:00:00", datetime(2026, 3, 10, 16, tzinfo=UTC)),
        (MOMENT, "2026-01-10 12:00", datetime(2026, 1, 10, 17, tzinfo=UTC)),
        (MOMENT, "2026-03-10T12:00:00+02:00", datetime(2026, 3, 10, 10, tzinfo=UTC)),
        (MOMENT, "2026-03-10T12:00:00Z", datetime(2026, 3, 10, 12, tzinfo=UTC)),
        (Choice({"open": "view"}), "open", "view"),
        (SIGNS, "no_focus head head", 20),
    ],
)
def test_a_value_is_read(field: Field, text: str, value: object) -> None:
    assert field.parse(text) == value


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        (Text(5), "abcdef", "is longer than 5 characters"),
        (Text(9, required=True), "\u200b\u2060", "holds only characters that cannot be seen"),
        (Text(9), "\u202e \ufeff\u3164", "holds only characters that cannot be seen"),
        (Text(9, required=True), "\x1b\x07\x9b", "holds only characters that cannot be seen"),
        (Text(5), "a\x00", "holds a character that cannot be stored"),
        (Text(5), "a\udce9", "holds a character that cannot be stored"),
        (Email(), "ann@", "is not an e-mail address"),
        (Email(), "ann@example", "is not an e-mail address"),
        (Email(), "ann@example.test", "is not an e-mail address"),
        (Email(), "a" * 250 + "@example.com", "is longer than 254 characters"),
        (Integer(1, 9), "1.0", "is not a whole number"),
        (Integer(1, 9), "१", "is not a whole number"),
        (Integer(1, 9), "9" * 5000, "is not a whole number"),
        (Integer(1, 9), "10", "is not between 1 and 9"),
        (Amount(), "1,5", "is not a number (digits, with a point for decimals)"),
        (Amount(), "NaN", "is not a number (digits, with a point for decimals)"),
        (Amount(), "1e9", "is not a number (digits, with a point for decimals)"),
        (Amount(), "1.005", "has more than 2 decimal places"),
        (Amount(Decimal(0), Decimal(10)), "-1", "is not between 0 and 10"),
        (Boolean(), "maybe", "is neither 1 / true / yes / y / t nor 0 / false / no / n / f"),
        (Date(), "31.03.2026", "is not a date like 2026-03-31"),
        (Date("%d.%m.%Y"), "2026-03-31", "is not a date like 31.03.2026"),
        (Date(), "1066-10-14", "is not between 1800-01-01 and 2200-01-01"),
        (MOMENT, "yesterday", "is not a date and time like 2026-03-31T14:05:09"),
        (MOMENT, "1989-12-31T12:00:00", "is before 1990-01-01"),
        (MOMENT, "2026-06-02T00:00:01Z", "is in the future"),
        (MOMENT, "0001-01-01T00:00:00+14:00", "is not a date and time like 2026-03-31T14:05:09"),
        (Choice({"open": "view"}), "view", "is none of open"),
        (SIGNS, "head mouse", "names other signs than head, no_focus"),
        (Uuid(), "{123}", "is not a UUID (8-4-4-4-12 hexadecimal digits)"),
    ],
)
def test_a_text_that_is_no_value_has_a_reason(field: Field, text: str, reason: str) -> None:
    with pytest.raises(Problem) as problem:
        field.parse(text)
    assert problem.value.reason == reason


def test_the_empty_text_is_no_value_or_a_problem() -> None:
    assert Text(5).read("") == ""
    for text in ("", "  "):
        with pytest.raises(Problem, match="is empty"):
            Text(5, required=True).read(text)


def test_a_column_names_each_position_without_a_value() -> None:
    texts = ["5", "x", "", "5", "11", "x"]
    assert Integer(1, 9).read_column(texts) == (
        ["5", "", "", "5", "", ""],
        {1: "is not a whole number", 4: "is not between 1 and 9", 5: "is not a whole number"},
    )


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        (Text(3), ["abc", "", "é"]),
        (Text(3), ["abcd", "a"]),
        (Text(3), ["a\x00", "a"]),
        (Text(3, required=True), ["a", ""]),
        (Text(3, required=True), ["a", " "]),
        (Email(), ["a@example.com", "b@example.com"]),
        (Email(), ["a@example.com", "", "b@example"]),
        (Email(required=True), ["a@example.com", ""]),
        (Uuid(), ["00000000-0000-4000-8000-00000000000a", ""]),
        (Uuid(required=True), ["00000000-0000-4000-8000-00000000000A", ""]),
    ],
)
def test_one_look_at_a_column_says_the_same_as_each_cell(field: Field, texts: list[str]) -> None:
    values, problems = field.read_column(texts)
    assert [problems.get(at, value) for at, value in enumerate(values)] == [outcome(field, text) for text in texts]


def outcome(field: Field, text: str) -> str:
    try:
        return field.read(text)
    except Problem as problem:
        return problem.reason


def test_the_pattern_takes_no_address_that_the_library_refuses() -> None:
    if not EMAILS.exists():
        pytest.skip(f"{EMAILS} is not there")
    cases = [case.findtext("address") or "" for case in ElementTree.parse(EMAILS).iter("test")]  # noqa: S314 (our file)
    taken = [text for text in cases if ORDINARY_EMAIL.fullmatch(text)]
    assert len(taken) > 10
    for text in taken:
        validate_email(text, check_deliverability=False)


@pytest.mark.parametrize("domain", ["x.test", "x.TEST", "x.localhost", "x.invalid", "a.onion", "in-addr.arpa", "test"])
def test_reserved_domains_are_left_to_the_library(domain: str) -> None:
    assert not ORDINARY_EMAIL.fullmatch(f"ann@{domain}")
    with pytest.raises(EmailNotValidError):
        validate_email(f"ann@{domain}", check_deliverability=False)


def test_reserved_domains_may_be_allowed(settings: Settings) -> None:
    settings.EMAIL_TEST_DOMAINS = True
    assert Email().parse("ann@example.test") == "ann@example.test"


def test_only_dates_have_a_format() -> None:
    with pytest.raises(Refused, match="format '%Y' is for dates only"):
        Text(5).with_format("%Y")
