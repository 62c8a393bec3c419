"""The importer of surveys and contests. A file is of one of two shapes, as its mapping says: a row is an answer (it has
a column `question`), or a row is a respondent with a column a question.
"""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from records.enums import QuestionKind
from records.intake import cells, people
from records.intake.answers import LONGEST_ANSWER, is_number, rule_of
from records.intake.asking import Asked, read_survey
from records.intake.copying import copy_in
from records.intake.fields import Choice, Field, Sealed, Text
from records.intake.kinds import Loaded, Plan, bound
from records.intake.known import count_known
from records.intake.mapping import Column, Mapping
from records.intake.problems import Problem
from records.intake.staging import COPY_ESCAPES
from records.models import Answer, Import, Submission, Survey
from records.models.survey import FEELINGS

SQL = Path(__file__).parent / "sql"
INSERT_SUBMISSIONS = (SQL / "insert_submissions.sql").read_text()
INSERT_ANSWERS = (SQL / "insert_answers.sql").read_text()
COMPARE = (SQL / "compare_answers.sql").read_text()

OPEN_ANSWERS = """
DROP TABLE IF EXISTS pg_temp.staged_answer;
CREATE TEMPORARY TABLE staged_answer (line bigint, question int, value text) ON COMMIT DROP
"""
REJECT = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, %s, %s)"
NO_ANSWER = """
INSERT INTO staged_reject (line, field, reason)
SELECT line, '', 'answers no question' FROM staged_row WHERE line NOT IN (SELECT line FROM staged_answer)
"""
NEW_FEELINGS = "SELECT subject, key, line, question FROM new_answer WHERE is_feeling"
KNOWN_FEELINGS = """
SELECT subject, key, line, feeling AS {field}
FROM known_answer
WHERE is_feeling AND field = '{field}' AND value IS NOT NULL AND key IS NOT NULL
"""


@dataclass(frozen=True)
class QuestionName(Field):
    """What a cell calls a question: its column in the mapping, or its text. The value is its number."""

    numbers: dict[str, int]
    required: bool = True

    def parse(self, text: str) -> int:
        if text.strip() not in self.numbers:
            raise Problem("is no question of this survey")
        return self.numbers[text.strip()]


Value = int | str | bool | list[str] | list[int] | None


class SurveyImporter:
    def plan(self, mapping: Mapping) -> Plan:
        return AnswerPlan(mapping) if "question" in mapping.columns else RespondentPlan(mapping)

    def undo(self, record: Import) -> str:
        """Delete the submissions of an import with their answers, and its survey where nobody else answered it."""
        submissions = Submission.objects.filter(source_import=record)
        answers = Answer.objects.filter(submission__in=submissions)._raw_delete(using=submissions.db)
        gone = submissions._raw_delete(using=submissions.db)
        _, kinds = Survey.objects.filter(source_import=record, submissions=None).delete()
        return f"{gone:,} submissions, {answers:,} answers, {kinds.get(Survey._meta.label, 0):,} surveys"


class SurveyPlan(Plan):
    """What both shapes share: submissions and their answers, from `staged_answer` (line, question, value)."""

    answer_field = ""  # the field of the answer, where a row is one

    def __init__(self, mapping: Mapping, fields: dict[str, Field], answers: dict[str, Column]) -> None:
        self.described = read_survey(mapping)
        mapping.extra.close()
        general = {
            **people.person_fields(),
            "survey": Choice({self.described.slug: self.described.slug, self.described.name: self.described.slug}),
            "submitted_at": people.moment_field(),
            **fields,
        }
        self.fields = bound(general, mapping, given=("submitted_at",))
        self.columns = people.dated(mapping, "submitted_at") | answers

    def begin(self, cursor: CursorWrapper, record: Import) -> None:
        self.described.make(record)

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else adds an answer while these are compared and inserted; reading goes on.
        cursor.execute("LOCK TABLE records_submission, records_answer IN SHARE ROW EXCLUSIVE MODE")
        people.find_people(cursor)
        cursor.execute(OPEN_ANSWERS)
        self.stage_answers(cursor, given)
        values = self._values(record, given)
        cursor.execute(INSERT_SUBMISSIONS, values)
        self._seal_feelings(cursor)
        cursor.execute(INSERT_ANSWERS)
        cursor.execute("SELECT count(DISTINCT line) FROM new_answer")
        (loaded,) = cursor.fetchone()
        cursor.execute(COMPARE, values)
        self._reject_other_feelings(cursor)
        return Loaded(loaded, count_known(cursor, record))

    @abstractmethod
    def stage_answers(self, cursor: CursorWrapper, given: Collection[str]) -> None:
        """Fill `staged_answer` with the answers of the staged rows; reject those that are none.

        An answer about feelings is staged as the empty text, and stays in `self.held`.
        """

    def _seal_feelings(self, cursor: CursorWrapper) -> None:
        cursor.execute(NEW_FEELINGS)
        texts = [
            (subject, key, self.held[line][self.answer_field or f"q_{question}"])
            for subject, key, line, question in cursor.fetchall()
        ]
        cells.seal_cells(cursor, Answer, {"feeling": texts})

    def _reject_other_feelings(self, cursor: CursorWrapper) -> None:
        for field in {self.answer_field or asked.staged for asked in self.described.questions if asked.is_feeling}:
            cells.reject_differing(cursor, Answer, {field: "feeling"}, KNOWN_FEELINGS.format(field=field), self.held)

    def _values(self, record: Import, given: Collection[str]) -> dict[str, Value]:
        return {
            "import": record.pk,
            "content": record.content_hash,
            "source": record.source,
            "location": record.location,
            "survey": Survey.objects.get(slug=self.described.slug).pk,
            "rule": rule_of(self.described.kind),
            "feelings": list(FEELINGS),
            "numbers": [kind for kind in QuestionKind.values if is_number(kind)],
            "answer_a_row": bool(self.answer_field),
            "answer_field": self.answer_field or None,
            "questions": [
                asked.number for asked in self.described.questions if self.answer_field or asked.staged in given
            ],
        }


class RespondentPlan(SurveyPlan):
    """A row is a submission with a column a question. Without a number it is named by file and line."""

    def __init__(self, mapping: Mapping) -> None:
        super().__init__(mapping, {"number": Text(80)}, {})
        for asked in self.described.questions:
            self.fields[asked.staged] = asked.field()
            self.columns[asked.staged] = Column(asked.column, optional=True)

    def stage_answers(self, cursor: CursorWrapper, given: Collection[str]) -> None:
        for asked in self.described.questions:
            if asked.is_feeling:
                _copy_answers(cursor, asked, [(line, "") for line in self.held if asked.staged in self.held[line]])
            else:
                cursor.execute(
                    f"INSERT INTO staged_answer SELECT line, {asked.number}, {asked.staged}::text"
                    f" FROM staged_row WHERE {asked.staged} IS NOT NULL"
                )
        cursor.execute(NO_ANSWER)


class AnswerPlan(SurveyPlan):
    """A row is an answer; the rows of a submission have its number in common. Which answers are about feelings is known
    row by row, so all of them are held and none is staged before that.
    """

    answer_field = "answer"

    def __init__(self, mapping: Mapping) -> None:
        fields: dict[str, Field] = {
            "number": Text(80, required=True),
            "question": Text(1_000, required=True),
            "answer": Sealed(Text(LONGEST_ANSWER), required=True),
        }
        super().__init__(mapping, fields, {})
        asked = self.described.questions
        self.fields["question"] = QuestionName(
            {one.text: one.number for one in asked} | {one.column: one.number for one in asked}
        )
        self.asked = {one.number: one for one in asked}

    def stage_answers(self, cursor: CursorWrapper, given: Collection[str]) -> None:
        held = {line: dict(values) for line, values in self.held.items()}
        cursor.execute("SELECT question::int, array_agg(line) FROM staged_row GROUP BY question")
        for number, lines in cursor.fetchall():
            asked = self.asked[number]
            values, problems = asked.field().read_column([held[line]["answer"] for line in lines])
            cursor.executemany(REJECT, [(lines[at], "answer", reason) for at, reason in problems.items()])
            good = [
                (line, value) for at, (line, value) in enumerate(zip(lines, values, strict=True)) if at not in problems
            ]
            for line, value in good:
                held[line]["answer"] = value
            _copy_answers(cursor, asked, [(line, "" if asked.is_feeling else value) for line, value in good])
        self.held = held


def _copy_answers(cursor: CursorWrapper, asked: Asked, answers: Sequence[tuple[int, str]]) -> None:
    rows = "".join([f"{line}\t{asked.number}\t{value.translate(COPY_ESCAPES)}\n" for line, value in answers])
    copy_in(cursor, "COPY staged_answer FROM STDIN", rows.encode())
