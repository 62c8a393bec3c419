"""Rounds of faults under load, drawn from a seed, and what must hold after them."""

import random
import sys
from collections.abc import Iterable, Iterator

from tests.faults.harness.faults import FAULTS, ON_SMALL_DISK
from tests.faults.harness.installation import Installation
from tests.faults.harness.load import Load
from tests.processes import wait_for


def all_faults(seed: int, *, small_disk: bool, rounds: int = 1) -> Iterator[str]:
    """Every fault once a round, each time in another order."""
    draw = random.Random(seed)  # noqa: S311
    for _ in range(rounds):
        names = [*FAULTS, *(ON_SMALL_DISK if small_disk else ())]
        draw.shuffle(names)
        yield from names


def suffer(installation: Installation, seed: int, names: Iterable[str]) -> Load:
    """Let these faults happen one after the other while events are sent. What was sent, and how it was answered."""
    load = Load(installation, seed)
    load.start()
    try:
        for number, name in enumerate(names):
            draw = random.Random(f"{seed}:{number}:{name}")  # noqa: S311
            {**FAULTS, **ON_SMALL_DISK}[name](installation, draw)
            installation.start_again()
            sys.stderr.write(f"{name}: {dict(load.answers)}\n")
            if load.failures:
                break
    finally:
        load.stop()
    return load


def check(installation: Installation, load: Load) -> None:
    """Every acknowledged event is stored exactly once, nothing else is, and every rollup is what a rebuild gives."""
    assert load.failures == []
    assert len(load.acknowledged) > 0
    assert installation.stored() == sorted([*load.acknowledged, *installation.imported])
    wait_for(installation.has_counted, "everything is counted", seconds=120)
    folded = installation.rollups()
    ((events,),) = installation.ask("SELECT count(*) FROM campaigns_event")
    assert installation.ask("SELECT sum(facts) FROM analytics_viewertotal") == [(events,)]
    for command in ("rebuild", "fold"):
        done = installation.run("manage", command)
        assert done.returncode == 0, done.stderr
    assert installation.rollups() == folded
