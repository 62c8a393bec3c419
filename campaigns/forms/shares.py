"""Forms of sharing: what, how it opens, and presets of that."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.enums import Channel, MaterialKind, MaterialState
from campaigns.materials.apart import MaterialField, told_apart
from campaigns.models import Material, MaterialVersion, SharePreset, WebPageVersion
from campaigns.presets import OPTIONS, presets_of
from campaigns.sharing import ShareOptions
from privacy.agency import agency_today, day_ends
from privacy.languages import WordedForm, filled
from privacy.models import User
from privacy.roles import Permit

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

SHORTEST_PASSCODE = 6
LONGEST_YEARS = 10
WAYS = [
    (Channel.LINK.value, _("I will pass on the link myself")),
    (Channel.EMAIL.value, _("By e-mail: only to customers who have an e-mail address")),
    (Channel.PRINT.value, _("By printed mail: only to customers who have a mail address")),
]
PASSCODE = filled(
    _("At least %(shortest)s characters. Give it to the recipients in a way other than the link."),
    shortest=SHORTEST_PASSCODE,
)


class ShareForm(forms.Form):
    """What is shared and how it opens. `options` and `again` are what campaigns.sharing takes."""

    material = MaterialField(
        Material.objects.none(), to_field_name="slug", empty_label=_("Choose a material"), label=_("Material")
    )
    channel = forms.ChoiceField(label=_("How it is sent"), choices=WAYS, widget=forms.RadioSelect)
    expires_on = forms.DateField(
        required=False,
        label=_("Last day"),
        help_text=_("The link ends with this day, in the agency's time zone. If empty: no end date."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    passcode = forms.CharField(
        label=_("Passcode"),
        required=False,
        min_length=SHORTEST_PASSCODE,
        max_length=128,
        help_text=PASSCODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "min_length": filled(
                _("Too short: at least %(shortest_passcode)s characters."), shortest_passcode=SHORTEST_PASSCODE
            )
        },
    )
    pinned_version = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=32_767,
        label=_("Pin to version"),
        help_text=_("The number of a version. Empty: the link shows the newest."),
    )
    may_download = forms.BooleanField(required=False, label=_("The file may be downloaded"))
    verified_only = forms.BooleanField(
        required=False, label=_("Only for verified viewers: a code is sent to the recipient's e-mail address")
    )
    has_watermark = forms.BooleanField(required=False, label=_("Watermark with the recipient's e-mail address"))
    notifies_sender = forms.BooleanField(required=False, label=_("Notify me when it is opened"))
    again = forms.BooleanField(required=False, label=_("Also to those who have this share already"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["material"].queryset = told_apart(Material.objects.offered())  # type: ignore[attr-defined]
        self.initial.setdefault("channel", Channel.LINK.value)

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < agency_today():
            raise forms.ValidationError(_("This day is over: choose today or a later day."))
        if day and day > agency_today() + timedelta(days=366 * LONGEST_YEARS):
            raise forms.ValidationError(
                _("At most %(longest_years)s years from today.") % {"longest_years": LONGEST_YEARS}
            )
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        material, version = values.get("material"), values.get("pinned_version")
        if material and version and not has_version(material, version):
            self.add_error("pinned_version", version_problem(material))
        return values

    @property
    def options(self) -> ShareOptions:
        """Of a valid form."""
        values, day = self.cleaned_data, self.cleaned_data["expires_on"]
        return ShareOptions(
            channel=Channel(values["channel"]),
            expires_at=day_ends(day) if day else None,
            passcode=values["passcode"],
            pinned_version=values["pinned_version"],
            **{name: values[name] for name in OPTIONS},
        )


def has_version(material: Material, number: int) -> bool:
    """Whether this version of the material can be shown."""
    return number in versions_of(material)


def versions_of(material: Material) -> list[int]:
    """The versions that can be shown, the newest first; a link has none."""
    if material.kind == MaterialKind.WEB_PAGE:
        published = WebPageVersion.objects.filter(page__material=material)
        return list(published.order_by("-number").values_list("number", flat=True))
    ready = MaterialVersion.objects.filter(material=material, state=MaterialState.READY)
    return list(ready.order_by("-number").values_list("number", flat=True))


def version_problem(material: Material) -> str:
    known = versions_of(material)
    if not known:
        return gettext("This material has no versions to pin to: leave this empty.")
    said = gettext("No such version is ready. These are: %(known)s.")
    return said % {"known": ", ".join(map(str, sorted(known)))}


class PresetForm(WordedForm, ModelForm):
    """Options under a name: one's own or, by those who keep all materials, everybody's."""

    expires_after_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=366 * LONGEST_YEARS,
        label=_("Ends after this many days"),
        help_text=_("If empty: no end date."),
    )
    for_everybody = forms.BooleanField(required=False, label=_("For everybody"))

    class Meta:
        model = SharePreset
        fields: ClassVar[list[str]] = ["name", "expires_after_days", *OPTIONS]
        labels: ClassVar = {
            "may_download": _("The file may be downloaded"),
            "verified_only": _("Only for verified viewers"),
            "has_watermark": _("Watermark with the recipient's e-mail address"),
            "notifies_sender": _("Notify me when it is opened"),
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_permit(Permit.KEEP_ALL_MATERIALS):
            del self.fields["for_everybody"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.instance.owner = None if values.get("for_everybody") else self.user
        same = SharePreset.objects.filter(owner=self.instance.owner, name=values.get("name", ""))
        if same.exists():
            self.add_error("name", _("There is already a preset with this name: choose another, or delete that one."))
        return values


class UsePresetForm(forms.Form):
    """Which preset fills the options in."""

    preset = forms.ModelChoiceField(SharePreset.objects.none(), label=_("Preset"), empty_label=_("Choose a preset"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preset"].queryset = presets_of(user)  # type: ignore[attr-defined]


def days_until(day: str) -> int | None:
    """Of a date as a form has it: how many days from today it is; None where it is none or over."""
    try:
        days = (date.fromisoformat(day) - agency_today()).days
    except ValueError:
        return None
    return days if days >= 1 else None
