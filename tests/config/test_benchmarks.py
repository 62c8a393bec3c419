"""The benchmarks can be started: all are loaded by a process in which nothing was set up, as `python -m` loads one."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "benchmarks"
LOAD = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"benchmarks.{name}")
"""


def test_all_are_loaded_where_nothing_was_set_up() -> None:
    names = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    assert len(names) > 20
    about = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", LOAD, *names]
    done = subprocess.run(command, cwd=FOLDER.parent, env=about, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
