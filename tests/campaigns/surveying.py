"""A survey that is published, and somebody who answers it, for the tests of surveys."""

import re
from datetime import UTC, datetime
from typing import Any

from campaigns.enums import MaterialKind
from campaigns.models import Material, Share
from records.models import Customer, Question, Survey
from tests.campaigns.viewing import Recipient, share_with
from tests.factories import make_customer

PUBLISHED = datetime(2026, 3, 1, tzinfo=UTC)


def make_survey(slug: str = "spring", **fields: Any) -> Survey:
    return Survey.objects.create(
        **{"slug": slug, "name": f"Survey {slug}", "published_at": PUBLISHED, "is_open": True, **fields}
    )


def ask(survey: Survey, text: str = "How was it?", kind: str = "rating", **fields: Any) -> Question:
    fields = {"element": "c09-customer-perception", "number": survey.questions.count() + 1, **fields}
    return Question.objects.create(survey=survey, text=text, kind=kind, **fields)


def offered(survey: Survey, customer: Customer | None = None) -> Share:
    """The survey's own link, shared with a customer."""
    material, _ = Material.objects.get_or_create(
        survey=survey,
        defaults={"slug": f"m-{survey.slug}", "title": survey.name, "kind": MaterialKind.LINK, "version": 1,
                  "address": "https://example.org/survey/"},
    )  # fmt: skip
    return share_with(customer or make_customer("C-1", email="ann@example.org"), material)


class Respondent(Recipient):
    """Answers as a browser does: sends the hidden fields of the page that it read."""

    def read(self, address: str, **headers: Any) -> Any:
        answer = self.get(address, **headers)
        html = answer.content.decode()
        self.hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
        return answer

    def send(self, address: str, answers: dict[Question, Any] | None = None, **more: Any) -> Any:
        given = {f"q_{question.key.hex}": value for question, value in (answers or {}).items()}
        return self.post(address, {**self.hidden, **given, **more})
