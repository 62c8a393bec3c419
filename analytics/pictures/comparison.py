"""Things side by side as points with their intervals: a picture for each unit of the measures that have any."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.comparing.wording import best_words, cell_words, comparison_title, interval_words
from analytics.pictures.asking import Asked
from analytics.pictures.base import OWN_LEGENDS, Drawing, Picture, by_name, size_for, specification
from analytics.reports.comparison import Comparison, Row, Unit, without_few_people
from records import figures

AXES = {
    Unit.RATE: gettext_noop("Percent"),
    Unit.MONEY: gettext_noop("Dollars"),
    Unit.SECONDS: gettext_noop("Seconds"),
    Unit.PER_DAY: gettext_noop("A day"),
    Unit.COUNT: gettext_noop("Count"),
}
NOTE = gettext_lazy(
    "Each line is a 95% interval. Where two overlap, they may still differ: the words in the table say so."
)


def comparison_pictures(comparison: Comparison, asked: Asked) -> list[Picture]:
    shown = without_few_people(comparison) if asked.hides_few else comparison
    units = dict.fromkeys(row.unit for row in shown.rows if row.has_intervals and row.is_drawn)
    return [unit_picture(shown, unit) for unit in units]


def unit_picture(comparison: Comparison, unit: Unit) -> Picture:
    rows = tuple(row for row in comparison.rows if row.unit is unit and row.has_intervals and row.is_drawn)
    title = comparison_title(comparison, rows)
    values = [value for row in rows for value in values_of(comparison, row)]
    return Picture(
        name=f"compared-{unit.value.replace(' ', '-')}",
        title=title,
        description=f"{title} {' '.join(sentence(comparison, row) for row in rows)}",
        specification=specification(values, title, layer=layers(comparison, unit), resolve=OWN_LEGENDS),
        columns=(_("Measure"), _("Of"), _("Number"), _("95% interval")),
        rows=tuple(cells for row in rows for cells in table_rows(comparison, row)),
        size=size_for(2 + len(values)),
        note=str(NOTE),
    )


def sentence(comparison: Comparison, row: Row) -> str:
    parts = [f"{item.label} {cell_words(row, place)}" for place, item in enumerate(comparison.items)]
    best = best_words(row, comparison.items)
    return f"{_(row.label)}: {', '.join(parts)}.{f' {best}.' if best else ''}"


def table_rows(comparison: Comparison, row: Row) -> list[tuple[str, ...]]:
    return [
        (
            _(row.label),
            item.label,
            cell_words(row, place),
            interval_words(row.amounts[place], row.unit) or figures.NOTHING,
        )
        for place, item in enumerate(comparison.items)
    ]


def values_of(comparison: Comparison, row: Row) -> list[dict[str, Any]]:
    scale = 100 if row.unit is Unit.RATE else 1
    return [
        {
            "measure": _(row.label),
            "of": item.label,
            "number": one.value * scale,
            "low": one.interval[0] * scale,
            "high": one.interval[1] * scale,
        }
        for item, one in zip(comparison.items, row.amounts, strict=True)
        if one is not None and one.value is not None and one.interval is not None
    ]


def layers(comparison: Comparison, unit: Unit) -> list[dict[str, Any]]:
    """Each interval as a line, each number as a point, told apart by colour and by shape."""
    name = by_name("of", [item.label for item in comparison.items])
    place = {
        "y": {"field": "measure", "type": "nominal", "title": None, "sort": None},
        "yOffset": {"field": "of", "sort": [item.label for item in comparison.items]},
        "color": name,
    }
    axis = {"type": "quantitative", "title": _(AXES[unit]), "axis": {"tickCount": 6}}
    tooltip = [
        {"field": "measure"},
        {"field": "of"},
        *({"field": one, "format": ".3f"} for one in ("number", "low", "high")),
    ]
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {
                **place, "color": {**name, "legend": None}, "x": {"field": "low", **axis}, "x2": {"field": "high"},
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {**place, "x": {"field": "number", **axis}, "shape": name, "tooltip": tooltip},
        },
    ]  # fmt: skip


DRAWINGS = (Drawing("compare", gettext_noop("Side by side"), 1, comparison_pictures),)
