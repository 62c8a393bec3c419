"""Lists and reports as files that come at once: the rows of the screen, typed, and inert."""

import io
import itertools
import re
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pypdfium2 as pdfium
import pytest
from django.http import HttpRequest, QueryDict
from django.test import Client

from analytics.exports import documents, feeding, sheets
from analytics.exports.copying import copy_statement
from analytics.exports.formats import check_rows, formats
from analytics.exports.rendering.parquet import TYPES
from analytics.exports.sources import source_of
from analytics.exports.tables import list_table
from analytics.folding import fold_all
from analytics.lists import CAMPAIGNS, CUSTOMERS
from analytics.models import Export
from campaigns.share_lists import listing_for
from privacy.models import DisclosedPerson, Disclosure, User
from privacy.roles import PERMITS, Permit, Role
from records.listing import Kind, Listing
from records.nouns import nouns
from records.nouns.base import Page
from tests.exporting import address, asked, book_of, content_of, csv_rows, json_rows, sheet_of, status_of
from tests.factories import NOON, engage, enroll, make_campaign, make_customer, make_material, make_share, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


# Lists ---------------------------------------------------------------------------------------------------------------


def test_the_csv_of_customers_is_the_screens_list(client: Client, sales: User) -> None:
    seen = make_customer("C-2", sales, name="Ben")
    make_customer("C-1", sales, name="Zoë")
    make_customer("C-3", sales, name="Cyd")
    make_customer("C-4", name="Not theirs")
    engage(seen, "view", material=make_material("card"))
    fold_all()
    assert csv_rows(client, "customers", "sort=-name") == [
        ["Name", "Number", "Organization", "Territory", "Staff", "Views", "Last seen (UTC)", "Conversions"],
        ["Zoë", "C-1", "", "", "Sales", "0", "", "0"],
        ["Cyd", "C-3", "", "", "Sales", "0", "", "0"],
        ["Ben", "C-2", "", "", "Sales", "1", "2026-03-10 16:00:00+00:00", "0"],
    ]


def test_every_format_holds_as_many_rows_as_the_screen_says(client: Client, sales: User) -> None:
    for number in range(60):
        make_customer(f"C-{number}", sales, name=f"{'Ann' if number % 2 else 'Ben'} {number}")
    page = client.get("/customers/?search=ann&at=end")
    assert page.context["page"].count == 30
    assert 'href="/exports/new/?search=ann&amp;of=customers&amp;format=csv"' in page.content.decode()
    query = "search=ann&page=2"
    assert len(csv_rows(client, "customers", query)) == 1 + 30
    assert sheet_of(client, "customers", query).max_row == 1 + 30
    assert len(json_rows(client, "customers", query)) == 30
    assert pq.read_table(io.BytesIO(content_of(asked(client, "customers", "parquet", query)))).num_rows == 30
    document = text_of(content_of(asked(client, "customers", "pdf", query)))
    assert document.count("Ann ") == 30


def text_of(document: bytes) -> str:
    pages = pdfium.PdfDocument(document)
    return "\r\n".join(page.get_textpage().get_text_range() for page in pages) + "\r\n"


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_text_runs_as_a_formula(client: Client, sales: User, name: str) -> None:
    make_customer("C-1", sales, name=name)
    assert csv_rows(client, "customers")[1][0] == f"'{name}"
    cell = sheet_of(client, "customers")["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_text_that_looks_like_an_address_is_no_link(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="https://example.org/")
    assert sheet_of(client, "customers")["A2"].hyperlink is None


def asked_by(user: User, query: str = "") -> HttpRequest:
    request = HttpRequest()
    request.user, request.GET = user, QueryDict(query)
    return request


AWKWARD = [*FORMULAS, 'a "quoted" name', "a, comma", "two\nlines", "Zoë", "back\\slash", "'", "100%"]


def test_the_database_writes_the_same_cells_as_python(client: Client) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    client.force_login(officer)
    for number, name in enumerate(AWKWARD):
        customer = make_customer(f"C-{number}", officer, name=name)
        share = make_share(customer, officer, f"card-{number}")
        engage(customer, "view", material=share.material)
    fold_all()
    compared = 0
    for of, listing in every_listing(officer):
        chosen = listing.chosen(asked_by(officer))
        if not copy_statement(chosen):
            continue
        table = list_table(chosen, NOON, ())
        by_python = [[plain(cell) for cell in row] for row in table.rows]
        by_copy = csv_rows(client, of, basis="duty-access")[1:]
        assert by_copy == by_python, of
        compared += len(by_python)
    assert compared >= 2 * len(AWKWARD)


def every_listing(user: User) -> list[tuple[str, Listing]]:
    others = [(noun.slug, noun.listing) for noun in nouns() if Page.LIST in noun.pages and noun.may_see(user)]
    return [("customers", CUSTOMERS), ("shares", listing_for(user)), *others]


def plain(cell: Any) -> str:
    """As the csv module writes it, without its line ends within text being others."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def test_every_list_can_be_taken_by_whoever_sees_it(client: Client) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    client.force_login(officer)
    make_share(make_customer("C-1", officer), officer)
    fold_all()
    for of, listing in [*every_listing(officer), ("campaigns", CAMPAIGNS)]:
        rows = csv_rows(client, of, basis="duty-access")
        assert len(rows[0]) == len(listing.columns_in_files), of


def test_cells_of_the_sheet_are_typed_and_the_heading_stays(client: Client, sales: User) -> None:
    customer = make_customer("007", sales, name="Ann")
    engage(customer, "view", material=make_material("card"))
    fold_all()
    sheet = sheet_of(client, "customers")
    noon = NOON.replace(hour=12, tzinfo=None)  # a sheet knows no time zones; the heading names New York's
    assert [cell.value for cell in sheet[2]] == ["Ann", "007", None, None, "Sales", 1, noon, 0]
    assert sheet["G2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert sheet.freeze_panes == "A2"


def test_rates_and_money_of_campaigns_are_numbers(client: Client, sales: User) -> None:
    control = make_campaign("spring").variants.all()[0]
    enroll(make_customer("C-1", sales), control, "response", amount="12.50")
    fold_all()
    sheet = sheet_of(client, "campaigns")
    assert [cell.value for cell in sheet[2]] == ["Spring", "Closed", None, None, 1, None, 1, 0, 12.5, *[None] * 4]
    assert (sheet["G2"].number_format, sheet["I2"].number_format) == ("0.00%", '"$"#,##0.00')


def test_json_lines_and_parquet_are_typed_under_the_machine_names(client: Client, sales: User) -> None:
    customer = make_customer("007", sales, name="=Ann")
    engage(customer, "view", material=make_material("card"))
    fold_all()
    row = {
        "name": "=Ann",
        "number": "007",
        "organization_name": None,
        "territory_name": None,
        "staff_names": "Sales",
        "views": 1,
        "last_seen_at": "2026-03-10T16:00:00+00:00",
        "conversions": 0,
    }
    assert json_rows(client, "customers") == [row]
    table = pq.read_table(io.BytesIO(content_of(asked(client, "customers", "parquet"))))
    assert table.to_pylist() == [{**row, "last_seen_at": NOON}]
    assert table.schema.field("views").type == pa.int64()
    assert table.schema.metadata[b"Exported by"] == b"Sales"


def test_the_second_sheet_says_what_the_file_is(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Ann")
    about = {row[0].value: row[1].value for row in book_of(client, "customers", "search=ann").worksheets[-1]}
    assert about.pop("As of").endswith(" America/New_York")
    assert about.pop("Read for").startswith("Purpose 12: ")
    assert about == {
        "What": "Customers",
        "Exported by": "Sales",
        "Filters": "Search: ann",
        "Sorted by": "Name, rising",
    }


@pytest.mark.parametrize(("form", "most"), [("xlsx", 1_048_575), ("pdf", 20_000)])
def test_a_format_ends_where_it_ends(form: str, most: int) -> None:
    assert (sheets.FORMAT.most_rows, documents.FORMAT.most_rows) == (1_048_575, 20_000)
    check_rows(formats()[form], most)
    with pytest.raises(ValueError, match=f"{most + 1:,} rows are too many for {form.upper()}"):
        check_rows(formats()[form], most + 1)
    check_rows(formats()["csv"], 10**9)


def test_more_rows_than_a_sheet_holds_are_refused_and_csv_is_offered(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, "xlsx", most_rows=2)
    for number in range(3):
        make_customer(f"C-{number}", sales)
    refused = client.get(address("customers", "xlsx", "sort=name"))
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "3 rows are too many for XLSX, which holds 2 at most. Export them as CSV, or set filters." in page
    assert 'href="?of=customers&amp;format=csv&amp;sort=name"' in page
    assert sheet_of(client, "customers", "search=C-1").max_row == 1 + 1


def limited(monkeypatch: pytest.MonkeyPatch, form: str, **limits: int) -> None:
    """The format with other limits."""
    changed = formats()[form]
    for name, value in limits.items():
        monkeypatch.setitem(changed.__dict__, name, value)


# Reports -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def spring(sales: User) -> str:
    """A campaign with a response in the treated arm of six, and none in the control of five."""
    control, letter = make_campaign("spring").variants.order_by("position")
    numbers, card = itertools.count(), make_material("card")
    for _ in range(5):
        enroll(make_customer(f"C-{next(numbers)}", sales), control, "view", material=card)
    for place in range(6):
        amount = {"amount": "12.50"} if place == 0 else {}
        enroll(make_customer(f"C-{next(numbers)}", sales), letter, *(["response"] if place == 0 else []), **amount)
    fold_all()
    return "campaign/spring"


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf", "parquet", "jsonl"])
def test_reports_are_files_in_every_format(client: Client, sales: User, spring: str, form: str) -> None:
    customer = make_customer("X-1", sales)
    make_share(customer, sales)
    for of, name in ((spring, "campaign-spring"), (f"customer/{customer.key}", f"customer-{customer.key}")):
        answer = asked(client, of, form)
        assert content_of(answer)
        assert answer["Content-Type"] == formats()[form].content_type
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.{form}"'


MEASURED = ("Recipients", "Response rate", "Revenue", "Response rate: 95% interval once the campaign has ended, from")


def test_a_reports_sheet_is_typed_and_has_a_chart(client: Client, sales: User, spring: str) -> None:
    book = book_of(client, spring)
    sheet = book.worksheets[-2]
    shown = typed_columns(sheet)
    assert {name: shown[name] for name in MEASURED} == {
        "Recipients": "#,##0",
        "Response rate": "0.00%",
        "Revenue": '"$"#,##0.00',
        "Response rate: 95% interval once the campaign has ended, from": "0.00%",
    }
    assert shown["Revenue per recipient: difference, relative"] == "0.00%"
    assert [row[0].value for row in sheet.iter_rows(max_row=3)] == ["Short name", "control", "letter"]
    (chart,) = sheet._charts
    places = [cell.value for cell in sheet[1]]
    assert len(chart.series) == len([name for name in ("View rate", "Response rate") if name in places])
    notes = {row[0].value: row[1].value for row in book.worksheets[-1]}
    assert notes["Method"].startswith("Rates are people divided by recipients")


def test_a_campaigns_workbook_begins_with_what_came_of_it(client: Client, sales: User, spring: str) -> None:
    book = book_of(client, spring)
    assert book.sheetnames == ["Summary", "Spring", "About this file"]
    rows = [[cell.value for cell in row] for row in book.worksheets[0]]
    words = [row[0] for row in rows if row[0]]
    assert words[0] == "Spring"
    heads = next(row for row in rows if row[0] == "Variant")
    assert heads[1] == "Recipients"
    named = [row for row in rows[rows.index(heads) + 1 :] if row[1]]
    assert [row[0] for row in named] == ["control (control)", "letter"]
    told = named[1][heads.index("Response rate")]
    assert re.fullmatch(r"\d+\.\d\d%\n[+−]\d+\.\d\d points\n−?\d+\.\d\d to \d+\.\d\d", told)
    assert "Recipients" in words[1 : words.index("Variant")]
    assert book_of(client, "customers").sheetnames == ["Customers", "About this file"]


def typed_columns(sheet: Any) -> dict[str, str]:
    """The format of the first cell below each heading."""
    return {heading.value: cell.number_format for heading, cell in zip(sheet[1], sheet[2], strict=True)}


def test_the_pdf_of_a_report_is_tagged_titled_and_has_its_picture_and_page_numbers(
    client: Client, sales: User, spring: str
) -> None:
    document = content_of(asked(client, spring, "pdf"))
    pages = pdfium.PdfDocument(document)
    assert b"pdfuaid" in document
    assert pages.is_tagged()
    told = pages.get_metadata_dict()
    assert (told["Title"], told["Author"]) == ("Spring", "Waymark")
    assert told["Subject"].startswith("A Waymark report as of 20")
    text = text_of(document)
    assert f"Page 1 of {len(pages)}" in text
    assert "Response rate" in text
    assert "Newcombe" in text
    assert "in response rate against the control" in " ".join(text.split())
    images = [item for item in pages[0].get_objects() if item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE]
    assert images


def test_a_document_names_measures_in_words_and_not_as_programs_do(client: Client, sales: User, spring: str) -> None:
    text = " ".join(text_of(content_of(asked(client, spring, "pdf"))).split())
    for words in (
        "Variant",
        "People engaged",
        "Response rate: 95% interval once the campaign has ended, from",
        "Viewers, machines too",
    ):
        assert words in text
    for name in ("_lift_", "ci low", "Raw viewers", "Is control", "Short name"):
        assert name not in text


def test_a_document_has_no_zeros_of_what_nobody_recorded(client: Client, sales: User, spring: str) -> None:
    heading = content_of(asked(client, spring, "csv")).decode("utf-8-sig").splitlines()[0].split(",")
    assert "conversion_rate" in heading
    text = text_of(content_of(asked(client, spring, "pdf")))
    assert "Conversion rate" not in text.partition("About this file")[0]
    assert "Response rate" in text


def test_a_long_table_goes_on_over_the_pages_and_repeats_its_heading(client: Client, sales: User) -> None:
    for number in range(120):
        make_customer(f"C-{number:03}", sales, name=f"Somebody {number:03}")
    pages = pdfium.PdfDocument(content_of(asked(client, "customers", "pdf")))
    texts = [page.get_textpage() for page in pages]
    found = [text.get_text_range() for text in texts]
    assert [text.count("Last seen") for text in found[:-1]] == [1] * (len(found) - 1)
    assert sum(text.count("Somebody") for text in found) == 120
    for page, text in zip(pages, texts, strict=True):  # none is set below the page's end
        lows = [text.get_rect(place)[1] for place in range(text.count_rects())]
        assert min(lows) > 0, page


def test_a_writer_that_dies_is_an_error_and_no_file(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count that is no number ends the process that writes Parquet."""
    make_customer("C-1", sales)
    monkeypatch.setattr(feeding, "plain", lambda cell: "no number")
    with pytest.raises(feeding.NotWritten, match="the writer of parquet files"):
        asked(client, "customers", "parquet")


# Who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_export_is_a_permit_of_its_own(client: Client, role: Role) -> None:
    make_campaign("spring")
    client.force_login(make_user(role))
    may = Permit.EXPORT_LISTS in PERMITS[role]
    page = client.get("/campaigns/?data=real")
    sees = page.status_code == 200 and page.context["rows"]
    for of in ("campaigns", "filtered"):
        assert status_of(client, address(of, "csv")) == (200 if may else 403)
    assert not sees or ("/exports/new/" in page.content.decode()) is may


def test_nobody_exports_what_they_do_not_see(client: Client, sales: User) -> None:
    other = make_customer("C-9")
    make_campaign("not-theirs")
    for of in (f"customer/{other.key}", "campaign/not-theirs", "customer/none", "nothing", "filtered/x", "campaign"):
        assert client.get(address(of, "csv")).status_code == 404, of
    assert client.get(address("filtered", "csv", "campaign=not-theirs")).status_code == 404
    assert client.get(address("customers", "exe")).status_code == 400


def test_customers_are_not_for_marketing(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert client.get(address("customers", "csv")).status_code == 403


# Purpose and disclosure ----------------------------------------------------------------------------------------------


def test_an_export_of_persons_asks_for_the_purpose_of_the_header_first(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Ann")
    page = client.get(address("customers", "csv"))
    form = page.context["form"]
    assert (page.status_code, form.fields["basis"].initial) == (200, "purpose-12")
    assert "Ann" not in page.content.decode()
    refused = client.post(address("customers", "csv"), {"basis": "duty-audit"})
    assert (refused.status_code, "basis" in refused.context["form"].errors) == (422, True)


LEAVES = {"leaves": "on", "recipient_name": "Office of X", "recipient_address": "1 Main Street", "routine_use": "1"}


def test_what_leaves_the_agency_is_accounted_for_person_by_person(client: Client, sales: User) -> None:
    inside = [make_customer(f"C-{number}", sales, name="Ann") for number in range(3)]
    make_customer("C-8", sales, name="Ben")
    make_customer("C-9", name="Ann")  # not theirs
    rows = csv_rows(client, "customers", "search=ann", **LEAVES)
    assert len(rows) == 1 + 3
    disclosure = Disclosure.objects.get()
    assert (disclosure.recipient_name, disclosure.recipient_address) == ("Office of X", "1 Main Street")
    assert (disclosure.routine_use, disclosure.nature, disclosure.disclosed_by) == (1, "Customers as CSV", sales)
    assert disclosure.purpose.startswith("Purpose 12: ")
    people = set(DisclosedPerson.objects.values_list("person", flat=True))
    assert people == {customer.key for customer in inside}


def test_what_stays_in_the_agency_is_not_accounted_for(client: Client, sales: User) -> None:
    make_customer("C-1", sales)
    csv_rows(client, "customers", **{**LEAVES, "leaves": ""})
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("missing", ["recipient_name", "recipient_address", "routine_use"])
def test_a_disclosure_says_to_whom_where_and_under_which_routine_use(client: Client, sales: User, missing: str) -> None:
    answer = asked(client, "customers", "csv", **{**LEAVES, missing: ""})
    assert answer.status_code == 422
    assert "the law requires an accounting" in answer.context["form"].errors[missing][0]
    assert not Disclosure.objects.exists()


def test_shares_are_disclosures_of_their_recipients_each_once(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    make_share(customer, sales)
    csv_rows(client, "shares", **LEAVES)
    assert list(DisclosedPerson.objects.values_list("person", flat=True)) == [customer.key]


def test_a_large_list_goes_to_the_background(client: Client, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, "csv", at_once=2)
    for number in range(3):
        make_customer(f"C-{number}", sales)
    answer = asked(client, "customers", "csv", "sort=name", **LEAVES)
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/exports/{export.key}/")
    assert (export.state, export.of, export.query, export.rows_counted) == ("queued", "customers", "sort=name", 3)
    assert (export.basis, export.recipient_name, export.routine_use) == ("purpose-12", "Office of X", 1)
    assert not Disclosure.objects.exists()


def test_money_stays_exact_in_json_lines(client: Client, sales: User, spring: str) -> None:
    rows = json_rows(client, spring)
    assert [Decimal(row["revenue"]) for row in rows] == [Decimal(0), Decimal("12.50")]


def test_a_source_names_the_page_it_came_from(sales: User) -> None:
    make_customer("C-1", sales)
    assert source_of(sales, "customers", "sort=name").page == "/customers/?sort=name"


def test_each_kind_of_a_column_has_a_type_in_parquet() -> None:
    assert TYPES.keys() == {kind.value for kind in Kind}


def test_seconds_and_points_are_numbers_in_parquet(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    make_share(customer, sales)
    columns = pq.read_table(io.BytesIO(content_of(asked(client, f"engagement/{customer.key}", "parquet")))).to_pydict()
    assert {type(value) for value in columns["points"]} <= {float, type(None)}
    assert columns["points"]
