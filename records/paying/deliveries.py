"""What the provider tells by itself: each delivery is taken in once, within one transaction with what follows from it.

A delivery that fails leaves nothing, so that the provider's next try is a first one.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from records.enums import PaymentTold
from records.models import PaymentDelivery
from records.paying.adapter import Provider
from records.paying.payments import settle

# Providers try for some days, each time with a new timestamp; an id is kept for longer.
KEPT = timedelta(days=90)
# Whoever sends the same at the same time waits here, and then finds it.
CLAIM = """
INSERT INTO records_paymentdelivery (delivery_id, became, received_at) VALUES (%s, 'known', %s)
ON CONFLICT (delivery_id) DO NOTHING RETURNING id
"""


def take_in(service: Provider, headers: Mapping[str, str], body: bytes) -> PaymentTold | None:
    """What became of it; None where it was taken in before. Raises NotGenuine, NotUnderstood."""
    told = service.told(headers, body, timezone.now())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [told.delivery_id, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            return None
        became = settle(told.found)
        PaymentDelivery.objects.filter(pk=row[0]).update(became=became)
    return became


def forget_old() -> int:
    """Ids that no delivery comes with any more. How many went."""
    count, _by_model = PaymentDelivery.objects.filter(received_at__lt=timezone.now() - KEPT).delete()
    return count
