"""The forms of disclosures and of matching agreements."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.agency import agency_today
from privacy.disclosing import Authority, Refused, Release, authorities, authority_named, check
from privacy.forms import DayFilters, shortened
from privacy.languages import WordedForm, filled
from privacy.models import Disclosure, Dispute, MatchingAgreement
from privacy.notice import in_force
from privacy.rights.disputes import statements_of
from privacy.rights.forms import day_field
from privacy.rights.people import Asked, people
from privacy.wording import label_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    AgreementModelForm = forms.ModelForm[MatchingAgreement]
else:
    AgreementModelForm = forms.ModelForm

MOST_PERSONS = 1_000
SENT_ALONG = gettext_noop("Statements of disagreement sent along")
LONGEST = {False: 18, True: 12}  # months; an agreement and its one extension: 552a(o)(2)


def authority_choices() -> "list[tuple[str, str | _StrPromise]]":
    return [("", _("Anything")), *((one.name, shortened(one.label)) for one in authorities())]


class DisclosureFilters(DayFilters):
    """Of the disclosures those to somebody, under something, on some days."""

    field_order = ("to", "under", "first", "last")
    to = forms.CharField(label=_("To"), max_length=200, required=False)
    under = forms.ChoiceField(label=_("Under"), choices=authority_choices, required=False)

    def chosen(self) -> "QuerySet[Disclosure]":
        """The disclosures that the filters choose; none where the filters make no sense. Days are the agency's."""
        if not self.is_valid():
            return Disclosure.objects.none()
        values, rows = self.cleaned_data, Disclosure.objects.all()
        if values["to"]:
            rows = rows.filter(recipient_name__icontains=values["to"])
        if under := authority_named(values["under"]):
            by = {"routine_use": under.routine_use, "exception": under.exception}
            rows = rows.filter(**by, is_by_consent=not any(by.values()))
        return self.within(rows, "disclosed_at")


class DisclosureForm(forms.Form):
    """A disclosure under one authority, with a field for each thing that it demands.

    `statements` are those that stand beside a value of what is disclosed, and must go with it: 5 U.S.C. 552a(d)(4).
    """

    on = day_field(_("Disclosed on"))
    nature = forms.CharField(
        label=_("What was disclosed"), max_length=200, help_text=_("In words that name nobody and repeat no record.")
    )
    purpose = forms.CharField(label=_("For what"), max_length=400)
    recipient_name = forms.CharField(label=_("Who received it"), max_length=200)
    recipient_address = forms.CharField(
        label=_("Their address"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    categories = forms.TypedMultipleChoiceField(
        label=_("Categories of records"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    persons = forms.CharField(
        label=_("Whose records: customer IDs, one per line"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=filled(_("%(most)s at most; for more, make an export with a recipient."), most=MOST_PERSONS),
    )  # fmt: skip
    is_for_pay = forms.TypedChoiceField(
        label=_("Is anything paid or given for names or addresses?"), coerce=lambda text: text == "yes",
        choices=[("no", _("No")), ("yes", _("Yes"))], widget=forms.RadioSelect,
    )  # fmt: skip
    is_comparison = forms.BooleanField(
        label=_("The records are compared in bulk with another system's"), required=False
    )
    agreement = forms.ModelChoiceField(
        MatchingAgreement.objects.none(), label=_("Matching agreement"), required=False, empty_label=_("None")
    )

    with_statements = forms.BooleanField(label=_("Each statement shown above goes with the records"), required=False)

    def __init__(self, authority: Authority, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.authority = authority
        self.statements: list[Dispute] = []
        chosen: Any = self.fields["categories"]
        chosen.choices = [(one.number, f"{one.number}. {label_words(one.title)}") for one in in_force().categories]
        agreements: Any = self.fields["agreement"]
        agreements.queryset = MatchingAgreement.objects.all()
        for number, demand in enumerate(authority.demands):
            field = day_field(demand.words) if demand.is_day else forms.CharField(label=demand.words, max_length=400)
            self.fields[f"demand_{number}"] = field
        self.order_fields(["on", *(f"demand_{number}" for number in range(len(authority.demands)))])

    def clean_persons(self) -> list[UUID]:
        numbers = list(dict.fromkeys(self.cleaned_data["persons"].split()))
        if len(numbers) > MOST_PERSONS:
            raise forms.ValidationError(
                _("%(numbers)s is too many: the maximum is %(most_persons)s.")
                % {
                    "numbers": number_format(len(numbers), force_grouping=True),
                    "most_persons": number_format(MOST_PERSONS, force_grouping=True),
                }
            )
        found: list[UUID] = []
        unknown = []
        for number in numbers:
            one = next(iter(people().alike(Asked(number=number))), None)
            if one is None:
                unknown.append(number)
            else:
                found.append(one.key)
        if unknown:
            raise forms.ValidationError(_("No customer has the ID %(unknown)s.") % {"unknown": ", ".join(unknown[:10])})
        return found

    def full_clean(self) -> None:
        super().full_clean()
        if not self.statements:  # nobody is asked about what there is none of
            del self.fields["with_statements"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._look_for_statements(given)
        for number, demand in enumerate(self.authority.demands):
            day = given.get(f"demand_{number}")
            if demand.is_day and isinstance(day, date) and day > agency_today():
                self.add_error(f"demand_{number}", _("That day is in the future."))
        if not self.errors:
            try:
                check(self.authority, self.release, given["persons"])
            except Refused as problem:
                self.add_error("is_for_pay" if given["is_for_pay"] else None, str(problem))
        return given

    def _look_for_statements(self, given: dict[str, Any]) -> None:
        """Of a value in these categories that is disputed since the day of the disclosure, or before."""
        if not {"on", "persons", "categories"} <= given.keys():
            return
        self.statements = [
            one
            for one in statements_of(given["persons"])
            if one.category in given["categories"] and one.statement_on and one.statement_on <= given["on"]
        ]
        if self.statements and not given.get("with_statements"):
            self.add_error(
                "with_statements",
                _("These records are disputed: send each statement along, then mark this (5 U.S.C. 552a(d)(4))."),
            )

    @property
    def release(self) -> Release:
        given = self.cleaned_data
        evidence = tuple(
            (demand.label, str(given.get(f"demand_{number}") or ""))
            for number, demand in enumerate(self.authority.demands)
        )
        if self.statements:
            numbers = sorted({one.request.number for one in self.statements})
            evidence = (*evidence, (SENT_ALONG, ", ".join(numbers)))
        names = ("on", "nature", "purpose", "recipient_name", "recipient_address", "is_for_pay", "is_comparison")
        return Release(
            **{name: given[name] for name in names},
            categories=tuple(given["categories"]),
            agreement=given["agreement"],
            evidence=evidence,
        )


class AgreementForm(WordedForm, AgreementModelForm):
    """A matching agreement: eighteen months at most, an extension twelve."""

    class Meta:
        model = MatchingAgreement
        fields: ClassVar[list[str]] = ["agency", "purpose", "filed_at", "effective_on", "ends_on", "is_extension"]
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.DateInput(attrs={"type": "date"}) for name in ("effective_on", "ends_on")
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("effective_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        elif first and last and last >= months_after(first, LONGEST[given["is_extension"]]):
            self.add_error(
                "ends_on", _("It can last at most %(longest)s months.") % {"longest": LONGEST[given["is_extension"]]}
            )
        return given


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the first of the next month where that one has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)
