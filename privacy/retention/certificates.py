"""The certificate of a run: what was disposed of under which rule, how, by whom, and how that was checked.

It is made from the run's own rows each time it is asked for, so that it cannot say anything else. Fields after NIST
SP 800-88 (method, verification, persons) and AS-353 (approval, holds); which method covers which field is told by the
models' declarations.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.utils.translation import gettext

from privacy.ledger.proofs import Sealed, place_of, place_words
from privacy.models import DispositionRun, DispositionStep
from privacy.retention.enums import Method, RunState, StepState
from privacy.retention.triggers import words_of
from privacy.vault import checking

LONGEST = 60.0  # seconds


@dataclass(frozen=True)
class Line:
    """What became of one line of the list."""

    what: str
    model: str
    rule: str
    version: int
    trigger: str
    first_trigger: date | None
    last_trigger: date | None
    planned: int
    disposed: int
    kept_held: int
    kept_changed: int
    keys_destroyed: int
    method: str
    sealed_fields: str
    exception: str


@dataclass(frozen=True)
class Certificate:
    number: int
    key: str
    state: str
    as_of: date
    fingerprint: str
    made_by: str
    made_at: datetime
    signed_by: str
    signed_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    approvers: str
    holds: list[str]
    held: int
    waiting: int
    undated: int
    verification: str
    said: str
    journal: str
    ledger: str
    sealed: Sealed | None
    lines: list[Line]

    @property
    def disposed(self) -> int:
        return sum(line.disposed for line in self.lines)


def certificate_of(run: DispositionRun) -> Certificate:
    """The certificate of a run, whatever state it is in."""
    steps = list(run.steps.select_related("policy__decided_by"))
    place = place_of(run)
    approvers = {f"Rule {step.policy.rule.removeprefix('RET-')}: {step.policy.decided_by}" for step in steps}
    return Certificate(
        number=run.pk,
        key=str(run.key),
        state=RunState(run.state).label,
        as_of=run.as_of,
        fingerprint=run.fingerprint,
        made_by=str(run.made_by or f"the program ({run.made_as})"),
        made_at=run.made_at,
        signed_by=str(run.signed_by or "nobody yet"),
        signed_at=run.signed_at,
        begun_at=run.begun_at,
        ended_at=run.ended_at,
        approvers="; ".join(sorted(approvers)),
        holds=[hold["name"] for hold in run.holds_checked],
        held=run.held,
        waiting=run.waiting,
        undated=run.undated,
        verification=verification(run),
        said=run.said,
        journal=_position(run),
        ledger=place_words(place),
        sealed=place if isinstance(place, Sealed) else None,
        lines=[_line(step) for step in steps],
    )


def verification(run: DispositionRun) -> str:
    if run.left_over is None:
        return "Not verified yet: the second query is asked when the last line has run."
    if run.left_over:
        return f"A second query found {run.left_over:,} rows of the list that nothing keeps."
    return "A second query for what the list named found nothing that is not kept for a reason."


def _line(step: DispositionStep) -> Line:
    return Line(
        what=step.partition or str(apps.get_model(step.model)._meta.verbose_name_plural),
        model=step.model,
        rule=step.policy.rule.removeprefix("RET-"),
        version=step.policy.number,
        trigger=words_of(step.policy.trigger),
        first_trigger=step.first_trigger,
        last_trigger=step.last_trigger,
        planned=step.planned,
        disposed=step.disposed,
        kept_held=step.kept_held,
        kept_changed=step.kept_changed,
        keys_destroyed=step.keys_destroyed,
        method=str(Method(step.policy.method).label),
        sealed_fields=", ".join(sealed_fields(step.model)),
        exception=step.exception_reason if step.state == StepState.EXCEPTED else "",
    )


def sealed_fields(label: str) -> Iterable[str]:
    """The fields that are unreadable in old backups too, once the key is gone; the others are cleared."""
    return [field.name for field in checking.sealed_fields(apps.get_model(label))]


def _position(run: DispositionRun) -> str:
    if run.journal_number is None:
        return "Not written yet."
    return f"Up to entry {run.journal_number:,}, whose hash is {run.journal_hash}."


class NotMade(Exception):
    """The document was not written."""


def pdf_of(certificate: Certificate) -> bytes:
    """The certificate as a tagged PDF, set by a process of its own, so that no web process loads the typesetter.

    Raises NotMade.
    """
    content = json.dumps({**asdict(certificate), "disposed": certificate.disposed}, default=_plain)
    with TemporaryDirectory(prefix="waymark-certificate-") as home:
        path = Path(home) / "certificate.pdf"
        module = "privacy.retention.rendering"
        try:
            subprocess.run(
                [sys.executable, "-m", module, str(path)],
                input=content.encode(), check=True, timeout=LONGEST, capture_output=True, cwd=Path(__file__).parents[2],
            )  # fmt: skip
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            raise NotMade(gettext("The certificate's document could not be made.")) from problem
        return path.read_bytes()


def _plain(value: object) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
