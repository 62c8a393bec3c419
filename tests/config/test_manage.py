"""Every command of manage.py, whoever reads what it writes."""

import gc
import os
import subprocess
import sys
from contextlib import nullcontext

import django
import pytest
from django.core.exceptions import ImproperlyConfigured

import manage
from tests.processes import CHECKOUT, environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "command",
    [
        ["notice", "list"],  # a few lines, which are written when the program ends
        ["notice", "print"],  # more than a pipe takes at once
        ["import", "--undo", "last"],  # an error
        ["help"],
    ],
    ids=" ".join,
)
def test_a_reader_who_stops_reading_ends_the_command_quietly(command: list[str]) -> None:
    """As `head -1` does. The status is that of a program that SIGPIPE ended, as the shell gives it."""
    reader, writer = os.pipe()
    os.close(reader)
    process = [sys.executable, "manage.py", *command]
    done = subprocess.run(
        process, cwd=CHECKOUT, env=environment(), stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    if command[0] == "import":
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    else:
        assert (done.returncode, done.stderr) == (128 + 13, "")


@pytest.mark.parametrize("problem", [None, ImproperlyConfigured("an app cannot be set up")])
def test_no_garbage_is_looked_for_while_a_command_is_loaded_and_then_again(
    monkeypatch: pytest.MonkeyPatch, problem: ImproperlyConfigured | None
) -> None:
    looked = []

    def load() -> None:
        looked.append(gc.isenabled())
        if problem:
            raise problem

    monkeypatch.setattr(django, "setup", load)
    with pytest.raises(ImproperlyConfigured) if problem else nullcontext():
        manage.load()
    assert (looked, gc.isenabled()) == ([False], True)
    assert gc.get_freeze_count() > 0


def test_other_settings_are_the_commands_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "check", "--settings=config.elsewhere"])
    monkeypatch.setattr(django, "setup", lambda: pytest.fail("they are read after these"))
    manage.load()
    process = [sys.executable, "manage.py", "check", "--settings=config.elsewhere"]
    done = subprocess.run(process, cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, "No module named 'config.elsewhere'" in done.stderr) == (1, True)
