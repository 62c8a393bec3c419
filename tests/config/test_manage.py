"""Every command of manage.py, whoever reads what it writes."""

import os
import subprocess
import sys

import pytest

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
