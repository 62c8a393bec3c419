"""A survey built by keyboard alone, and answered on a phone through a share's link."""

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from campaigns.models import AnswerSheet, Event
from privacy.roles import Role
from privacy.tries import refusals
from records.models import Question, Submission
from tests.campaigns.surveying import ask, make_survey, offered
from tests.factories import make_user
from tests.journeys.conftest import sign_in
from tests.journeys.test_campaigns import assert_accessible
from tests.journeys.test_viewing import open_as_person
from tests.processes import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_survey_is_built_by_keyboard(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    sign_in(page, make_user(Role.MARKETING_MANAGER))
    survey = make_survey(published_at=None)
    page.goto(f"/surveys/{survey.key}/build/")
    keys = page.keyboard
    page.locator("#id_text").focus()
    keys.type("Which do you send?")
    keys.press("Tab")
    keys.type("One c")  # the kind, by its first letters
    keys.press("Tab")
    keys.type("Letters\nParcels")
    page.locator("#try").get_by_text("Parcels").wait_for()
    keys.press("Tab")
    keys.type("Hab")
    for _ in range(3):
        keys.press("Tab")
    keys.type("¿Qué envía?")
    keys.press("Tab")
    keys.type("Cartas\nPaquetes")
    page.locator("#try").get_by_text("Paquetes").wait_for()
    assert_accessible(page, axe)
    page.get_by_role("button", name="Save and write the next").focus()
    keys.press("Enter")
    page.get_by_text("Question 1 saved.").wait_for()
    made = Question.objects.get()
    assert (made.kind, made.choices, made.choices_es) == ("choice", ["Letters", "Parcels"], ["Cartas", "Paquetes"])
    page.locator("#id_text").focus()
    keys.type("How is your health?")
    page.locator("#try").get_by_text("This asks about health").wait_for()
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(page, axe)
    page.goto(f"/surveys/{survey.key}/preview/?language=es")
    page.get_by_text("¿Qué envía?").wait_for()
    assert_accessible(page, axe)


def test_a_survey_is_answered_on_a_phone(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    cache.clear()
    refusals.clear()
    survey = make_survey(is_open=False)
    score = ask(survey, "Would you recommend us?", "promoter", is_required=True, text_es="¿Nos recomendaría?")
    ask(survey, "What went wrong?", "text", starts_page=True, asked_after=score, asked_after_answers=["0", "1", "2"])
    ask(survey, "Which do you send?", "several", choices=["Letters", "Parcels"], starts_page=True)
    share = offered(survey)
    phone = open_as_person(page, live_server)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(f"/s/{share.token}/")
    phone.get_by_role("link", name="Answer the questions").click()
    phone.get_by_role("button", name="Next").click()
    phone.get_by_text("Please answer this").wait_for()
    assert_accessible(phone, axe)
    phone.get_by_text("2", exact=True).click()
    wait_for(lambda: AnswerSheet.objects.filter(share=share).exists(), "the page keeps what was chosen")
    phone.get_by_role("status").filter(has_text="Saved.").wait_for()
    phone.reload()
    assert phone.get_by_label("2", exact=True).is_checked()
    phone.get_by_role("button", name="Next").click()
    phone.get_by_label("What went wrong?").fill("It came late 😕")
    phone.get_by_role("button", name="Next").click()
    phone.get_by_label("Parcels").check()
    phone.get_by_role("button", name="Back").click()
    assert phone.get_by_label("What went wrong?").input_value() == "It came late 😕"
    phone.get_by_role("button", name="Next").click()
    assert phone.get_by_label("Parcels").is_checked()
    phone.get_by_role("button", name="Submit").click()
    phone.get_by_text("Submitted. Thank you.").wait_for()
    assert_accessible(phone, axe)
    phone.go_back()
    phone.get_by_text("Submitted. Thank you.").wait_for()
    made = Submission.objects.get()
    assert sorted(answer.value for answer in made.answers.all()) == ["2", "It came late 😕", "Parcels"]
    assert Event.objects.filter(share_id=share.pk, kind="response").count() == 1
