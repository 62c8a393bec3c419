"""The first page of a document on a campaign: when it ran, whether the goal is met, the numbers of its page's head, and
each variant beside the control, in the words of the page. Whoever takes it to a meeting needs no more."""

from django.utils.translation import gettext, gettext_noop

from analytics.exports.base import Notes, Opening
from analytics.exports.small_groups import Hidden, hidden_columns
from analytics.findings import MeasureRow, cards, label, measure_rows
from analytics.reports.campaign import LIFTED, CampaignReport
from records import figures

HOW_TO_READ = gettext_noop("Under each rate: the difference from the control, then its 95% interval.")


def campaign_opening(report: CampaignReport, goal: Notes, *, hides_few: bool) -> Opening:
    """`goal`: what is said of it. `hides_few` leaves out what tells of fewer than 5 people, as its page does."""
    facts = (*_facts(report), *goal)
    if not report.totals.recipients:
        return Opening(facts=facts)
    hidden: Hidden = hidden_columns(report) if hides_few else {}
    rows = measure_rows(report, hidden)
    is_compared = any(cell.lift for row in rows for cell in row.cells)
    return Opening(
        facts=facts,
        numbers=tuple((card.label, card.value, card.note) for card in cards(report, hidden)),
        heads=(gettext("Variant"), gettext("Recipients"), *(label(measure) for measure in report.recorded)),
        rows=tuple(_row(report, row) for row in rows),
        note=gettext(HOW_TO_READ) if is_compared else "",
    )


def _facts(report: CampaignReport) -> Notes:
    days = [figures.day(day) for day in (report.starts_on, report.ends_on) if day and report.starts_on]
    ran = gettext("%(first)s to %(last)s") % {"first": days[0], "last": days[1]} if len(days) > 1 else "".join(days)
    facts = ((gettext("Dates"), ran), (gettext("Description"), report.description))
    return tuple((word, fact) for word, fact in facts if fact)


def _row(report: CampaignReport, row: MeasureRow) -> tuple[str, ...]:
    """A variant's name, its people, and of each recorded measure the rate, the difference and its interval."""
    name = row.variant.label
    told = (
        "\n".join(filter(None, (cell.value, cell.lift, cell.interval)))
        for measure, cell in zip(LIFTED, row.cells, strict=True)
        if measure in report.recorded
    )
    named = gettext("%(variant)s (control)") % {"variant": name} if row.variant.is_control else name
    return (named, row.recipients, *told)
