"""What came out of a survey: how many people gave each answer, groups too small to be told hidden."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from records.intake.answers import CHOOSING, bounds_of
from records.models import Question, Survey
from records.tallying import ANY, Answered, Given, given_in

# Source: DESIGN section 9 (sums are about groups of 5 people or more).
SMALLEST_GROUP = 5
MOST_BARS = 21  # a scale with more steps is shown by those that somebody chose


@dataclass(frozen=True)
class Bar:
    """One answer and how many people gave it: None where the group is too small to be told. There is no `share` where
    nobody answered the question."""

    answer: str
    people: int | None
    share: int | None  # per cent of those who answered the question


@dataclass(frozen=True)
class Result:
    """What came out of one question. `people` answered it, None where they are too few to be told."""

    question: Question
    people: int | None
    bars: tuple[Bar, ...]

    @property
    def is_counted(self) -> bool:
        """Texts and feelings are not: each is somebody's own words."""
        return bool(self.bars)

    @property
    def is_hiding(self) -> bool:
        return any(bar.people is None for bar in self.bars)


def results_of(survey: Survey, given: Answered | None = None) -> list[Result]:
    """One result a question, in their order. Two queries; one where it is `given` what was answered."""
    given = given_in(survey.pk) if given is None else given
    return [_result(question, given.get(question.pk, {})) for question in survey.questions.all()]


def _result(question: Question, given: Mapping[str, Given]) -> Result:
    people = given[ANY].people if given else 0
    if 0 < people < SMALLEST_GROUP:
        return Result(question, None, ())
    answers = {answer: given[answer].people if answer in given else 0 for answer in answers_shown(question, given)}
    hidden = _hidden(answers)
    bars = tuple(
        Bar(answer, None, None) if answer in hidden else Bar(answer, count, percent(count, people))
        for answer, count in answers.items()
    )
    return Result(question, people, bars)


def percent(count: int, people: int) -> int | None:
    """Of nobody there is none."""
    return round(100 * count / people) if people else None


def answers_shown(question: Question, given: Collection[str]) -> list[str]:
    """The answers that are shown, in the order of the question, those that nobody gave included."""
    if question.is_feeling or question.kind == "text":
        return []
    if question.kind in CHOOSING:
        return list(map(str, question.choices))
    lowest, highest = bounds_of(question.kind, question.choices)
    if highest - lowest < MOST_BARS:
        return [str(number) for number in range(lowest, highest + 1)]
    return sorted((answer for answer in given if answer != ANY), key=int)


def _hidden(answers: Mapping[str, int]) -> set[str]:
    """The answers of too few people; a single one hides another with it, else the sum would tell it."""
    hidden = {answer for answer, count in answers.items() if 0 < count < SMALLEST_GROUP}
    others = sorted((count, answer) for answer, count in answers.items() if count >= SMALLEST_GROUP)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return hidden
