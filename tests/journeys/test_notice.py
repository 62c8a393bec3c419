"""The notice and its map in a real browser."""

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from privacy.models import User
from privacy.roles import Role
from tests.factories import make_user
from tests.journeys.conftest import sign_in
from tests.privacy.mapped import give_homes

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def auditor(transactional_db: None) -> User:
    return make_user(Role.AUDITOR, "Alma Auditor")


def test_an_elements_address_leads_to_it_and_readings_are_put_away_by_keyboard(watched: "Page", auditor: User) -> None:
    sign_in(watched, auditor)
    watched.goto("/notice/#c10-participant-name")
    element = watched.locator("#c10-participant-name")
    box = element.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200
    switch = watched.get_by_label("Show our readings")
    switch.focus()
    watched.keyboard.press("Space")
    element.wait_for(state="hidden")
    assert watched.locator("#cat-10").is_visible()
    assert watched.locator(".reading:visible").count() == 0
    watched.keyboard.press("Space")
    element.wait_for(state="visible")


def test_the_contents_lead_to_a_category(watched: "Page", auditor: User) -> None:
    sign_in(watched, auditor)
    watched.get_by_role("link", name=re.compile("^USPS 890.000")).click()
    watched.get_by_role("link", name="16. Communication Data").click()
    watched.wait_for_function("document.querySelector('#cat-16').getBoundingClientRect().top < 200")
    assert watched.url.endswith("/notice/#cat-16")


# Where labels stand on each other, beyond the picture, or not within their node.
CROWDED = """() => {
  const box = (each) => each.getBoundingClientRect();
  const all = (which) => [...document.querySelectorAll(which)];
  const picture = box(document.querySelector(".flow-map")), plates = all(".flow-plate").map(box);
  const labels = all(".flow-label, .flow-head").map((each) => ({ says: each.textContent, at: box(each) }));
  const middle = (at) => at.top + at.height / 2;
  const begins = (at, plate) =>
    at.left > plate.left && at.left < plate.right && middle(at) > plate.top && middle(at) < plate.bottom;
  const isCut = (at) => at.left < picture.left || at.right > picture.right;
  const isCrossed = (at) => plates.some((plate) => begins(at, plate) && at.right > plate.right);
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2;
  const wrong = labels.filter(({ at }) => isCut(at) || isCrossed(at));
  labels.forEach((one, place) =>
    wrong.push(...labels.slice(place + 1).filter((other) => meet(one.at, other.at))));
  return [labels.length, wrong.map(({ says }) => says)];
}"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_label_of_the_map_stands_on_another_or_beyond_its_node(
    watched: "Page", auditor: User, language: str, width: int
) -> None:
    """With all models that there are."""
    sign_in(watched, auditor)
    User.objects.filter(pk=auditor.pk).update(language=language)
    watched.set_viewport_size({"width": width, "height": 900})
    watched.goto("/notice/data-map/")
    labels, wrong = watched.evaluate(CROWDED)
    assert labels > 100
    assert wrong == []
    size = watched.locator(".flow-label").first.bounding_box()
    assert size is not None
    assert size["height"] >= 14


def test_a_category_of_the_picture_narrows_the_map(
    watched: "Page", auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_homes(monkeypatch)
    sign_in(watched, auditor)
    watched.goto("/notice/data-map/")
    picture = watched.locator("svg.flow-map")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 1000
    assert box["height"] > 500
    picture.get_by_role("link", name="8. Customer preferences").press("Enter")
    watched.get_by_text("2 of 2 elements of 1 category are held, in 1 model.").first.wait_for()
    assert watched.url.endswith("/notice/data-map/?category=8")
    assert watched.get_by_label("Category", exact=True).input_value() == "8"
    expect(watched.locator(".data-map th[scope=row]")).to_have_count(2)
