"""An import from its file to its last row: chunk by chunk, each chunk and its counts in one commit.

A crash anywhere leaves an Import that is running, with counts that are true. The same file with the same mapping goes
on where it stopped; or the import is taken back (records.intake.undoing).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils import timezone

from privacy.vault import trial
from records.enums import ImportState
from records.intake import staging
from records.intake.kinds import Plan, Rows, importer_of
from records.intake.locks import held
from records.intake.mapping import Mapping
from records.intake.problems import Refused, Reject
from records.intake.reasons import Reasons
from records.intake.rejects import RejectsFile, refuse_path, rejects_path
from records.intake.source import Source
from records.models import Import

PATIENCE = 5.0  # seconds: so long the lock of a process that was killed may outlive it


@dataclass(frozen=True)
class Request:
    """What is to be imported, and how.

    `name` is what its owner calls the file, where that is not its path; `started_by` the number of their account.
    `progress` is called after each commit: what it raises ends the run there, to be gone on with.
    """

    path: Path
    mapping: Mapping
    name: str = ""
    started_by: int | None = None
    dry_run: bool = False
    rejects_path: Path | None = None
    is_demo: bool = False
    progress: Callable[[Import], None] = lambda record: None


@dataclass
class Result:
    """What an import did, all runs of it: `why` counts rejects by column and reason, `first_lines` has their lines."""

    record: Import
    dropped: dict[str, str]
    ignored: list[str]
    resumed_after: int = 0
    rejects_path: Path | None = None
    rejects_missing: int = 0  # rejected by an earlier run whose rejects file is gone, and so not in `why`
    why: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)
    secrets: Counter[str] = field(default_factory=Counter)  # dropped by this run, by element of the notice

    def add(self, rejects: Sequence[Reject]) -> None:
        for reject in rejects:
            self.why[reject.column, reject.reason] += 1
            self.first_lines.setdefault((reject.column, reject.reason), reject.line)


def import_file(request: Request) -> Result:
    """Import a file, or go on with an import of it that was cut off.

    Raises Refused before anything is written; or later, with the import left as far as it came.
    """
    plan = importer_of(request.mapping.kind).plan(request.mapping)
    source = Source(request.path, request.name)
    record = _new_record(request, source)
    with source.text(request.mapping.layout.encoding) as text:
        run = Run(request, plan, plan.rows(text, request.mapping, Path(source.name)), record, source)
        with rolled_back() if request.dry_run else running_alone(record):
            run.begin()
            run.load_all()
            run.finish()
    return run.result


class Run:
    """One run of an import. Made before anything is written: a header that does not fit raises Refused here."""

    def __init__(self, request: Request, plan: Plan, reader: Rows, record: Import, source: Source) -> None:
        self.request, self.plan, self.reader, self.record, self.source = request, plan, reader, record, source
        mapping = request.mapping
        self.bindings = staging.bind(plan, mapping, reader.header, source.name)
        dropped = {name: reason for name, reason in mapping.dropped.items() if name in reader.header}
        self.result = Result(record, dropped, staging.other_columns(plan, mapping, reader.header))

    def begin(self) -> None:
        """Find the import of this file that was cut off, or start a new one."""
        with transaction.atomic(), connection.cursor() as cursor:
            found = Import.objects.filter(state=ImportState.RUNNING, **_identity(self.record)).first()
            if path := self.request.rejects_path:
                refuse_path(path, self.request.path, goes_on=found is not None)
            if found is None:
                self.record.save()
                self.plan.begin(cursor, self.record)
            else:
                self._go_on_with(found)
        self.request.progress(self.record)

    def _go_on_with(self, found: Import) -> None:
        if self.request.started_by not in (None, found.started_by_id):
            raise Refused(
                f"import {found.pk}, by somebody else, of this file by this mapping was not finished: "
                "it must be gone on with or taken back first"
            )
        self.record = self.result.record = found
        self.result.resumed_after = found.last_line

    def load_all(self) -> None:
        after = self.record.last_line
        chunks = staging.chunks(self.reader, self.bindings, self.plan.rows_a_chunk, after=after)
        if (path := self._rejects_path()) is None:
            return self._load_each(chunks, None)
        with closing(RejectsFile(path, committed_line=after)) as rejects_file:
            self.result.rejects_path = path
            self.result.rejects_missing = self.record.rejected - len(rejects_file.kept)
            self.result.add(rejects_file.kept)
            return self._load_each(chunks, rejects_file)

    def _rejects_path(self) -> Path | None:
        if self.request.rejects_path or self.request.dry_run:
            return self.request.rejects_path
        path = rejects_path(self.record)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def _load_each(self, chunks: Iterator[staging.Chunk], rejects_file: RejectsFile | None) -> None:
        for number, chunk in enumerate(staging.ahead(chunks), start=1):
            with transaction.atomic(), connection.cursor() as cursor:
                self._load(cursor, chunk, rejects_file)
            self._count_anew(number)
            self.request.progress(self.record)

    def _count_anew(self, number: int) -> None:
        """Let the planner know how far the tables have grown, after the first, second, fourth, eighth … chunk.

        One that was empty when it was last counted is taken to be so still, and each row of a chunk would be looked for
        in all of it. In a transaction of its own: the lock of a count must not wait for another import's rows.
        """
        if self.plan.fills and number.bit_count() == 1:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {', '.join(self.plan.fills)}")

    def _load(self, cursor: CursorWrapper, chunk: staging.Chunk, rejects_file: RejectsFile | None) -> None:
        read = chunk.read
        staging.stage(cursor, self.plan, self.bindings, chunk)
        loaded = self.plan.load(cursor, self.record, [binding.name for binding in self.bindings])
        chunk.rejects += staging.staged_rejects(cursor, self.bindings, chunk)
        chunk.rejects.sort(key=lambda reject: reject.line)
        if rejects_file:
            rejects_file.write(chunk.rejects)
        self.result.add(chunk.rejects)
        self.result.secrets += loaded.secrets
        self._count(
            reached={
                "last_line": chunk.last_line,
                "position": self.source.position,
                "reasons": Reasons.of(self.record.reasons).adding(chunk.rejects).kept(),
            },
            read=read,
            loaded=loaded.loaded,
            already_present=loaded.already_present,
            rejected=len(chunk.rejects),
            secrets_dropped=chunk.secrets,
        )

    def _count(self, *, reached: dict[str, object], **counts: int) -> None:
        """Add a chunk's counts. The constraint import_adds_up refuses the commit where they do not add up."""
        still = Import.objects.filter(pk=self.record.pk, state=ImportState.RUNNING, last_line=self.record.last_line)
        if not still.update(**reached, **{name: F(name) + count for name, count in counts.items()}):
            raise Refused(f"import {self.record.pk} was taken back or finished by somebody else meanwhile")
        self.record.refresh_from_db()

    def finish(self) -> None:
        try:
            self.source.refuse_if_changed()
        except Refused as refusal:
            self._end(ImportState.FAILED, str(refusal))
            raise
        self._end(ImportState.DONE)

    def _end(self, state: ImportState, error: str = "") -> None:
        self.record.state, self.record.finished_at, self.record.error = state, timezone.now(), error
        self.record.save(update_fields=["state", "finished_at", "error"])


def _new_record(request: Request, source: Source) -> Import:
    mapping = request.mapping
    return Import(
        kind=mapping.kind,
        file_name=Path(source.name).name[-255:],
        content_hash=source.content_hash(),
        size=source.size,
        started_by_id=request.started_by,
        mapping_name=mapping.name[-255:],
        mapping_hash=mapping.digest,
        source=mapping.layout.source,
        location=mapping.layout.location,
        nominal_date=mapping.layout.nominal_date,
        is_demo=request.is_demo,
    )


def _identity(record: Import) -> dict[str, str]:
    """What two imports have in common of which only one may run (constraint import_runs_once)."""
    return {name: getattr(record, name) for name in ("kind", "content_hash", "mapping_hash")}


def running_alone(record: Import) -> AbstractContextManager[None]:
    """Hold the lock of a live import of this file and mapping."""
    name = ":".join(["records.intake", *_identity(record).values()])
    otherwise = f"{record.file_name} is being imported by another process: wait for it to end"
    return held(name, patience=PATIENCE, otherwise=otherwise)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Everything within is done and then taken back, whatever happens: no person's key is made for it either."""
    with trial(), transaction.atomic():
        yield
        transaction.set_rollback(True)
