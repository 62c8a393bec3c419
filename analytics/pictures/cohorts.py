"""The grid of cohorts: a row a month of first shares, a column a month since, in each field the share that came."""

from datetime import date
from typing import Any

from analytics.exports.small_groups import FEWEST, is_few
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, size_for, specification
from analytics.reports.cohorts import Cohort, CohortReport
from records import figures

WORDS = {"came": "came", "answered": "responded"}
NOTE = (
    "Month 0 is the month of the first share, from that day on. Months that are not over are left out; a customer "
    "counts in each month in which they did something."
)
FEW_NOTE = f"Cohorts and fields of fewer than {FEWEST} customers are hidden."


def cohort_pictures(report: CohortReport, asked: Asked) -> list[Picture]:
    if not any(cohort.came for cohort in report.cohorts if not (asked.hides_few and is_few(cohort.customers))):
        return []
    title = cohort_title(report, asked)
    longest = max(len(cohort.came) for cohort in report.cohorts)
    fields = [field for cohort in report.cohorts for field in fields_of(cohort, asked)]
    hides = any(cell == HIDDEN_WORD for cohort in report.cohorts for cell in cells(cohort, longest, asked))
    return [
        Picture(
            name="cohorts",
            title=title,
            description=f"{title} From {month_name(report.cohorts[0].month)} on, a row a month of first shares.",
            specification=specification(fields, title, layer=layers(report, longest)),
            columns=("First share", "Customers", *(f"Month {number}" for number in range(longest))),
            rows=tuple((month_name(cohort.month), *cells(cohort, longest, asked)) for cohort in report.cohorts),
            size=size_for(len(report.cohorts) + 1),
            note=f"{NOTE} {FEW_NOTE}" if hides else NOTE,
        )
    ]


def month_name(month: date) -> str:
    return f"{month:%b %Y}"


def cohort_title(report: CohortReport, asked: Asked) -> str:
    """Of all customers whose next month is over, how many came back in it."""
    shown = [one for one in report.cohorts if not (asked.hides_few and is_few(one.customers))]
    known = [one for one in shown if len(one.came) > 1]
    customers = sum(one.customers for one in known)
    if not customers:
        everybody = figures.plural(sum(one.customers for one in shown), "customer")
        return f"{everybody}; no month after a first share is over yet."
    came = sum(one.came[1] for one in known)
    verb = WORDS[report.did]
    if asked.hides_few and is_few(came):
        return f"Fewer than {FEWEST} of {customers:,} customers {verb} in the month after that of their first share."
    if not came:
        return f"None of {figures.plural(customers, 'customer')} {verb} in the month after that of their first share."
    part = f"{came:,} of {figures.plural(customers, 'customer')} ({figures.rate(came / customers)})"
    return f"{part} {verb} in the month after that of their first share."


def is_hidden(cohort: Cohort, count: int, asked: Asked) -> bool:
    return asked.hides_few and (is_few(cohort.customers) or is_few(count))


def fields_of(cohort: Cohort, asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "month": month_name(cohort.month),
            "since": since,
            "share": count / cohort.customers,
            "words": f"{count * 100 / cohort.customers:.0f}",
            "customers": count,
        }
        for since, count in enumerate(cohort.came)
        if not is_hidden(cohort, count, asked)
    ]


def cells(cohort: Cohort, longest: int, asked: Asked) -> list[str]:
    size = HIDDEN_WORD if asked.hides_few and is_few(cohort.customers) else figures.count(cohort.customers)
    shares = [
        HIDDEN_WORD if is_hidden(cohort, count, asked) else figures.rate(count / cohort.customers)
        for count in cohort.came
    ]
    return [size, *shares, *([figures.NOTHING] * (longest - len(shares)))]


def layers(report: CohortReport, longest: int) -> list[dict[str, Any]]:
    """A field as dark as its share is large, with the share in percent written into it."""
    months = [month_name(cohort.month) for cohort in report.cohorts]
    places = {
        "x": {
            "field": "since",
            "type": "ordinal",
            "title": "Months since (percent of customers)",
            "scale": {"domain": list(range(longest))},
            "axis": {"labelAngle": 0, "orient": "top"},
        },
        "y": {"field": "month", "type": "ordinal", "title": None, "scale": {"domain": months}},
    }
    # No darker than that the writing can be read on it, in either theme.
    opacity = {
        "field": "share",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [0, 1], "range": [0.06, 0.5]},
    }
    return [
        {"mark": {"type": "rect", "tooltip": True}, "encoding": {**places, "fillOpacity": opacity}},
        {"mark": {"type": "text"}, "encoding": {**places, "text": {"field": "words"}}},
    ]


def nothing(report: CohortReport, asked: Asked) -> str:
    if not report.cohorts:
        return "Nothing was shared with a customer in these months."
    if cohort_pictures(report, asked):
        return ""
    if any(cohort.came for cohort in report.cohorts):
        return f"No cohort has {FEWEST} customers or more."
    return "The month of the first shares is not over yet."


DRAWINGS = (Drawing("cohorts", "Who comes back", 1, cohort_pictures, nothing),)
