"""What a picture is, and the axes and marks that several share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from analytics.pictures.asking import Asked
from records import figures

# Above this many days the axis names months.
LONG_DAYS = 150
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HIDDEN_WORD, NOT_RECORDED = gettext_noop("hidden"), gettext_noop("not recorded")
# What a pointer on a mark reads beside a value: words for the fields that no axis names.
FIELDS = {
    "answer": gettext_lazy("Answer"),
    "campaign": gettext_lazy("Campaign"),
    "case": gettext_lazy("What"),
    "day": gettext_lazy("Day"),
    "high": gettext_lazy("95% interval to"),
    "lift": gettext_lazy("Difference"),
    "low": gettext_lazy("95% interval from"),
    "measure": gettext_lazy("Measure"),
    "month": gettext_lazy("Month"),
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Number"),
    "of": gettext_lazy("Of"),
    "page": gettext_lazy("Page"),
    "people": gettext_lazy("People"),
    "share": pgettext_lazy("column", "Share"),
    "step": gettext_lazy("Step"),
    "taken": gettext_lazy("Taken for"),
    "variant": gettext_lazy("Variant"),
    "wave": gettext_lazy("Wave"),
    "what": gettext_lazy("What"),
    "which": gettext_lazy("Which"),
}
HINTED = ("field", "type", "timeUnit", "aggregate", "format")
# Colour and shape of the marks share one legend only when no other layer has a say in it.
OWN_LEGENDS = {"legend": {"color": "independent", "shape": "independent", "strokeDash": "independent"}}


@dataclass(frozen=True)
class Picture:
    """`columns` and `rows` are the same numbers as a table; the first column of a row is its head.

    `size` is how high it is drawn (the sizes of static/waymark/pictures.css): `s`, `m`, `l` or `xl`. `note` is what
    its reader must know beside it.
    """

    name: str
    title: str
    description: str
    specification: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    size: str = "m"
    note: str = ""

    @property
    def script_id(self) -> str:
        """The id of the block of the page that holds the specification."""
        return f"{self.name}-specification"

    @property
    def table(self) -> list[list[tuple[str, bool]]]:
        """The rows' cells, each with whether its column holds numbers."""
        numeric = [all(map(is_number, set(column))) for column in zip(*self.rows, strict=True)]
        return [list(zip(row, numeric, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Drawing:
    """Pictures of one kind of report. `make` draws them of the report, for what was asked; none where there is nothing.

    `of` names the kind of report (as the exports do), `heading` the section of its page that they stand in, `empty` the
    sentence there where none is drawn. Sections come in the order of `place`.
    """

    of: str
    heading: str
    place: int
    make: Callable[[Any, Asked], Sequence[Picture]]
    empty: Callable[[Any, Asked], str] = lambda _report, _asked: ""


def from_to(first: date, last: date) -> str:
    """`From March 1, 2026 to March 31, 2026.`"""
    return _("From %(first)s to %(last)s.") % {"first": figures.day(first), "last": figures.day(last)}


def is_number(cell: str) -> bool:
    begins_with_one = cell[:2].lstrip(f"+$-{figures.MINUS}")[:1].isdigit()
    return begins_with_one or cell in (figures.NOTHING, HIDDEN_WORD) or cell == _(HIDDEN_WORD)


def size_for(lines: int) -> str:
    """How high a picture of so many lines, one below the other, is drawn."""
    return "s" if lines <= 3 else "m" if lines <= 9 else "l" if lines <= 18 else "xl"


def specification(values: list[dict[str, Any]], description: str, **parts: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "height": "container",
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        **hinted(parts),
    }


def hinted(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer, and those within it, whose marks say their values under words: Vega would name the fields."""
    layer = {**layer, **({"layer": [hinted(one) for one in layer["layer"]]} if "layer" in layer else {})}
    mark, encoding = layer.get("mark"), layer.get("encoding", {})
    told = encoding.get("tooltip", [])
    if isinstance(mark, dict) and mark.get("tooltip") is True:
        told = told or [encoding[channel] for channel in ("x", "y", "color") if "field" in encoding.get(channel, {})]
        layer["mark"] = {name: value for name, value in mark.items() if name != "tooltip"}
    return {**layer, "encoding": {**encoding, "tooltip": [hint(one) for one in told]}} if told else layer


def hint(channel: dict[str, Any]) -> dict[str, Any]:
    """What is told of one field: its value, under its axis's title or the field's words."""
    kept: dict[str, Any] = {name: channel[name] for name in HINTED if name in channel}
    day = {"format": get_format("PICTURE_DAY_FORMAT")} if channel.get("type") == "temporal" else {}
    return {**kept, **day, "title": str(channel.get("title") or FIELDS[channel["field"]])}


def by_name(field: str, names: Sequence[str]) -> dict[str, Any]:
    """Colour or shape by a name: it has the same in every picture of a report."""
    return {"field": field, "type": "nominal", "title": None, "scale": {"domain": list(names)}}


def by_day(days: Sequence[date]) -> dict[str, Any]:
    """The axis of days. They are read as UTC and drawn as UTC: a day is a day, wherever the reader is."""
    label = "%b %Y" if (max(days) - min(days)).days > LONG_DAYS else get_format("PICTURE_MONTH_DAY_FORMAT")
    return {
        "field": "day",
        "type": "temporal",
        "timeUnit": "utcyearmonthdate",
        "title": None,
        "axis": {"format": label, "grid": False, "labelOverlap": True, "tickCount": 8},
    }


def counted(title: str, most: int) -> dict[str, Any]:
    """The axis of counts, with ticks at whole numbers only."""
    return {
        "field": "count",
        "type": "quantitative",
        "title": title,
        "axis": {"format": ",d", "tickCount": min(most, 5)},
    }


def lines(days: Sequence[date], title: str, most: int, field: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """A line for each name through the counts of its days, told apart by colour, by dash and by the points' shape."""
    place = {"x": by_day(days), "y": counted(title, most)}
    name = by_name(field, names)
    return [
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {**place, "color": {**name, "legend": None}, "strokeDash": {**name, "legend": None}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1, "tooltip": True},
            "encoding": {**place, "color": name, "shape": name},
        },
    ]
