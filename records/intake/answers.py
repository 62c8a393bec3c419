"""How a question is asked and answered: which answers a kind of question takes, and which element of the notice they
are. The importer of surveys and the forms check by the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from records.enums import QuestionKind, SurveyKind, SurveyRule
from records.intake.fields import Field, Integer, Sealed, Text
from records.intake.problems import Problem
from records.models.survey import ANSWER_ELEMENTS, FEELINGS, GENERAL_ELEMENTS

LONGEST_ANSWER = 10_000
LONGEST_CHOICE = 200
SEPARATOR = "; "
BOUNDS: Mapping[str, tuple[int, int]] = {
    QuestionKind.RATING: (1, 5),
    QuestionKind.SCALE: (1, 10),
    QuestionKind.PROMOTER: (0, 10),
}
CHOOSING = (QuestionKind.CHOICE, QuestionKind.SEVERAL)
# What mappings call the elements: `perception` is the notice's `c09-customer-perception`.
ELEMENTS: Mapping[str, str] = {
    **{name.removeprefix("c09-").removeprefix("customer-"): name for name in (*ANSWER_ELEMENTS, *FEELINGS)
       if name.startswith("c09-")},
    **{name: name for name in (*ANSWER_ELEMENTS, *FEELINGS, *GENERAL_ELEMENTS)},
}  # fmt: skip
GENERAL = "general"
RULES = {SurveyKind.SURVEY: SurveyRule.SURVEY, SurveyKind.CONTEST: SurveyRule.CONTEST}


@dataclass(frozen=True)
class OneOf(Field):
    """One of the allowed answers, case aside."""

    choices: tuple[str, ...]
    required: bool = False

    def parse(self, text: str) -> str:
        known = {choice.casefold(): choice for choice in self.choices}
        if text.strip().casefold() not in known:
            raise Problem(f"is none of {', '.join(self.choices)}")
        return known[text.strip().casefold()]


@dataclass(frozen=True)
class SomeOf(Field):
    """Some of the allowed answers, separated by semicolons; kept once each, in the order of the question."""

    choices: tuple[str, ...]
    required: bool = False

    def parse(self, text: str) -> str:
        one = OneOf(self.choices)
        chosen = {one.parse(part) for part in text.split(";") if part.strip()}
        if not chosen:
            raise Problem("names no answer")
        return SEPARATOR.join(choice for choice in self.choices if choice in chosen)


def answer_field(kind: str, choices: Sequence[str | int], element: str) -> Field:
    """What checks the answers to a question."""
    asked = _asked(kind, choices)
    return Sealed(asked) if element in FEELINGS else asked


def _asked(kind: str, choices: Sequence[str | int]) -> Field:
    if kind == QuestionKind.CHOICE:
        return OneOf(tuple(map(str, choices)))
    if kind == QuestionKind.SEVERAL:
        return SomeOf(tuple(map(str, choices)))
    if kind == QuestionKind.TEXT:
        return Text(LONGEST_ANSWER)
    return Integer(*bounds_of(kind, choices))


def bounds_of(kind: str, choices: Sequence[str | int]) -> tuple[int, int]:
    """The lowest and highest answer: of a rating or scale its choices say otherwise where they are given."""
    lowest, highest = choices or BOUNDS[kind]
    return int(lowest), int(highest)


def is_number(kind: str) -> bool:
    return kind in BOUNDS


# What is wrong with the answers of a question that offers fewer than two.
NOT_SEVERAL = "are not two or more different answers"


def check_choices(kind: str, choices: Sequence[object]) -> None:
    """Raises Problem where a question of this kind cannot be answered by these."""
    if kind in CHOOSING:
        _check_words(choices)
    elif kind in (QuestionKind.RATING, QuestionKind.SCALE):
        _check_bounds(choices)
    elif choices:
        raise Problem("are for ratings, scales and questions with choices only")


def _check_words(choices: Sequence[object]) -> None:
    words = [choice for choice in choices if isinstance(choice, str) and choice.strip()]
    if len(words) < len(choices) or len({word.casefold() for word in words}) < max(len(words), 2):
        raise Problem(NOT_SEVERAL)
    if any(";" in word or word != word.strip() or len(word) > LONGEST_CHOICE for word in words):
        raise Problem(f"hold a semicolon, a space at an end, or more than {LONGEST_CHOICE} characters")


def _check_bounds(choices: Sequence[object]) -> None:
    if not choices:
        return
    numbers = [choice for choice in choices if isinstance(choice, int) and 0 <= choice <= 1_000]
    if len(numbers) != 2 or len(choices) != 2 or numbers[0] >= numbers[1]:
        raise Problem("are not the lowest and the highest number, between 0 and 1,000")


def element_named(word: str, kind: str) -> str:
    """The element that a mapping means; `general` is what customers provide as part of a survey, or of a contest.

    Raises Problem.
    """
    if word == GENERAL:
        return GENERAL_ELEMENTS[kind == SurveyKind.CONTEST]
    if word not in ELEMENTS:
        names = [name for name, element in ELEMENTS.items() if name != element]
        raise Problem(f"{word!r} is no kind of survey data of the notice (they are: {', '.join([*names, GENERAL])})")
    return ELEMENTS[word]


def rule_of(kind: str) -> str:
    """The notice's retention rule of answers: a contest is a promotion."""
    return RULES[SurveyKind(kind)]
