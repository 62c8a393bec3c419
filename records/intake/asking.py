"""The survey or contest that a mapping describes, and its questions: made when there is none of its slug."""

from dataclasses import dataclass
from datetime import date

from records.enums import QuestionKind, SurveyKind
from records.intake.answers import answer_field, check_choices, element_named
from records.intake.describing import optional, refuse_other, short, slug_of
from records.intake.fields import Field
from records.intake.mapping import Mapping, Table
from records.intake.problems import Problem, Refused
from records.models import Import, Question, Survey
from records.models.survey import FEELINGS
from records.topics import refused_topic


@dataclass(frozen=True)
class Asked:
    """A question of the mapping. `column` is its column, or what the cell of `question` calls it."""

    number: int
    column: str
    text: str
    kind: str
    element: str
    choices: tuple[str | int, ...]

    @property
    def staged(self) -> str:
        return f"q_{self.number}"

    @property
    def is_feeling(self) -> bool:
        return self.element in FEELINGS

    def field(self) -> Field:
        return answer_field(self.kind, self.choices, self.element)

    def is_as(self, known: Question) -> bool:
        stored = (known.text, known.kind, known.element, tuple(known.choices))
        return stored == (self.text, self.kind, self.element, self.choices)


@dataclass(frozen=True)
class Described:
    slug: str
    name: str
    kind: str
    description: str
    opens_on: date | None
    closes_on: date | None
    questions: tuple[Asked, ...]

    def make(self, record: Import) -> None:
        """Raises Refused where the slug is another survey's, or a question is not the mapping's."""
        known = Survey.objects.filter(slug=self.slug).first()
        if known:
            refuse_other(f"the survey {self.slug}", known, name=self.name, kind=self.kind)
            self._refuse_other_questions(known)
        else:
            self._make(record)

    def _make(self, record: Import) -> None:
        survey = Survey.objects.create(
            slug=self.slug,
            name=self.name,
            kind=self.kind,
            description=self.description,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            source=record.source,
            location=record.location,
            source_import=record,
            is_demo=record.is_demo,
        )
        Question.objects.bulk_create(
            Question(
                survey=survey,
                number=asked.number,
                text=asked.text,
                kind=asked.kind,
                element=asked.element,
                choices=list(asked.choices),
            )
            for asked in self.questions
        )

    def _refuse_other_questions(self, survey: Survey) -> None:
        known = {question.number: question for question in survey.questions.all()}
        for asked in self.questions:
            if asked.number not in known or not asked.is_as(known[asked.number]):
                raise Refused(
                    f"the survey {self.slug} exists, and its question {asked.number} is not the mapping's "
                    f"{asked.column!r}: make them the same (text, kind, element, choices), or give another slug"
                )


def read_survey(mapping: Mapping) -> Described:
    """Takes [survey] and [[questions]] from the mapping. Raises Refused where they are not whole or must not be."""
    table = mapping.extra.table("survey")
    kind = table.choice("kind", tuple(SurveyKind.values), SurveyKind.SURVEY)
    described = Described(
        slug=slug_of(table),
        name=short(table, "name"),
        kind=kind,
        description=optional(table, "description", 5_000),
        opens_on=table.take("opens_on", date, None),
        closes_on=table.take("closes_on", date, None),
        questions=tuple(
            _read_question(at, block, kind) for at, block in enumerate(mapping.extra.tables("questions"), 1)
        ),
    )
    table.close()
    _check(table, described)
    return described


def _check(table: Table, described: Described) -> None:
    if described.opens_on and described.closes_on and described.closes_on < described.opens_on:
        raise Refused(f"{table.where}: closes_on is before opens_on")
    columns = [asked.column for asked in described.questions]
    if not columns:
        raise Refused(f"{table.where}: name the questions, each as [[questions]]")
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise Refused(f"{table.where}: two questions have the column {twice[0]!r}")
    refuse_topics(table.where, described.name, described.description)


def _read_question(number: int, table: Table, survey_kind: str) -> Asked:
    asked = Asked(
        number=number,
        column=short(table, "column"),
        text=short(table, "text", 1_000),
        kind=table.choice("kind", tuple(QuestionKind.values)),
        element=_element(table, survey_kind),
        choices=tuple(table.take("choices", list, [])),
    )
    table.close()
    try:
        check_choices(asked.kind, asked.choices)
    except Problem as problem:
        raise Refused(f"{table.where}: choices {problem.reason}") from None
    refuse_topics(table.where, asked.column, asked.text, *map(str, asked.choices))
    return asked


def _element(table: Table, survey_kind: str) -> str:
    try:
        return element_named(table.take("element", str), survey_kind)
    except Problem as problem:
        raise Refused(f"{table.where}: element {problem.reason}") from None


def refuse_topics(where: str, *texts: str) -> None:
    """Raises Refused where one of the texts asks what no survey may."""
    if topic := refused_topic(*texts):
        raise Refused(f"{where}: this asks about {topic.name}: {topic.because}. Leave it out, or drop its column")
