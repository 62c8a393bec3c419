"""The evidence of a period as one archive: who read what for what, what was disclosed, disposed of, held and changed,
how the safeguards were kept, and the figures. It names members of staff by their numbers and in one list; no record of
an individual is in it.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from privacy.access import Read
from privacy.auditing import figures, inventory
from privacy.auditing.archive import Archive
from privacy.auditing.console import within
from privacy.auditing.period import Days
from privacy.auditing.tables import TABLES
from privacy.models import Destruction, DispositionRun, User
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
    for told in TABLES:
        rows = told.rows(days).values_list(*told.columns).iterator(ROWS_AT_ONCE)
        yield from archive.table(f"{told.name}.csv", told.columns, rows)
    yield from archive.table("accounts.csv", ACCOUNTS, _accounts())


ACCOUNTS = ("id", "name", "email", "is_active", "contract_number", "contract_ends_on", "roles")


def _accounts() -> Iterator[tuple[Any, ...]]:
    for user in User.objects.prefetch_related("groups").order_by("pk"):
        own: Any = user
        roles = sorted(group.name for group in user.groups.all())
        yield (*(getattr(own, name) for name in ACCOUNTS[:-1]), roles)
