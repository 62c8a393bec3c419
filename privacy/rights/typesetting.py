"""Documents by Typst: tagged PDF (PDF/UA-1), set by a process of its own, so that no web process or worker loads it.

The content is data in a file, never code; nothing is read from the machine's fonts or the network.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

TEMPLATES = Path(__file__).parent / "documents"
LONGEST = 300.0  # seconds


class NotSet(Exception):
    """The document could not be set. The message names no content."""


def typeset(content: dict[str, Any], path: Path) -> int:
    """Set the document that `content["kind"]` names into `path`; returns its pages. Raises NotSet."""
    with TemporaryDirectory(prefix="waymark-setting-") as name:
        home = Path(name)
        (home / "document.typ").write_bytes((TEMPLATES / f"{content['kind']}.typ").read_bytes())
        (home / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        made = home / "document.pdf"
        pages = _run(home)
        path.write_bytes(b"")
        path.chmod(0o600)
        path.write_bytes(made.read_bytes())
    return pages


def letter_pdf(title: str, text: str) -> bytes:
    """A letter of privacy.rights.letters as PDF."""
    with TemporaryDirectory(prefix="waymark-letter-") as name:
        path = Path(name) / "letter.pdf"
        typeset({"kind": "letter", "title": title, "paragraphs": text.strip().split("\n\n")}, path)
        return path.read_bytes()


def _run(home: Path) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "privacy.rights.setting", str(home)],
        cwd=settings.BASE_DIR,
        env={"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a typesetter quotes there what stands in the content
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise NotSet("the document was not set in time") from None
    if process.returncode or not said.strip().isdigit():
        raise NotSet(f"the typesetter ended with {process.returncode}")
    return int(said)
