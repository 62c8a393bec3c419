"""The tables of the evidence: of each kind of row its columns and which rows belong to a period.

What was made or changed is told of the period in which that happened; what lasts, of each in which it lasted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from privacy.auditing.period import Days
from privacy.models import (
    Disclosure,
    Incident,
    IncidentReader,
    LedgerAct,
    LedgerCheckpoint,
    LegalHold,
    MatchingAgreement,
    ReadingDecision,
    RetentionPolicy,
    ReviewedAccount,
    SafeguardCare,
    SafeguardCheck,
    Term,
)

RowsOf = Callable[[Days], "QuerySet[Any]"]


@dataclass(frozen=True)
class Told:
    """A table of the archive: its name without the ending, its rows of a period, and its columns."""

    name: str
    rows: RowsOf
    columns: tuple[str, ...]


def at_moment(model: type[Model], field: str, order: str = "pk") -> RowsOf:
    """Rows whose moment lies within the period."""
    return lambda days: model._base_manager.filter(
        **{f"{field}__gte": days.begins, f"{field}__lt": days.ends}
    ).order_by(order)


def on_day(model: type[Model], field: str) -> RowsOf:
    """Rows whose day lies within the period."""
    return lambda days: model._base_manager.filter(**{f"{field}__range": (days.first, days.last)}).order_by(field, "pk")


def lasting(model: type[Model], begun: str, ended: str) -> RowsOf:
    """Rows that had begun before the period was over, and ended within it, later or not yet."""
    return lambda days: model._base_manager.filter(
        Q(**{f"{begun}__lt": days.ends}) & (Q(**{ended: None}) | Q(**{f"{ended}__gte": days.begins}))
    ).order_by("pk")


def every(model: type[Model], *order: str) -> RowsOf:
    """All rows, whatever the period."""
    return lambda days: model._base_manager.order_by(*order)


def agreements(days: Days) -> "QuerySet[MatchingAgreement]":
    """Those in force on any day of the period."""
    return MatchingAgreement.objects.filter(effective_on__lte=days.last, ends_on__gte=days.first).order_by("pk")


def readers(days: Days) -> "QuerySet[IncidentReader]":
    """Whoever was named before the period was over."""
    return IncidentReader.objects.filter(named_at__lt=days.ends).order_by("pk")


TABLES = (
    Told("disclosures", at_moment(Disclosure, "disclosed_at"), (
        "disclosed_at", "nature", "purpose", "routine_use", "exception", "is_by_consent", "recipient_name",
        "recipient_address", "categories", "disclosed_by_id",
    )),
    Told("matching-agreements", agreements, (
        "agency", "purpose", "filed_at", "effective_on", "ends_on", "is_extension",
    )),
    Told("holds", lasting(LegalHold, "placed_at", "released_at"), (
        "key", "kind", "name", "reason", "issuer", "placed_by_id", "placed_at", "review_on", "released_at",
        "released_by_id", "release_reason",
    )),
    Told("retention-rules", every(RetentionPolicy, "rule", "number"), (
        "rule", "number", "trigger", "count", "unit", "method", "state", "reason", "made_by_id", "made_at",
        "decided_by_id", "decided_at", "decision",
    )),
    Told("safeguards", every(SafeguardCare, "safeguard", "site"), (
        "safeguard", "site", "owner_id", "evidence", "every_months", "next_on", "is_ended",
    )),
    Told("safeguard-checks", on_day(SafeguardCheck, "done_on"), (
        "care__safeguard", "care__site", "kind", "done_on", "finding", "said", "contract_number", "done_by_id",
    )),
    Told("access-reviews", on_day(ReviewedAccount, "review__quarter"), (
        "review__quarter", "account_id", "roles", "last_sign_in", "contract_number", "contract_ends_on", "verdict",
        "reason", "decided_by_id", "decided_at", "review__signed_by_id", "review__signed_at",
    )),
    Told("incidents", lasting(Incident, "opened_at", "closed_at"), (
        "number", "scope", "categories", "opened_by_id", "opened_at", "closed_by_id", "closed_at", "outcome",
    )),
    Told("incident-readers", readers, ("incident__number", "user_id", "named_by_id", "named_at", "ended_at")),
    Told("readings", at_moment(ReadingDecision, "decided_at"), (
        "reading", "value", "wanted", "reason", "decided_by_id", "decided_at",
    )),
    Told("ledger-checkpoints", at_moment(LedgerCheckpoint, "at", "size"), ("size", "at", "note")),
    Told("ledger-acts", at_moment(LedgerAct, "at", "id"), ("id", "at", "kind", "reference", "told")),
    Told("times-and-fees", at_moment(Term, "set_at"), ("name", "value", "reason", "set_by_id", "set_at")),
)  # fmt: skip
