"""What is printed of the register: labels with a barcode, and the certificate of a destruction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno

from privacy.ledger.proofs import Sealed, place_of, place_words
from privacy.models import Destruction, PhysicalUnit
from privacy.physical.due import clock_of
from privacy.physical.enums import Destroying, DestructionState, Medium
from privacy.retention.triggers import words_of
from privacy.rights.typesetting import typeset

MOST_LABELS = 500


@dataclass(frozen=True)
class Line:
    """A unit on a certificate."""

    barcode: str
    medium: str
    series: str
    box: str
    site: str
    rule: str
    version: int
    approved_by: str
    trigger: str
    first_day: date
    last_day: date
    clock_day: date | None
    due_on: date | None


@dataclass(frozen=True)
class Certificate:
    """Made from the destruction's own rows each time it is asked for, as that of a run of disposal is."""

    number: int
    key: str
    state: str
    is_done: bool
    method: str
    technique: str
    site: str
    listed_by: str
    listed_at: datetime
    destroyed_on: date | None
    witness: str
    witnessed_at: datetime | None
    holds: list[str]
    said: str
    ledger: str
    sealed: Sealed | None
    lines: list[Line]


def certificate_of(destruction: Destruction) -> Certificate:
    units = destruction.units.select_related("policy__decided_by")
    place = place_of(destruction)
    return Certificate(
        number=destruction.pk,
        key=str(destruction.key),
        state=DestructionState(destruction.state).label,
        is_done=destruction.state == DestructionState.DONE,
        method=Destroying(destruction.method).label,
        technique=destruction.technique,
        site=destruction.site,
        listed_by=str(destruction.listed_by),
        listed_at=destruction.listed_at,
        destroyed_on=destruction.destroyed_on,
        witness=str(destruction.witness or "nobody yet"),
        witnessed_at=destruction.witnessed_at,
        holds=[hold["name"] for hold in destruction.holds_checked],
        said=destruction.said,
        ledger=place_words(place),
        sealed=place if isinstance(place, Sealed) else None,
        lines=[_line(unit) for unit in units],
    )


def _line(unit: PhysicalUnit) -> Line:
    policy = unit.policy
    assert policy is not None  # noqa: S101 (unit_destroyed_on_a_certificate; a listed one has it as well)
    return Line(
        barcode=unit.barcode,
        medium=Medium(unit.medium).label,
        series=unit.series,
        box=unit.box,
        site=unit.site,
        rule=unit.rule.removeprefix("RET-"),
        version=policy.number,
        approved_by=str(policy.decided_by),
        trigger=words_of(policy.trigger),
        first_day=unit.first_day,
        last_day=unit.last_day,
        clock_day=clock_of(unit, policy),
        due_on=unit.due_on,
    )


def certificate_pdf(certificate: Certificate) -> bytes:
    """Raises NotSet."""
    return _pdf({"kind": "destruction", **_plain(asdict(certificate))})


def labels_pdf(units: Iterable[PhysicalUnit]) -> bytes:
    """A sheet of labels, ten a page: barcode, its text, series, box and days; never a person. Raises NotSet."""
    labels = [
        {
            "barcode": unit.barcode,
            "code": _code(unit.barcode),
            "series": unit.series,
            "box": unit.box,
            "site": unit.site,
            "days": f"{unit.first_day} to {unit.last_day}",
            "rule": unit.rule.removeprefix("RET-"),
        }
        for unit in units
    ]
    return _pdf({"kind": "labels", "labels": labels})


def _code(text: str) -> str:
    """A two-dimensional barcode as SVG, readable where a quarter of it is damaged."""
    drawing: str = segno.make_qr(text, error="q").svg_inline(border=2)
    return drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _pdf(content: dict[str, Any]) -> bytes:
    with TemporaryDirectory(prefix="waymark-register-") as name:
        path = Path(name) / "document.pdf"
        typeset(content, path)
        return path.read_bytes()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value
