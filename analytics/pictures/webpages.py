"""Custom web pages by the share of those to whom each was sent who viewed it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, size_for, specification
from analytics.reports.webpages import PageUse, WebPagesReport
from records import figures

MOST_DRAWN = 20
NOTE = gettext_lazy("Of the people with whom a page was shared, each counted once.")


def web_page_pictures(report: WebPagesReport, asked: Asked) -> list[Picture]:
    """`report` is as its reader may see it: what tells of few people is gone."""
    known = [row for row in report.pages if row.view_rate is not None]
    if not known:
        return []
    known.sort(key=lambda row: (-(row.view_rate or 0), row.title))
    title = web_pages_title(known)
    return [
        Picture(
            name="web-pages-viewed",
            title=title,
            description=title,
            specification=specification(list(map(value, known[:MOST_DRAWN])), title, layer=layers(known[:MOST_DRAWN])),
            columns=(_("Page"), _("Shared with"), _("Viewed"), _("View rate")),
            rows=tuple(row(one) for one in report.pages if one.recipients != 0),
            size=size_for(min(len(known), MOST_DRAWN) + 1),
            note=str(NOTE),
        )
    ]


def web_pages_title(known: list[PageUse]) -> str:
    """`12 of 20 people (60.00%) viewed the web page that was made for them.` over all pages that are shown."""
    sent = sum(row.recipients or 0 for row in known)
    viewed = sum(row.viewing_recipients or 0 for row in known)
    values = {
        "viewed": figures.count(viewed), "sent": figures.count(sent), "rate": figures.rate(viewed / sent),
        "best": known[0].title, "best_rate": figures.rate(known[0].view_rate),
    }  # fmt: skip
    if not viewed:
        return _("None of the web pages that were shared was viewed.")
    if len(known) == 1:
        return _("“%(best)s” was viewed in %(viewed)s of %(sent)s cases (%(rate)s).") % values
    return (
        _("Web pages were viewed in %(viewed)s of %(sent)s cases (%(rate)s), most often “%(best)s” (%(best_rate)s).")
        % values
    )


def row(page: PageUse) -> tuple[str, ...]:
    def counted(count: int | None) -> str:
        return HIDDEN_WORD if count is None else figures.count(count)

    is_hidden = page.recipients is None or page.viewing_recipients is None
    rate = HIDDEN_WORD if is_hidden else figures.rate(page.view_rate)
    return (page.title, counted(page.recipients), counted(page.viewing_recipients), rate)


def value(page: PageUse) -> dict[str, Any]:
    return {"page": page.title, "rate": (page.view_rate or 0) * 100, "words": figures.rate(page.view_rate)}


def layers(rows: list[PageUse]) -> list[dict[str, Any]]:
    places = {
        "y": {"field": "page", "type": "nominal", "title": None, "sort": [page.title for page in rows]},
        "x": {
            "field": "rate", "type": "quantitative", "title": _("Viewed, percent of those shared with"),
            "scale": {"domain": [0, 100]}, "axis": {"tickCount": 5},
        },
    }  # fmt: skip
    return [
        {"mark": {"type": "bar", "tooltip": True}, "encoding": places},
        {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {**places, "text": {"field": "words"}}},
    ]


def nothing(report: WebPagesReport, asked: Asked) -> str:
    if not report.pages or web_page_pictures(report, asked):
        return ""
    return _("No web page was shared with people who may be shown.")


DRAWINGS = (Drawing("webpages", gettext_noop("Who viewed them"), 1, web_page_pictures, nothing),)
