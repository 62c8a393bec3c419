"""The pages of the notice: whole and readable, compared, and mapped to the models."""

import csv
import hashlib
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy.notice import version
from privacy.publishing import as_text
from privacy.roles import Role
from tests.factories import make_user
from tests.privacy.mapped import give_homes
from tests.privacy.test_datamap import READER_NAMES
from tests.privacy.test_publishing import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    """Somebody of the role that sees least."""
    client.force_login(make_user(Role.SECURITY_INVESTIGATOR))
    return client


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_strangers_read_the_notice(client: Client) -> None:
    for address in ("/notice/", "/notice/2023-01-23/"):
        assert client.get(address).status_code == 200


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    for address in ("/notice/compare/", "/notice/data-map/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={address}")


def test_the_page_has_every_word_of_the_notice_and_no_other_outside_our_readings(reader: Client) -> None:
    """The page's own words apart: what is left after taking our readings out is the published text."""
    html = shown(reader, "/notice/")
    article = html[html.index('<article class="notice-text">') : html.index("</article>")]
    assert hashlib.sha256("".join(words_of_the_notice(article).split()).encode()).hexdigest() == without_blanks()
    assert "Our" not in words_of_the_notice(article)


def words_of_the_notice(article: str) -> str:
    plain = re.sub(r'<(div|p|section) class="[^"]*\breading\b.*?</\1>', "", article, flags=re.DOTALL)
    headed = re.sub(r"(<h2>[^<]*)</h2>", r"\1:</h2>", plain)
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<em>(.*?)</em>", r"*\1*", headed)))


def without_blanks() -> str:
    printed = as_text(version("2025-05-12"))
    assert hashlib.sha256(" ".join(printed.split()).encode()).hexdigest() == WORDS
    # The page sets in italics what the notice marks by one asterisk or by two.
    return hashlib.sha256("".join(printed.replace("**", "*").split()).encode()).hexdigest()


def test_each_category_purpose_rule_and_element_has_an_anchor_once(reader: Client) -> None:
    anchors = re.findall(r'\bid="([^"]+)"', shown(reader, "/notice/"))
    present = version("2025-05-12")
    wanted = [
        *(f"pur-{number}" for number in range(1, 14)),
        *(f"cat-{number}" for number in range(1, 19)),
        *(f"rtv-{number}" for number in range(1, 8)),
        *(rule.id.lower() for rule in present.retention),
        *present.elements,
    ]
    assert {"c10-participant-name", "ret-2a", "ret-2b"} <= set(wanted)
    assert [anchor for anchor in wanted if anchors.count(anchor) != 1] == []


def test_no_link_within_the_page_leads_nowhere(reader: Client) -> None:
    for address in ("/notice/", "/notice/2023-01-23/"):
        html = shown(reader, address)
        anchors = set(re.findall(r'\bid="([^"]+)"', html))
        assert set(re.findall(r'href="#([^"]+)"', html)) - anchors == set()


def test_the_contents_name_sections_and_categories(reader: Client) -> None:
    html = shown(reader, "/notice/")
    contents = text_of(html[html.index('aria-label="Contents"') : html.index("<article")])
    assert "Purpose(s) of the system Categories of individuals covered by the system" in contents
    assert "1. Customer information 2. Identifying information" in contents
    assert "18. Customer sharing and analytics data Record source categories" in contents


def test_our_readings_are_marked_and_can_be_switched_off(reader: Client) -> None:
    html = shown(reader, "/notice/")
    assert '<input type="checkbox" id="show-readings" checked>' in html
    blocks = re.findall(r'class="(?:[^"]* )?reading(?: [^"]*)?"', html)
    # Purposes, individuals, categories, rules of retrieval and retention, three sections, and the slips.
    assert len(blocks) == 13 + 2 + 18 + 7 + 8 + 3 + 1


def test_what_is_read_out_of_an_element_stands_with_it(reader: Client) -> None:
    html = shown(reader, "/notice/")

    def element(identifier: str) -> str:
        return text_of(re.search(rf'<li id="{identifier}">.*?</li>', html, re.DOTALL).group())  # type: ignore[union-attr]

    assert element("c01-date-of-birth") == "date of birth date Sensitive Encrypted"
    assert element("c01-phone-numbers") == "phone numbers phone, several Personal"
    assert element("c12-user-password").startswith("User Password credential Secret Dropped on intake")
    assert "Up to 2 years from: ach record created (chosen by us: the notice names no starting event)" in text_of(html)


def test_a_derived_version_says_so_and_the_present_one_does_not(reader: Client) -> None:
    assert "Derived by us, not published" not in shown(reader, "/notice/")
    html = shown(reader, "/notice/2023-01-23/")
    assert "Derived by us, not published" in html
    assert "in force from January 23, 2023 to May 11, 2025" in html
    assert 'id="pur-12"' not in html
    assert 'id="cat-18"' not in html


def test_versions_are_to_choose_and_the_one_before_to_compare_with(reader: Client) -> None:
    html = shown(reader, "/notice/")
    assert '<a href="/notice/" aria-current="page">May 12, 2025</a>' in html
    assert '<a href="/notice/2023-01-23/">January 23, 2023</a>' in html
    assert 'href="/notice/compare/?a=2023-01-23&amp;b=2025-05-12"' in html
    assert "What changed from the one before" not in shown(reader, "/notice/2023-01-23/")


def test_a_version_that_there_is_not_is_not_found(reader: Client) -> None:
    shown(reader, "/notice/2024-01-01/", 404)


def test_the_comparison_shows_the_last_change_unless_told_otherwise(reader: Client) -> None:
    html = shown(reader, "/notice/compare/")
    said = text_of(html)
    assert said == text_of(shown(reader, "/notice/compare/?a=2023-01-23&b=2025-05-12"))
    assert "Added Purpose 12 To anticipate customer needs" in said
    assert "Added Category of records 18 Customer sharing and analytics data : Analytics program" in said
    assert "Added Element 18 of category 18 customer meeting insights" in said
    assert html.count('class="tag change-added"') == 2 + 1 + 18
    unchanged = "categories of individuals|record source categories|routine uses|retrieval rules|retention rules"
    assert f"Without any change: {unchanged.replace('|', ' ')} safeguards other sections ." in said


def test_a_version_compared_with_itself_differs_in_nothing(reader: Client) -> None:
    html = shown(reader, "/notice/compare/?a=2025-05-12&b=2025-05-12")
    assert "Every word of the two is the same." in html


def test_comparing_what_there_is_not_is_told(reader: Client) -> None:
    html = shown(reader, "/notice/compare/?a=2024-01-01", 422)
    assert "Select a valid choice. 2024-01-01 is not one of the available choices." in html
    assert "What changed in the notice" in html


@pytest.fixture
def mapped(reader: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    give_homes(monkeypatch)
    return reader


def test_the_map_shows_each_element_with_model_readers_and_rule(mapped: Client) -> None:
    html = shown(mapped, "/notice/data-map/")
    body = html[html.index('class="grid data-map"') :]
    first = text_of(re.search(r"<tr><th scope=\"row\">.*?</tr>", body, re.DOTALL).group())  # type: ignore[union-attr]
    assert first == (
        "Customer and key contacts' names Personal records. Person. first records. Person. last"
        f" {READER_NAMES} Rule 1: until customer ceases to participate, or Rule 3: 3 years"
    )
    assert body.count('<th scope="row">') == 443
    assert body.count('<th scope="rowgroup"') == 18
    assert body.count("No home yet") == 15


def test_the_map_draws_a_picture_whose_numbers_are_a_table_too(mapped: Client) -> None:
    html = shown(mapped, "/notice/data-map/")
    picture = html[html.index("<figure") : html.index("</figure>")]
    assert "<figcaption>413 of 442 elements of 18 categories are held, in 2 models; 14 secrets " in picture
    bands = picture.count("<path ")
    assert bands == picture.count('<tr><th scope="row">') == 24
    assert picture.count('<a href="?category=') == 18
    assert "style=" not in picture


def test_the_maps_filters_live_in_the_address(mapped: Client) -> None:
    html = shown(mapped, "/notice/data-map/?category=12&sensitivity=secret&text=user")
    assert html.count('<th scope="row"><a href="/notice/#') == 6
    assert '<option value="12" selected>' in html
    assert '<option value="secret" selected>' in html
    assert 'value="user"' in html
    assert 'href="?category=12&amp;sensitivity=secret&amp;text=user&amp;format=csv"' in html


def test_a_map_narrowed_to_nothing_says_how_to_get_back(mapped: Client) -> None:
    html = shown(mapped, "/notice/data-map/?text=zebra")
    assert "Nothing matches" in html
    assert "<figure" not in html


@pytest.mark.parametrize("asked", ["category=19", "sensitivity=odd", f"text={'x' * 101}"])
def test_a_filter_that_makes_no_sense_is_told(asked: str, mapped: Client) -> None:
    html = shown(mapped, f"/notice/data-map/?{asked}", 422)
    assert "Nothing is shown until the filter is fixed." in html
    assert "<figure" not in html


def test_the_map_as_a_file_has_the_rows_of_the_screen(mapped: Client) -> None:
    answer = mapped.get("/notice/data-map/?category=8&format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="data-map.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Category"], row["Element"], row["Home"], row["Retention"]) for row in rows] == [
        ("8", "Preferences for badge name", "records.Sheet.content", "Rule 3: 3 years"),
        ("8", "Preferences for accommodations", "records.Sheet.content", "Rule 3: 3 years"),
    ]


@pytest.mark.parametrize("address", ["/notice/", "/notice/compare/", "/notice/data-map/"])
def test_the_pages_read_no_records(address: str, mapped: Client) -> None:
    mapped.get(address)
    with CaptureQueriesContext(connection) as queries:
        mapped.get(address)
    tables = {name for query in queries for name in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert {name for name in tables if not name.startswith(("privacy_", "auth_", "django_"))} == set()
