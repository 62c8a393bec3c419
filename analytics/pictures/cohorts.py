"""The grid of cohorts: a row a month of first shares, a column a month since, in each field the share that came."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from analytics.exports.small_groups import FEWEST, is_few
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, size_for, specification
from analytics.reports.cohorts import Cohort, CohortReport
from records import figures

NOTE = gettext_lazy(
    "Month 0 is the month of the first share, from that day on. Months that are not over are left out; a customer "
    "counts in each month in which they did something."
)
FEW_NOTE = gettext_lazy("Cohorts and fields of fewer than %(few)s customers are hidden.")


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
            description=f"{title} {rows_from(report.cohorts[0].month)}",
            specification=specification(fields, title, layer=layers(report, longest)),
            columns=(_("First share"), _("Customers"), *map(month_since, range(longest))),
            rows=tuple((month_name(cohort.month), *cells(cohort, longest, asked)) for cohort in report.cohorts),
            size=size_for(len(report.cohorts) + 1),
            note=" ".join([str(NOTE), *([FEW_NOTE % {"few": FEWEST}] if hides else [])]),
        )
    ]


def month_name(month: date) -> str:
    return date_format(month, "M Y")


def rows_from(month: date) -> str:
    return _("From %(month)s on, one row per month of first shares.") % {"month": month_name(month)}


def month_since(number: int) -> str:
    return _("Month %(number)s") % {"number": number}


def cohort_title(report: CohortReport, asked: Asked) -> str:
    """Of all customers whose next month is over, how many came back in it."""
    shown = [one for one in report.cohorts if not (asked.hides_few and is_few(one.customers))]
    known = [one for one in shown if len(one.came) > 1]
    customers = sum(one.customers for one in known)
    if not customers:
        everybody = figures.plural(sum(one.customers for one in shown), "customer")
        return _("%(customers)s; no month after a first share is over yet.") % {"customers": everybody}
    came = sum(one.came[1] for one in known)
    return came_back(report.did, customers, came, is_few=asked.hides_few and is_few(came))


def came_back(did: str, customers: int, came: int, *, is_few: bool) -> str:
    """`12 of 40 customers (30.00%) came in the month after that of their first share.`"""
    values = {
        "few": FEWEST,
        "came": figures.count(came),
        "customers": figures.plural(customers, "customer"),
        "rate": figures.rate(came / customers),
    }
    if is_few:
        part = _("Fewer than %(few)s of %(customers)s") % values
    else:
        part = (_("%(came)s of %(customers)s (%(rate)s)") if came else _("None of %(customers)s")) % values
    count = came if came and not is_few else 2
    if did == "came":
        said = ngettext(
            "%(part)s came in the month after that of their first share.",
            "%(part)s came in the month after that of their first share.",
            count,
        )
    else:
        said = ngettext(
            "%(part)s responded in the month after that of their first share.",
            "%(part)s responded in the month after that of their first share.",
            count,
        )
    return said % {"part": part}


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
            "title": _("Months since (percent of customers)"),
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
        return _("Nothing was shared with a customer in these months.")
    if cohort_pictures(report, asked):
        return ""
    if any(cohort.came for cohort in report.cohorts):
        return _("No cohort has %(few)s customers or more.") % {"few": FEWEST}
    return _("The month of the first shares is not over yet.")


DRAWINGS = (Drawing("cohorts", gettext_noop("Who comes back"), 1, cohort_pictures, nothing),)
