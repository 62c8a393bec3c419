"""The benchmarks can be started: each is loaded by a process in which nothing was set up, as `python -m` does it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "benchmarks"
# Each sets up by itself, within its main function or while it is loaded.
LOAD = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"benchmarks.{name}")
"""
SETS_UP_AT_ONCE = re.compile(r"^django\.setup\(\)", re.MULTILINE)


def load(names: list[str]) -> str:
    """What a process complains of that loads these, one after the other; empty where nothing."""
    about = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", LOAD, *names]
    return subprocess.run(command, cwd=FOLDER.parent, env=about, capture_output=True, text=True, check=False).stderr


def test_each_is_loaded_where_nothing_was_set_up() -> None:
    texts = {path.stem: path.read_text() for path in sorted(FOLDER.glob("[a-z]*.py"))}
    at_once = [name for name, text in texts.items() if SETS_UP_AT_ONCE.search(text)]
    later = [name for name in texts if name not in at_once]
    assert len(later) > 15
    assert load(later) == ""
    assert {name: load([name]) for name in at_once} == dict.fromkeys(at_once, "")
