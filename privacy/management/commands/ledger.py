"""`manage.py ledger`: seal, look whether all is as it was sealed, give others what they can check (docs/ledger.md)."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from privacy.ledger import logmonths, naming, proofs, sealing, sending, standing
from privacy.ledger.checking import BadProof, check, lines_of
from privacy.ledger.notes import BadNote, Verifier
from privacy.ledger.verifying import verify
from privacy.models import Destruction, DispositionRun, LedgerCheckpoint


class Command(BaseCommand):
    help = "The ledger, in which the access log, disclosures, disposals, holds and changes of rules are sealed."
    requires_system_checks: Sequence[str] = []  # type: ignore[assignment]  # `check` works without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("seal", help="seal what waits now; the schedule does it every minute")
        looked = actions.add_parser("verify", help="look whether everything is as it was sealed")
        looked.add_argument("--kept", metavar="FOLDER", type=Path, help="compare with the checkpoints kept there")
        written = actions.add_parser("checkpoint", help="write the newest signed checkpoint")
        written.add_argument("--out", metavar="FILE", type=Path, help="to a file instead of standard output")
        proof = actions.add_parser("proof", help="write a proof, to be given to others")
        what = proof.add_mutually_exclusive_group(required=True)
        what.add_argument("--run", metavar="NUMBER", type=int, help="of the certificate of a disposition run")
        what.add_argument("--destruction", metavar="NUMBER", type=int, help="of a certificate of paper and media")
        what.add_argument("--entry", metavar="NUMBER", type=int, help="of any entry of the ledger")
        what.add_argument("--from", dest="sizes", nargs=2, type=int, metavar=("SIZE", "SIZE"),
                          help="that the ledger of the second size begins with that of the first")  # fmt: skip
        checked = actions.add_parser("check", help="check a proof, without any database")
        checked.add_argument("file", type=Path, help="the proof; - for standard input")
        checked.add_argument("--key", help="the key that must have signed, as `ledger key` prints it; else our own")
        actions.add_parser("key", help="print the public key that others check with")
        dropped = actions.add_parser("drop-month", help="drop a month of the access log that is old enough")
        dropped.add_argument("month", help="as in 2021-03")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action.replace('-', '_')}")(**options)
        except (proofs.NotSealed, BadProof, BadNote, OSError, logmonths.Refused) as problem:
            raise CommandError(str(problem)) from problem

    def _seal(self, **_options: Any) -> None:
        self.stdout.write(f"{sealing.seal_all():,} entries sealed; {sealing.sealed_size():,} in all.")

    def _verify(self, *, kept: Path | None, **_options: Any) -> None:
        folder = kept or (Path(settings.LEDGER_FOLDER) if settings.LEDGER_FOLDER else None)
        report = verify(sending.kept_in(folder) if folder else ())
        for finding in report.findings:
            self.stdout.write(f"{finding.said}.")
        for note in report.notes:
            self.stdout.write(f"{note}.")
        self.stdout.write(
            f"{report.size:,} entries, {report.checkpoints:,} signed checkpoints, {report.kept:,} kept elsewhere; "
            f"{report.gone:,} rows disposed of since; {report.waiting:,} wait for the next seal."
        )
        if late := standing.lateness():
            self.stdout.write(late)
        if not report.is_clean:
            raise CommandError(f"{len(report.findings):,} things are not as they were sealed.")
        self.stdout.write(self.style.SUCCESS("Everything is as it was sealed."))

    def _checkpoint(self, *, out: Path | None, **_options: Any) -> None:
        newest = LedgerCheckpoint.objects.first()
        if newest is None:
            raise CommandError("Nothing has been sealed yet.")
        if out:
            out.write_text(newest.note)
        else:
            self.stdout.write(newest.note, ending="")

    def _proof(self, *, sizes: list[int] | None, entry: int | None, **options: Any) -> None:
        certified: dict[str, type[proofs.Certified]] = {"run": DispositionRun, "destruction": Destruction}
        for name, model in certified.items():
            if (number := options[name]) is not None:
                self.stdout.write(proofs.as_file(proofs.proof_of_certificate(_row(model, number))))
                return
        if sizes:
            self.stdout.write(json.dumps({"from": sizes[0], "to": sizes[1], "hashes": proofs.consistency_of(*sizes)}))
        else:
            self.stdout.write(proofs.as_file(proofs.proof_of(entry or 0)))

    def _check(self, *, file: Path, key: str | None, **_options: Any) -> None:
        text = sys.stdin.read() if str(file) == "-" else file.read_text()
        found = check(text, [Verifier.of(key)] if key else naming.verifiers())
        self.stdout.write("\n".join(lines_of(found)))

    def _key(self, **_options: Any) -> None:
        self.stdout.write(naming.verifiers()[0].text)

    def _drop_month(self, *, month: str, **_options: Any) -> None:
        try:
            wanted = date.fromisoformat(f"{month}-01")
        except ValueError:
            raise CommandError("Give the month as in 2021-03.") from None
        self.stdout.write(f"{logmonths.drop(wanted):,} lines of the access log of {month} are gone.")


def _row(model: type[proofs.Certified], number: int) -> proofs.Certified:
    """Raises CommandError."""
    found = model._base_manager.filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no {model._meta.verbose_name} {number}.")
    return found
