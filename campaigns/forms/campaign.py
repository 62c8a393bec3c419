"""Forms of a campaign: its facts, its variants, a copy, its cost, a note."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, modelformset_factory
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from campaigns.enums import COUNTED_GOALS, Channel
from campaigns.materials.apart import MaterialField, told_apart
from campaigns.models import Audience, Campaign, CampaignNote, Material, Variant
from campaigns.planning import HOLDOUT, Suggestion, free_name
from privacy.disclosures import years_after
from privacy.languages import WordedForm, worded
from records import figures

if TYPE_CHECKING:
    CampaignModelForm = forms.ModelForm[Campaign]
    VariantModelForm = forms.ModelForm[Variant]
    NoteModelForm = forms.ModelForm[CampaignNote]
    VariantSet = BaseModelFormSet[Variant, "VariantForm"]
else:
    CampaignModelForm = VariantModelForm = NoteModelForm = forms.ModelForm
    VariantSet = BaseModelFormSet

MOST_HOLDOUT = 90
MOST_PERCENT = 100
MOST_VARIANTS = 20
MOST_YEARS = 10
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def refuse_days_that_make_no_sense(form: forms.BaseForm) -> None:
    """Each day is one of a calendar that people use, and a campaign ends after it started and within ten years."""
    days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on") if form.cleaned_data.get(name)}
    for name, day in days.items():
        if not EARLIEST <= day <= LATEST:
            values = {"first": figures.day(EARLIEST), "last": figures.day(LATEST)}
            form.add_error(name, _("Enter a day from %(first)s to %(last)s.") % values)
    starts, ends = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    if not starts or not ends:
        return
    if ends < starts:
        form.add_error("ends_on", _("It ends before it starts, on %(day)s.") % {"day": figures.day(starts)})
    elif ends > (last := years_after(starts, MOST_YEARS)):
        values = {"years": str(MOST_YEARS), "day": figures.day(last)}
        form.add_error("ends_on", _("A campaign may last %(years)s years at most: this one through %(day)s.") % values)


def refuse_half_a_goal(form: forms.BaseForm) -> None:
    """A goal in numbers is a measure with how much of it: above zero, no more than everybody, whole where it counts."""
    measure, much = form.cleaned_data.get("goal_measure"), form.cleaned_data.get("goal_value")
    if much is not None and not measure and "goal_measure" not in form.errors:
        form.add_error("goal_measure", _("Choose what the number measures."))
    if measure and much is None and "goal_value" not in form.errors:
        form.add_error("goal_value", _("Enter how much of it."))
    if much is not None and much <= 0:
        form.add_error("goal_value", _("A goal must be above zero."))
    if much is not None and much > MOST_PERCENT and (measure or "").endswith("_rate"):
        form.add_error("goal_value", _("This is a percentage: enter 100 or less."))
    if much is not None and measure in COUNTED_GOALS and much % 1:
        form.add_error("goal_value", _("A goal for something counted must be a whole number."))


class CampaignForm(WordedForm, CampaignModelForm):
    """What is said of a campaign while it is a draft."""

    channels = forms.MultipleChoiceField(
        choices=worded(Channel.choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("How it reaches people."),
    )

    class Meta:
        model = Campaign
        fields = (
            "name", "goal", "goal_measure", "goal_value", "description", "kind", "channels", "starts_on", "ends_on",
            "cost", "audience",
        )  # fmt: skip
        labels = {
            "goal_measure": _("Goal in numbers"), "goal_value": _("Target"), "starts_on": _("Starts on"),
            "ends_on": _("Ends on"), "cost": _("Cost in dollars"),
        }  # fmt: skip
        help_texts = {
            "goal": _("What it should achieve, in a sentence that the report can be measured against."),
            "goal_measure": _("What its report is measured against."),
            "goal_value": _(
                "Percent of the people drawn (such as 2.5), a number of responses or conversions, or dollars."
            ),
            "cost": _("Its total cost. Leave it empty while it is not known; it can be entered later too."),
            "audience": _("Who it is for. A new audience is created on its own page."),
        }
        widgets = {"starts_on": day_input(), "ends_on": day_input(), "description": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"cost": {"min_value": _("A cost cannot be below zero.")}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["audience"].queryset = Audience.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["audience"].empty_label = _("None yet")  # type: ignore[attr-defined]
        self.fields["cost"].widget.attrs["min"] = 0
        self.fields["goal_value"].widget.attrs["min"] = 0

    def clean_cost(self) -> Any:
        return checked_cost(self.cleaned_data["cost"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        # What came in by a file or was made before may run longer: everything else of it can still be changed.
        if self.instance._state.adding or {"starts_on", "ends_on"} & set(self.changed_data):
            refuse_days_that_make_no_sense(self)
        refuse_half_a_goal(self)
        return values


def checked_cost(cost: Any) -> Any:
    if cost is not None and cost < 0:
        raise forms.ValidationError(_("A cost cannot be below zero."))
    return cost


class CostForm(WordedForm, CampaignModelForm):
    """The cost, which is often known only when all is over."""

    class Meta:
        model = Campaign
        fields = ("cost",)
        labels = {"cost": _("Cost in dollars")}

    def clean_cost(self) -> Any:
        return checked_cost(self.cleaned_data["cost"])


class HoldoutForm(WordedForm, CampaignModelForm):
    holdout_percent = forms.IntegerField(
        label=_("Held out, in percent"),
        min_value=0,
        max_value=MOST_HOLDOUT,
        help_text=_(
            "This percentage of the audience gets nothing, so that what the others do can be compared with "
            "doing nothing."
        ),
        error_messages={"max_value": _("At most 90%%: somebody must get it."), "min_value": _("Not below 0%%.")},
    )

    class Meta:
        model = Campaign
        fields = ("holdout_percent",)


class VariantForm(WordedForm, VariantModelForm):
    """One arm. A row that is left empty is no arm."""

    weight = forms.IntegerField(
        min_value=1,
        max_value=1_000,
        initial=1,
        error_messages={
            "min_value": _("At least 1: otherwise, leave the variant out."),
            "max_value": _("At most 1,000."),
        },
    )

    class Meta:
        model = Variant
        fields = ("label", "material", "weight", "is_control")
        field_classes = {"material": MaterialField}
        labels = {
            "label": _("What it is called"),
            "material": _("Material"),
            "is_control": _("Control: compare the others with it"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Material.objects.offered()
        if self.instance.material_id:
            offered = offered | Material.objects.filter(pk=self.instance.material_id)
        self.fields["material"].queryset = told_apart(offered).order_by("title", "pk")  # type: ignore[attr-defined]
        self.fields["material"].empty_label = _("None yet")  # type: ignore[attr-defined]
        self.fields["label"].required = True


class BaseVariantSet(VariantSet):
    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if is_kept(form)]
        if sum(bool(values.get("is_control")) for values in kept) > 1:
            raise forms.ValidationError(_("Only one variant can be the one that the others are compared with."))
        labels = [values["label"].casefold() for values in kept]
        if len(set(labels)) < len(labels):
            raise forms.ValidationError(_("Two variants have the same name."))


def is_kept(form: VariantForm) -> bool:
    """Whether a row says of a variant that it is to be there."""
    values = getattr(form, "cleaned_data", None) or {}
    return bool(values.get("label")) and not values.get("DELETE")


def keep_variants(rows: "BaseModelFormSet[Variant, VariantForm]", campaign: Campaign) -> None:
    """Store what was said: in the order of the rows, under names made of the labels. Call within a transaction."""
    for form in rows.deleted_forms:
        if form.instance.pk:
            form.instance.delete()
    kept = [form for form in rows.forms if is_kept(form)]
    # One control at a time, as the database has it: first nobody, then who was ticked.
    campaign.variants.update(is_control=False)
    taken = {HOLDOUT, *(form.instance.name for form in kept if form.instance.pk)}
    for position, form in enumerate(kept):
        form.instance.campaign, form.instance.position = campaign, position
        if not form.instance.pk:
            form.instance.name = free_variant_name(form.cleaned_data["label"], taken)
            taken.add(form.instance.name)
        form.instance.save()


def free_variant_name(label: str, taken: set[str]) -> str:
    base = slugify(label)[:70] or "variant"
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


VariantFormSet = modelformset_factory(
    Variant,
    form=VariantForm,
    formset=BaseVariantSet,
    extra=2,
    can_delete=True,
    max_num=MOST_VARIANTS,
    validate_max=True,
)


def variant_forms(campaign: Campaign, data: QueryDict | None = None, **options: Any) -> VariantSet:
    """A row for each variant of the campaign that gets something, and some for new ones."""
    return VariantFormSet(data, queryset=variant_rows(campaign), **options)


def variant_rows(campaign: Campaign) -> QuerySet[Variant]:
    return campaign.variants.filter(is_holdout=False).select_related("material")


class CopyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    starts_on = forms.DateField(label=_("Starts on"), widget=day_input())
    ends_on = forms.DateField(label=_("Ends on"), widget=day_input())

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Campaign.objects.filter(name=name).exists():
            raise forms.ValidationError(
                _("Another campaign already has this name; “%(free_name)s” is available.")
                % {"free_name": free_name(name)}
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        refuse_days_that_make_no_sense(self)
        return values

    @property
    def suggestion(self) -> Suggestion:
        return Suggestion(**self.cleaned_data)


class StepForm(forms.Form):
    why = forms.CharField(
        label=_("Why"), max_length=300, required=False, help_text=_("Shown with the step. No customer names.")
    )


class NoteForm(WordedForm, NoteModelForm):
    class Meta:
        model = CampaignNote
        fields = ("day", "text", "campaign")
        labels = {"day": _("On"), "text": _("What happened"), "campaign": _("In which campaign")}
        widgets = {"day": day_input()}
        help_texts = {"text": _("What explains the numbers: a storm, a holiday, an outage. No customer names.")}

    def __init__(self, campaigns: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["campaign"].queryset = campaigns.order_by("name")  # type: ignore[attr-defined]
        self.fields["campaign"].empty_label = _("All campaigns")  # type: ignore[attr-defined]


class MonthForm(forms.Form):
    """Which month of the calendar, as `2026-03`."""

    month = forms.RegexField(
        r"^[0-9]{4}-(0[1-9]|1[0-2])$", label=_("Month"), widget=forms.TextInput(attrs={"type": "month"})
    )

    def first(self) -> date | None:
        """The month's first day; None where none was named, or one that no calendar has."""
        if not self.is_valid():
            return None
        year, month = map(int, self.cleaned_data["month"].split("-"))
        return date(year, month, 1) if 1900 <= year <= 2200 else None
