"""The API of shares: the same functions, permits and scope as the pages.

GET lists those whose links one may hand out. POST shares a material with the customers whose keys are given; whoever of
them is left out is counted by reason. POST …/revoke ends one.
"""

from typing import Any
from uuid import UUID

import django_filters as filters
from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_noop
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.addresses import share_address
from campaigns.enums import Channel, ShareState
from campaigns.forms.shares import ShareForm
from campaigns.leaving_out import LeftOut, in_order
from campaigns.models import Material, Share, ShareQuerySet
from campaigns.revoking import revoke
from campaigns.sharing import NotOffered, share
from privacy.api.disagreements import Disputed, disagreements
from privacy.api.fields import Moment, MomentFilter
from privacy.api.views import ListResource, Resource
from privacy.guards import require
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.models import Customer

SHARES = declare_place("api_shares", gettext_noop("Shares by the API"), (1, 2, 18))
MOST_CUSTOMERS = 1_000


class RecipientData(Disputed):
    key = serializers.UUIDField()
    number = serializers.CharField()
    name = serializers.CharField()


class ShareData(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    link = serializers.URLField(help_text="What the recipient opens. It is good for them alone.")
    state = serializers.ChoiceField(choices=ShareState.choices)
    customer = RecipientData(allow_null=True, help_text="Null where the caller does not see them.")
    material = serializers.SlugField()
    campaign = serializers.SlugField(allow_null=True)
    number = serializers.IntegerField(allow_null=True, help_text="The nth share of its material.")
    shared_at = Moment()
    expires_at = Moment(allow_null=True)
    revoked_at = Moment(allow_null=True)
    channel = serializers.ChoiceField(choices=Channel.choices)
    pinned_version = serializers.IntegerField(allow_null=True)
    has_passcode = serializers.BooleanField()
    may_download = serializers.BooleanField()
    verified_only = serializers.BooleanField()
    has_watermark = serializers.BooleanField()
    notifies_sender = serializers.BooleanField()


class SharedData(serializers.Serializer[Any]):
    asked = serializers.IntegerField(help_text="How many customers were named.")
    made = serializers.IntegerField()
    left_out = serializers.DictField(child=serializers.IntegerField(), help_text="How many got none, by reason.")
    shares = ShareData(many=True)


class NewShares(serializers.Serializer[Any]):
    """Whom and what. How it opens is checked by the form of the page: the same words for the same mistakes."""

    customers = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MOST_CUSTOMERS, help_text="Their keys."
    )
    material = serializers.SlugRelatedField(slug_field="slug", queryset=Material.objects.offered())
    channel = serializers.CharField(default="link", max_length=10, help_text=f"One of {', '.join(Channel.values)}.")
    expires_on = serializers.DateField(required=False, allow_null=True, help_text="The last day on which it opens.")
    passcode = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=128,
        help_text="A word that the recipient types. It is never told again.",
    )
    pinned_version = serializers.IntegerField(
        required=False, allow_null=True, help_text="The version that it shows for good; the newest where none is named."
    )
    may_download = serializers.BooleanField(default=False, help_text="Whether the file may be taken.")
    verified_only = serializers.BooleanField(default=False, help_text="Opens for whoever types a code mailed to them.")
    has_watermark = serializers.BooleanField(default=False, help_text="Pages carry the viewer's address.")
    notifies_sender = serializers.BooleanField(default=False, help_text="The sender is told of visits by mail.")
    again = serializers.BooleanField(default=False, help_text="Also for those who have it already.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        form = ShareForm({**values, "material": values["material"].slug})
        if not form.is_valid():
            raise serializers.ValidationError({name: list(map(str, said)) for name, said in form.errors.items()})
        return {**values, "options": form.options}


class ShareFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    material = filters.CharFilter(field_name="material__slug", label="The material's slug.")
    campaign = filters.CharFilter(field_name="campaign__slug", label="The campaign's slug.")
    state = filters.ChoiceFilter(choices=ShareState.choices, label="Whether it opens.")
    shared_since = MomentFilter(field_name="shared_at", lookup_expr="gte", label="Shared since then.")


class OfShares(Resource):
    """What all of them share: the permit to share, and to see customers."""

    noun = "shares"
    see = (Permit.SHARE_MATERIALS,)
    place = SHARES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(self.user, *SEES_CUSTOMERS)


class SharesView(OfShares, ListResource):
    """The shares whose links the caller may hand out, the newest first: their own, or their team's."""

    operations = {"GET": "list_shares", "POST": "create_shares"}
    sent = {"POST": NewShares}
    answers = {"POST": {201: SharedData}}
    row = ShareData
    filters = ShareFilters
    sorts = {"-shared_at": ("-shared_at", "-id")}

    def rows(self) -> ShareQuerySet:
        return told(self.user)

    def data(self, one: Share) -> dict[str, Any]:
        return as_share(one)

    def persons_records(self, found: list[Share]) -> list[Model]:
        return [one.recipient.customer for one in found if one.recipient.customer]

    def post(self, request: Request) -> Response:
        """Share a material with customers: 201 with the shares that were made and how many were left out, by reason;
        400 saying what is wrong, and nothing is made."""
        sent = NewShares(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        keys = set(values["customers"])
        with self.door() as read:
            customers = Customer.objects.records_visible_to(self.user).filter(key__in=keys)
            unseen = len(keys) - customers.count()
            try:
                made = share(values["material"], customers, self.user, values["options"], again=values["again"])
            except NotOffered as refusal:
                raise serializers.ValidationError({"material": [str(refusal)]}) from None
            shares = [as_share(one) for one in told(self.user).filter(batch=made.batch)] if made.batch else []
            read.count = len(shares)
        # Whoever is not seen and whoever is not there are told apart by nobody.
        left_out = in_order({**made.left_out, LeftOut.NOT_SEEN: unseen})
        body = {"asked": len(keys), "made": made.made, "left_out": {str(k): n for k, n in left_out.items()}}
        return Response(SharedData({**body, "shares": shares}).data, status=status.HTTP_201_CREATED)


class ShareView(OfShares):
    """GET: one share."""

    operations = {"GET": "get_share"}
    answers = {"GET": {200: ShareData}}

    def get(self, request: Request, key: UUID) -> Response:
        with self.door() as read:
            data = ShareData(as_share(get_object_or_404(told(self.user), key=key))).data
            read.count = 1
            return Response(data)


class RevokeView(OfShares):
    """POST: end the share at once. 404 for one that is not the user's to end; ended already, it stays as it was."""

    operations = {"POST": "revoke_share"}
    answers = {"POST": {200: ShareData}}

    def post(self, request: Request, key: UUID) -> Response:
        kept = get_object_or_404(Share.objects.kept_by(self.user), key=key)
        revoke(Share.objects.filter(pk=kept.pk), self.user)
        with self.door() as read:
            read.count = 1
            return Response(ShareData(as_share(told(self.user).get(pk=kept.pk))).data)


def told(user: User) -> ShareQuerySet:
    """The shares that the user may hand out, with what is told of each."""
    rows: ShareQuerySet = Share.objects.kept_by(user).with_recipient(user).with_state()
    return rows.select_related("material", "campaign", "recipient__customer")


def as_recipient(customer: Customer) -> dict[str, Any]:
    return {"key": customer.key, "number": customer.number, "name": customer.name, **disagreements(customer)}


def as_share(one: Share) -> dict[str, Any]:
    """A share as the API tells of it; the customer only where the user sees them. Moments are UTC."""
    customer = one.recipient.customer if one.sees_recipient else None
    return {
        "key": one.key,
        "link": share_address(one),
        "state": one.state,
        "customer": as_recipient(customer) if customer else None,
        "material": one.material.slug,
        "campaign": one.campaign.slug if one.campaign else None,
        "number": one.number,
        "shared_at": one.shared_at,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
        "channel": one.channel,
        "pinned_version": one.pinned_version,
        "has_passcode": bool(one.passcode),
        "may_download": one.may_download,
        "verified_only": one.verified_only,
        "has_watermark": one.has_watermark,
        "notifies_sender": one.notifies_sender,
    }


urlpatterns = [
    path("shares", SharesView.as_view(), name="api_shares"),
    path("shares/<uuid:key>", ShareView.as_view(), name="api_share"),
    path("shares/<uuid:key>/revoke", RevokeView.as_view(), name="api_share_revoke"),
]
