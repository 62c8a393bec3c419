"""What people call the columns of a report: the names that docs/reports.md tells, in words."""

from django.utils.translation import gettext_noop

from analytics.reports.campaign import LIFTED

MEASURES = {
    "view_rate": gettext_noop("View rate"),
    "visit_rate": gettext_noop("Visit rate"),
    "response_rate": gettext_noop("Response rate"),
    "conversion_rate": gettext_noop("Conversion rate"),
    "revenue_per_recipient": gettext_noop("Revenue per recipient"),
}
WORDS = {
    **MEASURES,
    "name": "Short name",
    "label": "Variant",
    "is_control": "Control",
    "recipients": "Recipients",
    "deliveries": "Deliveries",
    "shared_people": "People shared with",
    "delivered_people": "People delivered to",
    "viewers": "Viewers",
    "raw_viewers": "Viewers, machines too",
    "visitors": "Visitors",
    "engaged_people": "People engaged",
    "responders": "People who responded",
    "converters": "People who converted",
    "views": "Views",
    "raw_views": "Views, machines too",
    "visits": "Visits",
    "raw_visits": "Visits, machines too",
    "dwell_seconds": "Reading time (seconds)",
    "responses": "Responses",
    "conversions": "Conversions",
    "revenue": "Revenue",
    "unknown_amount_people": "People with an unknown amount",
    "campaign_cost": "Cost of the whole campaign",
    "campaign_cost_per_response": "Cost per response",
    "campaign_cost_per_conversion": "Cost per conversion",
    "campaign_return_on_cost": "Return on cost",
    "material": "Material",
    "campaigns": "Campaigns",
    "shared_by": "Shared by",
    "share_count": "Shares",
    "last_shared_at": "Last shared (UTC)",
    "first_at": "First sign (UTC)",
    "last_at": "Last sign (UTC)",
}
LIFTS = {
    "absolute": "difference from the control",
    "relative": "difference, relative",
    "ci_low": "95 % interval from",
    "ci_high": "95 % interval to",
    "always_low": "95 % interval for daily looks from",
    "always_high": "95 % interval for daily looks to",
    "p": "p, corrected",
    "verdict": "verdict",
    "more_recipients": "more recipients needed",
}
WORDS |= {
    f"{measure}_lift_{part}": f"{MEASURES[measure]}: {words}" for measure in LIFTED for part, words in LIFTS.items()
}


def words_of(name: str) -> str:
    """Raises KeyError for a column that nobody gave words."""
    return WORDS[name]
