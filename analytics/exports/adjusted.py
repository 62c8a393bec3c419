"""A test with what people did before allowed for, as a file: a row a variant and measure."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import hidden_lifts, said_of_few
from analytics.exports.source import Maker, Source, hides_few
from analytics.lists import SEES_CAMPAIGNS
from analytics.reports.adjusted import AdjustedLift, AdjustedTest, adjusted_test
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.wording import MEASURES
from campaigns.models import Campaign
from privacy.guards import require
from privacy.languages import filled
from privacy.models import User
from records import figures
from records.listing import Kind, in_language

METHOD = gettext_noop(
    "Each outcome is adjusted for what is explained by the days on which the person came in the twelve weeks "
    "before they were drawn (CUPED; Deng, Xu, Kohavi, Walker, 2013). The difference stays the same on "
    "average, and its interval narrows by the share of the variance that is explained. p is corrected (Holm) "
    "for all variants and measures. There is no verdict where people were not divided as intended, or the "
    "variants already differed before. Decide before a campaign starts which of the two tests counts: anyone "
    "who takes the better of the two is wrong more often than 5 times in a hundred."
)
HEADS = (
    Head(_("Variant"), "variant"),
    Head(_("Measure"), "measure"),
    Head(_("Difference"), "plain", Kind.DECIMAL),
    Head(_("95% interval from"), "plain_low", Kind.DECIMAL),
    Head(_("95% interval to"), "plain_high", Kind.DECIMAL),
    Head(_("Adjusted difference"), "adjusted", Kind.DECIMAL),
    Head(_("Adjusted: 95% interval from"), "adjusted_low", Kind.DECIMAL),
    Head(_("Adjusted: 95% interval to"), "adjusted_high", Kind.DECIMAL),
    Head(_("p, corrected"), "p"),
    Head(_("Verdict"), "verdict"),
    Head(_("Variance removed"), "removed", Kind.RATE),
)


def adjusted_table(report: AdjustedTest, as_of: datetime, notes: Notes, hidden: Collection[tuple[str, str]]) -> Table:
    """`hidden` are the variants and measures that tell of few people."""
    blocked = ((gettext("No verdict"), report.blocked),) if report.blocked else ()
    before = gettext("%(before)s of %(people)s came in the twelve weeks before") % {
        "before": figures.count(report.came_before),
        "people": figures.count(report.people),
    }
    return Table(
        name=report_name("adjusted", report.campaign_slug),
        title=gettext("%(name)s: the test adjusted for what people did before") % {"name": report.campaign},
        heads=HEADS,
        rows=iter([cells(one, is_hidden=(one.variant, one.measure) in hidden) for one in report.lifts]),
        as_of=as_of,
        notes=(
            *notes,
            (gettext("People"), before),
            *blocked,
            *said_of_few(hides_few=bool(hidden)),
            (gettext("Method"), gettext(METHOD)),
        ),
    )


def cells(one: AdjustedLift, *, is_hidden: bool) -> list[Any]:
    head = [one.variant, gettext(MEASURES[one.measure])]
    if is_hidden:
        return [*head, *([HIDDEN] * (len(HEADS) - 2))]
    p = None if one.lift.p is None else f"{one.lift.p:.4g}"
    return [
        *head, one.plain.absolute, one.plain.ci_low, one.plain.ci_high, one.lift.absolute, one.lift.low, one.lift.high,
        p, in_language(one.lift.verdict), one.removed,
    ]  # fmt: skip


def adjusted_source(user: User, slug: str, query: str) -> Source:
    """A campaign's test with what people did before allowed for."""
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    report = adjusted_test(found)
    if report is None:
        raise Http404
    hidden = hidden_lifts(campaign_report(CampaignQuery(slug))) if hides_few(user, query) else frozenset()

    def table(as_of: datetime, notes: Notes) -> Table:
        return adjusted_table(report, as_of, notes, hidden)

    page = reverse("campaign_adjusted", args=[slug])
    return Source(
        f"adjusted/{slug}", filled(_("%(name)s: adjusted"), name=found.name), page, lambda: len(report.lifts), table
    )


SOURCES: dict[str, Maker] = {"adjusted": adjusted_source}
