"""What was sent to customers before and after their meetings, and whether they read it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.exports.small_groups import FEWEST, is_few
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, counted, size_for, specification
from analytics.reports.meetings import MeetingReport
from records import figures

NOTE = gettext_lazy("Each customer counts once a meeting.")
Counts = tuple[int, int, int]  # in how many cases it was read, was not read, was not sent


def meeting_pictures(report: MeetingReport, asked: Asked) -> list[Picture]:
    bars = bars_of(report, asked)
    if not any(read + unread for _name, (read, unread, _nothing) in bars):
        return []
    title = meetings_title(report, asked)
    return [
        Picture(
            name="around-meetings",
            title=title,
            description=title,
            specification=specification(values(bars), title, layer=layers(bars)),
            columns=(_("Sent"), _("Read"), _("Not read"), _("Nothing sent"), _("All")),
            rows=tuple(row(bar) for bar in all_bars(report, asked)),
            size=size_for(3 * len(bars)),
            note=str(NOTE),
        )
    ]


def bars_of(report: MeetingReport, asked: Asked) -> list[tuple[str, Counts]]:
    """Those that may be told."""
    return [(name, counts) for name, counts in all_bars(report, asked) if counts]


def all_bars(report: MeetingReport, asked: Asked) -> list[tuple[str, Counts | None]]:
    """None where a part of a bar would tell of few people."""
    total = report.total
    return [
        (_("Before it began"), parts(total.attendances, total.sent_before, total.read_before, asked)),
        (_("Since then"), parts(total.attendances, total.sent_after, total.read_after, asked)),
    ]


def parts(attendances: int | None, sent: int | None, read: int | None, asked: Asked) -> Counts | None:
    if attendances is None or sent is None or read is None:
        return None
    found = (read, sent - read, attendances - sent)
    return None if asked.hides_few and any(map(is_few, found)) else found


def row(bar: tuple[str, Counts | None]) -> tuple[str, ...]:
    name, counts = bar
    if counts is None:
        return (name, *[HIDDEN_WORD] * 4)
    return (name, *map(figures.count, counts), figures.count(sum(counts)))


def meetings_title(report: MeetingReport, asked: Asked) -> str:
    """`What was sent before a meeting had been read when it began in 21 of 30 cases (70.00%). …`"""
    (_name, before), (_other, after) = all_bars(report, asked)
    return f"{before_words(before)} {after_words(after)}"


def before_words(counts: Counts | None) -> str:
    if counts is None:
        return _("What was sent before meetings covers fewer than %(few)s people.") % {"few": FEWEST}
    read, sent = counts[0], counts[0] + counts[1]
    if not sent:
        return _("Nothing was sent in the days before a meeting.")
    return _("What was sent before a meeting had been read when it began in %(read)s of %(sent)s cases (%(rate)s).") % {
        "read": figures.count(read), "sent": figures.count(sent), "rate": figures.rate(read / sent),
    }  # fmt: skip


def after_words(counts: Counts | None) -> str:
    if counts is None:
        return _("What was sent afterwards covers fewer than %(few)s people.") % {"few": FEWEST}
    read, sent = counts[0], counts[0] + counts[1]
    if not sent:
        return _("Nothing was sent afterwards.")
    return _("What was sent afterwards has been read in %(read)s of %(sent)s cases (%(rate)s).") % {
        "read": figures.count(read), "sent": figures.count(sent), "rate": figures.rate(read / sent),
    }  # fmt: skip


def states() -> tuple[str, str, str]:
    return _("read it"), _("did not read it"), _("nothing sent")


def values(bars: list[tuple[str, Counts]]) -> list[dict[str, Any]]:
    return [
        {"case": f"{name}: {state}", "count": count, "words": f"{figures.count(count)} ({figures.rate(count / all_)})"}
        for name, counts in bars
        if (all_ := sum(counts))
        for state, count in zip(states(), counts, strict=True)
    ]


def layers(bars: list[tuple[str, Counts]]) -> list[dict[str, Any]]:
    """A bar a case, three of them before and three since, with the number and the share of all beside it."""
    found = values(bars)
    most = max(one["count"] for one in found)
    places = {
        "y": {
            "field": "case", "type": "nominal", "title": None, "sort": [one["case"] for one in found],
            "axis": {"labelLimit": 260},
        },
        "x": {
            # Room for the words beside the longest bar.
            **counted(_("Customers in meetings"), most), "scale": {"domain": [0, most * 1.2]},
        },
    }  # fmt: skip
    return [
        {"mark": {"type": "bar", "tooltip": True}, "encoding": places},
        {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {**places, "text": {"field": "words"}}},
    ]


def nothing(report: MeetingReport, asked: Asked) -> str:
    if not report.total.meetings or meeting_pictures(report, asked):
        return ""
    if bars_of(report, asked):
        return _("Nothing was sent to these customers in the days before and after.")
    return _("What was sent around meetings covers fewer than %(few)s people.") % {"few": FEWEST}


DRAWINGS = (Drawing("meetings", gettext_noop("Before and after meetings"), 1, meeting_pictures, nothing),)
