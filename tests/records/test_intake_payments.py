"""Cards and accounts from a file: remnants only; a full number stands nowhere afterwards."""

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from records.models import AchAccount, Import, PaymentCard
from tests.factories import make_customer
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

VISA, AMEX = "4111 1111 1111 1111", "378282246310005"
CARDS = """
kind = "payments"
means = "card"
number_column = ""
[file]
source = "customer"
[columns]
customer = { column = "customer", optional = true }
email = { column = "email", optional = true }
brand = { column = "brand", optional = true }
expires = "expires"
last_four = { column = "last4", optional = true }
provider = { constant = "Sample Pay" }
token = "token"
"""
NUMBERED = CARDS.replace('number_column = ""', 'number_column = "card no"')
ACCOUNTS = """
kind = "payments"
means = "ach"
number_column = "account"
[columns]
customer = "customer"
bank_name = "bank"
last_four = { column = "last4", optional = true }
provider = "provider"
token = "token"
"""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    make_customer("C-1", email="ann@example.com")
    make_customer("C-2")
    return tmp_path


def load(folder: Path, *lines: str, mapping: str = CARDS, name: str = "p.csv") -> str:
    (folder / "m.toml").write_text(mapping)
    return run("payments", write(folder, name, *lines), "--mapping", folder / "m.toml")


def cards() -> list[tuple[str, str, str, str, str, str]]:
    return [
        (card.customer.number, card.brand, card.expires, card.last_four, card.provider, card.token)
        for card in PaymentCard.objects.order_by("token")
    ]


def test_a_card_is_kept_by_its_token_with_its_expiry_sealed(tmp_path: Path) -> None:
    load(
        tmp_path, "customer,email,brand,expires,last4,token",
        "C-1,,Visa,5/28,1111,tok_a", ",ann@example.com,American Express,12-2027,0005,tok_b",
    )  # fmt: skip
    assert cards() == [
        ("C-1", "visa", "05/2028", "1111", "Sample Pay", "tok_a"),
        ("C-1", "amex", "12/2027", "0005", "Sample Pay", "tok_b"),
    ]
    assert {card.source for card in PaymentCard.objects.all()} == {"customer"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM records_paymentcard")
        assert all(b"2028" not in bytes(cell) for (cell,) in cursor.fetchall())


def test_brand_and_last_four_are_taken_from_a_full_number_which_is_dropped(tmp_path: Path) -> None:
    load(
        tmp_path, "customer,card no,expires,token", f"C-1,{VISA},05/2028,tok_a", f"C-2,{AMEX},05/2028,tok_b",
        mapping=NUMBERED,
    )  # fmt: skip
    assert [card[:4] for card in cards()] == [("C-1", "visa", "05/2028", "1111"), ("C-2", "amex", "05/2028", "0005")]
    assert counts() == (2, 2, 0, 0)
    assert Import.objects.get().secrets_dropped == 2


def test_a_rejected_row_shows_nothing_of_a_number_token_or_expiry(tmp_path: Path) -> None:
    output = load(
        tmp_path, "customer,email,card no,brand,expires,last4,token",
        f"C-1,,{VISA},,2028,,tok_a", "C-1,,4111 1111 1111 1112,,05/2028,,tok_a", f"C-1,,{VISA},amex,05/2028,,tok_a",
        f"C-1,,{VISA},,05/2028,2222,tok_a", "C-1,,,visa,05/2028,,tok_a", "C-1,,,,05/2028,1111,tok_a",
        "C-1,,,visa,05/2028,11112222,tok_a", "C-1,,,rupees,05/2028,1111,tok_a", f"C-1,,,visa,05/2028,1111,{AMEX}",
        "C-1,,,visa,05/2028,1111,", "C-9,,,visa,05/2028,1111,tok_a", ",,,visa,05/2028,1111,tok_a",
        mapping=NUMBERED,
    )  # fmt: skip
    rows = rejected(tmp_path)
    assert rows == [
        "2,expires,is not a month and year like 05/2028,",
        "3,card no,is no card number,",
        "4,brand,is not the brand of the number,amex",
        "5,last4,is not the end of the number,",
        '6,last4,"is empty, and so is the number that it could be taken from",',
        '7,brand,"is empty, and so is the number that it could be taken from",',
        "8,last4,is not four digits,",
        '9,brand,"is none of visa, mastercard, amex, discover, other",rupees',
        '10,token,"held a full card or bank account number, which is never kept",[card number removed]',
        "11,token,is empty,",
        "12,customer,is no customer's number,C-9",
        "13,customer,is empty: say whose it is,",
    ]
    assert counts() == (12, 0, 0, 12)
    assert not any(digits in output + "".join(rows) for digits in (VISA, AMEX, "4111"))


def test_a_token_that_is_known_is_already_there_or_differs(tmp_path: Path) -> None:
    first = "C-1,visa,05/2028,1111,tok_a"
    header = "customer,brand,expires,last4,token"
    load(tmp_path, header, first, first, first.replace("C-1", "C-2"), first.replace("visa", "amex"))
    assert rejected(tmp_path) == [
        "4,customer,differs from what is known of the card with this token,C-2",
        "5,brand,differs from what is known of the card with this token,amex",
    ]
    load(tmp_path, header, first, first.replace("05/2028", "06/2028"), first.replace("1111", "2222"), name="2.csv")
    assert rejected(tmp_path) == [
        "3,expires,differs from what is known and sealed,",
        "4,last4,differs from what is known of the card with this token,",
    ]
    assert counts() == (3, 0, 1, 2)
    first_import, second = Import.objects.order_by("pk")
    run("--undo", second.pk)
    assert run("--undo", first_import.pk).endswith("is taken back: 1 cards, 0 accounts\n")
    assert not PaymentCard.objects.exists()


def test_an_account_is_kept_sealed_and_found_by_the_hash_of_its_token(tmp_path: Path) -> None:
    row = "C-1,Sample Bank,000123456789,Sample Pay,ach_a"
    header = "customer,bank,account,provider,token"
    load(tmp_path, header, row, row, row.replace("Sample Bank", "Other Bank"), row.replace("6789", "6780"),
         row.replace("C-1", "C-2"), row.replace("000123456789", "12x"), mapping=ACCOUNTS)  # fmt: skip
    account = AchAccount.objects.get()
    assert (account.customer.number, account.bank_name, account.last_four, account.provider, account.token) == (
        "C-1", "Sample Bank", "6789", "Sample Pay", "ach_a",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        "4,bank,differs from what is known and sealed,",
        "5,,differs from what is known and sealed,",
        "6,customer,differs from what is known of the account with this token,C-2",
        "7,account,is no account number,",
    ]
    assert counts() == (6, 1, 1, 4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account::text FROM records_achaccount AS account")
        stored = cursor.fetchone()[0]
    assert not any(text in stored for text in ("Sample Bank", "6789", "ach_a", b"Sample Bank".hex(), b"ach_a".hex()))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('means = "card"', 'means = "cash"', "means is 'cash', none of 'card', 'ach'"),
        (
            'last_four = { column = "last4", optional = true }\n',
            "",
            "name the column of last_four, or the number_column",
        ),
        ('token = "token"', 'token = "token"\nnumber = "n"', "a full number is no field: name its column by number_co"),
        ('number_column = ""', 'number_column = "token"', "number_column 'token' is mapped to a field as well"),
        ('token = "token"\n', "", "[columns] names no column for token"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in CARDS
    (tmp_path / "m.toml").write_text(CARDS.replace(old, new))
    path = write(tmp_path, "p.csv", "customer,expires,token", "C-1,05/2028,tok")
    assert reason in refusal("payments", path, "--mapping", tmp_path / "m.toml")
