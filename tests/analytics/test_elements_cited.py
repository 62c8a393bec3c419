"""Each report cites the notice's elements that it is: on its page and in its files."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from analytics.exports.sources import REPORTS
from analytics.folding import fold_all
from analytics.pictures.drawings import drawings
from analytics.reports.elements import ELEMENTS, cited, element_words
from campaigns.enums import MaterialState
from campaigns.models import Material, MaterialVersion
from privacy.notice.versions import elements_ever
from privacy.roles import Role
from tests.exporting import book_of
from tests.factories import enroll, make_campaign, make_customer, make_material, make_user

TEMPLATES = Path(settings.BASE_DIR) / "templates"
CITES = re.compile(r'{% cites "([^"]+)" %}')
# What shows how fresh numbers are and is no report: it leads to reports.
NO_REPORT = {"home.html"}


def pages() -> dict[str, str]:
    return {path.name: path.read_text() for path in (TEMPLATES / "analytics").glob("*.html")}


def test_every_report_is_declared_with_elements_that_the_notice_has() -> None:
    every = {*REPORTS, *(drawing.of for drawing in drawings())}
    assert every - set(ELEMENTS) == set()
    assert {name for names in ELEMENTS.values() for name in names} - set(elements_ever()) == set()
    assert all(len({elements_ever()[name].category for name in names}) == 1 for names in ELEMENTS.values())


def test_every_report_that_is_declared_is_cited_on_a_page() -> None:
    said = {name for text in pages().values() for name in CITES.findall(text)}
    assert said | {"material", "letters"} == set(ELEMENTS)
    assert '{% cites "letters" %}' in (TEMPLATES / "campaigns" / "plan.html").read_text()
    assert "attention.cited" in (TEMPLATES / "campaigns" / "material.html").read_text()


def test_every_page_that_shows_a_report_cites_its_element() -> None:
    """Each page of a report says how fresh its numbers are: one that cites nothing is found by that."""
    shown = {name for name, text in pages().items() if "components/freshness.html" in text}
    assert len(shown) > 10
    assert {name for name in shown - NO_REPORT if not CITES.search(pages()[name])} == set()


def test_a_report_that_cites_nothing_is_an_error() -> None:
    with pytest.raises(KeyError):
        cited("weather")
    assert element_words("material") == (
        "“Analytics shared document reports”, “Analytics shared document viewed count” (category 18)"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "of", "query"),
    [
        ("/campaigns/spring/", "campaign/spring", ""),
        ("/customers/KEY/", "customer/KEY", ""),
        ("/customers/KEY/", "engagement/KEY", ""),
        ("/cohorts/", "cohorts", ""),
        ("/attribution/", "attribution", ""),
        ("/filtered/", "filtered", ""),
        ("/sharing/", "sharing", ""),
        ("/meeting-insights/", "meetings", ""),
        ("/web-page-insights/", "webpages", ""),
        ("/materials/guide/", "material/guide", ""),
        ("/compare/?quarter=2026-Q1", "compare", "quarter=2026-Q1"),
    ],
)
def test_page_and_file_say_which_element_they_are(client: Client, address: str, of: str, query: str) -> None:
    user: Any = make_user(Role.SALES_MANAGER)
    campaign = make_campaign()
    make_material("guide")
    customer = make_customer("C-1", user)
    key = customer.key
    enroll(customer, campaign.variants.all()[0], "delivered")
    fold_all()
    material = Material.objects.get()
    MaterialVersion.objects.create(material=material, number=1, file_name="guide.pdf", state=MaterialState.READY)
    client.force_login(user)
    said = element_words(of.split("/")[0])
    assert f"In the notice: {said}." in client.get(address.replace("KEY", str(key))).content.decode()
    book = book_of(client, of.replace("KEY", str(key)), query)
    notes = {row[0].value: row[1].value for row in book.worksheets[-1]}
    assert notes["Element of the notice"] == said
