"""Contractors' accounts: each names its contract and that contract's last day, and closes itself when it is over.

Nobody signs in after that day whether or not this has run (privacy.signin); the database keeps such an account from
being opened again (migration 0016). Source: the notice's fourth safeguard; 5 U.S.C. 552a(m)(1).
"""

from django.db import transaction

from privacy.agency import agency_today
from privacy.models import User
from privacy.retention.signals import append
from privacy.sessions import end_sessions_of


def close_those_that_are_over() -> int:
    """Close them and end their sessions. Harmless when repeated. Returns how many."""
    with transaction.atomic():
        over = User.objects.select_for_update().filter(is_active=True, contract_ends_on__lt=agency_today())
        numbers = list(over.values_list("pk", flat=True))
        for number in numbers:
            append("contract_account_closed", str(number))
        User.objects.filter(pk__in=numbers).update(is_active=False)
    if numbers:
        end_sessions_of(User.objects.filter(pk__in=numbers))
    return len(numbers)
