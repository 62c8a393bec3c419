"""The API of shares: the same functions, permits and scope as the pages.

GET /api/v1/shares lists one's shares, the newest first (`page`, `size` up to 100). POST shares a material with the
customers whose keys are given; whoever of them is left out is counted by reason. POST …/revoke ends one.
"""

from typing import Any
from uuid import UUID

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.addresses import share_address
from campaigns.forms.shares import ShareForm
from campaigns.leaving_out import LeftOut, in_order
from campaigns.models import Material, Share, ShareQuerySet
from campaigns.revoking import revoke
from campaigns.sharing import NotOffered, share
from privacy.bases import reading_of
from privacy.guards import require, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.models import Customer

SHARES = declare_place("api_shares", "Shares by the API", (1, 2, 18))
MOST_CUSTOMERS = 1_000
MOST_A_PAGE = 100


class Paging(serializers.Serializer[Any]):
    page = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    size = serializers.IntegerField(default=25, min_value=1, max_value=MOST_A_PAGE)


class NewShares(serializers.Serializer[Any]):
    """Whom and what. How it opens is checked by the form of the page: the same words for the same mistakes."""

    customers = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST_CUSTOMERS)
    material = serializers.SlugRelatedField(slug_field="slug", queryset=Material.objects.offered())
    channel = serializers.CharField(default="link", max_length=10)
    expires_on = serializers.DateField(required=False, allow_null=True)
    passcode = serializers.CharField(default="", allow_blank=True, max_length=128)
    pinned_version = serializers.IntegerField(required=False, allow_null=True)
    may_download = serializers.BooleanField(default=False)
    verified_only = serializers.BooleanField(default=False)
    has_watermark = serializers.BooleanField(default=False)
    notifies_sender = serializers.BooleanField(default=False)
    again = serializers.BooleanField(default=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        form = ShareForm({**values, "material": values["material"].slug})
        if not form.is_valid():
            raise serializers.ValidationError({name: list(map(str, said)) for name, said in form.errors.items()})
        return {**values, "options": form.options}


class SharesView(APIView):
    """What all of them share: the permit to share, and to see customers."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        user = signed_in(request._request)
        require(user, Permit.SHARE_MATERIALS)
        require(user, *SEES_CUSTOMERS)


class AllSharesView(SharesView):
    def get(self, request: Request) -> Response:
        """One's own shares, or the team's; a page that is not there is 404, a size beyond MOST_A_PAGE 400."""
        asked = Paging(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user = signed_in(request._request)
        with reading_of(request._request, SHARES) as read:
            paginator = Paginator(told(user).order_by("-shared_at", "-pk"), asked.validated_data["size"])
            try:
                page = paginator.page(asked.validated_data["page"])
            except EmptyPage as error:
                raise Http404 from error
            shares = [as_share(one) for one in page]
            read.count = len(shares)
            return Response({"count": paginator.count, "shares": shares})

    def post(self, request: Request) -> Response:
        """201 with the shares that were made and who was left out; 400 saying what is wrong, and nothing is made."""
        sent = NewShares(data=request.data)
        sent.is_valid(raise_exception=True)
        values, user = sent.validated_data, signed_in(request._request)
        keys = set(values["customers"])
        with reading_of(request._request, SHARES) as read:
            customers = Customer.objects.records_visible_to(user).filter(key__in=keys)
            unseen = len(keys) - customers.count()
            try:
                made = share(values["material"], customers, user, values["options"], again=values["again"])
            except NotOffered as refusal:
                raise serializers.ValidationError({"material": [str(refusal)]}) from None
            shares = [as_share(one) for one in told(user).filter(batch=made.batch)] if made.batch else []
            read.count = len(shares)
        # Whoever is not seen and whoever is not there are told apart by nobody.
        left_out = in_order({**made.left_out, LeftOut.NOT_SEEN: unseen})
        body = {"asked": len(keys), "made": made.made, "left_out": {str(k): n for k, n in left_out.items()}}
        return Response({**body, "shares": shares}, status=status.HTTP_201_CREATED)


class RevokeView(SharesView):
    """POST: end the share at once. 404 for one that is not the user's to end; ended already, it stays as it was."""

    def post(self, request: Request, key: UUID) -> Response:
        user = signed_in(request._request)
        kept = get_object_or_404(Share.objects.kept_by(user), key=key)
        revoke(Share.objects.filter(pk=kept.pk), user)
        with reading_of(request._request, SHARES) as read:
            read.count = 1
            return Response(as_share(told(user).get(pk=kept.pk)))


def told(user: User) -> ShareQuerySet:
    """The shares that the user may hand out, with what is told of each."""
    rows: ShareQuerySet = Share.objects.kept_by(user).with_recipient(user).with_state()
    return rows.select_related("material", "campaign", "recipient__customer")


def as_share(one: Share) -> dict[str, Any]:
    """A share as the API tells of it; the customer only where the user sees them. Moments are UTC."""
    customer = one.recipient.customer if one.sees_recipient else None
    return {
        "key": str(one.key),
        "link": share_address(one),
        "state": one.state,
        "customer": {"key": str(customer.key), "number": customer.number, "name": customer.name} if customer else None,
        "material": one.material.slug,
        "campaign": one.campaign.slug if one.campaign else None,
        "number": one.number,
        "shared_at": one.shared_at.isoformat(),
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
        "channel": one.channel,
        "pinned_version": one.pinned_version,
        "has_passcode": bool(one.passcode),
        "may_download": one.may_download,
        "verified_only": one.verified_only,
        "has_watermark": one.has_watermark,
        "notifies_sender": one.notifies_sender,
    }


urlpatterns = [
    path("shares", AllSharesView.as_view(), name="api_shares"),
    path("shares/<uuid:key>/revoke", RevokeView.as_view(), name="api_share_revoke"),
]
