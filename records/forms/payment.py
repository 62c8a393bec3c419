"""Forms of means of payment: remnants only. A full number in any field is refused by every form of a record."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from records.forms.record import RecordForm
from records.intake.payments import Expiry
from records.models import AchAccount, Payment, PaymentCard
from records.models.payment import token_hashes
from records.payment_numbers import payment_number_in


class MeansForm(RecordForm):
    """What both have: four digits, and a token that is no number of a card or account."""

    last_four = forms.CharField(label=_("Last four digits"), max_length=4)

    def clean_last_four(self) -> str:
        digits: str = self.cleaned_data["last_four"]
        if not re.fullmatch("[0-9]{4}", digits):
            raise forms.ValidationError(_("Enter the last four digits, and nothing else."))
        return digits

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"].strip()
        if not payment_number_in(token) and re.search("[0-9]{12}", token):
            self.data = {**self.data, self.add_prefix("token"): ""}  # not shown again
            raise forms.ValidationError(
                _("A token does not have 12 digits in a row. It was removed: enter the provider's token.")
            )
        return token


class CardForm(MeansForm):
    checks: ClassVar = {"expires": Expiry()}
    said: ClassVar = {"card_token_once": _("This token is already saved.")}

    class Meta:
        model = PaymentCard
        fields: ClassVar[list[str]] = ["brand", "expires", "last_four", "provider", "token"]
        help_texts: ClassVar[dict[str, str]] = {
            "expires": "Month and year, such as 05/2028.",
            "token": "What the payment provider calls the card. Never the card's own number.",
        }


class AchForm(MeansForm):
    also: ClassVar = ("token_hash",)
    said: ClassVar = {"ach_token_once": _("This token is already saved.")}

    class Meta:
        model = AchAccount
        fields: ClassVar[list[str]] = ["bank_name", "last_four", "provider", "token"]
        help_texts: ClassVar[dict[str, str]] = {
            "token": "What the payment provider calls the account. Never the account's own number.",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("token"):
            (self.instance.token_hash,) = token_hashes([values["token"]])
        return values


class PaymentForm(RecordForm):
    """Nothing of a payment is typed."""

    class Meta:
        model = Payment
        fields: ClassVar[list[str]] = []
