"""Faults under load for as long as one likes: `make soak` (SECONDS=600, SEED=…).

After every round all of it is checked: each acknowledged event is stored exactly once, and every rollup is what a
rebuild gives. Ends with 1 and the seed where that does not hold.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("FAULT_SECONDS", "30")


def main() -> None:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    until = time.monotonic() + float(os.environ.get("SECONDS") or 600)
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with tempfile.TemporaryDirectory(prefix="waymark-soak-") as folder:
        var = Path(folder) / "var"
        os.environ["WAYMARK_VAR"] = str(var)
        rounds = soak(var, seed, until)
    said = "every acknowledged event once, every rollup as a rebuild gives it"
    sys.stdout.write(f"{rounds} rounds of every fault, SEED={seed}: {said}\n")


def soak(var: Path, seed: int, until: float) -> int:
    """Returns after how many rounds the time was over; one at least."""
    from config.embedded import users
    from tests.faults.harness.faults import small_disk
    from tests.faults.harness.installation import installation
    from tests.faults.harness.load import Load
    from tests.faults.harness.rounds import all_faults, check, suffer

    rounds, acknowledged = 0, set[str]()
    with small_disk(var) as is_small:
        if not is_small:
            sys.stderr.write("no file system of its own may be mounted here: the disk is not filled\n")
        try:
            with installation(var) as made:
                while not rounds or time.monotonic() < until:
                    sys.stderr.write(f"round {rounds + 1}, SEED={seed}\n")
                    load: Load = suffer(made, seed + rounds, all_faults(seed + rounds, small_disk=is_small))
                    acknowledged |= load.acknowledged
                    load.acknowledged |= acknowledged
                    check(made, load)
                    rounds += 1
        finally:
            users.stop()
    return rounds


if __name__ == "__main__":
    main()
