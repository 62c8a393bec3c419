"""How fast are PDF files made into pages, set against pypdfium2 alone, and does the bound on memory hold for bad ones?

    DATA=folder python -m benchmarks.materials     the folder that holds pdfs/; QUICK=1: its small files alone

The program draws in a process of its own with a bound on memory and time: each page at two widths and as a thumbnail,
WebP, with its text. Set beside it: pypdfium2 drawing the same pages at the larger width in this process, and nothing
else. Prints a table and, as the last line, JSON.
"""

import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2

SMALL = 300_000  # bytes
PDF = "application/pdf"


@dataclass(frozen=True)
class Drawn:
    """One file: its pages, the seconds of the program and of pypdfium2 alone; why it is not shown, if it is not."""

    file: str
    pages: int
    seconds: float
    bare: float
    refused: str = ""


def main() -> None:
    files = list(pdf_files(Path(os.environ.get("DATA", "data")) / "pdfs"))
    if not files:
        print("There is no folder pdfs/ with files (DATA=folder says where it lies): nothing is measured.")
        return
    found = [measured(path) for path in files]
    for one in found:
        print(f"{one.file:<46} {one.pages:>6,} {one.seconds:>8.2f} s {one.refused[:60]}")
    whole = [one for one in found if not one.refused]
    pages = sum(one.pages for one in whole)
    seconds, bare = sum(one.seconds for one in whole), sum(one.bare for one in whole)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{pages:,} pages of {len(whole)} files: {pages / seconds:.1f} a second")
    print(f"pypdfium2 alone: {pages / bare:.1f} a second; of it {bare / seconds:.2f}")
    print(f"{len(found) - len(whole)} refused; a drawing process held at most {peak:,.0f} MB of {bound_mb():,} MB")
    assert peak <= bound_mb(), "a drawing process held more memory than it may"
    told = {"pages_a_second": pages / seconds, "bare": pages / bare, "peak_mb": peak}
    print(json.dumps({**told, "files": [asdict(one) for one in found]}))


def pdf_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*.pdf")):
        if not os.environ.get("QUICK") or path.stat().st_size <= SMALL:
            yield path


def bound_mb() -> int:
    from campaigns.materials.drawing.limits import MEMORY

    return MEMORY >> 20


def measured(path: Path) -> Drawn:
    from campaigns.materials.drawing.problems import Unfit
    from campaigns.materials.drawn import drawn_pages

    began, pages, refused = time.perf_counter(), 0, ""
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        try:
            for _page in drawn_pages(path, PDF, Path(folder)).pages:
                pages += 1
        except Unfit as problem:
            refused = str(problem)
    seconds = time.perf_counter() - began
    return Drawn(path.name, pages, seconds, 0 if refused else bare_seconds(path), refused)


def bare_seconds(path: Path) -> float:
    from campaigns.materials.drawing.limits import WIDE

    began = time.perf_counter()
    with suppress(pypdfium2.PdfiumError), pypdfium2.PdfDocument(path) as document:
        for number in range(len(document)):
            page = document[number]
            page.render(scale=WIDE / page.get_width()).close()
            page.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
