"""Full card and bank account numbers: found in any text and any file, never kept, and what is none left alone."""

import csv
import random
from pathlib import Path

import pytest
from pytest_django import Settings

from records.models import Customer, Import
from records.payment_numbers import (
    BANK,
    CARD,
    Remnants,
    is_routing_number,
    may_hold_payment_numbers,
    payment_number_in,
    remnants,
    without_payment_numbers,
)
from tests.intake import counts, rejected, run, write

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
# The card schemes' published test numbers.
CARDS = (
    "4111111111111111", "4012888888881881", "4222222222222", "5555555555554444", "5105105105105100",
    "2223003122003222", "378282246310005", "371449635398431", "6011111111111117", "30569309025904",
    "3530111333300000", "6200000000000005", "6304000000000000",
)  # fmt: skip


@pytest.mark.parametrize("number", CARDS)
def test_a_card_number_is_found_in_one_piece_and_in_a_sentence(number: str) -> None:
    assert payment_number_in(number) == CARD
    assert without_payment_numbers(f"Ann (pays with {number}, she says)") == (
        "Ann (pays with [card number removed], she says)", 1,
    )  # fmt: skip
    assert may_hold_payment_numbers(number.encode())


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111\u00a01111\u00a01111\u00a01111",
        "3782 822463 10005", "3056 930902 5904", "4111 1111 1111 1111 12 27", "VISA4111111111111111",
        "41111111 11111111",
    ],
)  # fmt: skip
def test_a_card_number_is_found_as_it_is_printed(text: str) -> None:
    assert payment_number_in(text) == CARD
    assert may_hold_payment_numbers(text.encode())
    assert not any(digits in without_payment_numbers(text)[0] for digits in ("1111", "8224", "9309"))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # the check digit is wrong
        "0000000000000000",
        "9400 1118 9922 3344 5566 77",  # a parcel's tracking number
        "4111 1111 1111 1111 1111 1111",
        "1234567812345670",  # no issuer's
        "12345678-4111-1111-1111-111111111111",  # a UUID
        "a4111111111111111b",  # a hash
        "60601-1234", "+1 (312) 555-0142 ext. 1234", "123456789;987654321", "2026-03-31T14:05:09.123456+00:00",
    ],
)  # fmt: skip
def test_what_is_no_payment_number_is_left_alone(text: str) -> None:
    assert without_payment_numbers(text) == (text, 0)


@pytest.mark.parametrize(
    ("text", "label", "left"),
    [
        ("021000021 123456789012", "", "[bank account number removed] [bank account number removed]"),
        ("Routing 021000021, account 12-345 678", "",
         "Routing [bank account number removed], account [bank account number removed]"),
        ("021000021", "ABA routing_number", "[bank account number removed]"),
        ("021000022", "routing", "021000022"),
        ("021000021", "D-U-N-S", "021000021"),
    ],
)  # fmt: skip
def test_a_bank_account_is_found_beside_its_routing_number(text: str, label: str, left: str) -> None:
    assert without_payment_numbers(text, label)[0] == left
    assert (payment_number_in(text, label) == BANK) == (left != text)


def test_what_is_kept_of_a_card_is_its_brand_and_last_four_digits() -> None:
    assert remnants("5555 5555 5555 4444") == Remnants("mastercard", "4444")
    assert remnants("nothing") is None


def test_routing_numbers_have_a_check_digit() -> None:
    texts = ("021000021", "011401533", "091000019", "021000023", "990000009")
    assert [is_routing_number(text) for text in texts] == [True, True, True, False, False]


def test_telephone_numbers_zip_codes_and_customer_numbers_are_hardly_ever_taken_for_one() -> None:
    """False positives: none among phones and ZIP codes; of sixteen made-up digits at random three in a hundred."""
    draw = random.Random(1)  # noqa: S311
    phones = [
        f"+1 {draw.randrange(200, 999)} {draw.randrange(200, 999)} {draw.randrange(10_000):04}" for _ in range(5000)
    ]
    codes = [f"{draw.randrange(100_000):05}-{draw.randrange(10_000):04}" for _ in range(5000)]
    numbers = [f"C-{draw.randrange(10**10):010}" for _ in range(5000)]
    assert not [text for text in (*phones, *codes, *numbers) if payment_number_in(text)]
    digits = [f"{draw.randrange(10**16):016}" for _ in range(5000)]
    assert sum(payment_number_in(text) is not None for text in digits) / 5000 < 0.04


def test_no_telephone_number_of_a_parsers_own_cases_is_taken_for_one() -> None:
    path = DATA / "phone_cases" / "phone_parse_cases.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with path.open(newline="") as file:
        texts = [row["input"] for row in csv.DictReader(file)]
    assert len(texts) > 200
    assert [text for text in texts if payment_number_in(text)] == []


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_a_files_payment_numbers_are_cut_out_counted_and_nowhere(media: Path, tmp_path: Path) -> None:
    mapping = write(
        tmp_path, "m.toml", 'kind = "customers"', "[columns]", 'number = "number"', 'name = "name"', 'city = "city"',
        'phone = "phone"', "[drop]", 'note = "not needed"',
    )  # fmt: skip
    path = write(
        tmp_path, "c.csv", "number,name,city,phone,note",
        "1,Ann,4111111111111111,,",
        "2,Bob,Paid 4111 1111 1111 1111 here,312-555-0142,x 5555555555554444",
        "3,378282246310005,Town,,",
        "4111-1111-1111-1111,Eve,Town,,",
        "5,Fay,Town,4012888888881881,",
        "6,Gus,6011111111111117",
        "7,Hal,Town,12,",
    )  # fmt: skip
    output = run("customers", path, "--mapping", mapping)
    assert counts() == (7, 3, 0, 4)
    assert Import.objects.get().secrets_dropped == 7
    assert "removed, and not kept: 7 full card or bank account numbers" in output
    assert list(Customer.objects.order_by("number").values_list("number", "name", "city", "phone")) == [
        ("1", "Ann", "", ""),
        ("2", "Bob", "Paid [card number removed] here", "+13125550142"),
        ("5", "Fay", "Town", ""),
    ]
    assert rejected(tmp_path) == [
        '4,name,"held a full card or bank account number, which is never kept",[card number removed]',
        '5,number,"held a full card or bank account number, which is never kept",[card number removed]',
        '7,,"has 3 cells, the header has 5","6,Gus,[card number removed]"',
        "8,phone,is not a phone number: it has too few or too many digits,12",
    ]


@pytest.mark.django_db
def test_a_column_of_routing_numbers_takes_the_account_beside_it_along(media: Path, tmp_path: Path) -> None:
    mapping = write(
        tmp_path, "m.toml", 'kind = "customers"', "[columns]", 'number = "number"', 'name = "name"',
        'city = "routing_no"', 'street = "acct"',
    )  # fmt: skip
    path = write(tmp_path, "c.csv", "number,name,routing_no,acct", "1,Ann,021000021,12345678", "2,Bob,5,12345678")
    run("customers", path, "--mapping", mapping)
    assert list(Customer.objects.order_by("number").values_list("city", "street")) == [("", ""), ("5", "12345678")]
    assert Import.objects.get().secrets_dropped == 2
