"""The commands of README.md and CONTRIBUTING.md: each is run, here in the order of the page or where TESTED names."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PYTHON = ".venv/bin/python"
# What a test cannot run within itself, and where it is run.
TESTED = {
    "make run": "tests/config/test_running.py",
    "make setup": ".ci/run",  # a part of `make test`
    "make check": ".ci/run",  # `make test` without its slow tests
    "make test": ".ci/run",
    "docker compose up": "tests/config/test_compose.py",
}
ANSWERS = {"setup_admin": "first@agency.example.org\nFirst Administrator\n"}


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (CHECKOUT / page).read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_page_names_only_commands_that_are_run(page: str) -> None:
    unknown = [line for line in commands(page) if not line.startswith(f"{PYTHON} ") and line not in TESTED]

    assert unknown == []
    assert all((CHECKOUT / place).exists() for place in TESTED.values())


def run(line: str, var: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line)
    answer = next((text for name, text in ANSWERS.items() if name in words), "")
    return subprocess.run(
        [sys.executable, *words[1:]],
        cwd=CHECKOUT,
        env={**os.environ, "WAYMARK_VAR": str(var), "ADMIN_PASSWORD": "a passphrase of the test"},
        input=answer,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_commands_of_the_readme_work_in_their_order(var: Path) -> None:
    run(f"{PYTHON} manage.py migrate", var)
    lines = [line for line in commands("README.md") if line.startswith(f"{PYTHON} ")]

    failed = {line: done.stderr for line in lines if (done := run(line, var)).returncode and "doctor" not in line}

    assert failed == {}
    assert len(lines) >= 10


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_page_names_only_files_that_exist(page: str) -> None:
    named = re.findall(r"[`(]((?:docs|tests|analytics|campaigns|records|config|requirements|benchmarks)/[\w./-]+)[`)]",
                       (CHECKOUT / page).read_text())  # fmt: skip

    assert named
    assert [name for name in named if not (CHECKOUT / name).exists()] == []
