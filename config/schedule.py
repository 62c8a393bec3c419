"""Everything that runs by the clock, in one table."""

from datetime import timedelta
from typing import TypedDict


class Entry(TypedDict):
    task: str
    schedule: timedelta


SCHEDULE: dict[str, Entry] = {
    # Each batch asks for its fold when it commits; this picks up what that call could not reach (a broker away).
    "fold what is waiting": {"task": "analytics.tasks.fold_pending", "schedule": timedelta(seconds=5)},
}
