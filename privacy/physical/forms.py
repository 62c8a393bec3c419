"""Forms of the register: a unit, its index, looking one up, listing for destruction, witnessing it."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.languages import WordedForm, worded
from privacy.models import PhysicalUnit
from privacy.models.physical import BARCODE
from privacy.notice import in_force
from privacy.physical import destroying, index
from privacy.physical.enums import Destroying
from privacy.wording import label_words

DAY = forms.DateInput(attrs={"type": "date"})
KEYS = [(kind.value, kind.label[:1].upper() + kind.label[1:]) for kind in KeyKind if kind is not KeyKind.LIST]


class UnitForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A box or medium. Without a barcode it gets the register's next one."""

    barcode = forms.CharField(
        max_length=20, required=False,
        help_text=_("Scan the one that is on it, or leave this empty: the register assigns the next one, for "
                    "a label."),
    )  # fmt: skip
    categories = forms.TypedMultipleChoiceField(
        label=_("Categories of records"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    rule = forms.ChoiceField(label=_("Retention rule"))

    class Meta:
        model = PhysicalUnit
        fields = (
            "barcode", "medium", "series", "box", "site", "categories", "rule", "first_day", "last_day", "clock_day",
            "is_indexed",
        )  # fmt: skip
        widgets = dict.fromkeys(("first_day", "last_day", "clock_day"), DAY)
        labels = {"clock_day": _("Clock starts on")}
        help_texts = {
            "clock_day": _(
                "The day that starts the retention of the record in it that becomes due last, if that is not "
                "its own last day: the end of a relationship or of participation. Leave empty until it has "
                "come."
            ),
            "is_indexed": _("If someone may be missing, every hold on persons applies to it."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        categories, rule = self.fields["categories"], self.fields["rule"]
        assert isinstance(categories, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        assert isinstance(rule, forms.ChoiceField)  # noqa: S101 (declared above)
        notice = in_force()
        categories.choices = [(one.number, f"{one.number} {label_words(one.title)}") for one in notice.categories]
        rule.choices = [(one.id, f"{one.id.removeprefix('RET-')}: {label_words(one.text)}") for one in notice.retention]

    def clean_barcode(self) -> str:
        """In capitals; one that is on file names where, for it was scanned before."""
        code = str(self.cleaned_data["barcode"]).strip().upper()
        if not code:
            return self.instance.barcode or index.next_barcode()
        if not re.match(BARCODE, code):
            raise forms.ValidationError(
                _("A barcode has 3 to 20 letters A to Z, digits and hyphens, and begins with a letter or digit.")
            )
        there = PhysicalUnit.objects.filter(barcode=code).exclude(pk=self.instance.pk).first()
        if there is not None:
            raise forms.ValidationError(
                _("This barcode is already on file: %(there)s. It was scanned before.") % {"there": there}
            )
        return code

    def clean_last_day(self) -> date:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data["last_day"]
        if first and last < first:
            raise forms.ValidationError(
                _("The records end on %(last)s, before they begin on %(first)s.") % {"last": last, "first": first}
            )
        if last > agency_today():
            raise forms.ValidationError(_("The last record is dated in the future."))
        day: date = last
        return day

    def clean_clock_day(self) -> date | None:
        day: date | None = self.cleaned_data["clock_day"]
        first = self.cleaned_data.get("first_day")
        if day and first and day < first:
            raise forms.ValidationError(_("The clock starts before the first record existed."))
        return day

    def clean(self) -> dict[str, Any]:
        """Its rule is one of those that the notice gives its categories."""
        values = super().clean() or self.cleaned_data
        rule = in_force().retention_rules.get(values.get("rule", ""))
        if rule and values.get("categories") and not set(values["categories"]) & set(rule.categories):
            self.add_error("rule", _("The notice keeps none of these categories under this rule."))
        return values


class IndexForm(forms.Form):
    """Whose records are in a unit, one a line."""

    kind = forms.ChoiceField(label=_("Key"), choices=worded(KEYS))
    texts = forms.CharField(
        label=_("Whose records are in it"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line. Kept as keyed hashes: no one can be identified from the index."),
    )  # fmt: skip

    def lines(self) -> list[str]:
        return str(self.cleaned_data["texts"]).splitlines()

    def kind_of_key(self) -> KeyKind:
        return KeyKind(self.cleaned_data["kind"])


class FindForm(forms.Form):
    """Looking somebody up on paper and media."""

    kind = forms.ChoiceField(label=_("Key"), choices=worded(KEYS))
    text = forms.CharField(label=_("Which"), max_length=index.LONGEST)


class ListForm(forms.Form):
    """What is destroyed together, how and where."""

    units = forms.ModelMultipleChoiceField(
        PhysicalUnit.objects.none(), label=_("Units"), error_messages={"required": _("Choose what to destroy.")}
    )
    method = forms.ChoiceField(label=_("Method"), choices=worded(Destroying.choices))
    technique = forms.CharField(
        label=_("Technique and tool"), max_length=200, required=False,
        help_text=_("For media: which technique of the sanitization practice, with which tool."),
    )  # fmt: skip
    site = forms.CharField(label=_("Where it is destroyed"), max_length=200)

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

    destroyed_on = forms.DateField(label=_("Destroyed on"), widget=DAY)
    codes = forms.CharField(
        label=_("Scan each one"), widget=forms.Textarea(attrs={"rows": 4}), max_length=50_000,
        help_text=_("One barcode per line."),
    )  # fmt: skip
