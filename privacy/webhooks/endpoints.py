"""Endpoints: made, given a new secret, tested, switched off and on again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from privacy.enums import EndpointEnd
from privacy.models import User, WebhookEndpoint, WebhookEvent, WebhookTelling
from privacy.webhooks.kinds import TEST
from privacy.webhooks.signing import new_secret

# So long both secrets sign after a rotation.
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True)
class Shown:
    """An endpoint with its secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def make(name: str, address: str, kinds: Sequence[str], by: User) -> Shown:
    """A new endpoint. The caller has checked that the address may be delivered to."""
    secret = new_secret()
    endpoint = WebhookEndpoint(name=name, address=address, kinds=sorted(set(kinds)), made_by=by)
    endpoint.secret = secret
    endpoint.save()
    return Shown(endpoint, secret)


def rotate(endpoint: WebhookEndpoint) -> Shown:
    """A new secret. The one before signs beside it for OVERLAP; one before that no more."""
    secret = new_secret()
    with transaction.atomic():
        kept = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        kept.former_secret, kept.former_until = kept.secret, timezone.now() + OVERLAP
        kept.secret = secret
        kept.save(update_fields=["secret", "former_secret", "former_until"])
    return Shown(kept, secret)


def secrets_of(endpoint: WebhookEndpoint) -> list[str]:
    """Those that sign today, the newest first."""
    is_former_in_use = endpoint.former_until is not None and timezone.now() < endpoint.former_until
    return [endpoint.secret, *([endpoint.former_secret] if is_former_in_use else [])]


def switch_off(endpoint: WebhookEndpoint) -> bool:
    """Tell it nothing any more. What waits for it is given up when its time comes, and can be sent again later."""
    alive = WebhookEndpoint.objects.filter(pk=endpoint.pk, ended_at=None)
    return bool(alive.update(ended_at=timezone.now(), ended_why=EndpointEnd.SWITCHED_OFF))


def switch_on(endpoint: WebhookEndpoint) -> bool:
    """Tell it again of what happens from now on."""
    ended = WebhookEndpoint.objects.filter(pk=endpoint.pk, ended_at__isnull=False)
    return bool(ended.update(ended_at=None, ended_why=""))


def test(endpoint: WebhookEndpoint) -> int:
    """Have a test event sent to this endpoint alone, whatever kinds it wants. Returns the telling's number."""
    now = timezone.now()
    with transaction.atomic():
        event = WebhookEvent.objects.create(kind=TEST.name, at=now, data={"endpoint": str(endpoint.key)})
        return WebhookTelling.objects.create(event=event, endpoint=endpoint, due_at=now).pk
