"""A certificate of disposal set by Typst, in a process of its own: its content on standard input, the PDF at the path
that is given."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TEMPLATE = Path(__file__).parent / "certificate.typ"


def main(path: str, content: bytes) -> None:
    import typst

    with TemporaryDirectory() as home:
        root = Path(home)
        (root / "certificate.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "content.json").write_bytes(content)
        compile_document: Any = typst.compile  # its types take no path
        compile_document(
            root / "certificate.typ", output=path, root=root, ignore_system_fonts=True, pdf_standards=["ua-1"]
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer.read())
