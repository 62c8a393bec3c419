"""What is said of a field, a hint or what is wrong, is what a screen reader is led to."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from campaigns.models import AnswerSheet
from privacy.tries import refusals
from tests.campaigns.contesting import make_contest
from tests.campaigns.gathering import make_gathering
from tests.campaigns.publishing import make_publication
from tests.campaigns.surveying import ask, make_survey, offered
from tests.campaigns.viewing import Recipient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()
    refusals.clear()


def described_by(answer: Any) -> set[str]:
    """The ids by which fields are described, each of which is on the page, once."""
    assert answer.status_code == 422
    html = answer.content.decode()
    ids = re.findall(r'\bid="([^"]+)"', html)
    named = {one for found in re.findall(r'aria-describedby="([^"]*)"', html) for one in found.split()}
    assert [one for one in sorted(named) if ids.count(one) != 1] == []
    return named


def test_what_is_wrong_with_a_registration(client: Client) -> None:
    make_gathering()
    named = described_by(client.post("/event/forum/", {}))
    assert {"id_name_error", "id_email_error", "id_email_helptext", "id_accommodations_helptext"} <= named


def test_what_is_wrong_with_an_order(client: Client) -> None:
    make_publication()
    assert "id_email_error" in described_by(client.post("/publications/news/", {}))


def test_what_is_wrong_with_an_entry(client: Client) -> None:
    make_contest(conditions="Do you live here?")
    assert "id_email_error" in described_by(client.post("/contest/slogans/", {}))


def test_what_is_wrong_with_answers(client: Client) -> None:
    survey = make_survey()
    rating = ask(survey, is_required=True)
    several = ask(survey, "Which?", "several", choices=["A", "B"], is_required=True)
    words = ask(survey, "Why?", "text", is_required=True)
    names = [f"id_q_{question.key.hex}" for question in (rating, several, words)]
    assert described_by(client.post("/survey/spring/", {"page": "1"})) == {
        f"{names[0]}_helptext", f"{names[0]}_error", f"{names[1]}_helptext", f"{names[1]}_error", f"{names[2]}_error",
    }  # fmt: skip
    assert not AnswerSheet.objects.exists()


def test_what_is_wrong_with_a_question_or_a_wish() -> None:
    token = offered(make_survey()).token
    recipient = Recipient()
    assert "id_text_error" in described_by(recipient.post(f"/s/{token}/ask/question/", {"text": ""}))
    wish = described_by(recipient.post(f"/s/{token}/preferences/", {"frequency": "x"}))
    assert {"id_frequency_error", "id_language_error"} <= wish
