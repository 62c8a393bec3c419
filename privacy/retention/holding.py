"""Placing holds, releasing them, and holding what an open request of an individual is about."""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from privacy.ledger import statements
from privacy.models import DispositionRun, LegalHold, User
from privacy.retention.enums import HoldKind
from privacy.retention.signals import append

if TYPE_CHECKING:
    from collections.abc import Iterator

# A batch of a disposal shares this lock; who places a hold takes it alone, so that once a hold is placed no batch that
# had not seen it takes anything away.
HOLDS_LOCK = "hashtext('privacy.holds')"


class AlreadyReleased(Exception):
    """The hold was released before."""


@contextmanager
def changing_holds() -> "Iterator[None]":
    """A transaction that waits for the batch under way, and that the next batch waits for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({HOLDS_LOCK})")
        yield


def holds_kept_to() -> list[LegalHold]:
    """The holds that this transaction keeps to while it takes records away: none is placed until it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({HOLDS_LOCK})")
    return list(LegalHold.objects.in_force().order_by("pk"))


def place(hold: LegalHold, by: User) -> LegalHold:
    """Put a hold in force. When this returns, no record under it is disposed of any more, by whatever run."""
    hold.placed_by, hold.placed_at = by, timezone.now()
    with changing_holds():
        hold.save(force_insert=True)
        _append("hold_placed", hold, by)
    return hold


def release(hold: LegalHold, by: User, reason: str) -> LegalHold:
    """End a hold: the records' old due dates count again, without a fresh period. Raises AlreadyReleased."""
    if not reason.strip():
        raise ValueError(gettext("State why the hold is released."))
    with changing_holds():
        changed = LegalHold.objects.filter(pk=hold.pk, released_at=None).update(
            released_at=timezone.now(), released_by=by, release_reason=reason.strip()
        )
        if not changed:
            raise AlreadyReleased
        _append("hold_released", hold, by)
    return hold


def _append(kind: str, hold: LegalHold, by: User) -> None:
    hold.refresh_from_db()
    append(kind, str(hold.key), by=by.pk, digest=statements.digest(statements.of_hold(hold)))


def open_request_hold(
    reference: UUID, people: Iterable[UUID], by: User, review_on: date, *, categories: Iterable[int] = ()
) -> LegalHold:
    """Hold what an individual's open request is about, until `release_request_hold`.

    For the feature of individuals' rights: `reference` is the request's own key, `people` are the keys of the persons'
    records (`Customer.key`; those merged with them are held too), `categories` the numbers of the categories that it is
    about, all where none are given; `review_on` is when somebody is to be reminded of it, at the latest the day by
    which the request must be answered. Calling it again for the same open request gives the same hold with the persons
    and categories of the last call. It joins the caller's transaction, and waits for a batch of a disposal that is
    under way. Raises ValueError where nobody is named: a hold on nothing holds nothing.
    """
    people, categories = sorted(set(people)), sorted(set(categories))
    if not people:
        raise ValueError(gettext("A request's hold names the person it is about."))
    about = {"people": people, "categories": categories, "review_on": review_on}
    with changing_holds():
        hold, is_new = LegalHold.objects.in_force().update_or_create(
            reference=reference,
            defaults=about,
            create_defaults={
                **about,
                "kind": HoldKind.REQUEST,
                "name": "Open request of an individual",
                "reason": "The request must be answered from the records as they are.",
                "issuer": "5 U.S.C. 552a(d)",
                "placed_by": by,
            },
        )
        _append("hold_placed" if is_new else "hold_changed", hold, by)
    return hold


def release_request_hold(reference: UUID, by: User, reason: str = "The request is closed.") -> bool:
    """End the hold of a request that is closed, appeals included; whether there was one in force."""
    hold = LegalHold.objects.in_force().filter(reference=reference).first()
    if hold is None:
        return False
    release(hold, by, reason)
    return True


def changed_since(run: DispositionRun) -> bool:
    """Whether a hold was placed or released after a list was made, so that the list may not be what it would be now."""
    return LegalHold.objects.filter(Q(placed_at__gt=run.made_at) | Q(released_at__gt=run.made_at)).exists()
