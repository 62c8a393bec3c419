"""Files that no row names any more: their row went while the store was away, or a worker stood still as it wrote them.

Each floor declares which folders of the storages it owns, and how its rows name what lies there. Once a day what no row
names is destroyed, if it is older than a day: what is being written is younger, for its row comes within its request or
task. A hold keeps rows, and what a row names stays. What was destroyed stands in the ledger by number, days and folder,
for it may have held records, and went later than it should.

What is older than the database is nothing that it ever knew. More than a few files, and than a tenth of those with a
row, are no remains but a database that is not this store's, or is an older one: they stay, and that is told, until
somebody looks (`manage.py retention orphans`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice, permutations
from secrets import token_hex
from typing import Any

import structlog
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.agency import agency_day
from privacy.kept import keep, kept
from privacy.models import LedgerAct, RetentionClock
from privacy.retention.signals import append
from privacy.retention.stored import StoredFile, files_of, prune, top_of

DESTROYED = "orphans_destroyed"
YOUNG = timedelta(days=1)
AT_ONCE = 10_000  # names in memory, and in a statement
TOLD_AT_ONCE = 200  # that went and do not stand in the ledger yet, should the worker be killed
FEW = 10  # that go whatever rows there are
BELIEVED = 10  # of so many files with a row one may be without
SHOWN_FOR = timedelta(days=90)
HELD_BACK = "retention:orphans-held-back"
HELD_BACK_FOR = 60 * 60 * 48  # seconds: until the next sweep has looked, and a day more

Names = Callable[[], "QuerySet[Any, Any]"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Folder:
    """A folder of a storage that the program owns; without a name the whole storage. `said` is what lies in it.

    `named` are queries of the names, as the storage has them, that rows give to its files. `kept` are queries of what a
    file may belong to, as `belongs_to` has it of the name: all that belongs to that stays. A folder with neither has a
    sweep of its own.
    """

    storage: str
    name: str
    said: str = ""
    named: tuple[Names, ...] = ()
    kept: tuple[Names, ...] = ()
    belongs_to: Callable[[str], str] = field(default=lambda name: name)

    @property
    def is_swept_here(self) -> bool:
        return bool(self.named or self.kept)

    @property
    def store(self) -> Storage:
        return storages[self.storage]


_folders: list[Folder] = []


def declare_folder(folder: Folder) -> None:
    _folders.append(folder)


def folders() -> tuple[Folder, ...]:
    return tuple(_folders)


# Found ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Age:
    """Written since then, if it matters, and before then."""

    before: datetime
    since: datetime | None = None

    def __contains__(self, written_at: datetime) -> bool:
        return written_at < self.before and (self.since is None or written_at >= self.since)


def old(now: datetime | None = None, since: datetime | None = None) -> Age:
    return Age((now or timezone.now()) - YOUNG, since)


def database_made_at() -> datetime | None:
    """When its first migration was applied. A copy has it of what it is a copy of."""
    first: datetime | None = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return first


def orphans_in(folder: Folder, age: Age) -> Iterator[tuple[int, list[StoredFile]]]:
    """Stretch by stretch: how many files of the age there are in it, and those of them that no row names."""
    old = (file for file in files_of(folder.store, folder.name) if file.written_at in age)
    while stretch := list(islice(old, AT_ONCE)):
        nobodys = _unnamed(folder, [file.name for file in stretch])
        yield len(stretch), [file for file in stretch if file.name in nobodys]


# Relies on no index: each stretch reads the names once.
UNNAMED = "SELECT found.name FROM unnest(%s::text[], %s::text[]) AS found (name, belongs_to) WHERE {}"
UNKNOWN = "NOT EXISTS (SELECT FROM ({}) AS known (name) WHERE known.name::text = found.{})"


def _unnamed(folder: Folder, names: list[str]) -> set[str]:
    """Those of the names that no row has. One statement."""
    conditions, values = list[str](), list[Any]()
    for column, queries in (("name", folder.named), ("belongs_to", folder.kept)):
        for query in queries:
            statement, given = query().order_by().query.get_compiler(connection=connection).as_sql()
            conditions.append(UNKNOWN.format(statement, column))
            values += given
    with connection.cursor() as cursor:
        cursor.execute(
            UNNAMED.format(" AND ".join(conditions)), [names, [folder.belongs_to(name) for name in names], *values]
        )
        return {name for (name,) in cursor.fetchall()}


@dataclass(frozen=True)
class Count:
    """Of a folder: how many of its old files no row names, and how many some row does."""

    orphans: int
    named: int

    @property
    def is_believed(self) -> bool:
        return self.orphans <= max(FEW, self.named // BELIEVED)


def count_in(folder: Folder, age: Age) -> Count:
    orphans = named = 0
    for files, nobodys in orphans_in(folder, age):
        orphans += len(nobodys)
        named += files - len(nobodys)
    return Count(orphans, named)


def strangers() -> list[str]:
    """What lies beside the folders that the program owns: nobody touches it."""
    roots = {_root(folder.store): folder.store for folder in folders()}
    known = {root: {folder.name for folder in folders() if _root(folder.store) == root} for root in roots}
    # A storage may lie in another's folder.
    for root, other in permutations(roots, 2):
        if other.startswith(f"{root}/"):
            known[root].add(other.removeprefix(f"{root}/").partition("/")[0])
    beside = (top_of(store) - known[root] for root, store in roots.items() if "" not in known[root])
    return sorted(name for names in beside for name in names)


def _root(store: Storage) -> str:
    return str(store.location) if isinstance(store, FileSystemStorage) else f"bucket:{id(store)}"


# Destroyed -----------------------------------------------------------------------------------------------------------


def sweep(now: datetime | None = None) -> int:
    """Destroy what no row names in every folder. Returns how many files went.

    A store that fails is told in the log; what is left goes the next time, and the other folders go on. Nothing is done
    while the clock is in doubt.
    """
    if RetentionClock.objects.exclude(doubt="").exists():
        log.warning("store_not_swept", why="the clock is in doubt")
        return 0
    _tell_strangers()
    age = old(now, since=database_made_at())
    swept = [_tried(folder, age) for folder in folders() if folder.is_swept_here]
    tell_held_back([said for said, _files in swept if said])
    return sum(files for _said, files in swept)


def _tell_strangers() -> None:
    try:
        if found := strangers():
            log.warning("store_holds_strangers", names=found)
    except Exception as problem:  # whatever a store raises
        log.warning("store_not_looked_at", error=type(problem).__name__)


def _tried(folder: Folder, age: Age) -> tuple[str, int]:
    """What is held back of a folder, and how many files went."""
    try:
        if not count_in(folder, age).is_believed:
            log.error("orphans_held_back", folder=folder.name or folder.storage)
            return folder.said, 0
        return "", destroy_in(folder, age)
    except Exception as problem:  # whatever a store raises
        log.warning("store_not_swept", folder=folder.name or folder.storage, error=type(problem).__name__)
        return "", 0


def destroy_in(folder: Folder, age: Age) -> int:
    """Destroy what no row names in a folder, however much it is. Returns how many files went; each TOLD_AT_ONCE of them
    stand in the ledger, those before the store failed too. Raises what the store raises."""
    return sum(_destroy(folder, part, age) for _files, nobodys in orphans_in(folder, age) for part in parts_of(nobodys))


def parts_of(files: list[StoredFile]) -> Iterator[list[StoredFile]]:
    return (files[first : first + TOLD_AT_ONCE] for first in range(0, len(files), TOLD_AT_ONCE))


def _destroy(folder: Folder, orphans: Iterable[StoredFile], age: Age) -> int:
    gone = list[StoredFile]()
    try:
        for file in orphans:
            if _is_still_old(folder.store, file.name, age):
                folder.store.delete(file.name)
                gone.append(file)
    finally:
        if gone:
            _tell(folder, gone)
            prune(folder.store, (file.name for file in gone if "/" in file.name.removeprefix(f"{folder.name}/")))
    return len(gone)


def _is_still_old(store: Storage, name: str, age: Age) -> bool:
    """Whether it is the file that was found: another may have come in its place, or it went meanwhile, of which each
    store makes an error of its own."""
    try:
        return store.exists(name) and store.get_modified_time(name) in age
    except FileNotFoundError:
        return False


def _tell(folder: Folder, gone: list[StoredFile]) -> None:
    days = [agency_day(file.written_at).isoformat() for file in gone]
    with transaction.atomic():
        append(
            DESTROYED,
            token_hex(4),
            storage=folder.storage,
            folder=folder.name,
            files=len(gone),
            first_day=min(days),
            last_day=max(days),
        )
    log.info("orphans_destroyed", folder=folder.name or folder.storage, files=len(gone))


# Told ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Destroyed:
    """On a day so many files of a folder went, which were written on these days."""

    on: date
    said: str
    files: int
    first_day: date
    last_day: date


def lately() -> list[Destroyed]:
    """What was destroyed within three months, the newest first. Relies on act_of_row."""
    said = {(folder.storage, folder.name): folder.said for folder in folders()}
    acts = LedgerAct.objects.filter(kind=DESTROYED, at__gte=timezone.now() - SHOWN_FOR)
    return [_of_act(act, said) for act in acts]


def _of_act(act: LedgerAct, said: dict[tuple[str, str], str]) -> Destroyed:
    told = act.told
    first, last = (date.fromisoformat(told[name]) for name in ("first_day", "last_day"))
    what = said.get((told["storage"], told["folder"]), "")
    return Destroyed(agency_day(act.at), _(what) if what else told["folder"], told["files"], first, last)


def tell_held_back(said: list[str]) -> None:
    """What the last sweep held back, for whoever looks after retention (privacy.retention.standing)."""
    keep(HELD_BACK, said, seconds=HELD_BACK_FOR)


def held_back() -> list[str]:
    """What lies in the folders of which that is so; none while Redis is away."""
    return list(kept(HELD_BACK) or [])
