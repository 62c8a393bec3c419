"""What went wrong, what worked and what to heed look different from a mere note, in the light and in the dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEET = (Path(settings.BASE_DIR) / "static/waymark/waymark.css").read_text()
LIGHT, DARK = (re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL))[:2]


def ground_of(kind: str) -> str:
    found = re.search(rf"\.usa-alert--{kind} \{{ background-color: var\((--[a-z-]+)\)", SHEET)
    assert found, kind
    return found[1]


@pytest.mark.parametrize("kind", ["error", "success", "warning"])
def test_an_alert_has_a_ground_of_its_own_in_both_themes(kind: str) -> None:
    ground = ground_of(kind)
    assert ground != "--tint"
    assert f"{ground}:" in LIGHT
    assert f"{ground}:" in DARK


def test_a_field_in_error_is_framed_more_widely_and_not_by_color_alone() -> None:
    assert '.form [aria-invalid="true"] { border: 2px solid var(--error); }' in SHEET
    assert ".form > div:has(> .errorlist:not(:empty))" in SHEET  # an empty place for an error is none
