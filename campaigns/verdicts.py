"""Who was it: a person, a mail scanner, a colleague? Rule version 1.

Signals of one event are weighed where it is stored (sql/insert_staged.sql); a burst is seen over the
events of one recipient: several distinct links within a second, which people do not manage and mail gateways do.
Time since sending is not used: measured, it does not tell scanners from people.
"""

from pathlib import Path

from django.db.backends.utils import CursorWrapper

RULE_VERSION = 1
MARK_BURSTS = (Path(__file__).parent / "sql" / "mark_bursts.sql").read_text()


def judge_staged(cursor: CursorWrapper) -> None:
    """Mark the bursts among the staged events; the insert then gives each event its verdict and reason."""
    cursor.execute(MARK_BURSTS)
