"""The tally of what was answered in surveys: by block, counted again where something changed, never corrected.

Triggers note whatever changes in the transaction that changes it: answers, whose submission it is, which records are
one person. What is noted is left out of the tally by whoever reads it and counted afresh, in the same statement; the
fold counts it once for all and deletes the notes. So numbers are exact at any moment, also while others hand in, and a
block's rows are what its answers give, whatever happened before.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from privacy.renewing.versions import touch

SQL = Path(__file__).parent / "sql"
PARTS = {name: (SQL / f"answers_{name}.sql").read_text() for name in ("waiting", "repeated")}
FRESH = (SQL / "answers_fresh.sql").read_text().format(**PARTS)
COUNTED = (SQL / "answers_counted.sql").read_text().format(fresh=FRESH, **PARTS)
FOLD = (SQL / "answers_fold.sql").read_text().format(fresh=FRESH, **PARTS)
NOTE_ALL = (SQL / "answers_note_all.sql").read_text()

# Two that count the same block would wait for each other's rows: the second finds nothing to do.
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('records.tallying', 0))"
NOTES_A_FOLD = 65_536  # as many new submissions are 64 blocks, counted in some two seconds

ANSWERS = "answers"  # what open pages of results are about: whatever changed of them is noted, and so folded
ANY = ""  # the answer that stands for any: whoever answered at all


@dataclass(frozen=True)
class Given:
    """How many answers were this one, and how many people gave it: each once, however often they handed in."""

    answers: int
    people: int


Answered = Mapping[int, Mapping[str, Given]]  # by question (primary key), by answer


def given_in(*surveys: int) -> Answered:
    """What was answered in these surveys (primary keys): by question, by answer, those that somebody gave. One query.

    Of questions that are answered in words, and of sealed answers, ANY alone.
    """
    found: dict[int, dict[str, Given]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"surveys": list(surveys)})
        for question, answer, answers, people in cursor.fetchall():
            found[question][answer] = Given(answers, people)
    return found


def fold_all() -> int:
    """Count all that is noted; how many notes there were. Ends where another process is at it."""
    total = 0
    while folded := fold_once():
        total += folded
    return total


def fold_once(most: int = NOTES_A_FOLD) -> int:
    """Count what was noted longest ago, at most so many notes. Returns how many there were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, {"most": most, "surveys": None})
        folded: int = cursor.fetchone()[0]
        if folded:
            touch(ANSWERS)
    return folded


def note_all() -> int:
    """Have everything counted again by the folds that follow. Returns how many notes that are."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE_ALL)
        noted: int = cursor.rowcount
    return noted
