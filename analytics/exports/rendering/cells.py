"""Cells as people read them, and a table as it fits on a page. Light: web pages of frozen reports use it too."""

from collections.abc import Mapping
from typing import Any

NOTHING = "—"
MOST_COLUMNS = 12
LONGEST_MOMENT = len("2026-03-10 12:00:00")  # its head says of which time zone
NUMBERS = {"count", "rate", "money"}


def turned(heads: list[str], numbers: list[bool], rows: list[list[str]]) -> dict[str, Any]:
    """The table as it fits on a page: one with many columns and few rows lies on its side."""
    if len(heads) <= MOST_COLUMNS or not 0 < len(rows) <= MOST_COLUMNS:
        return {"heads": heads, "numbers": numbers, "rows": rows}
    first, *lines = zip(heads, *rows, strict=True)
    return {
        "heads": list(first),
        "numbers": [False] + [True] * len(rows),
        "rows": [list(line) for line in lines],
    }


def shown(kind: str, cell: Any, wording: Mapping[str, str]) -> str:
    """A cell as people read it. Cells come as JSON has them; one that is hidden is an object.

    `wording` says hidden, yes and no, and how numbers are written (`analytics.exports.feeding.wording`).
    """
    if isinstance(cell, dict):
        return wording["hidden"]
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, bool):
        return wording["yes" if cell else "no"]
    if (number := _number(kind, cell)) is not None:
        written = number.translate({ord(","): wording["thousands"], ord("."): wording["decimal"]})
        return f"{written}{wording['percent']}" if kind == "rate" else written
    return str(cell).replace("T", " ")[:LONGEST_MOMENT] if kind == "moment" else str(cell)


def _number(kind: str, cell: Any) -> str | None:
    """`1,204.50`, a rate in percent without the sign; None for what is no number."""
    if kind == "rate":
        return f"{100 * float(cell):.2f}".replace("-", "−")
    if kind == "money":
        return f"{'−' if float(cell) < 0 else ''}${abs(float(cell)):,.2f}"
    if kind == "text" and isinstance(cell, float):
        # A p of 0.002 is no 0.0, and one of 0.0004 no zero.
        return "<0.001" if 0 < cell < 0.001 else f"{cell:,.3f}" if 0 < abs(cell) < 1 else f"{cell:,.1f}"
    if kind == "count":
        return f"{cell:,}" if isinstance(cell, int) else f"{float(cell):,.1f}"
    return str(cell) if kind == "decimal" else None
