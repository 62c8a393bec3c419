"""Every fault once, under load, in an installation of its own; `make soak` does it for as long as one likes."""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from config.embedded import users
from tests.faults.harness.faults import small_disk
from tests.faults.harness.installation import Installation, installation
from tests.faults.harness.rounds import all_faults, check, suffer
from tests.processes import environment

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture
def made(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Installation, bool]]:
    """An installation with the test database's tables, and whether its disk is small enough to be filled."""
    template, var = environment()["DATABASE_URL"], tmp_path / "var"
    connection.close()
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    with small_disk(var) as is_small:
        monkeypatch.setenv("WAYMARK_VAR", str(var))
        try:
            with installation(var, template) as found:
                yield found, is_small
        finally:
            users.stop()


def test_every_fault_under_load_leaves_each_event_once_and_every_rollup_right(
    made: tuple[Installation, bool],
) -> None:
    """The FAULT_SEED that a failure shows draws the same faults again."""
    found, is_small = made
    names = list(all_faults(SEED, small_disk=is_small))
    sys.stderr.write(f"FAULT_SEED={SEED}: {', '.join(names)}\n")
    check(found, suffer(found, SEED, names))
