"""Presets: the options of shares under a name, one's own and everybody's."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import SharePreset
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Permit

# The options that are switched on or off.
OPTIONS = ("may_download", "verified_only", "has_watermark", "notifies_sender")


def presets_of(user: User) -> "QuerySet[SharePreset]":
    """Those that the user may use: everybody's and their own."""
    return SharePreset.objects.filter(Q(owner=None) | Q(owner=user))


def deletable_by(user: User) -> "QuerySet[SharePreset]":
    """Those that the user may delete: their own, and everybody's where they keep all materials."""
    if user.has_permit(Permit.KEEP_ALL_MATERIALS):
        return presets_of(user)
    return SharePreset.objects.filter(owner=user)


def may_delete(user: User, owner_id: int | None) -> bool:
    """`deletable_by` for one that the user sees; `owner_id` is None for everybody's."""
    return owner_id == user.pk or (owner_id is None and user.has_permit(Permit.KEEP_ALL_MATERIALS))


def filled_in(preset: SharePreset) -> dict[str, Any]:
    """The preset as the values of the form of a share."""
    days = preset.expires_after_days
    expires_on = agency_today() + timedelta(days=days) if days else None
    return {"expires_on": expires_on, **{name: getattr(preset, name) for name in OPTIONS}}
