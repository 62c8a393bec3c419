"""`manage.py import`: a file comes in, or goes out again."""
# ruff: noqa: N999 (the command's name)

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from records.intake.kinds import kinds, mapping_of
from records.intake.pipeline import Request, Result, import_file
from records.intake.problems import Refused
from records.intake.telling import database_trouble, sums
from records.intake.undoing import newest, take_back
from records.models import Import

MOST_REASONS = 20


class Command(BaseCommand):
    help = "Import a CSV file (plain or .gz) by a mapping file, list imports, or take one back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", help=f"what the file holds: {', '.join(kinds())}")
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--mapping", type=Path, help="which column is which field (TOML; see docs/importing.md)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--rejects", type=Path, help="where the rejected rows are written (CSV): a new file")
        parser.add_argument("--demo", action="store_true", help="mark the import as part of the made-up workspace")
        parser.add_argument("--undo", metavar="IMPORT", help="take this import back: its number, or `last`")
        parser.add_argument("--list", action="store_true", help="show the imports, newest first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except Error as problem:
            raise CommandError(database_trouble(problem)) from None

    def _run(self, options: dict[str, Any]) -> None:
        if options["list"]:
            return self._list()
        if options["undo"] is not None:
            return self._undo(options)
        if not options["kind"] or not options["file"]:
            raise CommandError("say what to import: import KIND FILE, or --undo IMPORT, or --list")
        return self._import(options)

    def _list(self) -> None:
        for record in Import.objects.all():
            self.stdout.write(
                f"{record.pk}  {record.started_at:%Y-%m-%d %H:%M}  {record.get_state_display()}  {record.kind}  "
                f"{record.file_name}  {sums(record)}"
            )

    def _undo(self, options: dict[str, Any]) -> None:
        if options["kind"]:
            raise Refused(
                "--undo takes no file: give the number of the import alone (manage.py import --list shows them)"
            )
        record, gone = take_back(number_of(options["undo"]), of_demo=options["demo"])
        self.stdout.write(f"{record} is taken back: {gone}")

    def _import(self, options: dict[str, Any]) -> None:
        mapping = mapping_of(options["kind"], options["mapping"])
        show_progress = self._progress if sys.stderr.isatty() and options["verbosity"] else lambda record: None
        request = Request(
            path=options["file"],
            mapping=mapping,
            dry_run=options["dry_run"],
            rejects_path=options["rejects"],
            is_demo=options["demo"],
            progress=show_progress,
        )
        self._report(import_file(request), dry_run=options["dry_run"])

    def _progress(self, record: Import) -> None:
        self.stderr.write(f"\r{record.read:,} rows read", ending="")
        self.stderr.flush()

    def _report(self, result: Result, *, dry_run: bool) -> None:
        for why in dict.fromkeys(result.dropped.values()):
            columns = [column for column, reason in result.dropped.items() if reason == why]
            self.stdout.write(f"dropped {', '.join(columns)}: {why}")
        if result.ignored:
            self.stdout.write(f"ignored {', '.join(result.ignored)}")
        for element, count in sorted(result.secrets.items()):
            self.stdout.write(f"dropped {count:,} × {element}: a secret, which is never kept")
        if result.resumed_after:
            self.stdout.write(f"went on after line {result.resumed_after:,}")
        name = "dry run, nothing written" if dry_run else str(result.record)
        self.stdout.write(f"{name}: {sums(result.record)}")
        if removed := result.record.secrets_dropped:
            self.stdout.write(f"removed, and not kept: {removed:,} full card or bank account numbers")
        self._report_rejects(result)

    def _report_rejects(self, result: Result) -> None:
        for (column, reason), count in result.why.most_common(MOST_REASONS):
            where = f"{column} " if column else ""
            self.stdout.write(f"  {count:,} × {where}{reason} (first: line {result.first_lines[column, reason]:,})")
        if result.rejects_path and result.record.rejected:
            self.stdout.write(f"rejected rows: {result.rejects_path}")
        if result.rejects_missing:
            self.stdout.write(f"  ({result.rejects_missing:,} of an earlier run are in a file that is not there)")


def number_of(text: str) -> int:
    """The import that `--undo` means. Raises Refused for what is neither a number nor `last`."""
    if text == "last":
        return newest()
    if not text.isdecimal():
        raise Refused(f"--undo takes the number of an import, or `last`, not {text!r}")
    return int(text)
