"""Holds an installation's servers, and starts again what was killed, as `make run` does."""

import time

from config import embedded
from config.embedded import ServerError


def main() -> None:
    embedded.attach()
    while True:
        time.sleep(0.1)
        try:
            embedded.revive()
        except (ServerError, OSError):
            time.sleep(1)  # a disk that is full: it starts when there is room again


if __name__ == "__main__":
    main()
