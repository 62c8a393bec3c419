"""The campaigns of a quarter by what came back of what they cost."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.exports.small_groups import FEWEST
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, size_for, specification
from analytics.reports.quarter import QuarterReport, QuarterRow, without_few_in_quarter
from analytics.reports.wording import REVENUE_OF_SENT
from records import figures

MOST_DRAWN = 25
NOTE = gettext_lazy(
    "Return on cost is revenue less cost, divided by cost: of everybody it was sent to, for all days of the campaign."
)
FEW_NOTE = gettext_lazy("Returns that cover fewer than %(few)s people are left out.")


def quarter_pictures(report: QuarterReport, asked: Asked) -> list[Picture]:
    shown = without_few_in_quarter(report) if asked.hides_few else report
    known = [row for row in shown.rows if row.return_on_cost is not None]
    if not known:
        return []
    known.sort(key=lambda row: -(row.return_on_cost or 0))
    title = quarter_title(known, len(report.rows))
    hides = asked.hides_few and any("return_on_cost" in row.hidden for row in report.rows)
    return [
        Picture(
            name="returns",
            title=title,
            description=f"{title} {' '.join(f'{row.name}: {returned(row)}.' for row in known[:MOST_DRAWN])}",
            specification=specification(
                [value(row) for row in known[:MOST_DRAWN]], title, layer=layers(known[:MOST_DRAWN])
            ),
            columns=(_("Campaign"), _("Cost"), _(REVENUE_OF_SENT), _("Return on cost")),
            rows=tuple((row.name, figures.money(row.cost), figures.money(row.revenue), returned(row)) for row in known),
            size=size_for(min(len(known), MOST_DRAWN) + 1),
            note=" ".join([str(NOTE), *([FEW_NOTE % {"few": FEWEST}] if hides else [])]),
        )
    ]


def quarter_title(known: list[QuarterRow], all_campaigns: int) -> str:
    """`3 of 5 campaigns with a known cost brought back more than they cost.`"""
    gained = sum((row.return_on_cost or 0) > 0 for row in known)
    more = ""
    if all_campaigns > len(known):
        more = " " + _("(%(count)s ran in these days)") % {"count": figures.count(all_campaigns)}
    values = {"known": figures.count(len(known)), "gained": figures.count(gained), "more": more}
    if len(known) == 1:
        if gained:
            return _("The one campaign whose return is known brought back more than it cost%(more)s.") % values
        return _("The one campaign whose return is known did not bring back more than it cost%(more)s.") % values
    if not gained:
        return (
            _("None of the %(known)s campaigns whose return is known brought back more than it cost%(more)s.") % values
        )
    if gained < len(known):
        said = _("%(gained)s of %(known)s campaigns whose return is known brought back more than they cost%(more)s.")
    elif gained == 2:
        said = _("Both campaigns whose return is known brought back more than they cost%(more)s.")
    else:
        said = _("All %(known)s campaigns whose return is known brought back more than they cost%(more)s.")
    return said % values


def returned(row: QuarterRow) -> str:
    if row.return_on_cost is None:
        return HIDDEN_WORD if "return_on_cost" in row.hidden else figures.NOTHING
    return figures.percent(figures.signed(row.return_on_cost * 100))


def value(row: QuarterRow) -> dict[str, Any]:
    return {"campaign": row.name, "return": (row.return_on_cost or 0) * 100, "words": returned(row)}


def layers(rows: list[QuarterRow]) -> list[dict[str, Any]]:
    """A bar a campaign from the line of no gain, with its number beside it."""
    places = {
        "y": {"field": "campaign", "type": "nominal", "title": None, "sort": [row.name for row in rows]},
        "x": {
            "field": "return", "type": "quantitative", "title": _("Return on cost, percent"),
            "scale": {"padding": 60}, "axis": {"tickCount": 5, "grid": False},
        },
    }  # fmt: skip
    words = {**places, "text": {"field": "words"}}
    return [
        {"mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
        {"mark": {"type": "bar", "tooltip": True}, "encoding": places},
        {
            "transform": [{"filter": {"field": "return", "gte": 0}}],
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": words,
        },
        {
            "transform": [{"filter": {"field": "return", "lt": 0}}],
            "mark": {"type": "text", "align": "right", "dx": -6},
            "encoding": words,
        },
    ]


def nothing(report: QuarterReport, asked: Asked) -> str:
    unknown = _("None of them has a known return: that takes a cost and a revenue.")
    return "" if quarter_pictures(report, asked) or not report.rows else unknown


DRAWINGS = (Drawing("quarter", gettext_noop("What came back"), 1, quarter_pictures, nothing),)
