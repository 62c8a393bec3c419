"""The Makefile on a machine that lacks something: each time one clear line."""

import shutil
import subprocess
from pathlib import Path

import pytest

from config.assets import CHECKOUT


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout in which nothing was installed."""
    shutil.copy(CHECKOUT / "Makefile", tmp_path)
    shutil.copytree(CHECKOUT / "requirements", tmp_path / "requirements")
    for name in ("package-lock.json", "config/assets.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    return tmp_path


def refused(folder: Path, python: str) -> str:
    (folder / "python").write_text(f"#!/bin/sh\n{python}\n")
    (folder / "python").chmod(0o755)
    done = subprocess.run(
        ["make", "--silent", "setup", "PYTHON=./python"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert not (folder / ".venv").exists()
    return done.stdout.strip()


def test_old_python_is_refused(bare: Path) -> None:
    assert refused(bare, 'case "$*" in *version_info*) exit 1;; esac') == (
        "Waymark needs Python 3.11 or newer as ./python; set PYTHON=/path/to/python3.11"
    )


def test_python_without_venv_is_refused(bare: Path) -> None:
    assert refused(bare, 'case "$*" in *ensurepip*) exit 1;; esac') == (
        "./python lacks the venv module (on Debian and Ubuntu: apt install python3-venv)"
    )


def test_help_names_every_target_for_people() -> None:
    done = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    named = {line.split()[0] for line in done.stdout.splitlines()}
    made = {
        "setup",
        "run",
        "dev",
        "demo-data",
        "test",
        "check",
        "proof",
        "screenshots",
        "bench",
        "soak",
        "lock",
        "clean",
    }
    assert named >= made
