"""The form of an audience: a field for each condition that is declared."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.audiences import CONDITIONS
from campaigns.audiences.fields import is_asked
from campaigns.enums import Channel
from campaigns.models import Audience
from privacy.languages import worded


class ConditionsForm(forms.Form):
    """The conditions alone, as they are counted while they are edited."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for condition in CONDITIONS:
            self.fields[condition.name] = condition.field(condition.label)

    def clean(self) -> dict[str, Any]:
        """What nobody can fulfill is told where it is asked, not by an audience of nobody."""
        asked = super().clean() or {}
        since, until = asked.get("customer_since"), asked.get("customer_until")
        if since and until and until <= since:
            self.add_error("customer_until", _("Nobody fits: this day is not after the one they are customers since."))
        within, without = asked.get("shared_within"), asked.get("not_shared_within")
        if within and without and within <= without:
            self.add_error(
                "not_shared_within",
                _("Nobody fits: whoever was sent something within %(within)s days was sent something within these.")
                % {"within": within},
            )
        return asked

    @property
    def conditions(self) -> dict[str, Any]:
        """What was asked, as it is stored."""
        names = (condition.name for condition in CONDITIONS)
        return {name: self.cleaned_data[name] for name in names if is_asked(self.cleaned_data.get(name))}

    @property
    def groups(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        """The fields under their headings; without those that offer nothing to choose."""
        for group, conditions in groupby(CONDITIONS, key=lambda condition: condition.group):
            fields = [self[condition.name] for condition in conditions]
            yield group, [field for field in fields if not hasattr(field.field, "choices") or list(field.field.choices)]


class AudienceForm(ConditionsForm):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Campaigns choose it by this name."))
    channels = forms.MultipleChoiceField(
        label=_("Counted as reached by"),
        choices=worded(Channel.choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for the count: each campaign has its own channels."),
    )

    def __init__(self, audience: Audience, *args: Any, **options: Any) -> None:
        self.audience = audience
        initial = {"name": audience.name, **audience.conditions, **(options.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **options)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Audience.objects.filter(name=name).exclude(pk=self.audience.pk).exists():
            raise forms.ValidationError(_("Another audience already has this name."))
        return name

    def keep(self) -> Audience:
        self.audience.name, self.audience.conditions = self.cleaned_data["name"], self.conditions
        self.audience.save()
        return self.audience
