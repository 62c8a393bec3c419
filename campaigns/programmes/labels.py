"""Address labels of a fulfilment list as PDF."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from campaigns.programmes.badges import drawn
from privacy.rights.typesetting import typeset
from records.models import Fulfilment, FulfilmentEntry


def labels_pdf(fulfilment: Fulfilment, entries: Iterable[FulfilmentEntry], *, skip: int = 0) -> bytes:
    """Thirty a sheet; `skip` labels of the first, which are used up, are left free. Raises NotSet."""
    content = {
        "kind": "address_labels",
        "title": f"Labels: {drawn(fulfilment.issue) or 'issue'}",
        "skip": skip,
        "labels": [{"lines": lines_of(entry)} for entry in entries],
    }
    with TemporaryDirectory(prefix="waymark-labels-") as name:
        path = Path(name) / "labels.pdf"
        typeset(content, path)
        return path.read_bytes()


def lines_of(entry: FulfilmentEntry) -> list[str]:
    """Name, street, city with state and ZIP code, and how many where it is more than one; nothing that no font has."""
    to = {part: drawn(getattr(entry, f"to_{part}")) for part in ("name", "street", "city", "state", "postal_code")}
    region = " ".join(part for part in (to["state"], to["postal_code"]) if part)
    place = ", ".join(part for part in (to["city"], region) if part)
    more = f"× {entry.copies}" if entry.copies > 1 else ""
    return [line for line in (to["name"] or "–", to["street"], place, more) if line]
