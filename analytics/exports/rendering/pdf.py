"""A PDF from lines: pictures drawn from their specifications, the document set by Typst from document.typ beside this.

Typst's own fonts are used, which its wheel brings: nothing is read from the machine or the network.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import typst

TEMPLATE = Path(__file__).parent / "document.typ"
NOTHING = "—"
MOST_COLUMNS = 12
NUMBERS = {"count", "rate", "money"}


def main(path: str, lines: IO[bytes]) -> None:
    about = json.loads(lines.readline())
    kinds = [head["kind"] for head in about["heads"]]
    rows = [[shown(kind, cell) for kind, cell in zip(kinds, json.loads(line), strict=True)] for line in lines]
    content = {
        "title": about["title"],
        "notes": about["notes"],
        "as_of": about["as_of"],
        **turned([said(head) for head in about["heads"]], [kind in NUMBERS for kind in kinds], rows),
        "pictures": [{"title": one["title"], "alt": one["description"]} for one in about["pictures"]],
    }
    with TemporaryDirectory() as home:
        root = Path(home)
        (root / "document.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "content.json").write_text(json.dumps(content, ensure_ascii=False))
        for number, one in enumerate(about["pictures"]):
            (root / f"picture-{number}.png").write_bytes(drawn(one["specification"]))
        compile_document: Any = typst.compile  # its types take no path
        compile_document(
            root / "document.typ", output=path, root=root, ignore_system_fonts=True, pdf_standards=["ua-1"]
        )


def said(head: dict[str, str]) -> str:
    """What people read above a column: where it has no label of its own, its name in words."""
    return head["label"].replace("_", " ").capitalize() if head["label"] == head["name"] else head["label"]


def turned(heads: list[str], numbers: list[bool], rows: list[list[str]]) -> dict[str, Any]:
    """The table as it fits on a page: one with many columns and few rows lies on its side."""
    if len(heads) <= MOST_COLUMNS or not 0 < len(rows) <= MOST_COLUMNS:
        return {"heads": heads, "numbers": numbers, "rows": rows}
    first, *lines = zip(heads, *rows, strict=True)
    return {"heads": first, "numbers": [False] + [True] * len(rows), "rows": lines}


def drawn(specification: dict[str, Any]) -> bytes:
    """The picture at twice the size of a screen's. The page's own size, which it has from its box, is given here."""
    import vl_convert

    sized = {**specification, "width": 620, "height": 260}
    return bytes(vl_convert.vegalite_to_png(sized, scale=2))


def shown(kind: str, cell: Any) -> str:
    """A cell as people read it."""
    if isinstance(cell, dict):
        return "hidden"
    if cell is None or cell == "":
        return NOTHING
    if kind == "rate":
        return f"{float(cell):.2%}"
    if kind == "money":
        return f"${float(cell):,.2f}"
    if kind == "count":
        return f"{cell:,}" if isinstance(cell, int) else f"{float(cell):,.1f}"
    return str(cell).replace("T", " ").removesuffix("+00:00") if kind == "moment" else str(cell)


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer)
