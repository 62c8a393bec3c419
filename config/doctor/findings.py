"""What a check of the doctor finds."""

from enum import StrEnum
from typing import NamedTuple

import redis
from django.db import DatabaseError, InterfaceError
from kombu.exceptions import OperationalError

# What a server that is away, or refuses, makes a check raise.
FAILURES = (DatabaseError, InterfaceError, redis.RedisError, OperationalError, OSError)


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(NamedTuple):
    """`said`: what is, or is wrong; `advice`: what to do, where something is to be done."""

    level: Level
    said: str
    advice: str = ""


def ok(said: str) -> Finding:
    return Finding(Level.OK, said)


def warn(said: str, advice: str) -> Finding:
    return Finding(Level.WARN, said, advice)


def fail(said: str, advice: str) -> Finding:
    return Finding(Level.FAIL, said, advice)


def in_a_line(problem: BaseException) -> str:
    """The first line of an error, for whoever sits at the terminal."""
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]


def duration(seconds: float) -> str:
    """Seconds in words: `40 s`, `12 min`, `3 h`, `5 days`."""
    for size, unit in ((172_800, "days"), (7_200, "h"), (120, "min")):
        if seconds >= size:
            return f"{seconds // {'days': 86_400, 'h': 3_600, 'min': 60}[unit]:.0f} {unit}"
    return f"{seconds:.0f} s"
