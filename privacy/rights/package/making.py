"""Packages in the background: asked for, made by one worker at a time, gone on with after a worker died, deleted.

A worker takes a package by its number of attempts and shows itself by `touched_at`; where it has been quiet for QUIET
the next one begins anew, and the former finds that it is no longer its.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from privacy import errands
from privacy.access import Basis, reading
from privacy.accesslog import Actor
from privacy.enums import Duty, KeyKind, PackageState, RequestKind
from privacy.models import Package, RightsRequest, User
from privacy.places import declare_place
from privacy.retention.orphans import Folder, declare_folder
from privacy.rights.package.content import whole_of
from privacy.rights.package.writing import write_package
from privacy.rights.procedure import NotNow, was_granted
from privacy.rights.terms import all_terms

PACKAGE = declare_place(
    "request_package", gettext_noop("Access packages: everything about one person"), tuple(range(1, 19))
)
MAKE = "privacy.tasks.make_package"
GIVING_ACCESS = Basis(duty=Duty.ACCESS)
WITH_FILES = (PackageState.WAITING, PackageState.RUNNING, PackageState.READY)
QUIET = timedelta(minutes=10)  # longer than the setting of one volume
MOST_ATTEMPTS = 3
BROKE_OFF = "It broke off several times. Ask an IT administrator, who sees the error."
AN_ERROR = "An error of the program ended this: ask an IT administrator, who sees it. Nothing was kept of it."

log = structlog.get_logger(__name__)


class NoLongerOurs(Exception):
    """Another worker took it, or it was deleted: nothing is kept."""


def folder_of(package: Package) -> Path:
    return Path(settings.MEDIA_ROOT) / "packages" / str(package.key)


def ask(request: RightsRequest, by: User) -> Package:
    """A package, for which a worker is asked. Raises NotNow before anything may be told, or where one is under way.

    It is made while the request is open, for the officer who decides, and again once it was granted.
    """
    if request.kind not in (RequestKind.ACCESS, RequestKind.AMENDMENT):
        raise NotNow(gettext("A package answers a request for access."))
    if not request.may_be_told:
        raise NotNow(
            gettext("Verify the requester's identity first; if someone asks for another person, with consent on file.")
        )
    if not request.is_open and not was_granted(request):
        raise NotNow(gettext("This request was not granted: no copy of records can be made for it."))
    if not request.people.exists():
        raise NotNow(gettext("First enter whose records these are."))
    with transaction.atomic():
        RightsRequest.objects.select_for_update().get(pk=request.pk)
        if request.packages.filter(state__in=(PackageState.WAITING, PackageState.RUNNING)).exists():
            raise NotNow(gettext("A package is being made."))
        package = Package.objects.create(request=request, asked_by=by)
        errands.ask_once_committed(MAKE, package.pk)
        return package


def make(number: int) -> None:
    """Make the package. Harmless when repeated: one worker is at it at a time."""
    package = _taken(number)
    if package is None:
        return
    try:
        _make(package)
    except NoLongerOurs:
        log.info("package_taken_by_another", package=package.pk)
    except Error:
        raise  # the database: the schedule asks again
    except Exception:
        _mine(package).update(state=PackageState.FAILED, trouble=AN_ERROR)
        shutil.rmtree(folder_of(package), ignore_errors=True)
        raise


def _taken(number: int) -> Package | None:
    now = timezone.now()
    free = Q(state=PackageState.WAITING) | Q(state=PackageState.RUNNING, touched_at__lt=now - QUIET)
    rows = Package.objects.filter(free, pk=number)
    rows.filter(attempts__gte=MOST_ATTEMPTS).update(state=PackageState.FAILED, trouble=BROKE_OFF)
    taken = rows.filter(attempts__lt=MOST_ATTEMPTS).update(
        state=PackageState.RUNNING, attempts=F("attempts") + 1, touched_at=now, rows_done=0
    )
    return Package.objects.select_related("request", "asked_by").get(pk=number) if taken else None


def _mine(package: Package) -> "QuerySet[Package]":
    return Package.objects.filter(pk=package.pk, state=PackageState.RUNNING, attempts=package.attempts)


def _make(package: Package) -> None:
    folder = folder_of(package)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    with (
        Shown(package) as shown,
        reading(Actor.of(package.asked_by), GIVING_ACCESS, place=PACKAGE, key=KeyKind.CUSTOMER_ID) as read,
    ):
        with snapshot() as as_of:
            pages = write_package(whole_of(package.request, as_of), folder, shown.done)
        read.count = package.request.people.count()
    _end(package, as_of, pages)


@contextmanager
def snapshot() -> Iterator[datetime]:
    """A transaction all of whose reads see the same moment, which is given."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT now()")
        yield cursor.fetchone()[0]


class Shown:
    """Tells of the work by a connection of its own, for the work itself is one transaction."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.connection = connection.copy()

    def __enter__(self) -> "Shown":
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def done(self, rows: int) -> None:
        """So many rows are written; -1 where the documents are being set. Raises NoLongerOurs."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE privacy_package SET rows_done = greatest(rows_done, %s), touched_at = now() "
                "WHERE id = %s AND state = 'running' AND attempts = %s",
                [rows, self.package.pk, self.package.attempts],
            )
            if not cursor.rowcount:
                raise NoLongerOurs


def _end(package: Package, as_of: datetime, pages: list[int]) -> None:
    now, terms = timezone.now(), all_terms()
    done = _mine(package).update(
        state=PackageState.READY,
        as_of=as_of,
        pages=pages,
        fee=fee_of(sum(pages), terms, is_first=not _has_earlier(package)),
        ready_at=now,
        touched_at=now,
        expires_at=now + timedelta(days=int(terms["download"])),
    )
    if not done:
        shutil.rmtree(folder_of(package), ignore_errors=True)


def _has_earlier(package: Package) -> bool:
    """Whether the requester had a copy under the same request before: a second one is charged from its first page."""
    return package.request.packages.filter(downloaded_at__isnull=False).exclude(pk=package.pk).exists()


def fee_of(pages: int, terms: dict[str, Decimal], *, is_first: bool) -> Decimal:
    """What a copy of so many pages costs, in dollars. Source: 39 CFR 266 (2015): $0.15 a page, 100 pages free."""
    free = int(terms["free_pages"]) if is_first else 0
    return (max(0, pages - free) * terms["fee_a_page"]).quantize(Decimal("0.01"))


# A package of a request that was deleted is nobody's; one that failed or is over has no files.
declare_folder(
    Folder(
        "default",
        "packages",
        gettext_noop("access packages"),
        kept=(lambda: Package.objects.filter(state__in=WITH_FILES).values_list("key"),),
        belongs_to=lambda name: name.split("/")[1],
    )
)


# Tended --------------------------------------------------------------------------------------------------------------


def tend(now: datetime | None = None) -> int:
    """Ask for what no worker is at, and delete what is over. Returns for how many was asked."""
    now = now or timezone.now()
    quiet = now - QUIET
    waiting = Q(state=PackageState.WAITING, touched_at__lt=now - timedelta(seconds=20))
    left = Package.objects.filter(waiting | Q(state=PackageState.RUNNING, touched_at__lt=quiet))
    numbers = list(left.values_list("pk", flat=True))
    for number in numbers:
        errands.ask(MAKE, number)
    for package in Package.objects.filter(state=PackageState.READY, expires_at__lte=now):
        delete(package)
    return len(numbers)


def delete(package: Package) -> None:
    """The files go first: a crash in between leaves a row whose files are missed, never files without a row."""
    shutil.rmtree(folder_of(package), ignore_errors=True)
    Package.objects.filter(pk=package.pk).update(state=PackageState.EXPIRED, token=None, code_hash="")
