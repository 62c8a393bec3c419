"""`python -m privacy.rights.setting HOME`: set HOME/document.typ as a tagged PDF beside it, and say how many pages."""

import sys
from pathlib import Path
from typing import Any


def main(home: Path) -> int:
    """The number of pages."""
    import pypdfium2
    import typst

    compile_document: Any = typst.compile  # its types take no path
    made = home / "document.pdf"
    compile_document(home / "document.typ", output=made, root=home, ignore_system_fonts=True, pdf_standards=["ua-1"])
    document = pypdfium2.PdfDocument(made)
    try:
        return len(document)
    finally:
        document.close()


if __name__ == "__main__":
    sys.stdout.write(str(main(Path(sys.argv[1]))))
