"""Pictures as files: of the page's own specification, for those who may export, with the filters of the address."""

import io
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from analytics.exports.formats import formats, offered
from analytics.folding import fold_all
from privacy.models import User
from privacy.roles import Role
from tests.exporting import PURPOSE, address, content_of
from tests.factories import engage, enroll, make_campaign, make_customer, make_material, make_share, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def spring(sales: User, people: int = 12) -> None:
    control, letter = make_campaign("spring").variants.order_by("position")
    for number in range(people):
        enroll(make_customer(f"C-{number}", sales), control)
        enroll(make_customer(f"L-{number}", sales), letter, "response")
    fold_all()


def words_of(svg: bytes) -> str:
    return " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())  # noqa: S314 (made here)


def test_a_picture_as_svg_has_its_title_and_the_pages_numbers(client: Client, sales: User) -> None:
    spring(sales)
    answer = client.get(address("campaign/spring", "svg", "picture=funnel"))
    assert answer["Content-Disposition"] == 'attachment; filename="campaign-spring-funnel.svg"'
    assert answer["Content-Type"] == "image/svg+xml"
    words = words_of(content_of(answer))
    assert "The largest drop is from “Drawn into it” to “Responded”: 24 people, then 12." in words
    assert "12 · 50.00" in words


def test_a_picture_as_png_is_twice_a_screens_size(client: Client, sales: User) -> None:
    spring(sales)
    content = content_of(client.get(address("campaign/spring", "png", "picture=lift-of-rates")))
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    assert image.width > 1500
    assert len(image.convert("RGB").getcolors(1 << 24) or []) > 20  # it is not blank


def test_the_file_follows_the_filters_of_the_address(client: Client, sales: User) -> None:
    spring(sales)
    days = "period_since=2026-03-10&period_until=2026-03-11&picture=days"
    words = words_of(content_of(client.get(address("campaign/spring", "svg", days))))
    assert "12 responses in these 2 days; the campaign had not begun when the days before began." in words
    assert client.get(address("campaign/spring", "svg", "picture=days&period_since=2026-03-10")).status_code == 400


def test_marketing_gets_the_file_without_few_people(client: Client, sales: User) -> None:
    spring(sales, people=3)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    words = words_of(content_of(client.get(address("campaign/spring", "svg", "picture=funnel"))))
    assert "Drawn into it" in words
    assert "Responded" not in words
    assert client.get(address("campaign/spring", "svg", "picture=lift-of-rates")).status_code == 404


def test_a_customers_time_line_asks_for_the_purpose(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann Quill")
    engage(customer, "view", material=make_share(customer, sales).material)
    fold_all()
    where = address(f"customer/{customer.key}", "svg", "picture=timeline")
    assert "What for" in client.get(where).content.decode()
    words = words_of(content_of(client.post(where, PURPOSE)))
    assert "1 view on 1 day, the last on March 10, 2026." in words
    assert "Quill" not in words


def test_what_has_no_such_picture_says_so(client: Client, sales: User) -> None:
    spring(sales)
    assert client.get(address("campaign/spring", "svg", "picture=nothing")).status_code == 404
    assert client.get(address("campaign/spring", "svg")).status_code == 404
    answer = client.get(address("campaigns", "svg", "picture=funnel"))
    assert answer.status_code == 400
    assert "There is no picture of this." in answer.content.decode()


def test_the_export_menu_and_schedules_offer_no_picture() -> None:
    assert {one.name for one in offered()} == {"csv", "xlsx", "pdf", "parquet", "jsonl"}
    assert {name for name, one in formats().items() if one.is_picture} == {"svg", "png"}


def test_whoever_may_not_export_has_no_links_and_no_file(client: Client, sales: User) -> None:
    spring(sales)
    assert "format=svg" in client.get("/campaigns/spring/").content.decode()
    client.force_login(make_user(Role.AUDITOR))
    page = client.get("/campaigns/spring/").content.decode()
    assert "The largest drop" in page
    assert "format=svg" not in page
    assert client.get(address("campaign/spring", "svg", "picture=funnel")).status_code == 403


def test_pages_after_which_as_many_leave_are_all_named_as_the_picture_names_them(client: Client, sales: User) -> None:
    from tests.material_files import make_shown_material

    brochure = make_shown_material(sales, "brochure", pages=3)
    for number in range(12):
        customer = make_customer(f"C-{number}", sales)
        for page in (1, 2, 3)[: 1 + number % 3]:
            engage(customer, "page", material=brochure, version=1, page=page, dwell_ms=5000)
    fold_all()
    shown = " ".join(client.get("/materials/brochure/").content.decode().split())
    assert "Pages 1 and 2 lose the same number of readers to the next page: 4 each." in shown
    assert '<dt>Most leave after page</dt><dd><span class="card-value">1, 2</span>' in shown
    assert '<span class="card-note">as many after each of them</span>' in shown


def test_a_materials_page_shows_its_attention_and_its_file(client: Client, sales: User) -> None:
    from tests.material_files import make_shown_material

    brochure = make_shown_material(sales, "brochure", pages=2)
    for number in range(6):
        customer = make_customer(f"C-{number}", sales)
        for page in (1, 2)[: 1 + number % 2]:
            engage(customer, "page", material=brochure, version=1, page=page, dwell_ms=5000)
    fold_all()
    shown = " ".join(client.get("/materials/brochure/").content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "The largest drop is after page 1: 6 people read it, 3 read page 2." in shown
    assert '<span class="strip-words">6 readers, about 6 s</span>' in shown
    assert '<span class="strip-words">3 readers, about 6 s</span>' in shown
    cards = re.findall(r'<dt>([^<]*)</dt><dd><span class="card-value">([^<]*)</span>', shown)
    assert cards == [
        ("Readers", "6"),
        ("Read to the end", "50.00%"),
        ("Time each", "8 s"),
        ("Most leave after page", "1"),
    ]
    assert '<span class="card-note">3 of 6 readers</span>' in shown
    words = words_of(content_of(client.get(address("material/brochure", "svg", "picture=attention"))))
    assert "The largest drop is after page 1: 6 people read it, 3 read page 2." in words
    client.force_login(make_user(Role.MARKETING_MANAGER))
    shown = client.get("/materials/brochure/").content.decode()
    assert "fewer than 5 readers" in shown
    assert "read page 2" not in shown
    assert "of 6 readers" not in shown
    assert client.get(address("material/brochure", "csv", "version=x")).status_code == 400


def test_a_material_that_nobody_read_says_so(client: Client, sales: User) -> None:
    from tests.material_files import make_shown_material

    make_shown_material(sales, "brochure")
    page = client.get("/materials/brochure/").content.decode()
    assert "Nobody has read a page of this version yet." in page
    assert "vendor/vega.js" not in page


def test_wrong_filters_are_named_and_nothing_is_drawn(client: Client, sales: User) -> None:
    spring(sales)
    for query, said in (
        ("period_since=2026-03-10", "Days: Enter both days, or neither."),
        ("period_since=2026-03-10&period_until=2026-03-01", "Days: The last day is before the first."),
        ("period_since=2020-01-01&period_until=2026-03-01", "Days: Choose 1,100 days at most."),
        ("period_since=0001-01-01&period_until=0001-01-09", "Days: There is nothing before 1970."),
        ("period=yesterday", "yesterday is not one of the available choices."),
        ("variant=x", "x is not one of the available choices."),
    ):
        page = client.get(f"/campaigns/spring/?{query}").content.decode()
        assert said in page, query
        assert "No picture is shown until the filter is fixed." in page
        assert "vendor/vega.js" not in page


def test_what_becomes_due_is_a_file_too(client: Client, db: None) -> None:
    client.force_login(make_user(Role.RECORDS_ADMINISTRATOR))
    svg = client.get("/retention/forecast/picture.svg")
    assert svg["Content-Disposition"] == 'attachment; filename="what-becomes-due.svg"'
    assert "Nothing becomes due in these 24 months." in words_of(svg.content)
    png = client.get("/retention/forecast/picture.png")
    assert Image.open(io.BytesIO(png.content)).width >= 960
    assert client.get("/retention/forecast/picture.gif").status_code == 404
    client.force_login(make_user(Role.SALES))
    assert client.get("/retention/forecast/picture.svg").status_code == 403


def test_the_data_map_is_a_file_too(client: Client, sales: User) -> None:
    svg = client.get("/notice/data-map/picture.svg?category=18")
    assert svg["Content-Disposition"] == 'attachment; filename="data-map.svg"'
    words = words_of(svg.content)
    assert "of 1 category" in words
    assert "18. " in words
    assert "campaigns.Event" in words
    png = client.get("/notice/data-map/picture.png?category=18")
    assert Image.open(io.BytesIO(png.content)).width == 2400
    assert client.get("/notice/data-map/picture.gif").status_code == 404
    assert client.get("/notice/data-map/picture.svg?category=99")["Location"] == "/notice/data-map/?category=99"
    page = client.get("/notice/data-map/?category=18").content.decode()
    assert "/notice/data-map/picture.png?category=18" in page


def test_a_link_material_has_no_attention(client: Client, sales: User) -> None:
    make_material("plain")
    assert "Attention by page" not in client.get("/materials/plain/").content.decode()
