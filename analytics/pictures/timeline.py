"""A customer's time line: when something was shared with them, and what they did."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.pictures.asking import Asked
from analytics.pictures.base import Drawing, Picture, by_day, by_name, counted, from_to, specification
from analytics.reports.customer import CustomerDay, CustomerReport
from records import figures

SIGNS = {
    "views": gettext_noop("Views"),
    "shares": gettext_noop("Shared with them"),
    "responses": gettext_noop("Responses"),
    "conversions": gettext_noop("Conversions"),
}

DAY_COLUMNS = (
    gettext_noop("Day"), gettext_noop("Shares"), gettext_noop("Deliveries"), gettext_noop("Views"),
    gettext_noop("All views"), gettext_noop("Visits"), gettext_noop("Responses"), gettext_noop("Conversions"),
    gettext_noop("Revenue"), gettext_noop("Reading time"),
)  # fmt: skip


def customer_timeline(report: CustomerReport) -> Picture | None:
    """Views as bars, and marks on the days of shares, responses and conversions; none where there is neither. The table
    behind it has all that is known of each day."""
    days = [row for row in report.days if any(getattr(row, name) for name in SIGNS)]
    if not days:
        return None
    title, labels = timeline_title(days), {name: _(label) for name, label in SIGNS.items()}
    values = [
        {"day": row.day.isoformat(), "what": label, "count": getattr(row, name)}
        for row in days
        for name, label in labels.items()
        if getattr(row, name)
    ]
    return Picture(
        name="timeline",
        title=title,
        description=f"{title} {from_to(days[0].day, days[-1].day)}",
        specification=specification(values, title, layer=timeline_layers(days)),
        columns=tuple(map(_, DAY_COLUMNS)),
        rows=day_rows(report.days),
    )


def day_rows(days: Sequence[CustomerDay]) -> tuple[tuple[str, ...], ...]:
    """Every day on which anything happened, the newest first, with its numbers under DAY_COLUMNS. Most days bring the
    same money, none: it is written once."""
    money, newest = cache(figures.money), days[::-1]
    return tuple(
        (day, *map(figures.count, _counts_of(row)), money(row.revenue), figures.duration(row.dwell_seconds))
        for day, row in zip(figures.days(row.day for row in newest), newest, strict=True)
    )


def _counts_of(row: CustomerDay) -> tuple[int, ...]:
    return (row.shares, row.deliveries, row.views, row.raw_views, row.visits, row.responses, row.conversions)


def timeline_title(days: list[CustomerDay]) -> str:
    seen = [row for row in days if row.views]
    if not seen:
        return _("Nothing that was shared has been viewed yet.")
    views = figures.plural(sum(row.views for row in seen), "view")
    values = {"views": views, "days": figures.plural(len(seen), "day"), "day": figures.day(seen[-1].day)}
    return _("%(views)s on %(days)s, the last on %(day)s.") % values


def timeline_layers(days: list[CustomerDay]) -> list[dict[str, Any]]:
    most = max(getattr(row, name) for row in days for name in SIGNS)
    axes = {"x": by_day([row.day for row in days]), "y": counted(_("How often"), most)}
    colour = by_name("what", list(map(_, SIGNS.values())))
    return [
        {
            "transform": [{"filter": {"field": "what", "equal": _("Views")}}],
            "mark": {"type": "bar", "width": 5, "tooltip": True},
            "encoding": {**axes, "color": colour},
        },
        {
            "transform": [{"filter": {"not": {"field": "what", "equal": _("Views")}}}],
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "tooltip": True},
            "encoding": {**axes, "color": colour, "shape": colour},
        },
    ]


def timelines(report: CustomerReport, asked: Asked) -> list[Picture]:
    timeline = customer_timeline(report)
    return [timeline] if timeline else []


def nothing(_report: CustomerReport, _asked: Asked) -> str:
    return _("Nothing has happened yet: no share, no view, no response.")


DRAWINGS = (Drawing("customer", gettext_noop("When"), 1, timelines, nothing),)
