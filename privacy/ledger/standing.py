"""How the ledger stands: when it was sealed last, and whether it is late."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.models import LedgerCheckpoint
from privacy.wording import moment

LATE_AFTER = timedelta(minutes=5)  # that a row may wait; a seal comes every minute


def last_seal() -> datetime | None:
    return LedgerCheckpoint.objects.values_list("at", flat=True).first()


def newest() -> LedgerCheckpoint | None:
    """The last seal, with how much it holds."""
    return LedgerCheckpoint.objects.first()


def is_late() -> bool:
    """Whether a row has waited for longer than it should. Relies on the primary key of what waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT since FROM privacy_ledgerwaiting ORDER BY id LIMIT 1")
        first = cursor.fetchone()
    return first is not None and first[0] < timezone.now() - LATE_AFTER


def lateness() -> str:
    """What is wrong, a sentence; empty where all is well."""
    if not is_late():
        return ""
    last = last_seal()
    known = {"minutes": int(LATE_AFTER.total_seconds() // 60)}
    if last is None:
        return (
            _("The ledger is late: rows have waited for more than %(minutes)s minutes, and it was never sealed.")
            % known
        )
    said = _(
        "The ledger is late: rows have waited for more than %(minutes)s minutes, and the last seal was on %(seal)s UTC."
    )
    return said % {**known, "seal": moment(last.astimezone(UTC))}
