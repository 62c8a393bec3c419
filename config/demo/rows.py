"""Events as columns of numbers, and as the lines of the file that the import reads."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from campaigns.enums import EventKind, Grade, Signal
from config.demo.campaigns import PLANS
from config.demo.materials import Shelf
from config.demo.rhythm import Calendar, Indices
from config.demo.staff import SALES, email_of

# The kinds that the demo draws, and each one's index.
KINDS = (
    EventKind.SHARED,
    EventKind.DELIVERED,
    EventKind.VISIT,
    EventKind.VIEW,
    EventKind.PAGE,
    EventKind.RESPONSE,
    EventKind.CONVERSION,
)
GRADES = tuple(Grade)
SHARED, DELIVERED, VISIT, VIEW, PAGE, RESPONSE, CONVERSION = range(len(KINDS))
VERIFIED, CLAIMED, ADDRESSEE, UNKNOWN = range(len(GRADES))
NONE = -1

# Of 32 hexadecimal digits: where each part of a UUID begins and ends.
UUID_PARTS = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))

Rows = dict[str, NDArray[Any]]

# Column -> its value where nothing is said. Moments are the agency's clock; `start` is when the row's visit or mailing
# began: the file is in its order, so that a visit's rows stand together. Indices point to people, plans and the shelf.
COLUMNS: dict[str, Any] = {
    "at": None,
    "start": None,
    "kind": NONE,
    "customer": NONE,
    "campaign": NONE,
    "variant": NONE,
    "material": NONE,
    "staff": NONE,
    "grade": ADDRESSEE,
    "visit": NONE,
    "page": NONE,
    "dwell_ms": NONE,
    "cents": NONE,
    "signals": 0,
    "group": NONE,
}
HEADER = (
    "event_id,occurred_at,kind,customer,campaign,variant,material,shared_by,grade,visit,page,dwell_seconds,amount,"
    "signals"
)


def rows(at: NDArray[np.datetime64], **columns: Any) -> Rows:
    """As many rows as moments; a column is an array of that length or one value for all."""
    columns.setdefault("start", at)
    made = {"at": at}
    for name, default in COLUMNS.items():
        if name != "at":
            made[name] = np.broadcast_to(columns.pop(name, default), at.shape)
    if columns:
        raise TypeError(f"no such columns: {', '.join(columns)}")
    return made


def size(of: Rows) -> int:
    return len(of["at"])


def take(of: Rows, which: NDArray[Any]) -> Rows:
    """The rows at these positions, or where this is true."""
    return {name: column[which] for name, column in of.items()}


def changed(of: Rows, **columns: Any) -> Rows:
    """The same rows with other values in some columns."""
    return of | {name: np.broadcast_to(column, of["at"].shape) for name, column in columns.items()}


def join(parts: list[Rows]) -> Rows:
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def before(of: Rows, end: np.datetime64) -> Rows:
    return take(of, of["at"] < end)


def new_visits(draw: Generator, count: int) -> Indices:
    """Numbers that tell visits apart."""
    return draw.integers(0, 2**62, count)


def write_events(path: Path, draw: Generator, of: Rows, customers: list[str], shelf: Shelf, calendar: Calendar) -> None:
    """The file of events, as the mapping events.toml reads it, in the order in which things began."""
    of = take(of, np.lexsort((of["kind"], of["at"], of["start"])))
    arms = [(plan.slug, arm.name) for plan in PLANS for arm in plan.arms]
    first_arms = np.cumsum([0, *(len(plan.arms) for plan in PLANS)])
    arm = np.where(of["campaign"] == NONE, NONE, first_arms[of["campaign"]] + of["variant"])
    kinds, grades = [kind.value for kind in KINDS], [grade.value for grade in GRADES]
    columns = (
        uuids(draw, size(of)),
        calendar.utc_text(of["at"]),
        _names(of["kind"], kinds),
        _names(of["customer"], customers),
        _names(arm, [slug for slug, _name in arms]),
        _names(arm, [name for _slug, name in arms]),
        _names(of["material"], list(shelf.slugs)),
        _names(of["staff"], [email_of(name) for name in SALES]),
        _names(of["grade"], grades),
        _visit_ids(draw, of["visit"]),
        _numbers(of["page"], ""),
        _numbers(of["dwell_ms"], "thousandths"),
        _numbers(of["cents"], "hundredths"),
        _names(of["signals"], _signal_names()),
    )
    lines = map(",".join, zip(*columns, strict=True))
    path.write_text("\n".join([HEADER, *lines, ""]))


def uuids(draw: Generator, count: int) -> list[str]:
    """Random ids of version 4, the same from the same generator."""
    raw = np.frombuffer(draw.bytes(16 * count), np.uint8).reshape(count, 16).copy()
    raw[:, 6] = raw[:, 6] & 15 | 64
    raw[:, 8] = raw[:, 8] & 63 | 128
    text = raw.tobytes().hex()
    return ["-".join([text[at + first : at + last] for first, last in UUID_PARTS]) for at in range(0, 32 * count, 32)]


def _visit_ids(draw: Generator, visits: Indices) -> list[str]:
    known, position = np.unique(visits, return_inverse=True)
    ids = ["" if visit == NONE else text for visit, text in zip(known.tolist(), uuids(draw, len(known)), strict=True)]
    return [ids[at] for at in position.tolist()]


def _names(indices: Indices, names: list[str]) -> list[str]:
    """The name at each index; NONE, which is -1, is the empty text at the end."""
    names = [*names, ""]
    return [names[at] for at in indices.tolist()]


def _numbers(values: Indices, unit: str) -> list[str]:
    digits = {"": 0, "hundredths": 2, "thousandths": 3}[unit]
    return ["" if value == NONE else f"{value / 10**digits:.{digits}f}" for value in values.tolist()]


def _signal_names() -> list[str]:
    """What each combination of the signals is called in the file."""
    return [" ".join(signal.name.lower() for signal in Signal if bits & signal) for bits in range(2 * max(Signal))]
