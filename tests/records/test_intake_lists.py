"""Mailing lists from a file: members, new customers, ends, and addresses that must be left out."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from privacy.agency import agency_today
from records.models import Customer, Import, ListMembership, MailingList, Suppression
from records.suppressing import normal, suppress
from tests.factories import make_customer
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

MAPPING = """
kind = "lists"
new_customers = false
suppress_ended = false
[file]
source = "list provider"
location = "headquarters"
[[lists]]
slug = "deliver"
name = "Deliver magazine"
kind = "publication"
provider = "Sample Lists"
terms = "One mailing a month."
[columns]
customer = { column = "customer", optional = true }
email = { column = "email", optional = true }
name = { column = "name", optional = true }
street = { column = "street", optional = true }
postal_code = { column = "zip", optional = true }
address = { column = "send_to", optional = true }
since = "since"
until = { column = "until", optional = true }
end_reason = { column = "why", optional = true }
"""
NEW = MAPPING.replace("new_customers = false", "new_customers = true")
ENDING = MAPPING.replace("suppress_ended = false", "suppress_ended = true")
LEFT_OUT = f"must not be joined: this person asked to be left out on {agency_today()}"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def load(folder: Path, *lines: str, mapping: str = MAPPING, name: str = "l.csv") -> str:
    (folder / "m.toml").write_text(mapping)
    return run("lists", write(folder, name, *lines), "--mapping", folder / "m.toml")


def members() -> list[tuple[str, date, date | None]]:
    return list(ListMembership.objects.order_by("customer__number", "since").values_list(
        "customer__number", "since", "until"))  # fmt: skip


def test_a_list_and_its_members_are_made_with_their_source(tmp_path: Path) -> None:
    make_customer("C-1")
    load(
        tmp_path, "customer,send_to,since,until,why",
        "C-1,ann@work.example.com,2025-01-01,2025-06-30,Moved away", "C-1,,2025-09-01,,",
    )  # fmt: skip
    made = MailingList.objects.get()
    assert (made.slug, made.name, made.kind, made.provider, made.terms) == (
        "deliver", "Deliver magazine", "publication", "Sample Lists", "One mailing a month.",
    )  # fmt: skip
    first, second = ListMembership.objects.order_by("since")
    assert (first.mailing_list, first.customer.number, first.address) == (made, "C-1", "ann@work.example.com")
    assert (first.since, first.until, first.end_reason) == (date(2025, 1, 1), date(2025, 6, 30), "Moved away")
    assert (second.since, second.until, second.end_reason, second.address) == (date(2025, 9, 1), None, "", "")
    assert {first.source, second.source, made.source} == {"list provider"}
    assert first.source_import == made.source_import == Import.objects.get()


def test_each_row_is_loaded_already_there_or_rejected_with_its_reason(tmp_path: Path) -> None:
    make_customer("C-1", email="ann@example.com")
    make_customer("C-2")
    load(
        tmp_path, "customer,email,since,until,why",
        "C-1,,2025-01-01,,", ",ANN@example.com,2025-01-01,,", "C-1,,2025-02-01,,", "C-1,,2025-01-01,2025-03-01,",
        "C-9,,2025-01-01,,", ",bob@example.com,2025-01-01,,", ",,2025-01-01,,", "C-2,,2025-01-02,2025-01-01,",
        "C-2,,2025-01-01,2199-01-01,", "C-2,,2199-01-01,,", "C-2,,2025-01-01,,Gone", "C-2,,,,",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        '4,since,"differs: this customer is a member of the list already, since another day",2025-02-01',
        '5,until,"is there, and here the membership goes on: end it on the list\'s page",2025-03-01',
        "6,customer,is no customer's number,C-9",
        "7,email,is no customer's address,bob@example.com",
        "8,customer,is empty: say who is on the list,",
        "9,until,is before the membership began,2025-01-01",
        "10,until,is in the future: leave it empty until it has come,2199-01-01",
        "11,since,is in the future,2199-01-01",
        "12,why,is there although the membership has not ended,Gone",
        "13,since,is empty,",
    ]
    assert counts() == (12, 1, 1, 10)
    assert members() == [("C-1", date(2025, 1, 1), None)]


def test_unknown_people_become_customers_once_each_where_the_mapping_says_so(tmp_path: Path) -> None:
    make_customer("C-1", email="ann@example.com")
    load(
        tmp_path, "customer,email,name,street,zip,since",
        ",ann@example.com,Ann Other,,,2025-01-01", ",Bob@example.com,Bob,1 Elm St,00123,2025-01-02",
        ",bob@example.com,Bob B.,,,2025-01-02", "N-7,,Eve,,,2025-01-03", ",zoe@example.com,,,,2025-01-04",
        mapping=NEW,
    )  # fmt: skip
    assert rejected(tmp_path) == ["6,name,is empty: a new customer needs a name,"]
    assert counts() == (5, 3, 1, 1)
    bob = Customer.objects.get(email="Bob@example.com")
    assert (bob.name, bob.street, bob.postal_code, bob.source) == ("Bob", "1 Elm St", "00123", "list provider")
    assert bob.number.startswith("L-")
    assert len(bob.number) == 14
    assert bob.source_import == Import.objects.get()
    assert Customer.objects.get(number="N-7").name == "Eve"
    assert Customer.objects.get(number="C-1").name == "Customer C-1"
    assert ListMembership.objects.count() == Customer.objects.count() == 3


@pytest.mark.parametrize(
    ("kind", "value", "row"),
    [
        ("email", "Ann@Example.com", "C-1,,,,,2025-01-01"),  # the customer's own address
        ("email", "bob@example.com", ",bob@example.com,Bob,,,2025-01-01"),  # of somebody new
        ("address", "1 Elm St. 00123", ",new@example.com,New,1 ELM ST,00123,2025-01-01"),
        ("address", "9 oak way, 00199", "C-1,,,,,2025-01-01"),
        ("phone", "(212) 555-0101", "C-1,,,,,2025-01-01"),
    ],
)
@pytest.mark.parametrize("everywhere", [True, False])
def test_addresses_that_must_be_left_out_are_rejected_and_make_no_customer(
    tmp_path: Path, kind: str, value: str, row: str, everywhere: bool
) -> None:
    make_customer("C-1", email="ann@example.com", street="9 Oak Way", postal_code="00199", phone="212 555 0101")
    made = MailingList.objects.create(
        slug="deliver", name="Deliver magazine", kind="publication", provider="Sample Lists",
        terms="One mailing a month.",
    )  # fmt: skip
    other = MailingList.objects.create(slug="other", name="Other")
    suppress("email", "somebody@example.com", made, "")
    suppress(kind, value, other, "of another list")
    load(tmp_path, "customer,email,name,street,zip,since", row, mapping=NEW)
    assert counts() == (1, 1, 0, 0)
    run("--undo", Import.objects.get().pk)
    suppress(kind, value, None if everywhere else made, "")
    load(tmp_path, "customer,email,name,street,zip,since", row, mapping=NEW, name="2.csv")
    assert rejected(tmp_path) == [f"2,,{LEFT_OUT},deliver"]
    assert (Customer.objects.count(), ListMembership.objects.count()) == (1, 0)


def test_who_has_left_by_the_file_is_left_out_by_the_next_when_the_mapping_asks(tmp_path: Path) -> None:
    make_customer("C-1", email="ann@example.com")
    make_customer("C-2", email="bob@example.com")
    left = "C-1,2025-01-01,2025-06-30,Asked to stop"
    load(tmp_path, "customer,since,until,why", left, "C-2,2025-01-01,,", mapping=ENDING)
    (entry,) = Suppression.objects.all()
    assert (entry.kind, entry.mailing_list) == ("email", MailingList.objects.get())
    with connection.cursor() as cursor:
        cursor.execute("SELECT suppression::text FROM records_suppression AS suppression")
        assert "ann" not in cursor.fetchone()[0]
    load(
        tmp_path, "customer,since,until,why", left, "C-1,2025-09-01,,", "C-2,2025-01-01,,", mapping=ENDING, name="2.csv"
    )
    assert rejected(tmp_path) == [f"3,,{LEFT_OUT},deliver"]
    assert counts() == (3, 0, 2, 1)
    first, second = Import.objects.order_by("pk")
    run("--undo", second.pk)
    assert run("--undo", first.pk).endswith("2 memberships, 1 suppressions, 1 lists, 0 customers, 0 organizations\n")
    assert not Suppression.objects.exists()


def test_leaving_by_a_file_suppresses_nothing_unless_asked(tmp_path: Path) -> None:
    make_customer("C-1", email="ann@example.com")
    load(tmp_path, "customer,since,until", "C-1,2025-01-01,2025-06-30")
    assert not Suppression.objects.exists()
    load(tmp_path, "customer,since", "C-1,2025-09-01", name="2.csv")
    assert members() == [("C-1", date(2025, 1, 1), date(2025, 6, 30)), ("C-1", date(2025, 9, 1), None)]


def test_a_file_without_dates_begins_on_its_nominal_date(tmp_path: Path) -> None:
    make_customer("C-1")
    dated = MAPPING.replace('since = "since"\n', "").replace("[file]", "[file]\nnominal_date = 2025-03-31")
    load(tmp_path, "customer", "C-1", mapping=dated)
    assert members() == [("C-1", date(2025, 3, 31), None)]


def test_new_customers_whom_something_else_refers_to_keep_the_import(tmp_path: Path) -> None:
    load(tmp_path, "email,name,since", "bob@example.com,Bob,2025-01-01", mapping=NEW)
    ListMembership.objects.create(
        mailing_list=MailingList.objects.create(slug="own", name="Own"), customer=Customer.objects.get(),
        since=timezone.now(),
    )  # fmt: skip
    assert "its customers are referred to by 1 list memberships" in refusal("--undo", Import.objects.get().pk)
    assert ListMembership.objects.count() == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('provider = "Sample Lists"\n', "", "provider is missing: the source is a list provider, say which"),
        ('kind = "publication"', 'kind = "crowd"', "kind is 'crowd', none of 'mailing', 'publication', 'council'"),
        ("new_customers = false", 'new_customers = "yes"', "new_customers is not true or false"),
        ('name = { column = "name", optional = true }\n', "", "new_customers = true needs the column of name"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = NEW if "name = {" in old else MAPPING
    assert old in text
    (tmp_path / "m.toml").write_text(text.replace(old, new))
    path = write(tmp_path, "l.csv", "customer,since", "C-1,2025-01-01")
    assert reason in refusal("lists", path, "--mapping", tmp_path / "m.toml")


def test_addresses_are_compared_in_one_form() -> None:
    assert normal("email", " Ann@Example.COM ") == "ann@example.com"
    assert normal("address", "1 Elm St., Apt #4\n00123") == normal("address", "1 ELM ST APT 4 00123")
    assert normal("phone", "(212) 555-0101") == normal("phone", "212.555.0101")
    assert normal("email", "a.b@example.com") != normal("email", "ab@example.com")
