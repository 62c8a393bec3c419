"""A form is left without a change by "Cancel", wherever it stands: one word, which every visitor of a form knows."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ACTIONS = re.compile(r'<div class="form-actions">.*?</div>', re.DOTALL)
LINK = re.compile(r"<a (?:\{%.*?%\}|\{\{.*?\}\}|[^>{])*>(.*?)</a>", re.DOTALL)
WORDS = re.compile(r'\{% translate "([^"]*)" %\}')
# What a link beside a button may say that is no way out but something else to do.
OTHERS = {"To a new form", "Replace the file", "Discard unsaved changes"}


def words_of_links(template: Path) -> list[str]:
    actions = "".join(ACTIONS.findall(template.read_text()))
    return [word for link in LINK.findall(actions) for word in WORDS.findall(link)]


FORMS = [one for one in sorted(TEMPLATES.rglob("*.html")) if words_of_links(one)]


@pytest.mark.parametrize("template", FORMS, ids=lambda one: one.relative_to(TEMPLATES).as_posix())
def test_the_way_out_of_a_form_is_called_cancel(template: Path) -> None:
    assert set(words_of_links(template)) - OTHERS <= {"Cancel"}


def test_most_forms_with_a_way_out_are_looked_at() -> None:
    assert len(FORMS) > 30
