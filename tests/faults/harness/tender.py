"""Holds an installation's servers, and starts again what was killed, as `make run` does."""

import time

from config import embedded
from config.embedded import ServerError
from config.embedded.postgresql import SETTINGS


def main() -> None:
    # On a slow machine the write-ahead log of a long load would fill the small disk before that fault has its turn.
    SETTINGS["max_wal_size"] = "256MB"
    embedded.attach()
    while True:
        time.sleep(0.1)
        try:
            embedded.revive()
        except (ServerError, OSError):
            time.sleep(1)  # a disk that is full: it starts when there is room again


if __name__ == "__main__":
    main()
