"""Pictures drawn for files: the page's own specification, with the size, title and colours that a page gives it.

Each colour is that of the light theme (static/waymark/waymark.css); a test holds the two together.
"""

import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 760
HEIGHTS = {"s": 192, "m": 320, "l": 480, "xl": 736}  # as static/waymark/waymark.css has them, in pixels
SCALE = 2.0
INK, QUIET, LINE = "#1b2733", "#55606c", "#dde1e6"
SERIES = ("#1f6fb5", "#c65102", "#0b7f6b", "#8a4fa3", "#6b7280", "#a8323e")
TITLE_LENGTH = 88  # characters of a line
NOTE_LENGTH = 118
TIMES = {"en": "en-US", "es": "es-ES"}  # the drawing's own, by language
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def as_svg(picture: dict[str, Any], wording: Mapping[str, str], *, with_title: bool = True) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(sized(picture, with_title=with_title), **locale(wording)))


def as_png(picture: dict[str, Any], wording: Mapping[str, str], *, with_title: bool = True) -> bytes:
    import vl_convert

    specification = sized(picture, with_title=with_title)
    return bytes(vl_convert.vegalite_to_png(specification, scale=SCALE, **locale(wording)))


def locale(wording: Mapping[str, str]) -> dict[str, Any]:
    """Names of months and how numbers are written, as the drawing takes them (`analytics.exports.feeding.wording`)."""
    numbers = {"decimal": wording["decimal"], "thousands": wording["thousands"], "grouping": [3], "currency": ["$", ""]}
    return {"format_locale": numbers, "time_format_locale": TIMES[wording["language"]]}


def sized(picture: dict[str, Any], *, with_title: bool) -> dict[str, Any]:
    """The specification as a file needs it: what a page has from its style sheet is given here."""
    made = {**picture["specification"], "width": WIDTH, "height": HEIGHTS[picture["size"]], "config": config()}
    made["padding"] = 14
    if with_title:
        title = {"text": textwrap.wrap(picture["title"], TITLE_LENGTH), "anchor": "start", "offset": 14}
        notes = textwrap.wrap(picture["note"], NOTE_LENGTH)
        made["title"] = {**title, **({"subtitle": notes} if notes else {})}
    return made


def config() -> dict[str, Any]:
    """The theme, as static/waymark/pictures.js makes it for the page."""
    text = {"labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 400}
    return {
        "background": "#ffffff",
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "color": INK,
            "fontSize": 16,
            "subtitleColor": QUIET,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
        },
        "axis": {**text, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "labelLimit": 260},
        "legend": {**text, "orient": "top", "symbolSize": 90, "labelLimit": 420},
        "rule": {"color": QUIET},
        "mark": {"color": SERIES[0]},
        "text": {"color": INK, "fontSize": 13},
        "range": {
            "category": list(SERIES),
            "symbol": ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down"],
        },
    }
