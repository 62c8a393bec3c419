"""Waves: a survey asked again as it was, so that what came out can be told over time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from records.enums import QuestionKind
from records.models import Question, Survey
from records.naming import free_slug
from records.results import SMALLEST_GROUP
from records.tallying import ANY, Answered, Given

COPIED = ("kind", "name_es", "description", "description_es", "most_answers", "is_open", "source", "location")
COPIED_OF_QUESTION = (
    "number", "text", "kind", "element", "choices", "text_es", "choices_es", "starts_page", "is_required",
    "asked_after_answers",
)  # fmt: skip


def waves_of(survey: Survey) -> list[Survey]:
    """All waves of what this is one of, the first first."""
    first = survey.first_wave or survey
    return [first, *first.later_waves.order_by("created_at", "pk")]


def ask_again(survey: Survey, by: User, basis: Basis) -> Survey:
    """The next wave: a copy with the same questions, not published yet."""
    first = survey.first_wave or survey
    with transaction.atomic():
        # One at a time, so that each has a number of its own.
        Survey.objects.select_for_update().get(pk=first.pk)
        name = f"{first.name[:180]} (wave {first.later_waves.count() + 2})"
        made = Survey(name=name, slug=free_slug(Survey, name), first_wave=first, created_by=by)
        for field in COPIED:
            setattr(made, field, getattr(survey, field))
        changes.save(made, by=by, basis=basis)
        copies: dict[int, Question] = {}
        for question in survey.questions.all():
            copy = Question(survey=made, first_asked_id=question.first_asked_id or question.pk)
            for field in COPIED_OF_QUESTION:
                setattr(copy, field, getattr(question, field))
            copy.asked_after = copies.get(question.asked_after_id) if question.asked_after_id else None
            changes.save(copy, by=by, basis=basis)
            copies[question.pk] = copy
    return made


@dataclass(frozen=True)
class Point:
    """What came of a question in one wave. `people` and `value` are None where too few answered to be told."""

    wave: str
    people: int | None
    value: float | None


@dataclass(frozen=True)
class Trend:
    """One question over the waves that asked it: the mean of its answers, or the net promoter score."""

    question: Question
    points: tuple[Point, ...]

    @property
    def is_score(self) -> bool:
        return self.question.kind == QuestionKind.PROMOTER


def trends_of(waves: list[Survey], given: Answered) -> list[Trend]:
    """Of each question answered by a number, over the waves that have answers; `waves` are all, the first first.

    Two queries; none where there is one wave.
    """
    if len(waves) < 2:
        return []
    again = Question.objects.filter(survey__in=waves).in_bulk(given)
    told = {(one.first_asked_id or one.pk, one.survey_id): given[one.pk] for one in again.values()}
    asked = [one for one in waves[0].questions.all() if one.is_number and not one.is_feeling]
    trends = (Trend(one, tuple(_points(one, waves, told))) for one in asked)
    return [trend for trend in trends if trend.points]


def _points(
    question: Question, waves: list[Survey], told: Mapping[tuple[int, int], Mapping[str, Given]]
) -> Iterator[Point]:
    for wave in waves:
        given = told.get((question.pk, wave.pk), {})
        if numbers := {Decimal(answer): one.answers for answer, one in given.items() if answer != ANY}:
            people = given[ANY].people
            is_few = people < SMALLEST_GROUP
            value = promoter_score(numbers) if question.kind == QuestionKind.PROMOTER else mean(numbers)
            yield Point(wave.name, None if is_few else people, None if is_few else round(float(value), 2))


def mean(numbers: Mapping[Decimal, int]) -> Decimal:
    """Of numbers that were given so many times each."""
    return sum((number * times for number, times in numbers.items()), Decimal()) / sum(numbers.values())


def promoter_score(numbers: Mapping[Decimal, int]) -> Decimal:
    """The share of 9 and 10 less the share of 0 to 6, -100 to 100 (the net promoter score), of answers given so many
    times each."""
    more = sum(times for number, times in numbers.items() if number >= 9)
    less = sum(times for number, times in numbers.items() if number <= 6)
    return Decimal(100 * (more - less)) / sum(numbers.values())
