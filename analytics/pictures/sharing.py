"""How what was shared lands: viewed and responded to, by who sent it, or by material where all is the reader's own."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, by_name, size_for, specification
from analytics.reports.sharing import SharingReport, Usage
from records import figures

MOST_DRAWN = 20
# With fewer sent, no name is called the best: a rate of so few says nothing.
FEWEST_SENT = 20
NOTE = gettext_lazy("A person with a material counts once, however often it was sent to them.")


def sharing_pictures(report: SharingReport, asked: Asked) -> list[Picture]:
    """`report` is as its reader may see it: what tells of few people is gone."""
    rows = landing(report)
    shown = [row for row in rows if row.view_rate is not None][:MOST_DRAWN]
    if not shown or report.total.viewed is None:
        return []
    title = sharing_title(report, rows)
    return [
        Picture(
            name="landing",
            title=title,
            description=title,
            specification=specification(values(shown), title, layer=layers(shown)),
            columns=(
                _("Material") if report.is_own else _("Sent by"), _("People with materials"), _("Viewed"),
                _("View rate"), _("Responded"), _("Response rate"),
            ),
            rows=tuple(map(cells, rows)),
            size=size_for(len(shown) + 1),
            note=str(NOTE),
        )
    ]  # fmt: skip


def landing(report: SharingReport) -> Sequence[Usage]:
    return report.materials if report.is_own else report.staff


def named(row: Usage) -> str:
    return row.name or _("By file, nobody named")


def sharing_title(report: SharingReport, rows: Sequence[Usage]) -> str:
    """`60 of 120 were viewed (50.00%) and 12 answered (10.00%). What Ann sent was viewed most often (62.00%).`"""
    total = report.total
    values = {
        "viewed": figures.count(total.viewed), "sent": figures.count(total.sent), "rate": figures.rate(total.view_rate),
    }  # fmt: skip
    said = [_("What was shared was viewed in %(viewed)s of %(sent)s cases (%(rate)s).") % values]
    if total.responded is not None and total.response_rate is not None:
        responded = {"responded": figures.count(total.responded), "rate": figures.rate(total.response_rate)}
        said.append(_("It was responded to in %(responded)s (%(rate)s).") % responded)
    if best := best_of(rows):
        named_best = {"name": named(best), "rate": figures.rate(best.view_rate)}
        words = (
            _("“%(name)s” was viewed most often (%(rate)s).")
            if report.is_own
            else _("What %(name)s sent was viewed most often (%(rate)s).")
        )
        said.append(words % named_best)
    return " ".join(said)


def best_of(rows: Sequence[Usage]) -> Usage | None:
    """The one that was viewed most often, of two or more that enough was sent of; None where two are alike."""
    known = [row for row in rows if row.view_rate is not None and (row.sent or 0) >= FEWEST_SENT]
    known.sort(key=lambda row: -(row.view_rate or 0))
    if len(known) < 2 or not known[0].view_rate or known[0].view_rate == known[1].view_rate:
        return None
    return known[0]


def cells(row: Usage) -> tuple[str, ...]:
    def counted(count: int | None) -> str:
        return HIDDEN_WORD if count is None else figures.count(count)

    def rated(count: int | None, rate: float | None) -> str:
        return HIDDEN_WORD if count is None or row.sent is None else figures.rate(rate)

    return (
        named(row), counted(row.sent), counted(row.viewed), rated(row.viewed, row.view_rate), counted(row.responded),
        rated(row.responded, row.response_rate),
    )  # fmt: skip


def values(rows: Sequence[Usage]) -> list[dict[str, Any]]:
    """A mark for what of each is known; of a row without its responses, one."""
    return [
        {"name": named(row), "what": what, "rate": rate * 100, "words": figures.rate(rate)}
        for row in rows
        for what, rate in ((_("Viewed"), row.view_rate), (_("Responded"), row.response_rate))
        if rate is not None
    ]


def layers(rows: Sequence[Usage]) -> list[dict[str, Any]]:
    """A line for each from how many responded to how many viewed, with a mark of its own shape at either end."""
    y = {"field": "name", "type": "nominal", "title": None, "sort": [named(row) for row in rows]}
    x = {
        "field": "rate", "type": "quantitative", "title": _("Percent of people with materials"),
        "scale": {"domain": [0, 100]}, "axis": {"tickCount": 5},
    }  # fmt: skip
    what = by_name("what", [_("Viewed"), _("Responded")])
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.4},
            "encoding": {
                "y": y,
                "x": {**x, "aggregate": "min"},
                "x2": {"field": "rate", "aggregate": "max"},
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "tooltip": True},
            "encoding": {"y": y, "x": x, "color": what, "shape": what},
        },
    ]


def nothing(report: SharingReport, asked: Asked) -> str:
    if not report.total.shares or sharing_pictures(report, asked):
        return ""
    return _("What was shared covers too few people to be shown.")


DRAWINGS = (Drawing("sharing", gettext_noop("How it lands"), 1, sharing_pictures, nothing),)
