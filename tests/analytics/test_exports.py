"""Lists and reports as files: the same rows as the screen, typed, and inert."""

import csv
import io
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from openpyxl import load_workbook

from analytics.exports import sheets
from analytics.folding import fold_all
from privacy.models import User
from privacy.roles import PERMITS, Permit, Role
from tests.factories import NOON, engage, enroll, make_campaign, make_customer, make_material, make_share, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def csv_rows(client: Client, address: str) -> list[list[str]]:
    text = content_of(client.get(address)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def sheet_of(client: Client, address: str) -> Any:
    return load_workbook(io.BytesIO(content_of(client.get(address)))).active


def test_the_csv_of_customers_is_the_screens_list(client: Client, sales: User) -> None:
    seen = make_customer("C-2", sales, name="Ben")
    make_customer("C-1", sales, name="Zoë")
    make_customer("C-3", sales, name="Cyd")
    make_customer("C-4", name="Not theirs")
    engage(seen, "view", material=make_material("card"))
    fold_all()
    assert csv_rows(client, "/customers/?sort=-name&format=csv") == [
        ["Name", "Number", "Organization", "Territory", "Staff", "Views", "Last seen (UTC)", "Conversions"],
        ["Zoë", "C-1", "", "", "Sales", "0", "", "0"],
        ["Cyd", "C-3", "", "", "Sales", "0", "", "0"],
        ["Ben", "C-2", "", "", "Sales", "1", "2026-03-10 16:00:00+00:00", "0"],
    ]


def test_a_file_holds_every_page_of_the_list_and_as_many_rows_as_the_screen_says(client: Client, sales: User) -> None:
    for number in range(60):
        make_customer(f"C-{number}", sales, name=f"{'Ann' if number % 2 else 'Ben'} {number}")
    page = client.get("/customers/?search=ann&page=2")
    assert page.context["page"].paginator.count == 30
    assert "Whole list, 30 rows:" in page.content.decode()
    assert len(csv_rows(client, "/customers/?search=ann&page=2&format=csv")) == 1 + 30
    assert sheet_of(client, "/customers/?search=ann&page=2&format=xlsx").max_row == 1 + 30


def test_the_csv_is_sent_while_it_is_read(client: Client, sales: User) -> None:
    answer = client.get("/customers/?format=csv")
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Disposition"] == 'attachment; filename="customers.csv"'


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula(client: Client, sales: User, name: str) -> None:
    make_customer("C-1", sales, name=name)
    assert csv_rows(client, "/customers/?format=csv")[1][0] == f"'{name}"
    cell = sheet_of(client, "/customers/?format=xlsx")["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_text_that_looks_like_an_address_is_no_link(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="https://example.org/")
    assert sheet_of(client, "/customers/?format=xlsx")["A2"].hyperlink is None


def test_cells_of_the_sheet_are_typed_and_the_heading_stays(client: Client, sales: User) -> None:
    customer = make_customer("007", sales, name="Ann")
    engage(customer, "view", material=make_material("card"))
    fold_all()
    sheet = sheet_of(client, "/customers/?format=xlsx")
    noon = NOON.replace(tzinfo=None)  # a sheet knows no time zones; the heading says UTC
    assert [cell.value for cell in sheet[2]] == ["Ann", "007", None, None, "Sales", 1, noon, 0]
    assert sheet["G2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert sheet.freeze_panes == "A2"


def test_rates_and_money_of_campaigns_are_numbers(client: Client, sales: User) -> None:
    control = make_campaign("spring").variants.all()[0]
    enroll(make_customer("C-1", sales), control, "response", amount="12.50")
    fold_all()
    sheet = sheet_of(client, "/campaigns/?format=xlsx")
    assert [cell.value for cell in sheet[2]] == ["Spring", "Closed", None, None, 1, None, 1, 0, 12.5]
    assert (sheet["G2"].number_format, sheet["I2"].number_format) == ("0.00%", '"$"#,##0.00')


@pytest.mark.parametrize("role", [role for role in Role if Permit.EXPORT_LISTS not in PERMITS[role]])
def test_files_of_lists_need_their_own_permit(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    assert client.get("/campaigns/?format=csv").status_code == 403


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("form", ["csv", "json"])
def test_whoever_reads_a_report_may_take_it_as_a_file(client: Client, role: Role, form: str) -> None:
    make_campaign("spring")
    client.force_login(make_user(role))
    page = client.get("/campaigns/spring/")
    assert client.get(f"/campaigns/spring/?format={form}").status_code == page.status_code
    assert ("?format=csv" in page.content.decode()) is (page.status_code == 200)


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_reports_are_files_too(client: Client, sales: User, form: str, content_type: str) -> None:
    customer = make_customer("C-1", sales)
    enroll(customer, make_campaign("spring").variants.all()[0], "response")
    fold_all()
    for address in ("/campaigns/spring/", f"/customers/{customer.key}/"):
        answer = client.get(f"{address}?format={form}")
        assert answer["Content-Type"] == content_type
        assert answer["Content-Disposition"].endswith(f'.{form}"')
        assert content_of(answer)


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    for number in range(5):
        make_customer(f"C-{number}", sales)
    book = load_workbook(io.BytesIO(content_of(client.get("/customers/?format=xlsx"))))
    assert {sheet.title: [row[1].value for row in sheet.iter_rows()] for sheet in book} == {
        "Customers": ["Number", "C-0", "C-1"],
        "Customers 2": ["Number", "C-2", "C-3"],
        "Customers 3": ["Number", "C-4"],
    }


@pytest.mark.parametrize("count", [0, 2])
def test_a_list_that_just_fits_has_one_sheet(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    for number in range(count):
        make_customer(f"C-{number}", sales)
    book = load_workbook(io.BytesIO(content_of(client.get("/customers/?format=xlsx"))))
    assert {sheet.title: sheet.max_row for sheet in book} == {"Customers": 1 + count}


def test_more_rows_than_a_workbook_may_have_are_refused_and_csv_is_named(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS_IN_ALL", 2)
    for number in range(3):
        make_customer(f"C-{number}", sales)
    refused = client.get("/customers/?format=xlsx")
    said = "This list has more than 2 rows, too many for XLSX. Take it as CSV, or set filters."
    assert (refused.status_code, refused.content.decode()) == (400, said)
    assert sheet_of(client, "/customers/?search=C-1&format=xlsx").max_row == 1 + 1
    assert len(csv_rows(client, "/customers/?format=csv")) == 1 + 3


def test_a_reports_sheet_is_typed(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    material = make_share(customer, sales).material
    control, letter = make_campaign("spring").variants.order_by("position")
    enroll(customer, control, "view", material=material)
    enroll(make_customer("C-2", sales), letter, "response", amount="12.50")
    fold_all()
    formats = typed_columns(sheet_of(client, "/campaigns/spring/?format=xlsx"))
    assert {
        name: formats[name] for name in ("recipients", "response_rate", "revenue", "response_rate_lift_ci_low")
    } == {
        "recipients": "#,##0",
        "response_rate": "0.00%",
        "revenue": '"$"#,##0.00',
        "response_rate_lift_ci_low": "0.00%",
    }
    assert formats["revenue_per_recipient_lift_relative"] == "0.00%"
    assert formats["revenue_per_recipient_lift_absolute"] == '"$"#,##0.00'
    shared = sheet_of(client, f"/customers/{customer.key}/?format=xlsx")
    assert typed_columns(shared)["last_at"] == "yyyy-mm-dd hh:mm:ss"
    assert NOON.replace(tzinfo=None) in [cell.value for cell in shared[2]]


def typed_columns(sheet: Any) -> dict[str, str]:
    """The format of the first cell below each heading."""
    return {heading.value: cell.number_format for heading, cell in zip(sheet[1], sheet[2], strict=True)}


def test_a_reports_sheet_holds_one_row_a_variant(client: Client, sales: User) -> None:
    campaign = make_campaign("spring")
    enroll(make_customer("C-1", sales), campaign.variants.all()[0], "response")
    fold_all()
    sheet = sheet_of(client, "/campaigns/spring/?format=xlsx")
    assert [row[0].value for row in sheet.iter_rows()] == ["name", "control", "letter"]
