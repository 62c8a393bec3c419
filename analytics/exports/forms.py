"""What an export of identifiable records is asked for, and when a schedule runs."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from analytics.enums import Rhythm
from analytics.exports.formats import offered
from analytics.exports.making import LONGEST_TITLE
from analytics.exports.source import Source
from privacy.agency import agency_today
from privacy.disclosing import SALE_IS_REFUSED, Refused, check_agreement
from privacy.disclosures import Recipient, routine_uses
from privacy.languages import filled, worded
from privacy.models import MatchingAgreement, User
from privacy.notice import NotInForce
from privacy.purposes import Basis, bases_of, unserved
from privacy.roles import Permit
from privacy.wording import label_words


def bases_for(user: User, source: Source, present: Basis | None) -> list[Basis]:
    """For what the user may export these records: the present purpose first, with its incident's number."""
    mine = bases_of(user.roles)
    own = [present, *mine] if present and any(present.same_as(one) for one in mine) else mine
    found: dict[str, Basis] = {}
    for basis in own:
        if basis.name not in found and basis.is_referenced and _reaches(basis, source):
            found[basis.name] = basis
    return list(found.values())


def _reaches(basis: Basis, source: Source) -> bool:
    try:
        return bool(basis.text) and not unserved(basis, source.categories)
    except NotInForce:
        return False


class PurposeForm(forms.Form):
    """For what the records are exported, and to whom if they leave the agency."""

    basis = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    leaves = forms.BooleanField(label=_("This file leaves the agency"), required=False)
    recipient_name = forms.CharField(label=_("Who receives it"), max_length=200, required=False)
    recipient_address = forms.CharField(
        label=_("Their address"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    routine_use = forms.TypedChoiceField(
        label=_("Routine use of the notice"), coerce=int, empty_value=None, required=False
    )
    is_for_pay = forms.BooleanField(label=_("Something is paid or given for the names or addresses"), required=False)
    is_comparison = forms.BooleanField(label=_("It is compared in bulk with another system's records"), required=False)

    def __init__(self, bases: list[Basis], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.bases = {basis.name: basis for basis in bases}
        field: Any = self.fields["basis"]
        field.choices = [(basis.name, f"{basis.title}: {basis.text}") for basis in bases]
        field.initial = bases[0].name if bases else None
        use: Any = self.fields["routine_use"]
        uses = ((one.number, f"{one.number}. {label_words(one.title)}") for one in routine_uses())
        use.choices = [("", _("Choose")), *uses]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("leaves"):
            if given.get("is_for_pay"):
                self.add_error("is_for_pay", _(SALE_IS_REFUSED))
            if given.get("is_comparison"):
                self._check_comparison()
            for name, what in (
                ("recipient_name", _("who receives the file")),
                ("recipient_address", _("the recipient's address")),
                ("routine_use", _("the routine use that allows it")),
            ):
                if not given.get(name) and name not in self.errors:
                    self.add_error(
                        name,
                        _("State %(what)s: the law requires an accounting of what leaves the agency.") % {"what": what},
                    )
        return given

    def _check_comparison(self) -> None:
        """A matching agreement is on file that is in force today."""
        today = agency_today()
        on_file = MatchingAgreement.objects.filter(effective_on__lte=today, ends_on__gte=today).first()
        try:
            check_agreement(on_file, today)
        except Refused as problem:
            self.add_error("is_comparison", str(problem))

    @property
    def chosen(self) -> Basis:
        return self.bases[self.cleaned_data["basis"]]

    @property
    def recipient(self) -> Recipient | None:
        """None where the file stays in the agency, whatever else was typed."""
        given = self.cleaned_data
        if not given["leaves"]:
            return None
        return Recipient(given["recipient_name"], given["recipient_address"], given["routine_use"])


def possible_readers() -> "QuerySet[User]":
    """Who may get what a schedule makes: those who may export."""
    permits = Q(groups__permissions__codename=Permit.EXPORT_LISTS.value)
    return User.objects.filter(permits, is_active=True).distinct()


class ScheduleForm(forms.Form):
    """When a list or report is made, as what, and for whom; `by_itself` is what it is called where nothing is typed."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    format = forms.ChoiceField(label=_("Format"))
    rhythm = forms.ChoiceField(label=_("How often"), choices=worded(Rhythm.choices), initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=_("On"), coerce=int, empty_value=None, required=False, choices=list(WEEKDAYS.items()), initial=0,
        help_text=_("For every week."),
    )  # fmt: skip
    day_of_month = forms.IntegerField(
        label=_("Day of the month"), min_value=1, max_value=31, required=False, initial=1,
        help_text=_("For every month. In a month without that day, it runs on the last day."),
    )  # fmt: skip
    at = forms.TimeField(
        label=_("At"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    clock = forms.ChoiceField(label=_("Whose time zone"), required=False)
    readers = forms.ModelMultipleChoiceField(
        label=_("For"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each gets an e-mail with a link to what their own role lets them export."),
    )

    def __init__(self, user: User, by_itself: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        title: Any = self.fields["title"]
        title.help_text = _("If left empty, it is “%(title)s”, in the language of each reader.") % {"title": by_itself}
        format_field: Any = self.fields["format"]
        format_field.choices = [(one.name, one.label) for one in offered()]
        clock: Any = self.fields["clock"]
        clock.choices = self._clocks(user)
        readers: Any = self.fields["readers"]
        readers.queryset = possible_readers()

    def _clocks(self, user: User) -> list[tuple[str, Any]]:
        """Each reader's, or one for all: the user's own, and what the schedule went by until now."""
        mine, until_now = user.time_zone, self.initial.get("clock", "")
        others = {until_now: until_now} if until_now else {}
        named = {**others, mine: filled(_("yours: %(zone)s"), zone=mine)}
        return [("", _("each reader’s own")), *named.items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        rhythm = given.get("rhythm")
        if rhythm == Rhythm.WEEKLY and given.get("weekday") is None:
            self.add_error("weekday", _("Choose the day of the week."))
        if rhythm == Rhythm.MONTHLY and given.get("day_of_month") is None and "day_of_month" not in self.errors:
            self.add_error("day_of_month", _("Choose the day of the month."))
        return given

    def columns(self) -> dict[str, Any]:
        """What of it a schedule keeps, apart from its readers."""
        given, rhythm = self.cleaned_data, self.cleaned_data["rhythm"]
        return {
            "own_title": " ".join(given["title"].split()),
            "format": given["format"],
            "rhythm": rhythm,
            "weekday": given["weekday"] if rhythm == Rhythm.WEEKLY else None,
            "day_of_month": given["day_of_month"] if rhythm == Rhythm.MONTHLY else None,
            "at": given["at"],
            "clock": given["clock"],
        }
