"""A brochure's words and numbers, put together from brochures.toml and sections.toml, and set as a PDF."""

import json
import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
COVER_AND_CLOSING = 2
WORDS = ("product", "audience", "task", "piece", "pieces")


@dataclass(frozen=True)
class Brochure:
    """One made-up document. `content` is what the template brochure.typ draws, a page for each section."""

    slug: str
    title: str
    page_count: int
    content: dict[str, Any]
    sections: tuple[str, ...]


@cache
def brochures() -> tuple[Brochure, ...]:
    """All of them, the same in every demo."""
    sections = tomllib.loads((HERE / "sections.toml").read_text())
    table = tomllib.loads((HERE / "brochures.toml").read_text())
    return tuple(_brochure(slug, entry, sections) for slug, entry in table.items())


def _brochure(slug: str, entry: dict[str, Any], sections: dict[str, Any]) -> Brochure:
    words = {name: entry[name] for name in WORDS} | {
        name.title(): _capitalized(entry[name]) for name in ("audience", "product")
    }
    numbers = random.Random(slug)  # noqa: S311 (figures of a brochure, no secret)
    content = {name: entry[name] for name in ("title", "subtitle", "family", "color", "product")}
    content["sections"] = [_filled(sections[name], words, numbers) for name in entry["sections"]]
    content["points"] = [section["lead"] for section in content["sections"]][:6]
    content["pages"] = len(entry["sections"]) + COVER_AND_CLOSING
    return Brochure(slug, entry["title"], content["pages"], content, tuple(entry["sections"]))


def _filled(section: dict[str, Any], words: dict[str, str], numbers: random.Random) -> dict[str, Any]:
    """A section with its words and numbers filled in. A pair of bounds becomes a number between them."""

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return value.format(**words)
        return round(numbers.uniform(*value), section["digits"])

    return {
        "heading": _capitalized(fill(section["heading"])),
        "lead": _capitalized(fill(section["lead"])),
        "paragraphs": [_capitalized(fill(paragraph)) for paragraph in section["paragraphs"]],
        "figure": {
            "form": section["form"],
            "caption": _capitalized(fill(section["caption"])),
            "unit": section.get("unit", ""),
            "head": [fill(cell) for cell in section.get("head", [])],
            "rows": [_cells(row, section, fill) for row in section["rows"]],
        },
    }


def _cells(row: list[Any], section: dict[str, Any], fill: Any) -> list[Any]:
    """The row as the drawing wants it: numbers where it draws lengths, else texts."""
    cells = [fill(cell) for cell in row]
    if section["form"] in ("bars", "line"):
        return cells
    return [cell if isinstance(cell, str) else f"{cell:.{section['digits']}f}" for cell in cells]


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def pdf(slug: str) -> bytes:
    """The brochure as a tagged PDF, byte for byte the same each time. Made once a process (about 0.1 s)."""
    (brochure,) = (each for each in brochures() if each.slug == slug)
    return typst.compile(
        HERE / "brochure.typ",
        root=HERE,
        ignore_system_fonts=True,  # the fonts in the wheel, the same everywhere
        format="pdf",
        sys_inputs={"document": json.dumps(brochure.content)},
        timestamp=0,
    )
