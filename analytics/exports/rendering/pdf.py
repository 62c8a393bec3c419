"""A PDF from lines: pictures drawn from their specifications, the document set by Typst from document.typ beside this.

Typst's own fonts are used, which its wheel brings: nothing is read from the machine or the network.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import typst

from analytics.exports.rendering.cells import NUMBERS, shown, turned
from analytics.exports.rendering.drawing import as_png

TEMPLATE = Path(__file__).parent / "document.typ"


def main(path: str, lines: IO[bytes]) -> None:
    about = json.loads(lines.readline())
    heads = about["heads"]
    rows = [of_document(heads, json.loads(line), about["wording"]) for line in lines]
    heads = [head for head in heads if head["in_documents"]]
    content = {
        "title": about["title"],
        "lead": about["lead"],
        "opening": about["opening"],
        "notes": about["notes"],
        "said": said_of(about),
        **turned([said(head) for head in heads], [head["kind"] in NUMBERS for head in heads], rows),
        "pictures": [
            {"title": one["title"], "alt": one["description"], "note": one["note"]} for one in about["pictures"]
        ],
    }
    with TemporaryDirectory() as home:
        root = Path(home)
        (root / "document.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "content.json").write_text(json.dumps(content, ensure_ascii=False))
        for number, one in enumerate(about["pictures"]):
            (root / f"picture-{number}.png").write_bytes(as_png(one, about["wording"], with_title=False))
        compile_document: Any = typst.compile  # its types take no path
        compile_document(
            root / "document.typ", output=path, root=root, ignore_system_fonts=True, pdf_standards=["ua-1"]
        )


def said_of(about: dict[str, Any]) -> dict[str, str]:
    """What the document says of itself, with its moment."""
    wording = about["wording"]
    moment = {"moment": f"{about['as_of'].replace('T', ' ')[:19]} {wording['zone']}"}
    return {**wording, "as_of": wording["as_of"] % moment, "description": wording["description"] % moment}


def of_document(heads: list[dict[str, Any]], row: list[Any], wording: dict[str, str]) -> list[str]:
    """The cells of a row that stand in a document, as people read them."""
    return [shown(head["kind"], cell, wording) for head, cell in zip(heads, row, strict=True) if head["in_documents"]]


def said(head: dict[str, str]) -> str:
    """What people read above a column: where it has no label of its own, its name in words."""
    return head["label"].replace("_", " ").capitalize() if head["label"] == head["name"] else head["label"]


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer)
