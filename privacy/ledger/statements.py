"""What runs, holds and rules say, in one text each: its digest stands in the ledger, so that a row which is changed
later no longer agrees with what was decided.

Only what does not change any more belongs into a statement, and names of staff do not: accounts are named by number.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Model

from privacy.models import Destruction, DispositionRun, DispositionStep, LegalHold, NoticeDraft, RetentionPolicy
from privacy.retention.enums import RunState, VersionState

RUN = (
    "key", "as_of", "state", "fingerprint", "planned", "held", "waiting", "undated", "made_by_id", "made_as", "made_at",
    "signed_by_id", "signed_at", "begun_at", "ended_at", "said", "holds_checked", "left_over", "journal_number",
    "journal_hash",
)  # fmt: skip
STEP = (
    "position", "model", "partition", "state", "planned", "held", "waiting", "first_trigger", "last_trigger",
    "fingerprint", "disposed", "kept_held", "kept_changed", "exception_reason", "excepted_by_id",
)  # fmt: skip
HOLD = (
    "key", "kind", "name", "reason", "issuer", "people", "organizations", "campaigns", "categories", "from_day",
    "to_day", "query_kind", "query", "reference", "placed_by_id", "placed_at", "review_on", "released_at",
    "released_by_id", "release_reason",
)  # fmt: skip
NOTICE = (
    "key", "base", "content", "revision", "state", "made_by_id", "made_at", "changed_by_id", "changed_at", "citation",
    "document_number", "published_on", "effective_on", "published_by_id", "congress_on", "omb_on",
)  # fmt: skip
COMMENT = ("key", "filed_as", "received_on", "gist", "entered_by_id", "answer", "answered_on", "answered_by_id")
DETERMINATION = ("kind", "reason", "was_effective_on", "effective_on", "made_by_id", "made_at")
DESTRUCTION = (
    "key", "state", "method", "technique", "site", "listed_by_id", "listed_at", "destroyed_on", "witness_id",
    "witnessed_at", "holds_checked", "said",
)  # fmt: skip
UNIT = (
    "barcode", "medium", "series", "box", "site", "categories", "rule", "first_day", "last_day", "clock_day", "due_on",
    "destroyed_on",
)  # fmt: skip
RULE = (
    "rule", "number", "trigger", "count", "unit", "method", "reason", "made_by_id", "made_at", "decided_by_id",
    "decided_at", "decision",
)  # fmt: skip

Statement = dict[str, Any]


def of_run(run: DispositionRun) -> Statement:
    steps = run.steps.select_related("policy").order_by("position")
    return {**_told(run, RUN), "lines": [_of_step(step, is_over=run.state == RunState.DONE) for step in steps]}


def _of_step(step: DispositionStep, *, is_over: bool) -> Statement:
    policy = step.policy
    told = {**_told(step, STEP), "rule": policy.rule, "version": policy.number, "method": policy.method}
    # A run that was stopped may still have keys to destroy.
    return {**told, "keys_destroyed": step.keys_destroyed} if is_over else told


def of_hold(hold: LegalHold) -> Statement:
    return _told(hold, HOLD)


def of_notice(draft: NoticeDraft) -> Statement:
    """A version that is drafted in the program, with what was said of it: whoever changes it seals it anew."""
    comments, determinations = draft.comments.order_by("pk"), draft.determinations.order_by("pk")
    # Said only where there is a reason, so that what was sealed before there was one stays as it was sealed.
    unreported = {"unreported_because": draft.unreported_because} if draft.unreported_because else {}
    return {
        **_told(draft, NOTICE),
        **unreported,
        "comments": [_told(one, COMMENT) for one in comments],
        "determinations": [_told(one, DETERMINATION) for one in determinations],
    }


def of_destruction(destruction: Destruction) -> Statement:
    """Of one that is over: what is on its certificate."""
    units = destruction.units.select_related("policy").order_by("barcode")
    told = [{**_told(unit, UNIT), "version": unit.policy and unit.policy.number} for unit in units]
    return {**_told(destruction, DESTRUCTION), "units": told}


def of_rule(policy: RetentionPolicy) -> Statement:
    """A version that was replaced later was approved all the same."""
    return {**_told(policy, RULE), "is_approved": policy.state in (VersionState.IN_FORCE, VersionState.REPLACED)}


@dataclass(frozen=True)
class Kept:
    """A kind of row whose acts are told apart by how their kind begins; `rows` finds them by their references."""

    prefix: str
    label: str
    model: type[Model]
    reference: Callable[[Any], str]
    rows: Callable[[Iterable[str]], Iterator[tuple[str, Model]]]
    statement: Callable[[Any], Statement]


def _runs(references: Iterable[str]) -> Iterator[tuple[str, Model]]:
    for run in DispositionRun.objects.filter(key__in=list(references)):
        yield str(run.key), run


def _holds(references: Iterable[str]) -> Iterator[tuple[str, Model]]:
    for hold in LegalHold.objects.filter(key__in=list(references)):
        yield str(hold.key), hold


def _notices(references: Iterable[str]) -> Iterator[tuple[str, Model]]:
    for draft in NoticeDraft.objects.filter(key__in=list(references)):
        yield str(draft.key), draft


def _destructions(references: Iterable[str]) -> Iterator[tuple[str, Model]]:
    for destruction in Destruction.objects.filter(key__in=list(references)):
        yield str(destruction.key), destruction


def _rules(references: Iterable[str]) -> Iterator[tuple[str, Model]]:
    wanted = set(references)
    for policy in RetentionPolicy.objects.all():
        if reference_of(policy) in wanted:
            yield reference_of(policy), policy


def reference_of(policy: RetentionPolicy) -> str:
    return f"{policy.rule}/{policy.number}"


def _by_key(row: Any) -> str:
    return str(row.key)


KEPT = (
    Kept("disposition_", "disposition list", DispositionRun, _by_key, _runs, of_run),
    Kept("destruction_", "destruction", Destruction, _by_key, _destructions, of_destruction),
    Kept("hold_", "hold", LegalHold, _by_key, _holds, of_hold),
    Kept("notice_", "version of the notice", NoticeDraft, _by_key, _notices, of_notice),
    Kept("rule_", "rule", RetentionPolicy, reference_of, _rules, of_rule),
)


def statement_of(row: Model) -> Statement:
    """What a row says whose digest stands in an act. Raises StopIteration for another kind of row."""
    return next(kept for kept in KEPT if kept.model is type(row)).statement(row)


def text_of(statement: Statement) -> str:
    """The one text of a statement."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def digest(statement: Statement) -> str:
    return digest_of_text(text_of(statement))


def digest_of_text(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _told(row: Model, names: Iterable[str]) -> Statement:
    return {name: getattr(row, name) for name in names}


def _plain(value: object) -> str:
    """A moment is told in UTC, whatever zone it came in."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
