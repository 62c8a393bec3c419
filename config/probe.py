"""`python -m config.probe /healthz`: ask this machine's own web process, as a container's health check does.

Uses PORT and the first of ALLOWED_HOSTS; ends with 1 unless the answer is 200. Loads no settings, so it is cheap.
"""

import http.client
import os
import sys

TIMEOUT = 5  # seconds


def ask(path: str) -> int:
    """The status with which web answers to `path`. Raises OSError or HTTPException where it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=TIMEOUT)
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").partition(",")[0].strip().lstrip(".")
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    finally:
        connection.close()


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("usage: python -m config.probe PATH")
    try:
        status = ask(arguments[0])
    except (OSError, http.client.HTTPException) as problem:
        sys.exit(f"waymark: web does not answer: {problem}")
    if status != http.client.OK:
        sys.exit(f"waymark: web answers {status} to {arguments[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
