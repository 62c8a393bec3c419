"""`python -m config.embedded stop`, and the keeper process (`keep`, started by the program itself)."""

import sys

from config.embedded import users
from config.embedded.places import ServerError


def main(arguments: list[str]) -> None:
    try:
        match arguments:
            case ["stop"]:
                users.stop()
            case ["keep", lock]:
                users.keep(int(lock))
            case _:
                sys.exit("usage: python -m config.embedded stop")
    except ServerError as problem:
        sys.exit(f"waymark: {problem}")


if __name__ == "__main__":
    main(sys.argv[1:])
