"""Children under a supervisor: real processes, killed for real."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import supervising
from config.supervising import Child, GivenUp

LONG_LIVED = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)"
)
WITH_CHILD = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {LONG_LIVED!r}]); time.sleep(600)"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Child]]:
    made: list[Child] = []

    def make(code: str) -> Child:
        made.append(Child("worker", [sys.executable, "-c", code], log=tmp_path / "worker.log", patience=0.3))
        return made[-1]

    yield make
    for child in made:
        child.stop()


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.01)


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def tended(child: Child, told: list[str]) -> bool:
    child.tend(told.append)
    return True


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def group(leader: int) -> list[int]:
    """The living processes of a group, of those that can be read."""
    stats = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(stat.parent.name)] = (fields[0], int(fields[2]))
    return [pid for pid, (state, its_group) in stats.items() if its_group == leader and state != "Z"]


def test_dead_child_is_started_again_and_named(make: Callable[[str], Child]) -> None:
    child, told = make(LONG_LIVED), list[str]()
    child.start()
    first = pid_of(child)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: tended(child, told) and pid_of(child) != first)
    assert lives(pid_of(child))
    assert told == [f"worker ended with -9; starting it again in 0.5 s (see {child.log})"]


def test_child_that_cannot_live_is_started_ever_more_rarely(
    make: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervising, "LONGEST_PAUSE", 0.04)
    child, told = make("raise SystemExit(3)"), list[str]()
    child.start()
    wait_until(lambda: tended(child, told) and len(told) == 4)
    assert [line.split(" in ")[1].split(" s ")[0] for line in told] == ["0.01", "0.02", "0.04", "0.04"]


def test_child_that_ends_at_once_again_and_again_is_given_up(
    make: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervising, "LONGEST_PAUSE", 0.01)
    child, told = make("raise SystemExit(3)"), list[str]()
    child.start()
    with pytest.raises(GivenUp) as given_up:
        wait_until(lambda: tended(child, told) and len(told) == 6)
    assert str(given_up.value) == f"worker ended with 3 at once, 6 times in a row: see {child.log}"
    assert len(told) == 5


def test_child_that_lived_a_while_or_is_being_worked_on_is_not_given_up(
    make: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervising, "LONGEST_PAUSE", 0.01)
    worked_on, lasting, told = make("raise SystemExit(3)"), make("raise SystemExit(3)"), list[str]()
    worked_on.gives_up = False
    worked_on.start()
    wait_until(lambda: tended(worked_on, told) and len(told) == 8)
    monkeypatch.setattr(supervising, "AT_ONCE", 0.0)
    lasting.start()
    wait_until(lambda: tended(lasting, told) and len(told) == 16)


def test_stopped_child_takes_its_own_children_with_it(make: Callable[[str], Child]) -> None:
    child = make(WITH_CHILD)
    child.start()
    leader = pid_of(child)
    wait_until(lambda: len(group(leader)) == 2)
    child.stop()
    wait_until(lambda: not group(leader))


def test_stubborn_child_is_killed_after_its_patience(make: Callable[[str], Child]) -> None:
    child = make(STUBBORN)
    child.start()
    pid = pid_of(child)
    assert child.log is not None
    wait_until(child.log.read_text)
    child.stop()
    assert not lives(pid)


def test_what_a_killed_child_left_behind_is_ended(make: Callable[[str], Child]) -> None:
    child = make(WITH_CHILD)
    child.start()
    leader = pid_of(child)
    wait_until(lambda: len(group(leader)) == 2)
    os.kill(leader, signal.SIGKILL)
    wait_until(lambda: tended(child, []) and not group(leader))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from config.supervising import Child\n"
        f"child = Child('worker', [sys.executable, '-c', {LONG_LIVED!r}], log=Path({str(tmp_path / 'log')!r}))\n"
        "child.start(); print(child.process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        wait_until((tmp_path / "log").read_text)
        supervisor.kill()
    wait_until(lambda: not lives(pid))


def test_large_log_is_put_aside(make: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "LARGEST_LOG", 3)
    child = make(LONG_LIVED)
    assert child.log is not None
    child.log.write_text("long")
    child.start()
    wait_until(child.log.read_text)
    assert child.log.read_text() == "here\n"
    assert child.log.with_suffix(".log.1").read_text() == "long"
