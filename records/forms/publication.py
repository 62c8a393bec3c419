"""Forms of publications, of what is ordered of them, and of what is sent."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from records.enums import DeliveryWay, ListKind, OrderKind
from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.models import Fulfilment, FulfilmentEntry, MailingList, Publication, PublicationOrder
from records.naming import free_slug, new_token
from records.paying import orders
from records.paying.adapter import provider

# What one payment can take in all (Payment.amount).
MOST_PAID = Decimal("999999.99")


def whole_address(form: forms.BaseForm, values: dict[str, Any]) -> None:
    """Nothing, or street and ZIP code."""
    if any(values.get(name) for name in ("street", "city", "state", "postal_code")):
        for name in ("street", "postal_code"):
            if not values.get(name) and name not in form.errors:
                form.add_error(name, _("A separate address needs a street and a ZIP code. If empty: the customer's."))


class PublicationRecordForm(RecordForm):
    """Its list is made with it, or is one that is there already, from a list provider perhaps, and becomes its own."""

    name = forms.CharField(label=_("Name"), max_length=200)
    existing = forms.ModelChoiceField(
        label=_("Its subscribers"),
        queryset=MailingList.objects.none(),
        required=False,
        empty_label=_("A new list, with nobody on it yet"),
        help_text=_("A list that was imported or kept before can become the publication’s: its members get it."),
    )

    class Meta:
        model = Publication
        fields: ClassVar[list[str]] = [
            "name_es",
            "description",
            "description_es",
            "how_often",
            "how_often_es",
            "form",
            "takes_subscriptions",
            "takes_orders",
            "most_copies",
            "price",
            "is_open",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "name_es": "Anything not written in Spanish is shown in English.",
            "how_often": "Four times a year, for example.",
            "most_copies": "How many one person may order at once.",
            "price": (
                "For each copy that is ordered once: it is sent once it is paid for. If empty: free, "
                "like subscriptions."
            ),
            "is_open": "Otherwise it takes a shared link: one’s own, or one that its recipient gave away.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["name", "name_es"])
        free = MailingList.objects.filter(kind=ListKind.PUBLICATION, publication=None)
        self.is_new = self.instance._state.adding
        if self.is_new:
            existing: Any = self.fields["existing"]
            existing.queryset = free.order_by("name")
        else:
            del self.fields["existing"]
            self.initial["name"] = self.instance.name

    def clean_price(self) -> Decimal | None:
        """None is free. Without a provider nobody could pay."""
        price: Decimal | None = self.cleaned_data["price"]
        if price is None:
            return None
        if price <= 0:
            raise forms.ValidationError(_("A price must be more than 0: leave it empty if it is free."))
        if provider() is None:
            raise forms.ValidationError(_("No payment provider is set up, so nobody could pay it."))
        return price

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("takes_subscriptions") and not values.get("takes_orders"):
            self.add_error("takes_orders", _("Choose whether customers may subscribe, order it once, or both."))
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(Publication, values["name"])
        most = values.get("most_copies")
        if most is not None and not 1 <= most <= 1_000:
            self.add_error("most_copies", _("From 1 to 1,000."))
        self._check_price(values.get("price"), most or 1, takes_orders=bool(values.get("takes_orders")))
        return values

    def _check_price(self, price: Decimal | None, most: int, *, takes_orders: bool) -> None:
        if price and not takes_orders:
            self.add_error("price", _("Only one-time orders can have a price: let customers order it once."))
        elif price and price * most > MOST_PAID:
            self.add_error("price", _("This many copies would cost more than one payment can take: $999,999.99."))

    def keep(self, by: User, basis: Basis) -> Publication:
        with transaction.atomic():
            name = self.cleaned_data["name"]
            if not self.is_new:
                own = self.instance.mailing_list
            else:
                own = self.cleaned_data["existing"] or MailingList(
                    slug=free_slug(MailingList, name), kind=ListKind.PUBLICATION, created_by=by
                )
            own.name = name
            changes.save(own, by=by, basis=basis)
            self.instance.mailing_list = own
            kept: Publication = super().keep(by, basis)
            if kept.price is None:
                orders.free_of_charge(kept, by, basis)
        return kept


class PublicationOrderForm(RecordForm):
    """An order that came by telephone or letter: it waits to be sent. Each issue is a membership of the list."""

    finders: ClassVar = {"customer": PARTICIPANT}

    class Meta:
        model = PublicationOrder
        fields: ClassVar[list[str]] = [
            "customer",
            "way",
            "copies",
            "addressee",
            "street",
            "city",
            "state",
            "postal_code",
            "email",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "addressee": "If empty: the customer's own name and address.",
            "email": "If empty: the customer's own.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["customer"].required = True
        if not self.instance._state.adding:
            del self.fields["customer"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        whole_address(self, values)
        publication, way = self.instance.publication, values.get("way")
        if way and way not in publication.ways:
            self.add_error("way", _("This publication is not sent that way."))
        if values.get("copies") and values["copies"] < 1:
            self.add_error("copies", _("At least one."))
        customer = values.get("customer") or self.instance.customer
        if way == DeliveryWay.POST and customer and not values.get("street") and not customer.street:
            self.add_error("street", _("This customer has no postal address: enter where it goes."))
        return values

    def keep(self, by: User, basis: Basis) -> PublicationOrder:
        if self.instance._state.adding:
            now = timezone.now()
            self.instance.kind, self.instance.token = OrderKind.ONCE, new_token()
            self.instance.asked_at = self.instance.confirmed_at = now
        kept: PublicationOrder = super().keep(by, basis)
        return kept


class FulfilmentForm(RecordForm):
    class Meta:
        model = Fulfilment
        fields: ClassVar[list[str]] = ["issue"]


class FulfilmentEntryForm(RecordForm):
    """How many go to one, until it is sent."""

    class Meta:
        model = FulfilmentEntry
        fields: ClassVar[list[str]] = ["copies"]

    def clean_copies(self) -> int:
        copies: int = self.cleaned_data["copies"]
        if copies < 1:
            raise forms.ValidationError(_("At least one."))
        if self.instance.fulfilment.sent_on and copies != self.initial["copies"]:
            raise forms.ValidationError(_("It was sent: this cannot be undone."))
        return copies

    def keep(self, by: User, basis: Basis) -> FulfilmentEntry:
        """The list's number of copies follows."""
        more = self.cleaned_data["copies"] - self.initial["copies"]
        kept: FulfilmentEntry = super().keep(by, basis)
        Fulfilment.objects.filter(pk=kept.fulfilment_id).update(copy_count=F("copy_count") + more)
        return kept
