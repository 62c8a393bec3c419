"""What a page's address asks of its pictures: the days, the measure, the variant; and for whom they are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from analytics.periods import Period
from records import figures
from records.listing import names_in_address
from records.periods import PeriodField

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


class PictureForm(forms.Form):
    """The filters of a campaign's pictures. Days are asked for as lists ask for them (records.periods)."""

    period = PeriodField(label=_("Days"), required=False)
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

    def clean_period(self) -> Period | None:
        """A stretch of days with both its ends, not too many of them."""
        given = self.cleaned_data["period"]
        if given is None:
            return None
        if given.first is None or given.last is None:
            raise ValidationError(_("Enter both days, or neither."))
        if (given.last - given.first).days >= MOST_DAYS:
            raise ValidationError(_("Choose %(most)s days at most.") % {"most": figures.count(MOST_DAYS)})
        if given.first.year < EARLIEST:
            raise ValidationError(_("There is nothing before %(year)s.") % {"year": EARLIEST})
        return Period(given.first, given.last)

    @property
    def asked(self) -> Asked:
        """Of a valid form."""
        given = self.cleaned_data
        return Asked(given.get("period"), given.get("measure", ""), given.get("variant", ""))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(word) for word in names_in_address(self))
