"""The rollup of what was answered in surveys, and what of it is to be counted again (records.tallying)."""

from django.db import models
from django.db.models import DO_NOTHING, Q

from privacy.holdings import SystemData
from records.models.survey import Question

LONGEST_ANSWER = 200  # characters of an answer that a question offers (records.intake.answers.LONGEST_CHOICE)


class AnswerTally(models.Model):
    """How many submissions of a block gave an answer to a question; of those of words alone, whether there was one.

    Blocks are of 1,024 submissions by their id. A person counts once, so what persons gave more than once is counted
    beside that (`is_repeated`), by blocks of 256 persons. The empty answer is any: how many answered at all.
    """

    pk = models.CompositePrimaryKey("question_id", "is_repeated", "block", "answer")
    question = models.ForeignKey(Question, DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    is_repeated = models.BooleanField()
    block = models.BigIntegerField()
    answer = models.CharField(max_length=LONGEST_ANSWER, blank=True)
    given = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(given__gte=1), name="answer_tally_of_some")]
        indexes = [models.Index(fields=["is_repeated", "block"], name="answer_tally_of_block")]

    notice = SystemData(
        "Sums over the people of a survey, of answers that a question offers: no row is about a person."
    )


class AnswerRecount(models.Model):
    """What changed since it was counted, noted by triggers in the transaction that changes it.

    A submission: its block is to be counted again, and its person's where they handed in more than once. A person: what
    they gave more than once is, in any case, for something of theirs went or moved. Counted, the note is deleted.
    """

    submission_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)

    notice = SystemData("Which sums of answers are to be counted again; deleted within seconds, when they are.")
