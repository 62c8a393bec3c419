"""What has changed: a version of each subject that pages are about, kept in Redis alone.

A subject is a word and a number, `campaign:12`. Whoever changes what pages show of it touches it; the version changes
once that is committed, so whoever reads the version first and the records after never misses a change. A version that
Redis lost is made good by the next step of the clock (STEP): no page is older than that.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from secrets import randbits

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from privacy.kept import AWAY
from privacy.scripts import set_each

STEP = 300  # seconds after which a page is rendered again though nothing was touched: its words may say `yesterday`
EVERYTHING, CLOCK = "everything", "clock"
ADDED = (EVERYTHING, CLOCK)  # of which every page is, unasked
PREFIX = "changed:"
# A version that expired looks as if nothing had been touched: it outlives every page, which ends with its session.
LIVES = 2


def touch(*subjects: str) -> None:
    """What pages show of these changes when the present transaction commits; at once where there is none."""
    if subjects:
        # A function with a name: Django writes it to the log when it fails, and fails itself where there is none.
        def renew() -> None:
            _renew(subjects)

        transaction.on_commit(renew, robust=True)


def touch_everything() -> None:
    """More has changed than is worth naming."""
    touch(EVERYTHING)


def _renew(subjects: Iterable[str]) -> None:
    names = [f"{PREFIX}{subject}" for subject in subjects]
    set_each(names, new_version(), settings.SESSION_ABSOLUTE_SECONDS * LIVES)


def new_version() -> int:
    """Another one each time, whoever makes it."""
    return randbits(62)


def values_of(subjects: Iterable[str]) -> dict[str, str]:
    """What each of these stands at, and with them everything and the clock. One call of Redis, no query.

    While Redis is away nothing stands at anything: pages renew themselves by the clock alone, and each anew once it is
    back, for then everything stands at something.
    """
    names = [f"{PREFIX}{subject}" for subject in sorted({*subjects, EVERYTHING})]
    try:
        kept = _kept(names)
    except AWAY:
        kept = {}
    return {CLOCK: str(step()), **{name.removeprefix(PREFIX): str(kept.get(name, "")) for name in names}}


def _kept(names: Sequence[str]) -> dict[str, object]:
    kept: dict[str, object] = cache.get_many(names)
    if f"{PREFIX}{EVERYTHING}" not in kept:
        # Redis is new or was emptied: what pages hold of before must not look like what is there now.
        cache.add(f"{PREFIX}{EVERYTHING}", new_version(), timeout=None)
        kept = cache.get_many(names)
    return kept


def version_of(values: Mapping[str, str]) -> str:
    """The version of `values_of` together: it is another one as soon as one of them is."""
    return sha256("\n".join(f"{name}={values[name]}" for name in sorted(values)).encode()).hexdigest()[:24]


def step() -> int:
    return int(time.time() // STEP)
