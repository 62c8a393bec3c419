"""The evidence of a period as one archive: who read what for what, what was disclosed, disposed of, held and changed,
how the safeguards were kept, and the figures. It names members of staff by their numbers and in one list; no record of
an individual is in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from privacy.access import Read
from privacy.auditing import figures, inventory
from privacy.auditing.archive import Archive
from privacy.auditing.console import within
from privacy.auditing.period import Days
from privacy.models import (
    Destruction,
    Disclosure,
    DispositionRun,
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
    User,
)
from privacy.notice import in_force
from privacy.notice.versions import content_of
from privacy.physical.papers import certificate_of as destruction_certificate
from privacy.retention.certificates import certificate_of

ROWS_AT_ONCE = 2_000
ACCESS = (
    "at", "id", "kind", "user_id", "actor", "roles", "purpose", "duty", "reference", "categories", "key", "place",
    "records", "intent_id", "why", "api_key",
)  # fmt: skip
README = """\
Evidence for {days}, of {number} ({name}), as of {at}.

access-log.csv        who read which kind of record, for what, how many; never what they saw
disclosures.csv       what left the agency, to whom, under what
disposals/            the certificate of each run of disposal that began in the period
destructions/         the certificate of each destruction of paper and media of the period
*.csv                 holds, retention rules, safeguards and their checks, reviews of access, incidents, decisions
figures.csv           requests, days taken, refusals and disclosures by year
inventory.csv         what is held where, today
accounts.csv          whose the numbers of accounts are, with their roles today
notice.json           the notice in force on the last day, as data
manifest.json         the SHA-256 of each file
"""


def evidence(days: Days, at: datetime, read: Read) -> Iterator[bytes]:
    """The archive's bytes; each line of the access log in it is counted by `read`."""
    archive = Archive(at)
    notice = in_force(days.last)
    text = README.format(days=days.words, number=notice.number, name=notice.name, at=at.isoformat(timespec="seconds"))
    yield from archive.file("README.txt", [text.encode()])
    log = within(days).order_by("at", "id").values_list(*ACCESS).iterator(ROWS_AT_ONCE)
    yield from archive.table("access-log.csv", ACCESS, read.counted(log))
    yield from _tables(archive, days)
    for run in DispositionRun.objects.filter(begun_at__gte=days.begins, begun_at__lt=days.ends).order_by("pk"):
        yield from archive.json(f"disposals/{run.pk}.json", asdict(certificate_of(run)))
    for one in Destruction.objects.filter(listed_at__gte=days.begins, listed_at__lt=days.ends).order_by("pk"):
        yield from archive.json(f"destructions/{one.pk}.json", asdict(destruction_certificate(one)))
    told = ((one.year, one.figure, one.of, one.value) for one in figures.figures())
    yield from archive.table("figures.csv", figures.HEADS, told)
    yield from archive.table("inventory.csv", inventory.HEADS, inventory.rows())
    yield from archive.json("notice.json", content_of(notice))
    yield from archive.end()


def _tables(archive: Archive, days: Days) -> Iterator[bytes]:
    """What was made or changed in the period; of what lasts, what lasted in it."""
    day_span = (days.first, days.last)
    lasted = Q(placed_at__lt=days.ends) & (Q(released_at=None) | Q(released_at__gte=days.begins))
    open_then = Q(opened_at__lt=days.ends) & (Q(closed_at=None) | Q(closed_at__gte=days.begins))
    tables: dict[str, tuple[QuerySet[Any], Sequence[str]]] = {
        "disclosures": (
            Disclosure.objects.filter(disclosed_at__gte=days.begins, disclosed_at__lt=days.ends).order_by("pk"),
            ("disclosed_at", "nature", "purpose", "routine_use", "exception", "is_by_consent", "recipient_name",
             "recipient_address", "categories", "disclosed_by_id"),
        ),
        "matching-agreements": (
            MatchingAgreement.objects.filter(effective_on__lte=days.last, ends_on__gte=days.first).order_by("pk"),
            ("agency", "purpose", "filed_at", "effective_on", "ends_on", "is_extension"),
        ),
        "holds": (
            LegalHold.objects.filter(lasted).order_by("pk"),
            ("key", "kind", "name", "reason", "issuer", "placed_by_id", "placed_at", "review_on", "released_at",
             "released_by_id", "release_reason"),
        ),
        "retention-rules": (
            RetentionPolicy.objects.order_by("rule", "number"),
            ("rule", "number", "trigger", "count", "unit", "method", "state", "reason", "made_by_id", "made_at",
             "decided_by_id", "decided_at", "decision"),
        ),
        "safeguards": (
            SafeguardCare.objects.order_by("safeguard", "site"),
            ("safeguard", "site", "owner_id", "evidence", "every_months", "next_on", "is_ended"),
        ),
        "safeguard-checks": (
            SafeguardCheck.objects.filter(done_on__range=day_span).order_by("done_on", "pk"),
            ("care__safeguard", "care__site", "kind", "done_on", "finding", "said", "contract_number", "done_by_id"),
        ),
        "access-reviews": (
            ReviewedAccount.objects.filter(review__quarter__range=day_span).order_by("review__quarter", "pk"),
            ("review__quarter", "account_id", "roles", "last_sign_in", "contract_number", "contract_ends_on",
             "verdict", "reason", "decided_by_id", "decided_at", "review__signed_by_id", "review__signed_at"),
        ),
        "incidents": (
            Incident.objects.filter(open_then).order_by("pk"),
            ("number", "scope", "categories", "opened_by_id", "opened_at", "closed_by_id", "closed_at", "outcome"),
        ),
        "incident-readers": (
            IncidentReader.objects.filter(named_at__lt=days.ends).order_by("pk"),
            ("incident__number", "user_id", "named_by_id", "named_at", "ended_at"),
        ),
        "readings": (
            ReadingDecision.objects.filter(decided_at__gte=days.begins, decided_at__lt=days.ends).order_by("pk"),
            ("reading", "value", "wanted", "reason", "decided_by_id", "decided_at"),
        ),
        "ledger-checkpoints": (
            LedgerCheckpoint.objects.filter(at__gte=days.begins, at__lt=days.ends).order_by("size"),
            ("size", "at", "note"),
        ),
        "ledger-acts": (
            LedgerAct.objects.filter(at__gte=days.begins, at__lt=days.ends).order_by("id"),
            ("id", "at", "kind", "reference", "told"),
        ),
        "times-and-fees": (
            Term.objects.filter(set_at__gte=days.begins, set_at__lt=days.ends).order_by("pk"),
            ("name", "value", "reason", "set_by_id", "set_at"),
        ),
    }  # fmt: skip
    for name, (rows, columns) in tables.items():
        yield from archive.table(f"{name}.csv", columns, rows.values_list(*columns).iterator(ROWS_AT_ONCE))
    yield from archive.table("accounts.csv", ACCOUNTS, _accounts())


ACCOUNTS = ("id", "name", "email", "is_active", "contract_number", "contract_ends_on", "roles")


def _accounts() -> Iterator[tuple[Any, ...]]:
    for user in User.objects.prefetch_related("groups").order_by("pk"):
        own: Any = user
        roles = sorted(group.name for group in user.groups.all())
        yield (*(getattr(own, name) for name in ACCOUNTS[:-1]), roles)
