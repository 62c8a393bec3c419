"""API keys: made, shown once, found again by what a program sends, revoked.

`wm_PREFIX_SECRET`: the prefix is random and shown; the secret is 256 random bits, of which the SHA-256 is kept.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from privacy.accesslog import Actor, entry, write_along
from privacy.api.scopes import in_order
from privacy.enums import EntryKind
from privacy.guards import require
from privacy.models import ApiKey, User
from privacy.purposes import Basis
from privacy.refusing import check_basis
from privacy.roles import Permit

MARK = "wm"
PREFIX_BYTES = 5
SECRET_BYTES = 32
LONGEST_LIFE = timedelta(days=366)
USED_STEP = timedelta(minutes=1)
NOBODYS = bytes(32)


@dataclass(frozen=True)
class NewKey:
    """A key as it was made, and the text that is shown this once."""

    key: ApiKey
    text: str


def make(owner: User, name: str, scopes: Sequence[str], basis: Basis | None, expires_at: datetime) -> NewKey:
    """Make a key that acts as its owner. Raises PermissionDenied (Refused where the purpose is not theirs).

    A key of somebody who reads no records has no basis: what holds none is open to it all the same.
    """
    require(owner, Permit.MAKE_API_KEYS)
    if basis is not None:
        check_basis(Actor.of(owner), basis)
    if not timezone.now() < expires_at <= timezone.now() + LONGEST_LIFE:
        raise ValueError(f"A key lives for {LONGEST_LIFE.days} days at most.")
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    stated = {"purpose": basis.purpose, "duty": basis.duty or "", "reference": basis.reference} if basis else {}
    with transaction.atomic():
        made = ApiKey.objects.create(
            owner=owner, name=name, prefix=prefix, digest=digest(secret), scopes=in_order(scopes),
            expires_at=expires_at, **stated,
        )  # fmt: skip
        write_along(entry(EntryKind.KEY_MADE, Actor.of(owner), basis, place="api_keys", api_key=prefix))
    return NewKey(made, f"{MARK}_{prefix}_{secret}")


def revoke(key: ApiKey, by: User) -> bool:
    """End it at once and for good. Returns whether it was still to be ended. The caller has made sure that it may."""
    with transaction.atomic():
        ended = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)
        if ended:
            write_along(entry(EntryKind.KEY_REVOKED, Actor.of(by), place="api_keys", api_key=key.prefix))
    return bool(ended)


def another(key: ApiKey, by: User) -> NewKey | None:
    """End a key whose text nobody kept, and make one in its place: the same name, scopes, purpose and last day. None
    where it had ended meanwhile. Raises PermissionDenied as `make` does, and then ends nothing."""
    with transaction.atomic():
        if not works(key) or not revoke(key, by):
            return None
        return make(by, key.name, key.scopes, key.basis, key.expires_at)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def found(text: str) -> ApiKey | None:
    """The key that a program sent, if it works today: known, not revoked, not over, its owner active and permitted.

    The secret is compared in constant time, also where no key has the prefix.
    """
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    key = ApiKey.objects.select_related("owner").filter(prefix=prefix).first() if mark == MARK else None
    is_same = hmac.compare_digest(digest(secret), bytes(key.digest) if key else NOBODYS)
    return key if key is not None and is_same and works(key) else None


def works(key: ApiKey) -> bool:
    """Not revoked, not over, its owner active and permitted."""
    is_alive = key.revoked_at is None and timezone.now() < key.expires_at
    return is_alive and key.owner.is_open and key.owner.has_permit(Permit.MAKE_API_KEYS)


def note_use(key: ApiKey) -> None:
    """Say on the page that it was used, to the minute."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= USED_STEP:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_STEP)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
        key.last_used_at = now
