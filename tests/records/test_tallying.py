"""The tally of answers: exact at any moment, whatever happens to answers, submissions and persons, folded or not."""

from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import combinations, product
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import tallying
from records.crossing import CROSS, cross_of
from records.identity import merging
from records.identity.merging import CannotMerge
from records.models import Answer, AnswerRecount, AnswerTally, Customer, Merge, Question, Submission, Survey
from records.results import results_of
from records.tallying import ANY, Given, fold_all, fold_once, given_in, note_all
from records.tasks import count_answers
from tests.campaigns.surveying import ask, make_survey

NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)
APART = 700  # ids so far apart that three of them are of two or three blocks
PEOPLE = range(1, 6)
Answers = dict[str, str]


def make_person(nth: int) -> Customer:
    return Customer.objects.create(pk=nth * APART, number=f"C-{nth}", name=f"Person {nth}")


def asked_of(survey: Survey) -> dict[str, Question]:
    return {
        "rating": ask(survey),
        "which": ask(survey, "Which?", "choice", choices=["A", "B"]),
        "uses": ask(survey, "Uses?", "several", choices=["Letters", "Parcels", "Nothing"]),
        "why": ask(survey, "Why?", "text"),
        "feels": ask(survey, "Feels?", "rating", element="c09-feelings"),
    }


def hand_in(survey: Survey, nth: int, customer: Customer | None = None, **answers: str) -> Submission:
    """The nth submission of all, by its id too."""
    made = Submission.objects.create(
        pk=nth * APART, survey=survey, customer=customer, number=f"s{nth}", submitted_at=NOON, retention_rule="RET-7"
    )
    for question in survey.questions.all():
        if text := answers.get(NAMES[question.number - 1]):
            answer_to(made, question, text)
    return made


NAMES = ("rating", "which", "uses", "why", "feels")


def answer_to(made: Submission, question: Question, text: str) -> None:
    answer = Answer(submission=made, question=question)
    answer.value = text
    answer.save()


# By hand --------------------------------------------------------------------------------------------------------------
def chosen(answer: Answer) -> list[str]:
    if answer.question.is_feeling or answer.question.kind == "text":
        return []
    return answer.value.split("; ")


def person_of(made: Submission) -> tuple[str, int]:
    return ("person", made.customer.person_id) if made.customer else ("nobody known", made.pk)


def by_hand(survey: Survey) -> dict[int, dict[str, Given]]:
    answers: dict[int, Counter[str]] = defaultdict(Counter)
    people: dict[tuple[int, str], set[Any]] = defaultdict(set)
    rows = Answer.objects.filter(question__survey=survey).select_related("question", "submission__customer")
    for answer in rows:
        for said in (ANY, *chosen(answer)):
            answers[answer.question_id][said] += 1
            people[answer.question_id, said].add(person_of(answer.submission))
    return {
        question: {said: Given(times, len(people[question, said])) for said, times in counts.items()}
        for question, counts in answers.items()
    }


def crossed_by_hand(down: Question, across: Question) -> dict[tuple[str, str], int]:
    found = defaultdict(set)
    for made in Submission.objects.select_related("customer"):
        said = {answer.question_id: chosen(answer) for answer in made.answers.select_related("question")}
        for pair in product(said.get(down.pk, []), said.get(across.pk, [])):
            found[pair].add(person_of(made))
    return {pair: len(people) for pair, people in found.items()}


def crossed(down: Question, across: Question) -> dict[tuple[str, str], int]:
    """Without anything hidden."""
    with connection.cursor() as cursor:
        cursor.execute(CROSS, {"down": down.pk, "across": across.pk, "surveys": [down.survey_id]})
        return {(one, other): people for one, other, people in cursor.fetchall()}


def tally() -> set[tuple[Any, ...]]:
    return set(AnswerTally.objects.values_list("question_id", "is_repeated", "block", "answer", "given"))


# What may happen ------------------------------------------------------------------------------------------------------
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "rating": st.sampled_from(["1", "4", "5"]),
        "which": st.sampled_from(["A", "B"]),
        "uses": st.sampled_from(["Letters", "Letters; Parcels", "Nothing"]),
        "why": st.just("So"),
        "feels": st.just("3"),
    },
)
WHO = st.sampled_from([None, *PEOPLE])
PAIRS = st.sampled_from(list(combinations(PEOPLE, 2)))


class World:
    def __init__(self) -> None:
        self.surveys = [make_survey(), make_survey("autumn")]
        self.questions = [asked_of(survey) for survey in self.surveys]
        self.people = {nth: make_person(nth) for nth in PEOPLE}

    def handed_in(self, which: int, who: int | None, answers: Answers) -> None:
        last = Submission.objects.order_by("pk").last()
        hand_in(self.surveys[which], last.pk // APART + 1 if last else 1, self.people.get(who or 0), **answers)

    def some(self, nth: int) -> Submission | None:
        rows = list(Submission.objects.order_by("pk"))
        return rows[nth % len(rows)] if rows else None

    def withdrawn(self, nth: int) -> None:
        if made := self.some(nth):
            made.answers.all().delete()

    def disposed_of(self, nth: int) -> None:
        if made := self.some(nth):
            made.delete()

    def moved(self, nth: int, who: int | None) -> None:
        Submission.objects.filter(pk=nth * APART).update(customer=self.people.get(who or 0))

    def changed(self, nth: int, text: str) -> None:
        made = self.some(nth)
        answer = made and made.answers.filter(question__kind="rating").exclude(number=None).first()
        if answer:
            answer.value = text
            answer.save()

    def answered_further(self, nth: int, name: str, text: str) -> None:
        if made := self.some(nth):
            question = self.questions[self.surveys.index(made.survey)][name]
            with suppress(IntegrityError), transaction.atomic():
                answer_to(made, question, text)

    def merged(self, pair: tuple[int, int]) -> None:
        kept, absorbed = (Customer.objects.get(pk=self.people[nth].pk) for nth in pair)
        with suppress(CannotMerge):
            merging.merge(kept, absorbed, by=None)

    def parted(self) -> None:
        made = Merge.objects.filter(undone_at=None).order_by("pk").last()
        if made:
            with suppress(CannotMerge):
                merging.undo(made, by=None)

    def folded(self, most: int) -> None:
        fold_once(most)

    def noted(self) -> None:
        note_all()

    def check(self) -> None:
        for survey, questions in zip(self.surveys, self.questions, strict=True):
            assert given_in(survey.pk) == by_hand(survey)
            for down, across in ("rating", "which"), ("uses", "rating"):
                assert crossed(questions[down], questions[across]) == crossed_by_hand(
                    questions[down], questions[across]
                )


NTH = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.just("handed_in"), st.integers(0, 1), WHO, ANSWERS),
    st.tuples(st.just("handed_in"), st.just(0), st.sampled_from([1, 2]), ANSWERS),
    st.tuples(st.just("withdrawn"), NTH),
    st.tuples(st.just("disposed_of"), NTH),
    st.tuples(st.just("moved"), st.integers(1, 6), WHO),
    st.tuples(st.just("changed"), NTH, st.sampled_from(["1", "4"])),
    st.tuples(st.just("answered_further"), NTH, st.just("which"), st.sampled_from(["A", "B"])),
    st.tuples(st.just("merged"), PAIRS),
    st.tuples(st.just("parted")),
    st.tuples(st.just("folded"), st.sampled_from([1, 3, 1_000])),
    st.tuples(st.just("noted")),
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_the_counts_are_those_by_hand_after_whatever_happens(steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        world = World()
        for name, *values in steps:
            getattr(world, name)(*values)
            world.check()
        fold_all()
        assert not AnswerRecount.objects.exists()
        world.check()
        folded = tally()
        AnswerTally.objects.all().delete()
        note_all()
        fold_all()
        assert tally() == folded
        transaction.set_rollback(True)


# The whole tally ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_tally_holds_each_answer_by_block_and_what_persons_gave_again() -> None:
    survey, person = make_survey(), make_person(3)
    question = asked_of(survey)
    hand_in(survey, 1, person, rating="5", uses="Letters; Parcels", why="So", feels="2")
    hand_in(survey, 2, person, rating="5", uses="Parcels")
    hand_in(survey, 3, rating="5")
    assert fold_all() > 0
    rating, uses, why, feels = (question[name].pk for name in ("rating", "uses", "why", "feels"))
    assert tally() == {
        (rating, False, 0, "", 1), (rating, False, 1, "", 1), (rating, False, 2, "", 1),
        (rating, False, 0, "5", 1), (rating, False, 1, "5", 1), (rating, False, 2, "5", 1),
        (uses, False, 0, "", 1), (uses, False, 0, "Letters", 1), (uses, False, 0, "Parcels", 1),
        (uses, False, 1, "", 1), (uses, False, 1, "Parcels", 1),
        (why, False, 0, "", 1), (feels, False, 0, "", 1),
        (rating, True, 8, "", 1), (rating, True, 8, "5", 1), (uses, True, 8, "", 1), (uses, True, 8, "Parcels", 1),
    }  # fmt: skip
    assert given_in(survey.pk)[rating] == {ANY: Given(3, 2), "5": Given(3, 2)}


@pytest.mark.django_db
def test_what_no_question_offers_is_in_no_row() -> None:
    survey = make_survey()
    which = ask(survey, "Which?", "choice", choices=["A", "B"])
    made = hand_in(survey, 1)
    Answer.objects.create(submission=made, question=which, text="I am Ann Smith")
    fold_all()
    assert tally() == {(which.pk, False, 0, "", 1)}


@pytest.mark.django_db
def test_nothing_is_left_of_answers_that_are_gone() -> None:
    survey, person = make_survey(), make_person(1)
    asked_of(survey)
    for nth in (1, 2):
        hand_in(survey, nth, person, rating="5")
    fold_all()
    Answer.objects.all().delete()
    Submission.objects.all()._raw_delete("default")
    Customer.objects.filter(pk=person.pk).delete()
    fold_all()
    assert tally() == set()
    assert not AnswerRecount.objects.exists()


@pytest.mark.django_db
def test_a_merged_persons_answers_count_once_and_twice_again_when_that_was_wrong() -> None:
    survey = make_survey()
    questions = asked_of(survey)
    people = [make_person(nth) for nth in range(1, 8)]
    for nth, person in enumerate(people, 1):
        hand_in(survey, nth, person, rating="5", which="A")
    fold_all()
    assert results_of(survey)[0].people == 7
    made = merging.merge(people[0], people[6], by=None)
    assert results_of(survey)[0].people == 6
    assert cross_of(questions["rating"], questions["which"]).cells[4] == (6, 0)
    fold_all()
    assert results_of(survey)[0].people == 6
    assert cross_of(questions["rating"], questions["which"]).cells[4] == (6, 0)
    merging.undo(made, by=None)
    assert results_of(survey)[0].people == 7


@pytest.mark.django_db
def test_new_people_leave_the_blocks_of_persons_alone(django_assert_num_queries: Any) -> None:
    """Else each of many who answer at the same time would have thousands counted again."""
    survey = make_survey()
    rating = asked_of(survey)["rating"]
    twice, once = make_person(1), Customer.objects.create(pk=APART + 1, number="C-0", name="Once")
    hand_in(survey, 1, twice, rating="5")
    hand_in(survey, 2, twice, rating="5")
    fold_all()
    AnswerTally.objects.filter(is_repeated=True).update(given=9)
    hand_in(survey, 3, once, rating="5")
    with django_assert_num_queries(1):
        assert given_in(survey.pk)[rating.pk][ANY].answers == 3
    fold_all()
    assert set(AnswerTally.objects.filter(is_repeated=True).values_list("given", flat=True)) == {9}


# At the same time -----------------------------------------------------------------------------------------------------
def meanwhile(do: Callable[[], Any]) -> Any:
    """What comes of it on a connection of its own."""

    def done() -> Any:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as hand:
        return hand.submit(done).result(timeout=30)


def answered(survey: Survey) -> Given:
    (counts,) = given_in(survey.pk).values()
    return counts["5"]


@pytest.mark.django_db(transaction=True)
def test_what_is_handed_in_while_it_is_counted_is_counted_the_next_time() -> None:
    survey = make_survey()
    ask(survey)
    hand_in(survey, 1, rating="5")
    with transaction.atomic():
        hand_in(survey, 2, rating="5")
        assert meanwhile(fold_all) == 1
        assert meanwhile(lambda: answered(survey)) == Given(1, 1)
        assert answered(survey) == Given(2, 2)
    assert answered(survey) == Given(2, 2)
    assert fold_all() == 1
    assert answered(survey) == Given(2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_person_who_hands_in_twice_at_the_same_time_counts_once() -> None:
    survey, person = make_survey(), make_person(1)
    ask(survey)
    with transaction.atomic():
        hand_in(survey, 1, person, rating="5")
        meanwhile(lambda: hand_in(survey, 2, person, rating="5"))
        assert meanwhile(fold_all) == 1
    assert answered(survey) == Given(2, 1)
    assert fold_all() == 1
    assert answered(survey) == Given(2, 1)


@pytest.mark.django_db(transaction=True)
def test_who_hands_in_while_they_are_merged_counts_once() -> None:
    survey, kept, absorbed = make_survey(), make_person(1), make_person(5)
    ask(survey)
    hand_in(survey, 1, kept, rating="5")
    fold_all()
    with transaction.atomic():
        hand_in(survey, 2, absorbed, rating="5")
        # As a merge has it, of a record that follows the one that is absorbed.
        meanwhile(lambda: Customer.objects.filter(pk=absorbed.pk).update(merged_into=kept))
        meanwhile(fold_all)
    assert answered(survey) == Given(2, 1)
    fold_all()
    assert answered(survey) == Given(2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_do_not_count_at_the_same_time() -> None:
    survey = make_survey()
    ask(survey)
    hand_in(survey, 1, rating="5")
    with transaction.atomic():
        assert fold_once() == 1
        assert meanwhile(fold_all) == 0
        assert meanwhile(lambda: answered(survey)) == Given(1, 1)


# By the clock, and from nothing ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_task_counts_all_that_waits_a_few_notes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying.fold_once, "__defaults__", (1,))
    survey = make_survey()
    ask(survey)
    for nth in range(1, 4):
        hand_in(survey, nth, rating="5")
    count_answers()
    assert not AnswerRecount.objects.exists()
    assert answered(survey) == Given(3, 3)


@pytest.mark.django_db
def test_a_rebuild_counts_everything_again() -> None:
    survey = make_survey()
    question = ask(survey)
    hand_in(survey, 1, rating="5")
    fold_all()
    right = tally()
    AnswerTally.objects.update(given=7)
    AnswerTally.objects.create(question=question, is_repeated=True, block=9, answer="", given=7)
    call_command("rebuild")
    assert tally() == right
