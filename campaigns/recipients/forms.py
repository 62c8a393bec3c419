"""What recipients type."""

from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaigns.enums import Frequency, Language
from records.payment_numbers import BANK, CARD, payment_number_in

REMOVED = _("This contained a full %(kind)s, which we never keep. It was removed; please leave it out.")
KINDS = {CARD: _("card number"), BANK: _("bank account number")}


class NoPaymentNumbers(forms.Form):
    """Refuses a full card or account number in any text, and does not show it again."""

    def clean(self) -> dict[str, object]:
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and (kind := payment_number_in(value, name)):
                data = QueryDict(mutable=True)
                data.update(self.data)
                data[self.add_prefix(name)] = ""
                self.data = data
                self.add_error(name, forms.ValidationError(REMOVED, params={"kind": KINDS[kind]}))
        return self.cleaned_data


class AskForm(NoPaymentNumbers):
    """`event` is drawn when the form is shown, so that sending it twice asks once."""

    text = forms.CharField(
        max_length=4_000, label=_("Your message"), widget=forms.Textarea(attrs={"rows": 6}), required=False
    )
    event = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: object, is_text_needed: bool = True, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["text"].required = is_text_needed
        self.fields["text"].error_messages["required"] = _("Write a few words, so that we know what to do.")


class WishForm(forms.Form):
    """`is_unknown` where nobody knows who has the form: they may stop what comes, and read nothing of what holds."""

    frequency = forms.ChoiceField(
        choices=Frequency.choices, widget=forms.RadioSelect, label=_("How often we write to you")
    )
    language = forms.ChoiceField(choices=Language.choices, widget=forms.RadioSelect, label=_("In which language"))

    def __init__(self, *args: object, is_unknown: bool = False, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        if is_unknown:
            frequency: forms.ChoiceField = self.fields["frequency"]  # type: ignore[assignment]
            frequency.choices = [one for one in Frequency.choices if one[0] != Frequency.EVERYTHING]
            frequency.error_messages["invalid_choice"] = _(
                "Anyone who has the link can ask for less mail. To get more, first show that it is you."
            )
            del self.fields["language"]

    def clean_frequency(self) -> Frequency:
        return Frequency(self.cleaned_data["frequency"])


class PassOnForm(NoPaymentNumbers):
    name = forms.CharField(max_length=200, label=_("Your colleague’s name"))
    email = forms.EmailField(max_length=254, label=_("Their e-mail address"))
