"""What was filtered, in words and as a picture."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from analytics.pictures.base import OWN_LEGENDS, Picture, lines, specification
from analytics.reports.filtered import DayVerdict, FilteredReport, ReasonResult
from campaigns.enums import Reason, Verdict
from records import figures

# What each reason means, for somebody who asks why a view was not counted.
EXPLANATIONS = {
    Reason.NO_SIGN: gettext_noop("Nothing suggests it was not a person."),
    Reason.RECORDED_OUTCOME: gettext_noop(
        "Somebody recorded it, or a results file did: there is no browser request to judge."
    ),
    Reason.TYPED_CODE: gettext_noop(
        "Somebody typed the code that was sent to the recipient. Scanners follow links and submit forms; "
        "they do not type codes."
    ),
    Reason.NO_FOCUS: gettext_noop(
        "The page was fetched but never came to the front of a screen. It counts, and is also shown "
        "separately; once a page of the visit is read, it counts as a person’s."
    ),
    Reason.KNOWN_AGENT: gettext_noop(
        "The program that made the request says it is a machine, or is on public lists of crawlers and scanners."
    ),
    Reason.PREVIEW_AGENT: gettext_noop("A messaging app or social network fetched the link to show a preview of it."),
    Reason.HEAD_REQUEST: gettext_noop(
        "The page was queried without being read (HEAD), as link checkers do; anything that opened the same "
        "link within a second of it is also the checker’s."
    ),
    Reason.HONEYPOT: gettext_noop(
        "A link that no person can see was followed. Everything that came through the same link within ten "
        "seconds, and the whole visit, is the scanner’s."
    ),
    Reason.BURST: gettext_noop("Three different links to the same recipient were opened within one second."),
    Reason.INTERNAL_NETWORK: gettext_noop("It came from the agency’s own network: a colleague looking."),
}

BANDS = {
    Verdict.HUMAN: gettext_noop("People"),
    Verdict.UNKNOWN: gettext_noop("Not sure"),
    Verdict.SCANNER: gettext_noop("Scanners"),
    Verdict.PREVIEW: gettext_noop("Previews"),
    Verdict.INTERNAL: gettext_noop("Colleagues"),
}


@dataclass(frozen=True)
class ReasonRow:
    result: ReasonResult
    explanation: str


def reason_rows(report: FilteredReport) -> list[ReasonRow]:
    return [ReasonRow(result, EXPLANATIONS[result.reason]) for result in report.reasons]


def verdict_days_picture(report: FilteredReport) -> Picture | None:
    """Events by day, a line for each verdict; none where everything happened on one day."""
    days = sorted({row.day for row in report.days})
    if len(days) < 2:
        return None
    title = verdict_days_title(report.days)
    bands = [verdict for verdict in BANDS if any(row.verdict == verdict for row in report.days)]
    by_verdict = {(row.day, row.verdict): row.events for row in report.days}
    values = [
        {"day": day.isoformat(), "taken": gettext(BANDS[verdict]), "count": by_verdict.get((day, verdict), 0)}
        for day in days
        for verdict in bands
    ]
    most = max(by_verdict.values())
    return Picture(
        name="verdict-days",
        title=title,
        description=gettext("%(title)s From %(first)s to %(last)s, by what each was judged to be.")
        % {"title": title, "first": figures.day(days[0]), "last": figures.day(days[-1])},
        specification=specification(
            values,
            title,
            layer=lines(days, gettext("Events"), most, "taken", [gettext(BANDS[verdict]) for verdict in bands]),
            resolve=OWN_LEGENDS,
        ),
        columns=(gettext("Day"), *(gettext(BANDS[verdict]) for verdict in bands)),
        rows=tuple(
            (figures.day(day), *(figures.count(by_verdict.get((day, verdict), 0)) for verdict in bands)) for day in days
        ),
    )


def verdict_days_title(days: tuple[DayVerdict, ...]) -> str:
    everything = sum(row.events for row in days)
    people = sum(row.events for row in days if row.verdict in (Verdict.HUMAN, Verdict.UNKNOWN))
    if people == everything:
        return gettext("All %(count)s events of these days count as people’s.") % {"count": figures.count(everything)}
    return gettext("%(filtered)s of %(count)s events of these days were filtered.") % {
        "filtered": figures.count(everything - people),
        "count": figures.count(everything),
    }
