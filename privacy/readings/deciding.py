"""Confirming readings, or wanting them otherwise, with a reason.

A number of the procedure is changed at once. What stands in the notice's data is changed there, by a version that is
drafted in the program or by a release: until it says otherwise the list shows that it is wanted so, and afterwards asks
again.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext

from privacy.models import ReadingDecision, User
from privacy.readings.listing import TERMS, Reading
from privacy.retention.signals import append
from privacy.rights.terms import BadTerm, set_term


class Refused(ValueError):
    """Nothing was decided; the message says why and what to do."""


def confirm(readings: Sequence[Reading], reason: str, by: User) -> int:
    """They say what they should. Returns how many. Raises Refused."""
    return _decide(readings, "", reason, by)


def want(readings: Sequence[Reading], wanted: str, reason: str, by: User) -> int:
    """They should say something else; a number of the procedure does from now on. Raises Refused."""
    if not wanted.strip():
        raise Refused(gettext("Write what it should say."))
    return _decide(readings, wanted.strip(), reason, by)


def _decide(readings: Sequence[Reading], wanted: str, reason: str, by: User) -> int:
    if not readings:
        raise Refused(gettext("Select what is decided."))
    if not reason.strip():
        raise Refused(gettext("State why: the reason is kept."))
    with transaction.atomic():
        for reading in readings:
            said, value = wanted, reading.value
            if wanted and reading.group == TERMS:
                said, value = "", _set(reading, wanted, reason, by)
            ReadingDecision.objects.create(
                reading=reading.key, value=value, wanted=said, reason=reason.strip(), decided_by=by
            )
        append("readings_decided", str(by.pk), by=by.pk, count=len(readings), changed=len(readings) if wanted else 0)
    return len(readings)


def _set(reading: Reading, wanted: str, reason: str, by: User) -> str:
    """Change a number of the procedure; what it says from now on."""
    number, _, _ = wanted.partition(" ")
    try:
        made = set_term(reading.key.partition("/")[2], Decimal(number), reason, by)
    except InvalidOperation:
        raise Refused(
            gettext("Enter a number for “%(label)s”, such as %(number)s.")
            % {"label": reading.label, "number": reading.value.partition(" ")[0]}
        ) from None
    except BadTerm as problem:
        raise Refused(str(problem)) from problem
    return f"{made.value.normalize():f} {reading.value.partition(' ')[2]}"
