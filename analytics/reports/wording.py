"""What people call the columns of a report: the names that docs/reports.md tells, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from analytics.reports.campaign import LIFTED

MEASURES = {
    "view_rate": _("View rate"),
    "visit_rate": _("Visit rate"),
    "response_rate": _("Response rate"),
    "conversion_rate": _("Conversion rate"),
    "revenue_per_recipient": _("Revenue per recipient"),
}
# On every page that shows a campaign's revenue as one number (analytics.reports.returns).
REVENUE_OF_SENT = _("Revenue from those it was sent to")
WORDS = {
    **MEASURES,
    "name": _("Short name"),
    "label": _("Variant"),
    "is_control": _("Control"),
    "recipients": _("Recipients"),
    "deliveries": _("Deliveries"),
    "shared_people": _("People shared with"),
    "delivered_people": _("People delivered to"),
    "viewers": _("Viewers"),
    "raw_viewers": _("Viewers, machines too"),
    "visitors": _("Visitors"),
    "engaged_people": _("People engaged"),
    "responders": _("People who responded"),
    "converters": _("People who converted"),
    "views": _("Views"),
    "raw_views": _("Views, machines too"),
    "visits": _("Visits"),
    "raw_visits": _("Visits, machines too"),
    "dwell_seconds": _("Reading time (seconds)"),
    "responses": _("Responses"),
    "conversions": _("Conversions"),
    "revenue": _("Revenue"),
    "unknown_amount_people": _("People with an unknown amount"),
    "campaign_cost": _("Cost of the whole campaign"),
    "campaign_cost_per_response": _("Cost per response"),
    "campaign_cost_per_conversion": _("Cost per conversion"),
    "campaign_revenue_of_sent": REVENUE_OF_SENT,
    "campaign_return_on_cost": _("Return on cost"),
    "campaign_incremental_revenue": _("Incremental revenue"),
    "campaign_incremental_revenue_low": _("Incremental revenue: 95% interval from"),
    "campaign_incremental_revenue_high": _("Incremental revenue: 95% interval to"),
    "campaign_incremental_return": _("Incremental return on cost"),
    "campaign_incremental_return_low": _("Incremental return on cost: 95% interval from"),
    "campaign_incremental_return_high": _("Incremental return on cost: 95% interval to"),
    "material": _("Material"),
    "campaigns": _("Campaigns"),
    "shared_by": _("Shared by"),
    "share_count": _("Shares"),
    "last_shared_at": _("Last shared"),
    "first_at": _("First sign"),
    "last_at": _("Last sign"),
}
LIFTS = {
    "absolute": _("difference from the control"),
    "relative": _("difference, relative"),
    "ci_low": _("95% interval once the campaign has ended, from"),
    "ci_high": _("95% interval once the campaign has ended, to"),
    "always_low": _("95% interval for daily looks, on the page while the campaign runs, from"),
    "always_high": _("95% interval for daily looks, on the page while the campaign runs, to"),
    "p": _("p, corrected"),
    "verdict": _("verdict"),
    "more_recipients": _("more recipients it takes to see a lift of a tenth"),
}
OF_RATES = LIFTS | {"absolute": _("difference from the control in points")}
IN_MONEY = "revenue_per_recipient"


def words_of_lift(measure: str, part: str) -> str:
    """A difference of rates is in points of a hundred: 4.83% alone could be a part of the rate."""
    return (LIFTS if measure == IN_MONEY else OF_RATES)[part]


WORDS |= {
    f"{measure}_lift_{part}": f"{MEASURES[measure]}: {words_of_lift(measure, part)}"
    for measure in LIFTED
    for part in LIFTS
}
# What the verdict of a measure is in a report's columns.
VERDICTS = (_("blocked"), _("too few"), _("clear"), _("unclear"))


def words_of(name: str) -> str:
    """In the reader's language. Raises KeyError for a column that nobody gave words."""
    measure, _between, part = name.partition("_lift_")
    return f"{gettext(MEASURES[measure])}: {gettext(words_of_lift(measure, part))}" if part else gettext(WORDS[name])
