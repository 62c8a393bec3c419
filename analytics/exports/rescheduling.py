"""Changing a schedule: what its owner says of it becomes something else, and what it was stays in its history.

What an owner says (`Terms`) is the title, the filters of the list or report, the format, when, by whose clock, and for
whom: plain values, as a change keeps them. What was made stays with those it was made for.
"""

import json
from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from analytics.exports import scheduling
from analytics.exports.scheduling import CannotSchedule
from analytics.models import ExportSchedule, ScheduleChange
from privacy.models import User

Terms = Mapping[str, Any]

WHEN = ("rhythm", "weekday", "day_of_month", "at", "clock")
COLUMNS = ("own_title", "query", "format", *WHEN)
SALT = "analytics.exports.rescheduling"


class ChangedMeanwhile(Exception):
    """It is no longer what was read: nothing is changed."""


def terms_of(schedule: ExportSchedule) -> dict[str, Any]:
    """What its owner says of it now. One query."""
    columns = {name: getattr(schedule, name) for name in COLUMNS}
    return as_terms(columns, schedule.readers.values_list("reader", flat=True))


def as_terms(columns: Mapping[str, Any], readers: Any) -> dict[str, Any]:
    return {**columns, "at": columns["at"].isoformat(), "readers": sorted(readers)}


def as_columns(terms: Terms) -> dict[str, Any]:
    return {**{name: terms[name] for name in COLUMNS}, "at": time.fromisoformat(terms["at"])}


def mark_of(terms: Terms) -> str:
    """What a form carries of what was read, so that it changes nothing that became something else meanwhile."""
    return salted_hmac(SALT, json.dumps(terms, sort_keys=True), algorithm="sha256").hexdigest()[:20]


def change(schedule: ExportSchedule, by: User, wanted: Terms, read: str) -> ScheduleChange | None:
    """Make it so from now on, if it still is what was `read`; None where it is so already.

    Whoever reads it already keeps their next moment unless it is made at other times. Raises ChangedMeanwhile where it
    became something else, and what source_of raises. The same transaction as a run: it is made as it was, or
    as it is now, once.
    """
    with transaction.atomic():
        held = scheduling.locked(schedule.pk)
        before = terms_of(held) if held else {}
        if held is None or not constant_time_compare(mark_of(before), read):
            raise ChangedMeanwhile
        if before == wanted:
            return None
        _become(held, before, wanted)
        return ScheduleChange.objects.create(schedule=held, by=by, before=before, after=dict(wanted))


def _become(schedule: ExportSchedule, before: Terms, wanted: Terms) -> None:
    columns = as_columns(wanted)
    if wanted["query"] != before["query"] or not schedule.translations:
        columns |= scheduling.titles_of(schedule.owner, schedule.of, wanted["query"])
    for name, value in columns.items():
        setattr(schedule, name, value)
    schedule.save(update_fields=list(columns))
    scheduling.set_readers(schedule, list(User.objects.filter(pk__in=wanted["readers"])))
    if any(wanted[name] != before[name] for name in WHEN):
        scheduling.set_anew(schedule)


def take_back(made: ScheduleChange, by: User) -> ScheduleChange | None:
    """Make it what it was before the change, if nothing changed since. Raises what `change` raises, and CannotSchedule
    where those whom it was for may not get it any more."""
    readers = list(User.objects.filter(pk__in=made.before["readers"]).order_by("name", "pk"))
    check_readers(readers, made.schedule.of, made.before["query"])
    return change(made.schedule, by, made.before, mark_of(made.after))


def check_readers(readers: list[User], of: str, query: str) -> None:
    """Raises CannotSchedule, naming those for whom it is not."""
    if left_out := scheduling.unfit(readers, of, query):
        names = ", ".join(reader.name for reader in left_out)
        said = _(
            "Not for %(names)s: their role may not export this, or does not have all of its filters. Remove "
            "them from the readers."
        )
        raise CannotSchedule(said % {"names": names})
