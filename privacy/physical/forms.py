"""Forms of the register: a unit, its index, looking one up, listing for destruction, witnessing it."""

from datetime import date
from typing import Any

from django import forms

from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.models import PhysicalUnit
from privacy.notice import in_force
from privacy.physical import destroying, index
from privacy.physical.enums import Destroying

DAY = forms.DateInput(attrs={"type": "date"})
KEYS = [(kind.value, kind.label[:1].upper() + kind.label[1:]) for kind in KeyKind if kind is not KeyKind.LIST]


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A box or medium. Without a barcode it gets the register's next one."""

    barcode = forms.CharField(
        max_length=20, required=False,
        help_text="Scan the one that is on it, or leave it empty: the register gives the next, for a label.",
    )  # fmt: skip
    categories = forms.TypedMultipleChoiceField(
        label="Categories of records", coerce=int, widget=forms.CheckboxSelectMultiple
    )
    rule = forms.ChoiceField(label="Retention rule")

    class Meta:
        model = PhysicalUnit
        fields = (
            "barcode", "medium", "series", "box", "site", "categories", "rule", "first_day", "last_day", "clock_day",
            "is_indexed",
        )  # fmt: skip
        widgets = dict.fromkeys(("first_day", "last_day", "clock_day"), DAY)
        labels = {"clock_day": "Clock starts on"}
        help_texts = {
            "clock_day": "The day that starts the retention of the record in it that becomes due last, where its own "
            "last day does not: the end of a relationship or of participation. Empty while it has not come.",
            "is_indexed": "If somebody may be missing, each hold on persons holds it.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        categories, rule = self.fields["categories"], self.fields["rule"]
        assert isinstance(categories, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        assert isinstance(rule, forms.ChoiceField)  # noqa: S101 (declared above)
        notice = in_force()
        categories.choices = [(one.number, f"{one.number} {one.title}") for one in notice.categories]
        rule.choices = [(one.id, f"{one.id.removeprefix('RET-')}: {one.text}") for one in notice.retention]

    def clean_barcode(self) -> str:
        """In capitals; one that is on file names where, for it was scanned before."""
        code = str(self.cleaned_data["barcode"]).strip().upper()
        if not code:
            return self.instance.barcode or index.next_barcode()
        there = PhysicalUnit.objects.filter(barcode=code).exclude(pk=self.instance.pk).first()
        if there is not None:
            raise forms.ValidationError(f"This barcode is on file already: {there}. It was scanned before.")
        return code

    def clean_last_day(self) -> date:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data["last_day"]
        if first and last < first:
            raise forms.ValidationError(f"The records end on {last}, before they begin on {first}.")
        if last > agency_today():
            raise forms.ValidationError("The last record is of a day that is ahead.")
        day: date = last
        return day

    def clean_clock_day(self) -> date | None:
        day: date | None = self.cleaned_data["clock_day"]
        first = self.cleaned_data.get("first_day")
        if day and first and day < first:
            raise forms.ValidationError("The clock starts before the first record was there.")
        return day

    def clean(self) -> dict[str, Any]:
        """Its rule is one of those that the notice gives its categories."""
        values = super().clean() or self.cleaned_data
        rule = in_force().retention_rules.get(values.get("rule", ""))
        if rule and values.get("categories") and not set(values["categories"]) & set(rule.categories):
            self.add_error("rule", "The notice keeps none of these categories under this rule.")
        return values


class IndexForm(forms.Form):
    """Whose records are in a unit, one a line."""

    kind = forms.ChoiceField(label="Key", choices=KEYS)
    texts = forms.CharField(
        label="Whose records are in it", max_length=200_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line. Kept as keyed hashes: nobody can be read from the index.",
    )  # fmt: skip

    def lines(self) -> list[str]:
        return str(self.cleaned_data["texts"]).splitlines()

    def kind_of_key(self) -> KeyKind:
        return KeyKind(self.cleaned_data["kind"])


class FindForm(forms.Form):
    """Looking somebody up on paper and media."""

    kind = forms.ChoiceField(label="Key", choices=KEYS)
    text = forms.CharField(label="Which", max_length=index.LONGEST)


class ListForm(forms.Form):
    """What is destroyed together, how and where."""

    units = forms.ModelMultipleChoiceField(
        PhysicalUnit.objects.none(), error_messages={"required": "Choose what is destroyed."}
    )
    method = forms.ChoiceField(label="Method", choices=Destroying.choices)
    technique = forms.CharField(
        label="Technique and tool", max_length=200, required=False,
        help_text="Of media: which technique of the sanitization practice, with which tool.",
    )  # fmt: skip
    site = forms.CharField(label="Where it is destroyed", max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = PhysicalUnit.objects.filter(destroyed_on=None, destruction=None)
        self.fields["units"].queryset = kept  # type: ignore[attr-defined]

    @property
    def way(self) -> destroying.Way:
        given = self.cleaned_data
        return destroying.Way(Destroying(given["method"]), given["technique"].strip(), given["site"])


class WitnessForm(forms.Form):
    """What the witness scanned, and the day."""

    destroyed_on = forms.DateField(label="Destroyed on", widget=DAY)
    codes = forms.CharField(
        label="Scan each one", widget=forms.Textarea(attrs={"rows": 4}), max_length=50_000,
        help_text="One barcode a line.",
    )  # fmt: skip
