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
    known = {"output": made, "root": home, "ignore_system_fonts": True}
    try:
        compile_document(home / "document.typ", **known, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        # A letter that the fonts lack: a document with a box in its place is better than none.
        compile_document(home / "document.typ", **known)
    document = pypdfium2.PdfDocument(made)
    try:
        return len(document)
    finally:
        document.close()


if __name__ == "__main__":
    sys.stdout.write(str(main(Path(sys.argv[1]))))
