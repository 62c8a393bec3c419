"""What a page's address asks of its pictures: the days, the measure, the variant; and for whom they are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from analytics.periods import PRESETS, Period, preset
from privacy.agency import agency_today

# A day of a picture is a mark: more of them would not be read, and take long.
MOST_DAYS, EARLIEST = 1_100, 1970
MEASURES = {
    "views": gettext_noop("Views"),
    "visits": gettext_noop("Visits"),
    "responses": gettext_noop("Responses"),
    "conversions": gettext_noop("Conversions"),
}


@dataclass(frozen=True)
class Asked:
    """`period` is None for all days, `measure` empty for the first one that was recorded, `variant` for all of them.

    `hides_few` where numbers about fewer than 5 people stay out: for roles that may not see people.
    """

    period: Period | None = None
    measure: str = ""
    variant: str = ""
    hides_few: bool = False

    def for_role(self, *, sees_people: bool) -> "Asked":
        return replace(self, hides_few=not sees_people)


class PeriodForm(forms.Form):
    """Days by a preset, or from one to another; the former wins nothing: whoever gives days means these."""

    period = forms.ChoiceField(label="Days", required=False)
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["period"]
        field.choices = [("", "All days"), *((name, label) for name, label in PRESETS.items())]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day lies before the first.")
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last", f"Choose {MOST_DAYS:,} days at most.")
        elif first and first.year < EARLIEST:
            self.add_error("first", f"There is nothing before {EARLIEST}.")
        if bool(first) != bool(last) and not self.errors:
            self.add_error("last" if first else "first", "Give both days, or neither.")
        return given

    @property
    def chosen(self) -> Period | None:
        given = self.cleaned_data
        if given.get("first"):
            return Period(given["first"], given["last"])
        return preset(given["period"], agency_today()) if given.get("period") else None


class PictureForm(PeriodForm):
    """The filters of a campaign's pictures."""

    measure = forms.ChoiceField(label=_("Measure"), required=False)
    variant = forms.ChoiceField(label=_("Variant"), required=False)

    def __init__(self, data: QueryDict | None = None, *, variants: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        measure: Any = self.fields["measure"]
        measure.choices = [
            ("", _("The first that was recorded")),
            *((name, _(label)) for name, label in MEASURES.items()),
        ]
        variant: Any = self.fields["variant"]
        variant.choices = [("", _("All variants")), *variants]

    @property
    def asked(self) -> Asked:
        """Of a valid form."""
        given = self.cleaned_data
        return Asked(self.chosen, given.get("measure", ""), given.get("variant", ""))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
