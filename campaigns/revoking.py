"""Ending shares: at once, and for good. Whoever should read again gets another share."""

from django.utils import timezone

from campaigns.models import ShareQuerySet
from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit


def revoke(shares: ShareQuerySet, by: User) -> int:
    """End those of these shares that `by` may end and that are not ended yet. Returns how many.

    From then on their links answer as if they had never been. Raises PermissionDenied to whoever may not share at all.
    """
    require(by, Permit.SHARE_MATERIALS)
    return shares.kept_by(by).filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)
