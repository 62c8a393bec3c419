"""What is there to be copied is one component: it says aloud that it did, and works by hand without a script."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENT = TEMPLATES / "components/copy_link.html"
# Fields of accounts are written by allauth, which decides what may be typed.
OTHERS = {COMPONENT, TEMPLATES / "allauth/elements/field.html"}
EVERY = [one for one in sorted(TEMPLATES.rglob("*.html")) if one not in OTHERS]


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.relative_to(TEMPLATES).as_posix())
def test_nothing_else_is_written_to_be_copied(template: Path) -> None:
    text = template.read_text()
    assert "readonly" not in text
    assert "data-copying" not in text


def test_the_link_can_be_read_and_the_button_is_for_those_with_a_script() -> None:
    said = render_to_string("components/copy_link.html", {"id": "one", "address": "https://example.gov/s/1/"})
    assert '<input class="usa-input" id="one" value="https://example.gov/s/1/" readonly>' in said
    assert 'type="button" hidden><span data-word>Copy link</span></button>' in said
    assert '<span class="usa-sr-only" role="status"></span>' in said
    assert 'data-said="The link is copied."' in said


def test_one_of_several_says_whose_it_is() -> None:
    said = render_to_string("components/copy_link.html", {"id": "one", "address": "/", "of": "Ann <b>"})
    assert 'aria-label="Link: Ann &lt;b&gt;"' in said
    assert 'Copy link</span><span class="usa-sr-only"> (Ann &lt;b&gt;)</span></button>' in said
