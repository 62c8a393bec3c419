"""All drawings are found, in order; the theme of files is that of the pages."""

import re
from pathlib import Path

from django.conf import settings

from analytics.exports.rendering import drawing
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawings, drawn_sections, pictures_of
from tests.analytics.pictured import CLEAR, report, variant

STYLE = (Path(settings.BASE_DIR) / "static" / "waymark" / "waymark.css").read_text()


def test_each_module_of_the_folder_is_found_with_its_section() -> None:
    found = [(one.of, one.heading) for one in drawings()]
    assert found == [
        ("campaign", "From drawn to converted"),
        ("campaign", "Difference from the control"),
        ("campaign", "By day"),
        ("cohorts", "Who comes back"),
        ("compare", "Side by side"),
        ("customer", "When"),
        ("funnel", "By groups"),
        ("material", "Attention by page"),
        ("material", "By day"),
        ("meetings", "Before and after meetings"),
        ("quarter", "What came back"),
        ("sharing", "How it lands"),
        ("survey", "Answers"),
        ("survey", "Over the waves"),
        ("webpage", "By day"),
        ("webpages", "Who viewed them"),
    ]


def test_a_section_without_a_picture_says_why_or_is_left_out() -> None:
    sections = drawn_sections("campaign", report(variant("control"), recorded=()), Asked())
    assert [(one.heading, len(one.pictures), one.empty) for one in sections] == [
        ("From drawn to converted", 1, ""),
        ("By day", 0, "Nothing has been recorded by day yet."),
    ]
    assert sections[0].name == "from-drawn-to-converted"


def test_the_pictures_of_a_report_have_names_of_their_own() -> None:
    found = pictures_of("campaign", report(variant("control"), variant("red", CLEAR)), Asked())
    assert [one.name for one in found] == ["funnel", "lift-of-rates"]


def light(name: str) -> str:
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", STYLE)
    assert found
    return found[1]


def test_files_have_the_colours_of_the_light_theme() -> None:
    assert tuple(light(f"series-{number}") for number in range(1, 7)) == drawing.SERIES
    assert (light("ink"), light("quiet"), light("line")) == (drawing.INK, drawing.QUIET, drawing.LINE)


def test_files_are_as_high_as_the_page_draws_them() -> None:
    heights = {size: int(rem) * 16 for size, rem in re.findall(r"\.picture-size-(\w+) \{ height: (\d+)rem; \}", STYLE)}
    assert heights == {size: drawing.HEIGHTS[size] for size in ("s", "l", "xl")}
    assert ".picture-box { width: 100%; height: 20rem;" in STYLE
    assert drawing.HEIGHTS["m"] == 20 * 16


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_marks_stand_out_from_the_paper_in_both_themes() -> None:
    """WCAG 2.2, 1.4.11: graphics 3 to 1; text 4.5 to 1."""
    themes = STYLE.split("@media (prefers-color-scheme: dark)")[:2]
    for theme in themes:
        colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", theme.split("\n}\n")[0]))
        for number in range(1, 7):
            assert contrast(colours[f"series-{number}"], colours["paper"]) >= 3, number
        for name in ("ink", "quiet"):
            assert contrast(colours[name], colours["paper"]) >= 4.5, name
