"""Days, clocks and percentages as each language has them (config.formats, privacy.wording, records.figures)."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.formats import date_format

from privacy import wording
from records import figures

MOMENT = datetime(2026, 3, 2, 14, 3, 7, tzinfo=UTC)
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
WRITTEN = re.compile(r"(?:\|(?:date|time):|\{% now )[\"']([^\"']*)[\"']")
FOR_MACHINES = {"c", "Y-m-d", "Y-m", "Ymd"}
PARTS = {"T", "j", "t", "M y", "n/y"}  # a zone, a day of a calendar, a month's length, heads with little room


@pytest.mark.parametrize(
    ("language", "day", "short", "month", "clock", "exact"),
    [
        ("en", "March 2, 2026", "Mar 2, 2026", "March 2026", "2:03 PM", "2:03:07 PM"),
        ("es", "2 de marzo de 2026", "2 Mar 2026", "marzo de 2026", "14:03", "14:03:07"),
    ],
)
def test_days_and_clocks_are_those_of_the_language(
    language: str, day: str, short: str, month: str, clock: str, exact: str
) -> None:
    with translation.override(language):
        assert (wording.day(MOMENT), wording.short_day(MOMENT), wording.year_month(MOMENT)) == (day, short, month)
        assert (wording.clock(MOMENT), wording.exact_clock(MOMENT)) == (clock, exact)
        assert wording.moment(MOMENT) == date_format(MOMENT, "SHORT_DATETIME_FORMAT") == f"{short}, {clock}"
        assert wording.exact_moment(MOMENT) == date_format(MOMENT, "EXACT_DATETIME_FORMAT") == f"{short}, {exact}"
        assert date_format(MOMENT, "DATETIME_FORMAT") == f"{day}, {clock}"


@pytest.mark.parametrize("hour", [0, 12])
def test_midnight_and_noon_are_told_apart(hour: int) -> None:
    assert wording.clock(MOMENT.replace(hour=hour, minute=0)) == ("12:00 AM" if hour == 0 else "12:00 PM")


@pytest.mark.parametrize(("language", "said"), [("en", "95%"), ("es", "95\N{NO-BREAK SPACE}%")])
def test_a_percentage_has_the_sign_as_the_language_writes_it(language: str, said: str) -> None:
    with translation.override(language):
        assert figures.percent(95) == said


def test_no_template_writes_a_form_of_its_own() -> None:
    """A day in letters of Django's would be the same in each language."""
    used = {
        (str(page.relative_to(TEMPLATES)), form)
        for page in TEMPLATES.rglob("*.*")
        for form in WRITTEN.findall(page.read_text())
        if not form.endswith("_FORMAT")
    }
    assert used
    assert {(page, form) for page, form in used if form not in FOR_MACHINES | PARTS} == set()
