"""What is said of what came back of a campaign's cost, and how it is counted."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.reports.returns import Incremental
from records import figures

METHOD_OF_RETURN = gettext_noop(
    "Return on cost is revenue less cost, divided by cost: the revenue of those the campaign was sent to, "
    "which is more than what the campaign alone brought in. People who got nothing (a holdout, or a control "
    "to which nothing was shared or delivered while it was to others) count neither there nor in cost per "
    "response and per conversion. They show what the campaign alone brought in: incremental revenue is the "
    "difference in revenue per recipient times the recipients it was sent to, and incremental return is that "
    "less cost, divided by cost. Both have Welch's interval at 95% (while the campaign runs, one that holds "
    "at every look), and neither is shown where people were not divided as intended or are too few. Amounts "
    "that are not known are left out."
)


def return_words(incremental: Incremental) -> str:
    """`incremental +12.00%, 95% interval −5.00 to 30.00%`; of a campaign that cost nothing nothing."""
    if incremental.return_on_cost is None:
        return ""
    values = {"rate": signed_rate(incremental.return_on_cost), "interval": return_interval(incremental)}
    return _("incremental %(rate)s, 95%% interval %(interval)s") % values


def return_interval(incremental: Incremental) -> str:
    """`−5.00 to 30.00%`; empty where it cost nothing."""
    if incremental.return_low is None or incremental.return_high is None:
        return ""
    low, high = (figures.plain(100 * bound) for bound in (incremental.return_low, incremental.return_high))
    return figures.percent(low_to_high(low, high))


def sent_revenue_words(revenue: Decimal, held_out: int) -> str:
    """`$4,200.00 in revenue from those it was sent to`; where nobody got nothing, those are all."""
    said = _("%(money)s in revenue from those it was sent to") if held_out else _("%(money)s in revenue")
    return said % {"money": figures.money(revenue)}


def revenue_words(incremental: Incremental) -> str:
    """`$1,234.00 more in revenue than without it, 95% interval −$100.00 to $2,568.00`"""
    low, high = (signed_money(bound).removeprefix("+") for bound in (incremental.low, incremental.high))
    values = {"money": signed_money(incremental.revenue), "interval": low_to_high(low, high)}
    return _("%(money)s more revenue than without it, 95%% interval %(interval)s") % values


def low_to_high(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def signed_money(value: Decimal) -> str:
    return figures.money_difference(float(value))


def signed_rate(value: float) -> str:
    """`+20.00%`, `-100.00%` with a proper minus."""
    return figures.percent(figures.signed(value * 100))
