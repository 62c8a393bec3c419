"""What came out of a survey: pictures, files, waves, crossed questions, the list of answers; few people never told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.exports.base import HIDDEN
from analytics.exports.sources import source_of
from analytics.pictures.asking import Asked
from analytics.pictures.survey import answer_pictures, bars_title, no_answers, trend_title
from analytics.reports.survey import survey_report
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records import tallying
from records.crossing import cross_of, hide_few
from records.models import Answer, Question, Submission, Survey
from records.results import Bar, Result
from records.waves import Point, Trend
from tests.campaigns.surveying import ask, make_survey
from tests.factories import make_customer, make_user
from tests.renewals import Opened

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 5, 17, tzinfo=UTC)


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def answered(survey: Survey, *people: dict[Question, str]) -> None:
    """So many people, each with these answers."""
    for given_by in people:
        number = survey.submissions.count()
        submission = Submission.objects.create(
            survey=survey, number=f"s{number}", submitted_at=AT + timedelta(minutes=number), retention_rule="RET-7"
        )
        for question, value in given_by.items():
            answer = Answer(submission=submission, question=question)
            answer.value = value
            answer.save()


# Pictures ------------------------------------------------------------------------------------------------------------
def test_each_counted_question_is_a_picture_whose_title_says_what_most_said() -> None:
    survey = make_survey()
    rating, words = ask(survey), ask(survey, "Why?", "text")
    answered(survey, *[{rating: "5", words: "So"}] * 6, *[{rating: "2"}] * 5)
    report = survey_report(survey)
    (picture,) = answer_pictures(report, Asked())
    assert picture.title == "1. How was it? – most said “5” (55%)."
    assert picture.description.endswith("11 people answered.")
    assert picture.rows == (
        ("1", "0", "0%"), ("2", "5", "45%"), ("3", "0", "0%"), ("4", "0", "0%"), ("5", "6", "55%"),
    )  # fmt: skip
    assert report.submissions == 11


def test_few_people_are_in_no_picture_and_in_no_file(manager: User) -> None:
    survey = make_survey()
    which = ask(survey, "Which?", "choice", choices=["A", "B", "C"])
    answered(survey, *[{which: "A"}] * 7, *[{which: "B"}] * 2, *[{which: "C"}] * 5)
    (picture,) = answer_pictures(survey_report(survey), Asked())
    assert picture.rows == (("A", "7", "50%"), ("B", "hidden", "hidden"), ("C", "hidden", "hidden"))
    assert {value["answer"] for value in picture.specification["data"]["values"]} == {"A"}
    table = source_of(manager, f"survey/{survey.key}", "").table(AT, ())
    assert [row[3:] for row in table.rows] == [
        ["A", 7, 0.5, 14], ["B", HIDDEN, HIDDEN, 14], ["C", HIDDEN, HIDDEN, 14],
    ]  # fmt: skip


def test_a_survey_of_few_people_shows_nothing() -> None:
    survey = make_survey()
    rating = ask(survey)
    assert no_answers(survey_report(survey), Asked()) == "Nobody has answered yet."
    answered(survey, *[{rating: "5"}] * 4)
    report = survey_report(survey)
    assert answer_pictures(report, Asked()) == []
    assert no_answers(report, Asked()) == "No question with countable answers was answered by 5 people or more."


def test_a_survey_whose_every_answer_is_of_few_people_does_not_say_that_few_answered() -> None:
    survey = make_survey()
    rating = ask(survey)
    answered(survey, *[{rating: "5"}] * 4, *[{rating: "4"}] * 4)
    report = survey_report(survey)
    assert answer_pictures(report, Asked()) == []
    assert no_answers(report, Asked()) == "No answer was given by 5 people or more, so none is shown."


def test_a_title_says_ties() -> None:
    question = Question(number=3, text="Which?", kind="choice")
    bars = (Bar("A", 6, 50), Bar("B", 6, 50), Bar("C", 0, 0))
    assert bars_title(Result(question, 12, bars)) == "3. Which? – the same number said “A” and “B”."


# Waves ---------------------------------------------------------------------------------------------------------------
def next_wave(survey: Survey, nth: int) -> Survey:
    wave = make_survey(f"wave-{nth}", first_wave=survey)
    for question in survey.questions.all():
        ask(wave, question.text, question.kind, number=question.number, first_asked=question)
    return wave


def test_means_and_scores_are_told_over_the_waves_without_small_ones() -> None:
    first = make_survey()
    rating, score = ask(first), ask(first, "Would you recommend us?", "promoter")
    ask(first, "Which?", "choice", choices=["A", "B"])
    answered(first, *[{rating: "3", score: "10"}] * 4, *[{rating: "5", score: "6"}] * 4)
    second, third = next_wave(first, 2), next_wave(first, 3)
    mean, promoter, _ = second.questions.all()
    answered(second, *[{mean: "5", promoter: "9"}] * 3, *[{mean: "4", promoter: "7"}] * 2)
    few, *_ = third.questions.all()
    answered(third, *[{few: "1"}] * 4)
    found = {trend.question.number: trend for trend in survey_report(second).trends}
    assert found[1].points == (
        Point("Survey spring", 8, 4.0), Point("Survey wave-2", 5, 4.6), Point("Survey wave-3", None, None),
    )  # fmt: skip
    assert found[2].points == (Point("Survey spring", 8, 0.0), Point("Survey wave-2", 5, 60.0))
    assert set(found) == {1, 2}


def test_a_survey_asked_once_has_no_trend() -> None:
    survey = make_survey()
    answered(survey, *[{ask(survey): "3"}] * 5)
    assert survey_report(survey).trends == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((3.0, 4.5), "up from 3.00 to 4.50."),
        ((4.5, 3.0), "down from 4.50 to 3.00."),
        ((3.0, 5.0, 3.0), "unchanged at 3.00."),
        ((3.0, None), "3.00 in wave 0."),
    ],
    ids=["up", "down", "same", "one"],
)
def test_the_title_of_a_trend_says_where_it_went(values: tuple[float | None, ...], said: str) -> None:
    points = tuple(Point(f"wave {nth}", 9 if value else None, value) for nth, value in enumerate(values))
    assert trend_title(Trend(Question(number=1, text="Q?", kind="rating"), points)) == f"1. Q? – {said}"


# Crossed -------------------------------------------------------------------------------------------------------------
def test_two_questions_are_crossed_and_several_choices_count_each() -> None:
    survey = make_survey()
    size = ask(survey, "Size?", "choice", choices=["Small", "Large"])
    sends = ask(survey, "Sends?", "several", choices=["Letters", "Parcels"])
    answered(survey, *[{size: "Small", sends: "Letters; Parcels"}] * 5, *[{size: "Large", sends: "Parcels"}] * 6,
             {size: "Large"})  # fmt: skip
    cross = cross_of(size, sends)
    assert (cross.rows, cross.columns) == (("Small", "Large"), ("Letters", "Parcels"))
    assert cross.cells == ((5, 5), (0, 6))
    assert not cross.is_hiding
    assert cross_of(sends, size).cells == ((5, 0), (5, 6))


def test_a_person_who_handed_in_twice_counts_once() -> None:
    survey, customer = make_survey(), make_customer()
    size, like = ask(survey, "Size?", "choice", choices=["S", "L"]), ask(survey)
    answered(survey, *[{size: "S", like: "5"}] * 6)
    Submission.objects.filter(number__in=("s0", "s1")).update(customer=customer)
    assert cross_of(size, like).cells[0][4] == 5


def test_few_people_and_what_would_tell_them_are_hidden() -> None:
    assert hide_few([[9, 8], [7, 6]]) == ((9, 8), (7, 6))
    assert hide_few([[9, 2], [7, 6]]) == ((None, None), (None, None))
    assert hide_few([[9, 2, 30], [7, 60, 8], [5, 50, 80]]) == ((None, None, 30), (7, 60, 8), (None, None, 80))
    assert hide_few([]) == ()


def test_where_few_are_in_a_row_or_column_also_what_none_of_them_said_is_hidden() -> None:
    # Beside zeros a hidden cell would tell what each of the two said.
    none = (None, None, None)
    assert hide_few([[9, 8, 7], [0, 2, 0], [6, 9, 8]]) == ((9, None, None), none, (None, 9, None))
    assert hide_few([[9, 0, 7], [8, 2, 6]]) == ((9, None, None), (8, None, None))
    assert hide_few([[9, 0], [8, 0]]) == ((9, 0), (8, 0))


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4)
)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_hidden_cell_stands_alone_among_people(counts: list[list[int]]) -> None:
    shown = hide_few(counts)
    assert all(cell is None or cell == count for row, line in zip(shown, counts, strict=True)
               for cell, count in zip(row, line, strict=True))  # fmt: skip
    assert not [cell for row in shown for cell in row if cell and cell < 5]
    lines = [*zip(shown, counts, strict=True), *zip(zip(*shown, strict=True), zip(*counts, strict=True), strict=True)]
    for cells, numbers in lines:
        others = [number for cell, number in zip(cells, numbers, strict=True) if cell is not None and number]
        assert list(cells).count(None) != 1 or not others
        assert not 0 < sum(numbers) < 5 or set(cells) == {None}


# Pages ---------------------------------------------------------------------------------------------------------------
def test_the_page_shows_pictures_words_and_a_crossing(client: Client, manager: User) -> None:
    survey = make_survey()
    rating, size = ask(survey), ask(survey, "Size?", "choice", choices=["Small", "Large"])
    words = ask(survey, "Why?", "text")
    ask(survey, "How did you feel?", "text", element="c09-feelings")
    answered(survey, *[{rating: "5", size: "Small", words: "So"}] * 6)
    address = f"/surveys/{survey.key}/results/"
    page = client.get(address).content.decode()
    assert "most said “5” (100%)" in page
    assert f"/survey-answers/?survey={survey.key}&amp;question={words.key}" in page
    assert "(sealed)" in page
    crossed = client.get(f"{address}?down={rating.key}&across={size.key}").content.decode()
    assert "How was it? against Size?" in crossed
    assert "Choose a question other than" in client.get(f"{address}?down={size.key}&across={size.key}").content.decode()
    assert client.get(f"{address}?down={words.key}&across=x").status_code == 200


def test_results_arrive_on_the_open_page_and_nothing_is_read_while_none_do(client: Client, manager: User) -> None:
    survey = make_survey()
    rating = ask(survey)
    answered(survey, *[{rating: "5"}] * 6)
    tallying.fold_all()
    opened = Opened(client, f"/surveys/{survey.key}/results/")
    assert "6 submitted." in opened.page
    assert opened.renew().status_code == 304

    answered(survey, *[{rating: "2"}] * 7)
    tallying.fold_all()

    renewed = opened.renew()
    assert renewed.status_code == 200
    text = renewed.content.decode()
    assert "13 submitted." in text
    assert "most said “2” (54%)." in text
    assert "<h1" not in text
    survey.submissions.all().delete()
    tallying.fold_all()
    assert "0 submitted." in opened.renew().content.decode()


def test_a_wave_of_which_only_the_trend_is_drawn_draws_it(client: Client, manager: User) -> None:
    first = make_survey()
    rating = ask(first)
    answered(first, *[{rating: "3"}] * 5)
    second = next_wave(first, 2)
    again = second.questions.get()
    answered(second, *[{again: "5"}] * 3, *[{again: "4"}] * 3)
    page = client.get(f"/surveys/{second.key}/results/").content.decode()
    assert "No answer was given by 5 people or more" in page
    assert "up from 3.00 to 4.50" in page
    assert "vendor/vega" in page


def test_the_statements_of_the_page_do_not_grow(client: Client, manager: User) -> None:
    survey = make_survey()
    address = f"/surveys/{survey.key}/results/"
    counts = []
    for _ in range(2):
        asked = [ask(survey), ask(survey, "Size?", "choice", choices=["S", "L"]), ask(survey, "Why?", "text")]
        answered(survey, *[{asked[0]: "4", asked[1]: "S", asked[2]: "So"}] * 5)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_words_are_searched_through_the_door_and_feelings_are_not_found(client: Client, manager: User) -> None:
    survey, other = make_survey(), make_survey("other")
    words, feelings = ask(survey, "Why?", "text"), ask(survey, "Feel?", "text", element="c09-feelings")
    rating = ask(survey)
    answered(survey, {words: "The parcel came late", rating: "2"}, {words: "All fine", feelings: "late and sad"})
    answered(other, {ask(other, "Why?", "text"): "Late too"})
    client.get("/survey-answers/")
    before = AccessEntry.objects.count()
    page = client.get(f"/survey-answers/?search=LATE&survey={survey.key}").content.decode()
    assert "The parcel came late" in page
    for text in ("All fine", "sad", "Late too"):
        assert text not in page
    assert AccessEntry.objects.count() > before
    assert "handed-in" not in page
    every = client.get("/survey-answers/?size=50").content.decode()
    assert ">2<" in every.replace(" ", "").replace("\n", "")


def test_sales_read_the_answers_of_their_own_customers_alone(client: Client) -> None:
    sales = make_user(Role.SALES)
    client.force_login(sales)
    survey = make_survey()
    words = ask(survey, "Why?", "text")
    answered(survey, {words: "Mine"}, {words: "Somebody else's"})
    Submission.objects.filter(number="s0").update(customer=make_customer("C-1", sales))
    Submission.objects.filter(number="s1").update(customer=make_customer("C-2"))
    page = client.get("/survey-answers/").content.decode()
    assert "Mine" in page
    assert "Somebody else" not in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_of_answers_takes_as_many_statements_for_many(
    client: Client, manager: User, people: int, django_assert_num_queries: Any
) -> None:
    survey = make_survey()
    words = ask(survey, "Why?", "text")
    answered(survey, *[{words: "So"}] * people)
    client.get("/survey-answers/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/survey-answers/").content.count(b"So</a>") == people
    assert len(captured) == 8
