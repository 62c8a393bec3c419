"""Stretches of days that a list is narrowed to: presets and a free range, in one filter with one widget.

An address says `NAME=last-28`, or `NAME_since=2026-03-01&NAME_until=2026-03-31`. A preset is worked out anew each day,
in a saved view and a schedule too. Days are the agency's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_today, day_begins, day_ends

DAY = timedelta(days=1)
BETWEEN = "between"
SINCE, UNTIL = "since", "until"


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included; None where a side is open."""

    first: date | None = None
    last: date | None = None

    @property
    def begins(self) -> datetime | None:
        """The moment at which the first day begins."""
        return day_begins(self.first) if self.first else None

    @property
    def ends(self) -> datetime | None:
        """The moment at which the last day is over."""
        return day_ends(self.last) if self.last else None

    @property
    def words(self) -> str:
        """`2026-03-01 to 2026-03-31`, `since 2026-03-01`."""
        if self.first and self.last:
            return (
                self.first.isoformat()
                if self.first == self.last
                else gettext("%(first)s to %(last)s") % {"first": self.first, "last": self.last}
            )
        return (
            gettext("since %(day)s") % {"day": self.first}
            if self.first
            else gettext("until %(day)s") % {"day": self.last}
        )


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + 32 * DAY).replace(day=1) - DAY)


def quarter_of(day: date) -> Period:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first, (first + 95 * DAY).replace(day=1) - DAY)


def last_days(number: int) -> Callable[[date], Period]:
    """So many days, today the last of them."""
    return lambda today: Period(today - (number - 1) * DAY, today)


# What each preset is, given today.
PRESETS: dict[str, Callable[[date], Period]] = {
    "today": last_days(1),
    "last-7": last_days(7),
    "last-28": last_days(28),
    "last-90": last_days(90),
    "this-month": month_of,
    "last-month": lambda today: month_of(today.replace(day=1) - DAY),
    "this-quarter": quarter_of,
    "last-quarter": lambda today: quarter_of((quarter_of(today).first or today) - DAY),
    "this-year": lambda today: Period(date(today.year, 1, 1), date(today.year, 12, 31)),
}
CHOICES = [
    ("", _("All")),
    ("today", _("Today")),
    ("last-7", _("Last 7 days")),
    ("last-28", _("Last 28 days")),
    ("last-90", _("Last 90 days")),
    ("this-month", _("This month")),
    ("last-month", _("Last month")),
    ("this-quarter", _("This quarter")),
    ("last-quarter", _("Last quarter")),
    ("this-year", _("This year")),
    (BETWEEN, _("Between two days")),
]


class PeriodWidget(forms.MultiWidget):
    """A choice of presets, and two days beside it which periods.js shows when they are asked for."""

    template_name = "period"  # no file: forms are written by config.widgets, which knows it by this name

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        days = {"type": "date", "data-period-day": ""}
        super().__init__(
            {
                "": forms.Select(choices=CHOICES, attrs={"data-period": ""}),
                SINCE: forms.DateInput(attrs={**days, "aria-label": _("From")}),
                UNTIL: forms.DateInput(attrs={**days, "aria-label": _("To")}),
            },
            attrs,
        )

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def decompress(self, value: Any) -> list[Any]:
        return [None, None, None]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """Two days without a word are a range."""
        preset, since, until = super().value_from_datadict(data, files, name)
        return [BETWEEN if not preset and (since or until) else preset, since, until]


class PeriodField(forms.MultiValueField):
    """Cleans to a Period, or to None for all time. A preset beats days that stand beside it."""

    widget = PeriodWidget

    def __init__(self, **options: Any) -> None:
        fields = (
            forms.ChoiceField(choices=CHOICES, required=False),
            forms.DateField(required=False),
            forms.DateField(required=False),
        )
        super().__init__(fields, require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> Period | None:
        preset, since, until = data_list or ("", None, None)
        if preset in PRESETS:
            return PRESETS[preset](agency_today())
        if since and until and until < since:
            raise ValidationError(_("The last day is before the first."))
        return Period(since, until) if since or until else None


class PeriodFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """Rows of which the day (`field_name` a date) or moment (`is_moment`) is in the period."""

    field_class = PeriodField

    def __init__(self, *args: Any, is_moment: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_moment = is_moment

    def filter(self, rows: "QuerySet[Any]", value: Period | None) -> "QuerySet[Any]":
        if value is None:
            return rows
        if self.method:
            found: QuerySet[Any] = super().filter(rows, value)
            return found
        return rows.filter(self.within(value))

    def within(self, period: Period) -> Q:
        first, last, before = (
            (period.begins, period.ends, "lt") if self.is_moment else (period.first, period.last, "lte")
        )
        found = Q()
        if first:
            found &= Q(**{f"{self.field_name}__gte": first})
        if last:
            found &= Q(**{f"{self.field_name}__{before}": last})
        return found
