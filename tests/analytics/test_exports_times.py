"""Times in files: by the reader's clock where people read them, as their screen, with an offset where programs do; the
time zone is named in each."""

import io
import re
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pypdfium2 as pdfium
import pytest
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from analytics.exports.writing import Wish, write_file
from analytics.folding import fold_all
from analytics.freezing import differences, freeze
from campaigns.models import Campaign
from privacy.models import User
from privacy.roles import Role
from tests.api import Program
from tests.exporting import asked, book_of, content_of, csv_rows, json_rows, sheet_of
from tests.factories import engage, make_campaign, make_customer, make_material, make_share, make_user

pytestmark = pytest.mark.django_db
# 16:00 of UTC on March 10, 2026, when New York has put its clocks forward; past midnight in Tokyo.
NEW_YORK, TOKYO = datetime(2026, 3, 10, 12), datetime(2026, 3, 11, 1)  # noqa: DTZ001 (clock times)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def make_sales(zone: str) -> User:
    sales = make_user(Role.SALES, f"Sales of {zone.rpartition('/')[2]}", time_zone=zone)
    customer = make_customer(f"C-{zone}", sales, name="Ann")
    engage(customer, "view", material=make_material("card"))
    fold_all()
    return sales


def words(pdf: bytes) -> str:
    pages = pdfium.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


@pytest.mark.parametrize(("zone", "clock"), [("America/New_York", NEW_YORK), ("Asia/Tokyo", TOKYO)])
def test_a_workbook_and_a_document_tell_the_readers_clock(client: Client, zone: str, clock: datetime) -> None:
    client.force_login(make_sales(zone))
    heading, row = sheet_of(client, "customers").iter_rows(values_only=True)
    told = dict(zip(heading, row, strict=True))
    assert told[f"Last seen ({zone})"] == clock
    about = {row[0].value: row[1].value for row in book_of(client, "customers").worksheets[-1]}
    assert about["As of"].endswith(f" {zone}")
    pdf = content_of(asked(client, "customers", "pdf"))
    document = words(pdf)
    assert f"{clock:%Y-%m-%d} {clock:%H:%M:%S}" in document
    assert "+00:00" not in document
    assert f"Lastseen({zone})" in re.sub(r"[\s\ufffe]", "", document)  # however its lines break
    assert pdfium.PdfDocument(pdf).get_metadata_dict()["Subject"].endswith(f" {zone}")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_files_for_programs_have_an_offset_whoever_asks(client: Client, zone: str) -> None:
    client.force_login(make_sales(zone))
    heading, row = csv_rows(client, "customers")
    assert dict(zip(heading, row, strict=True))["Last seen (UTC)"] == "2026-03-10 16:00:00+00:00"
    assert json_rows(client, "customers")[0]["last_seen_at"] == "2026-03-10T16:00:00+00:00"
    table = pq.read_table(io.BytesIO(content_of(asked(client, "customers", "parquet"))))
    assert table.schema.field("last_seen_at").type.tz == "UTC"
    assert table.schema.field("last_seen_at").metadata[b"label"] == b"Last seen (UTC)"
    assert table.to_pylist()[0]["last_seen_at"] == datetime(2026, 3, 10, 16, tzinfo=UTC)
    assert table.schema.metadata[b"As of"].endswith(b" UTC")
    assert table.schema.metadata[b"as of"].endswith(b"+00:00")


def test_a_customers_report_names_the_zone_in_words(client: Client) -> None:
    sales = make_user(Role.SALES, time_zone="Asia/Tokyo")
    customer = make_customer("C-1", sales)
    share = make_share(customer, sales)
    type(share).objects.filter(pk=share.pk).update(shared_at=datetime(2026, 3, 10, 16, tzinfo=UTC))
    fold_all()
    client.force_login(sales)
    heading, row = sheet_of(client, f"customer/{customer.key}").iter_rows(values_only=True)
    assert dict(zip(heading, row, strict=True))["Last shared (Asia/Tokyo)"] == TOKYO
    heading, row_of_csv = csv_rows(client, f"customer/{customer.key}")
    assert dict(zip(heading, row_of_csv, strict=True))["last_shared_at"] == "2026-03-10 16:00:00+00:00"


def test_a_file_that_no_request_asks_for_is_by_the_clock_of_its_reader() -> None:
    """A worker makes those of schedules and large ones: no request says whose clock is in force there."""
    manager, made = make_user(Role.MARKETING_MANAGER, time_zone="Asia/Tokyo"), io.BytesIO()
    make_campaign("spring")
    write_file(Wish(manager, "campaigns", "", "xlsx"), made)
    about = {row[0].value: row[1].value for row in load_workbook(io.BytesIO(made.getvalue())).worksheets[-1]}
    assert about["As of"].endswith(" Asia/Tokyo")


def test_a_frozen_report_reads_the_same_by_every_clock() -> None:
    make_campaign("spring")
    Campaign.objects.update(starts_on=date(2026, 3, 1))
    engage(make_customer("C-1"), "view")
    fold_all()
    manager = make_user(Role.MARKETING_MANAGER, time_zone="Asia/Tokyo")
    frozen = freeze(manager, "campaign/spring", "")
    notes = dict(frozen.content["notes"])
    assert notes["Numbers folded"].endswith(" UTC")
    assert differences(manager, frozen, "en") == []


def test_tables_of_the_api_are_in_utc_whoever_asks() -> None:
    make_material("guide")
    program = Program(make_user(Role.MARKETING_MANAGER, time_zone="Asia/Tokyo"))
    told = program.get("/reports/tables/cohorts").json()
    assert told["as_of"].endswith(("+00:00", "Z"))
    assert "Asia/Tokyo" not in str(told)
