"""Guessing how a file is written, what its columns are, and how its dates are."""

import codecs
from pathlib import Path

import pytest
from pytest_django import Settings

from records.intake.drafting import fields_of, guessed
from records.intake.guessing import DateGuess, guess_format, simplified
from records.intake.kinds import default_mapping, description_of, kinds
from records.intake.sampling import Sample
from records.intake.sniffing import Written, encoding_of, sniff
from records.intake.source import Source

CSV = Written("utf-8", ",", '"')


def fields(kind: str, header: str, *rows: str) -> dict[str, str]:
    """What each column of a file is guessed to be, but for those that are nothing."""
    names, cells = header.split(","), [row.split(",") for row in rows]
    draft = guessed(kind, CSV, Sample(names, [[row[at] for row in cells] for at in range(len(names))]))
    return {choice.column: choice.field for choice in draft.choices if choice.field}


def test_a_salesforce_report_of_contacts() -> None:
    header = (
        "Contact ID,Full Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,"
        "Mailing Zip/Postal Code,Phone,Fax,Email,Birthdate,Created Date,Lead_Source__c,SSN__c"
    )
    assert fields("customers", header) == {
        "Contact ID": "number",
        "Full Name": "name",
        "Title": "job_title",
        "Account Name": "organization",
        "Mailing Street": "street",
        "Mailing City": "city",
        "Mailing State/Province": "state",
        "Mailing Zip/Postal Code": "postal_code",
        "Phone": "phone",
        "Fax": "faxes",
        "Email": "email",
        "Birthdate": "date_of_birth",
        "Created Date": "customer_since",
    }


def test_fields_of_salesforces_own_api_names() -> None:
    assert fields("customers", "Id,Name,MailingPostalCode,MailingStreet,DUNS_Number__c,Email") == {
        "Id": "number",
        "Name": "name",
        "MailingPostalCode": "postal_code",
        "MailingStreet": "street",
        "DUNS_Number__c": "duns",
        "Email": "email",
    }


def test_a_hubspot_export_of_contacts() -> None:
    header = "Record ID,Full name,Email,Phone Number,Job Title,Company name,City,State/Region,Postal Code,Create Date"
    assert list(fields("customers", f"{header},Lifecycle Stage,Number of Sessions").values()) == [
        "number",
        "name",
        "email",
        "phone",
        "job_title",
        "organization",
        "city",
        "state",
        "postal_code",
        "customer_since",
    ]


def test_an_outlook_like_export_and_a_sheet_made_by_hand() -> None:
    assert fields("customers", "Display Name,E-mail 1,E-mail 2 Address,Business Phone,Business Street,Company") == {
        "Display Name": "name",
        "E-mail 1": "email",
        "E-mail 2 Address": "other_emails",
        "Business Phone": "phone",
        "Business Street": "street",
        "Company": "organization",
    }
    assert fields("customers", "CUSTOMER NO.,customer name,ZIP,tel.") == {
        "CUSTOMER NO.": "number",
        "customer name": "name",
        "ZIP": "postal_code",
        "tel.": "phone",
    }


def test_a_list_of_ours_is_known_in_whichever_language_it_was_exported() -> None:
    known = {"name": "name", "number": "number", "organization": "organization"}
    for header in ("Name,Number,Organization", "Nombre,Número,Organización"):
        found = fields("customers", header)
        assert dict(zip(known, found.values(), strict=True)) == known


def test_an_export_of_organizations() -> None:
    header = "Account ID,Account Name,Annual Revenue,Employees,NAICS Code,Website,Billing City"
    assert list(fields("organizations", header).values()) == [
        "number",
        "name",
        "revenue",
        "employees",
        "naics",
        "urls",
        "city",
    ]


def test_an_export_of_engagement() -> None:
    assert fields("engagement", "Timestamp,Subscriber Key,Event Type,Document,Duration") == {
        "Timestamp": "occurred_at",
        "Subscriber Key": "customer",
        "Event Type": "kind",
        "Document": "material",
        "Duration": "dwell_seconds",
    }


def test_columns_without_a_telling_name_are_known_by_what_stands_in_them() -> None:
    rows = ("a@mail.example.com,(202) 555-0101,17,4155550123", "b@mail.example.com,202.555.0102 x3,18,x")
    assert fields("customers", "c1,c2,c3,c4", *rows) == {"c1": "email", "c2": "phone"}


def test_a_name_that_the_values_contradict_counts_for_nothing() -> None:
    assert fields("customers", "Email,Contact Email", "yes,ada@mail.example.com", "no,b@mail.example.com") == {
        "Contact Email": "email"
    }


def test_no_field_is_guessed_twice_and_the_plainest_name_goes_first() -> None:
    assert fields("customers", "Customer Name,Name,Full Name") == {"Name": "name"}


@pytest.mark.parametrize("name", ["ZIP/Postal Code", "zip_postal_code", "zipPostalCode__c", " Zip - postal code "])
def test_names_are_compared_without_what_programs_add(name: str) -> None:
    assert simplified(name) == "zippostalcode"


@pytest.mark.parametrize(
    ("values", "form", "others"),
    [
        (["2026-03-31", "2026-12-01"], "", ()),
        (["03/31/2026", "3/4/2026"], "%m/%d/%Y", ()),
        (["31/03/2026", "4/3/2026"], "%d/%m/%Y", ()),
        (["2026/03/31"], "%Y/%m/%d", ()),
        (["31.03.2026"], "%d.%m.%Y", ()),
        (["31-Mar-2026"], "%d-%b-%Y", ()),
        (["March 31, 2026"], "%B %d, %Y", ()),
        (["03/04/2026", "05/06/2026"], "%m/%d/%Y", ("%d/%m/%Y",)),
        (["03/03/2026"], "%m/%d/%Y", ()),  # either order is the same day
        (["03.04.26"], "%m.%d.%y", ("%d.%m.%y",)),
        (["", "  "], None, None),
        (["soon", "2026-03-31"], None, None),
    ],
)
def test_dates_in_three_orders(values: list[str], form: str | None, others: tuple[str, ...] | None) -> None:
    expected = None if form is None or others is None else DateGuess(form, others)
    assert guess_format(values, with_time=False) == expected


def test_where_days_go_first_an_ambiguous_date_is_guessed_so(settings: Settings) -> None:
    settings.PHONE_REGION = "DE"
    assert guess_format(["03/04/2026"], with_time=False) == DateGuess("%d/%m/%Y", ("%m/%d/%Y",))


@pytest.mark.parametrize(
    ("value", "form"),
    [("2026-03-31T14:05:09Z", ""), ("3/31/2026 2:05 PM", "%m/%d/%Y %I:%M %p"), ("31.03.2026 14:05", "%d.%m.%Y %H:%M")],
)
def test_times_with_their_dates(value: str, form: str) -> None:
    assert guess_format([value], with_time=True) == DateGuess(form)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("number,name\n1,Zoë\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + b"number\n", "utf-8"),
        ("number,name\n1,Zoë\n".encode("utf-16"), "utf-16"),
        ("number,name\n1,Zoë\n".encode("utf-16-le"), "utf-16-le"),
        ("number,name\n1,Zoë\n".encode("utf-16-be"), "utf-16-be"),
        ("number,name\n1,Zoë\n".encode("cp1252"), "cp1252"),
        ("é".encode()[:1], "utf-8"),  # cut through by the end of what was looked at
    ],
)
def test_encodings(content: bytes, expected: str) -> None:
    assert encoding_of(content) == expected


@pytest.mark.parametrize(
    ("content", "delimiter", "quote"),
    [
        ("a,b\n1,2\n", ",", '"'),
        ("a;b;c\r\n1,5;2;3\r\n", ";", '"'),
        ("a\tb\n1\t2, 3\n", "\t", '"'),
        ("a|b\r1|2\r", "|", '"'),
        ('"a, b, c";"d"\n"1, 2, 3";"4"\n', ";", '"'),
        ("'a','b'\n'1','2'\n", ",", "'"),
        ("only\n1\n", ",", '"'),
    ],
)
def test_what_parts_and_surrounds_cells(tmp_path: Path, content: str, delimiter: str, quote: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode())
    assert sniff(Source(path)) == Written("utf-8", delimiter, quote)


@pytest.mark.parametrize("kind", [kind for kind in kinds() if default_mapping(kind)])
def test_each_description_speaks_of_fields_that_there_are(kind: str) -> None:
    assert set(description_of(kind).fields) <= set(fields_of(kind))


@pytest.mark.parametrize("kind", kinds())
def test_no_two_fields_of_a_kind_are_called_the_same(kind: str) -> None:
    labels = [one.label for one in description_of(kind).fields.values()]
    assert len(set(labels)) == len(labels)
