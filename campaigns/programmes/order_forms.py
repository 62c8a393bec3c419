"""What customers fill in to order a publication, and to change where it goes."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.recipients.forms import NoPaymentNumbers
from records.enums import DeliveryWay, OrderKind
from records.models import POSTAL, Publication
from records.publications import Wanted

KINDS = {OrderKind.EVERY: _("Every issue, until I unsubscribe"), OrderKind.ONCE: _("Once")}
WAYS = {DeliveryWay.POST: _("Printed, by mail"), DeliveryWay.EMAIL: _("By e-mail")}


class DestinationForm(NoPaymentNumbers):
    """Whither it goes. What the publication leaves no choice of is not asked. With `has_address` the postal address may
    stay empty: the one that is known is used, and not shown here. How many is not asked again of what is to be paid.
    """

    way = forms.ChoiceField(label=_("How you want it"), widget=forms.RadioSelect)
    copies = forms.IntegerField(label=pgettext_lazy("copies", "How many"), min_value=1, initial=1)
    addressee = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name", "dir": "auto"})
    )
    street = forms.CharField(
        label=_("Street and number"), max_length=200, widget=forms.TextInput({"autocomplete": "street-address"})
    )
    city = forms.CharField(label=_("City"), max_length=100, widget=forms.TextInput({"autocomplete": "address-level2"}))
    state = forms.CharField(label=_("State"), max_length=50, widget=forms.TextInput({"autocomplete": "address-level1"}))
    postal_code = forms.CharField(
        label=_("ZIP code"), max_length=20, widget=forms.TextInput({"autocomplete": "postal-code"})
    )

    def __init__(
        self,
        publication: Publication,
        *args: Any,
        has_address: bool = False,
        asks_copies: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.publication, self.has_address = publication, has_address
        self._offer("way", [(way.value, WAYS[way]) for way in publication.ways])
        copies: Any = self.fields["copies"]
        copies.widget.attrs["max"] = publication.most_copies
        copies.validators.append(MaxValueValidator(publication.most_copies))
        if publication.most_copies == 1 or not asks_copies:
            del self.fields["copies"]
        if publication.ways == [DeliveryWay.EMAIL]:
            for name in POSTAL:
                del self.fields[name]
        for name in POSTAL:
            if name in self.fields:
                self.fields[name].required = False
        if "way" in self.fields:
            self.fields["street"].help_text = _("An address is needed for anything in print.")
        if has_address:
            self.fields["addressee"].required = False
            if "street" in self.fields:
                self.fields["street"].help_text = _("Leave the address empty to get it where we already write to you.")

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """A choice of several; of one there is nothing to choose."""
        field: Any = self.fields[name]
        field.choices = choices
        if len(choices) == 1:
            del self.fields[name]

    def clean(self) -> dict[str, object]:
        values = super().clean()
        if "way" not in self.errors and self._way() is DeliveryWay.POST:
            typed = [name for name in POSTAL if values.get(name)]
            if typed or not self.has_address:
                for name in POSTAL:
                    if not values.get(name) and name not in self.errors:
                        self.add_error(name, _("We need this for the label."))
        return values

    def _way(self) -> DeliveryWay:
        return DeliveryWay(self.cleaned_data.get("way") or self.publication.ways[0])

    @property
    def asked_kind(self) -> OrderKind:
        typed = self.cleaned_data.get("kind")
        if typed:
            return OrderKind(typed)
        return OrderKind.EVERY if self.publication.takes_subscriptions else OrderKind.ONCE

    @property
    def wanted(self) -> Wanted:
        values = self.cleaned_data
        way = self._way()
        postal = {name: str(values.get(name, "")).strip() if way is DeliveryWay.POST else "" for name in POSTAL}
        addressee = str(values.get("addressee", "")).strip()
        return Wanted(self.asked_kind, way, int(values.get("copies") or 1), addressee, **postal)


class OrderForm(DestinationForm):
    """Of whoever came by a link of their own."""

    field_order: tuple[str, ...] = ("kind", "way", "copies")
    kind = forms.ChoiceField(label=_("How often you want it"), widget=forms.RadioSelect)

    def __init__(self, publication: Publication, *args: Any, **options: Any) -> None:
        super().__init__(publication, *args, **options)
        taken = {OrderKind.EVERY: publication.takes_subscriptions, OrderKind.ONCE: publication.takes_orders}
        self._offer("kind", [(kind.value, words) for kind, words in KINDS.items() if taken[kind]])


class StrangerOrderForm(OrderForm):
    field_order = ("kind", "way", "copies", "addressee", "email")
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("We will send you a link there to confirm what you order here."),
    )
