"""Forms of assigning customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from records.models.customer import managed_staff


class AssignForm(forms.Form):
    """To whom, in place of the present colleagues or beside them, and why."""

    staff = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), empty_label=_("Choose a colleague"))
    mode = forms.ChoiceField(
        label=_("How"),
        choices=[
            ("replace", _("Instead of the colleagues on my teams who have them now")),
            ("add", _("Along with the colleagues who have them now")),
        ],
        initial="replace",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept with the history of the assignment. Do not name a customer here."),
    )

    def __init__(self, manager: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = managed_staff(manager).filter(is_active=True)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """All present customers of one colleague to another."""

    leaving = forms.ModelChoiceField(User.objects.none(), label=_("From"), empty_label=_("Choose a colleague"))
    staff = forms.ModelChoiceField(User.objects.none(), label=_("To"), empty_label=_("Choose a colleague"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept with the history of the assignment. Do not name a customer here."),
    )

    def __init__(self, manager: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = managed_staff(manager)
        self.fields["leaving"].queryset = members  # type: ignore[attr-defined]
        self.fields["staff"].queryset = members.filter(is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("leaving") and values.get("leaving") == values.get("staff"):
            raise forms.ValidationError(_("Choose two different colleagues."))
        return values
