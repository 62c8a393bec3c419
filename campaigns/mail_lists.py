"""The list of messages by mail, of all mailings: to whom, when, and what became of each."""

from collections.abc import Iterable
from dataclasses import replace

import django_filters as filters
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from campaigns.enums import MessageState
from campaigns.mailing import said_words
from campaigns.mailing.settling import AGAIN_FROM
from campaigns.models import Mailing, MailMessage
from privacy.guards import signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.listing import Act, Column, Kind, Listing, Row
from records.lists import declare_list
from records.models import Customer
from records.models.customer import searched_key
from records.periods import PeriodFilter

WRITERS = (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)
PLACE = declare_place(
    "mail_messages",
    gettext_noop("Messages of mailings, with the customers you can see"),
    (1, 2, 18),
    is_page=True,
    permits=WRITERS,
)


def mailings(request: HttpRequest | None) -> "QuerySet[Mailing]":
    return Mailing.objects.visible_to(signed_in(request)) if request else Mailing.objects.none()


class MessageFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="to_customer", label=_("Search"))
    mailing = filters.ModelChoiceFilter(queryset=mailings, label=_("Mailing"), empty_label=_("Any mailing"))
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=MessageState.choices)
    sent = PeriodFilter(field_name="sent_at", is_moment=True, label=_("Sent"))

    def to_customer(self, rows: "QuerySet[MailMessage]", name: str, text: str) -> "QuerySet[MailMessage]":
        """Those to the customers whom the user sees and the text finds."""
        found = Customer.objects.visible_to(signed_in(self.request)).found_by(text)
        return rows.filter(share__recipient__customer__in=found.order_by().values("pk"))


class NamelessMessageFilters(MessageFilters):
    """Without the search for customers."""

    search = None


def messages_of(user: User) -> "QuerySet[MailMessage]":
    """The messages of the mailings that the user may see, each with `sees_recipient`."""
    seen = Customer.objects.visible_to(user).filter(pk=OuterRef("share__recipient__customer"))
    visible = MailMessage.objects.filter(mailing__in=Mailing.objects.visible_to(user))
    return visible.annotate(sees_recipient=Exists(seen))


def message_rows(user: User) -> "QuerySet[MailMessage]":
    """`recipient_name` names only customers whom the user sees. Relies on mail_message_by_sending."""
    return messages_of(user).annotate(
        sees_customer=Case(When(sees_recipient=True, then=F("share__recipient__customer"))),
        recipient_name=Case(
            When(sees_recipient=True, then=F("share__recipient__customer__name")),
            default=Value(str(_("A customer whom you cannot see"))),
            output_field=CharField(),
        ),
        mailing_name=F("mailing__name"),
        material_title=F("share__material__title"),
        settled_by_name=F("settled_by__name"),
    )


def address_of(row: Row) -> str:
    return reverse("mail_message", args=[row["pk"]])


def acts_of_message(user: User, row: Row) -> Iterable[Act]:
    if row["state"] in AGAIN_FROM:
        yield Act(_("Settle it"), address_of(row), now("Settle message %(number)s") % {"number": row["pk"]})


COLUMNS = (
    Column(_("Message"), "identifier", address=address_of),
    Column(_("Mailing"), "mailing_name"),
    Column(_("Material"), "material_title"),
    Column(_("State"), "state", words={str(value): str(label) for value, label in MessageState.choices}),
    Column(_("Why"), "why", said=said_words.in_words),
    Column(_("Sent"), "sent_at", Kind.MOMENT),
    Column(_("Tried"), "attempts", Kind.COUNT),
    Column(_("Decided by"), "settled_by_name"),
)
NAMELESS_MESSAGES = Listing(
    name=gettext_noop("messages"),
    columns=COLUMNS,
    filters=NamelessMessageFilters,
    rows=message_rows,
    key="pk",
    sort="-sent_at",
    singular=gettext_noop("message"),
    made_up="mailing__is_demo",
    needs=("state",),
    acts=acts_of_message,
)
MESSAGES = replace(
    NAMELESS_MESSAGES,
    columns=(Column(_("Sent to"), "recipient_name", address=address_of), *COLUMNS[1:]),
    filters=MessageFilters,
    place=PLACE,
    searched_key=searched_key,
    needs=("state", "sees_customer"),
    people_in=lambda rows: len({row["sees_customer"] for row in rows if row["sees_customer"]}),
)


def listing_for(user: User) -> Listing:
    return MESSAGES if user.has_one_of(SEES_CUSTOMERS) else NAMELESS_MESSAGES


MESSAGE_LIST = declare_list("mail-messages", "mail_messages", WRITERS, listing_for)
