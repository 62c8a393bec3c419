"""Surveys and contests by hand: made, asked, answered, counted."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy import changes
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Answer, Question, Submission, Survey
from records.results import results_of
from tests.factories import make_customer, make_user

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {"source": "customer", "location": "contractor"}
AT = datetime(2026, 3, 5, 17, tzinfo=UTC)


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def make_survey(slug: str = "spring", **fields: object) -> Survey:
    return Survey.objects.create(**{"slug": slug, "name": f"Survey {slug}", **fields})


def ask(
    survey: Survey, text: str = "How was it?", kind: str = "rating", element: str = "perception", *choices: object
) -> Question:
    name = f"c09-{'customer-' if element == 'perception' else ''}{element}"
    number = survey.questions.count() + 1
    return Question.objects.create(
        survey=survey, number=number, text=text, kind=kind, element=name, choices=list(choices)
    )


def give(question: Question, value: str, number: str = "s1", **fields: object) -> Answer:
    """An answer of the submission of this number, made where there is none."""
    made = {"submitted_at": AT, "retention_rule": "RET-7", **fields}
    submission, _ = Submission.objects.get_or_create(survey=question.survey, number=number, defaults=made)
    answer = Answer(submission=submission, question=question)
    answer.value = value
    answer.save()
    return answer


def errors(answer: object) -> dict[str, list[str]]:
    assert answer.status_code == 422  # type: ignore[attr-defined]
    found: dict[str, list[str]] = answer.context["form"].errors  # type: ignore[attr-defined]
    return found


# Surveys -------------------------------------------------------------------------------------------------------------
def test_a_new_survey_gets_a_slug_that_is_free(client: Client, manager: User) -> None:
    for _ in range(2):
        sent = {"name": "Spring  Survey!", "kind": "survey", "opens_on": "2026-03-01", **WHERE}
        assert client.post("/records/surveys/new/", sent).status_code == 302
    assert sorted(Survey.objects.values_list("slug", "created_by")) == [
        ("spring-survey", manager.pk), ("spring-survey-2", manager.pk),
    ]  # fmt: skip


def test_a_survey_that_cannot_be_is_told_beside_its_field(client: Client, manager: User) -> None:
    because = "how people exercise their freedom of religion must not be recorded (5 U.S.C. 552a(e)(7))"
    sent = {"name": "Your religion", "kind": "survey", "opens_on": "2026-03-02", "closes_on": "2026-03-01", **WHERE}
    assert errors(client.post("/records/surveys/new/", sent)) == {
        "name": [f"This asks about religion: {because}. Ask something else."],
        "closes_on": ["This is before it opens."],
    }
    assert not Survey.objects.exists()


def test_the_kind_of_a_survey_with_answers_stays(client: Client, manager: User) -> None:
    survey = make_survey()
    give(ask(survey), "4")
    page = client.get(f"/records/surveys/{survey.key}/edit/")
    sent = {"read": page.context["read"], "name": "Survey spring", "kind": "contest", **WHERE}
    assert errors(client.post(f"/records/surveys/{survey.key}/edit/", sent)) == {
        "kind": ["There are already answers, and how long they are kept depends on this."]
    }


# Questions -----------------------------------------------------------------------------------------------------------
def new_question(client: Client, survey: Survey, **values: str) -> object:
    sent = {"text": "How was it?", "kind": "rating", "element": "c09-customer-perception", "choices": "", **values}
    return client.post(f"/records/questions/new/{survey.key}/", sent)


def test_questions_are_numbered_in_the_order_in_which_they_are_made(client: Client, manager: User) -> None:
    survey = make_survey()
    new_question(client, survey)
    new_question(client, survey, text="Which?", kind="several", choices="Letters\n Parcels \n\n", element="c09-habits")
    new_question(client, survey, text="How much?", kind="scale", choices="1\n7", element="c17-ownership")
    assert list(survey.questions.values_list("number", "text", "kind", "choices", "element")) == [
        (1, "How was it?", "rating", [], "c09-customer-perception"),
        (2, "Which?", "several", ["Letters", "Parcels"], "c09-habits"),
        (3, "How much?", "scale", [1, 7], "c17-ownership"),
    ]
    page = client.get(f"/records/surveys/{survey.key}/").content.decode()
    assert all(text in page for text in ("Letters, Parcels", "Ownership", "Nobody has answered"))


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"kind": "choice"}, "choices", "Enter at least two different answers, one per line."),
        ({"kind": "choice", "choices": "A\na"}, "choices", "Enter at least two different answers, one per line."),
        ({"choices": "7\n1"}, "choices", "The possible answers are not the lowest and the highest number,"),
        ({"choices": "low\nhigh"}, "choices", "The possible answers are not the lowest and the highest number"),
        ({"kind": "text", "choices": "A\nB"}, "choices", "The possible answers are for ratings, scales and questions"),
        ({"element": "c01-age"}, "element", "Select a valid choice. c01-age is not one of the available choices."),
        ({"text": "Whom do you vote for?"}, "text", "This asks about politics: what people say and do in politics"),
        ({"kind": "choice", "choices": "Latina\nOther"}, "choices", "This asks about race: the notice names no record"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_told_beside_its_field(
    client: Client, manager: User, values: dict[str, str], field: str, reason: str
) -> None:
    survey = make_survey()
    (message,) = errors(new_question(client, survey, **values))[field]
    assert message.startswith(reason)
    assert not Question.objects.exists()


def test_a_question_with_answers_keeps_what_they_rest_on(client: Client, manager: User) -> None:
    question = ask(make_survey())
    give(question, "4")
    address = f"/records/questions/{question.key}/edit/"
    sent = {"text": "How was the delivery?", "kind": "rating", "element": "c09-customer-perception", "choices": ""}
    read = client.get(address).context["read"]
    found = errors(client.post(address, {**sent, "read": read, "choices": "1\n7", "element": "c09-habits"}))
    assert set(found) == {"choices", "element"}
    assert client.post(address, {**sent, "read": read}).status_code == 302
    assert Question.objects.get().text == "How was the delivery?"


def test_a_change_of_the_possible_answers_is_in_the_history(client: Client, manager: User) -> None:
    question = ask(make_survey(), "Which?", "choice", "habits", "A", "B")
    address = f"/records/questions/{question.key}/edit/"
    sent = {"text": "Which?", "kind": "choice", "element": "c09-habits", "choices": "A\nB\nC"}
    assert client.post(address, {**sent, "read": client.get(address).context["read"]}).status_code == 302
    (change,) = changes.history(question)
    assert (change.field, change.before, change.after) == ("choices", '["A", "B"]', '["A", "B", "C"]')
    assert client.get(f"/records/questions/{question.key}/history/").status_code == 200


def test_questions_change_places(client: Client, manager: User) -> None:
    survey = make_survey()
    first, second, third = (ask(survey, text) for text in ("One", "Two", "Three"))

    def move(question: Question, word: str) -> list[str]:
        answer = client.post(f"/records/questions/{question.key}/{word}/")
        assert answer["Location"] == f"/records/surveys/{survey.key}/#questions"
        return list(survey.questions.order_by("number").values_list("text", flat=True))

    assert move(third, "up") == ["One", "Three", "Two"]
    assert move(first, "down") == ["Three", "One", "Two"]
    assert move(second, "down") == ["Three", "One", "Two"]
    assert move(third, "up") == ["Three", "One", "Two"]
    buttons = client.get(f"/records/surveys/{survey.key}/").content.decode()
    assert (buttons.count('aria-label="Up: '), buttons.count('aria-label="Down: ')) == (2, 2)


# Submissions and answers ---------------------------------------------------------------------------------------------
def test_answers_are_entered_by_staff_and_feelings_sealed(client: Client, manager: User) -> None:
    survey = make_survey(kind="contest")
    ask(survey)
    ask(survey, "How did you feel?", "text", "feelings")
    ask(survey, "Which?", "several", "habits", "Letters", "Parcels")
    ask(survey, "Where?", "choice", "preferences", "Home", "Work")
    customer = make_customer("C-1", email="ann@example.com")
    sent = {
        "customer": "ANN@example.com", "submitted_at": "2026-03-05T12:00", "question_1": "4", "question_2": "Glad",
        "question_3": ["Parcels", "Letters"], "question_4": "", **WHERE,
    }  # fmt: skip
    assert client.post(f"/records/submissions/new/{survey.key}/", sent).status_code == 302
    submission = Submission.objects.get()
    assert (submission.customer, submission.retention_rule, submission.created_by) == (customer, "RET-2B", manager)
    assert [(answer.question.number, answer.value) for answer in submission.answers.all()] == [
        (1, "4"), (2, "Glad"), (3, "Letters; Parcels"),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, feeling FROM records_answer WHERE feeling IS NOT NULL")
        text, feeling = cursor.fetchone()
    assert text == ""
    assert b"Glad" not in bytes(feeling)
    page = client.get(f"/records/submissions/{submission.key}/").content.decode()
    assert all(text in page for text in ("Customer C-1", "Glad", "Letters; Parcels"))


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"question_1": "6"}, "question_1", "The answer is not between 1 and 5."),
        ({"question_2": "Stamps"}, "question_2", "The answer is none of Letters, Parcels."),
        ({}, "__all__", "Answer at least one question."),
        ({"question_1": "4", "customer": "C-9"}, "customer", "Nothing that you can see has that name."),
        ({"question_1": "4", "submitted_at": "2199-01-01T12:00"}, "submitted_at", "This is in the future."),
        ({"question_1": "4111 1111 1111 1111"}, "question_1", "This held a full card number"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_told_beside_its_question(
    client: Client, manager: User, values: dict[str, str], field: str, reason: str
) -> None:
    survey = make_survey()
    ask(survey)
    ask(survey, "Which?", "choice", "habits", "Letters", "Parcels")
    sent = {"customer": "", "submitted_at": "2026-03-05T12:00", **WHERE, **values}
    answer = client.post(f"/records/submissions/new/{survey.key}/", sent)
    assert errors(answer)[field][0].startswith(reason)
    assert "4111" not in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("kind", "element", "choices", "first", "sent", "stored"),
    [
        ("rating", "perception", [], "4", "5", "5"),
        ("text", "feelings", [], "Glad", "Sad", "Sad"),
        ("several", "habits", ["A", "B", "C"], "A; B", ["C", "A"], "A; C"),
        ("rating", "feelings", [], "4", "5", "5"),
    ],
)  # fmt: skip
def test_an_answer_is_corrected_with_its_history(
    client: Client, manager: User, kind: str, element: str, choices: list[str], first: str, sent: object, stored: str
) -> None:
    answer = give(ask(make_survey(), "Asked", kind, element, *choices), first)
    address = f"/records/answers/{answer.key}/edit/"
    page = client.get(address)
    assert client.post(address, {"value": sent, "read": page.context["read"]}).status_code == 302
    found = Answer.objects.get()
    assert found.value == stored
    (change,) = changes.history(found)
    assert change.by == "Marketing manager"
    assert client.post(address, {"value": first, "read": page.context["read"]}).status_code == 409


def test_people_are_shown_to_those_who_keep_programmes_or_see_the_customer(client: Client) -> None:
    sales, colleague = make_user(Role.SALES), make_user(Role.SALES, "Colleague")
    question = ask(make_survey())
    give(question, "4", customer=make_customer("C-1", sales))
    give(question, "4", "s2", customer=make_customer("C-2", colleague))
    give(question, "4", "s3")

    def seen(user: User) -> list[str]:
        client.force_login(user)
        return sorted(row["row"]["number"] for row in client.get("/records/submissions/").context["rows"])

    assert seen(make_user(Role.MARKETING_MANAGER)) == ["s1", "s2", "s3"]
    assert seen(sales) == ["s1"]
    assert seen(make_user(Role.PRIVACY_OFFICER)) == ["s1", "s2"]
    client.force_login(sales)
    other = Submission.objects.get(number="s2")
    assert client.get(f"/records/submissions/{other.key}/").status_code == 404
    assert client.get(f"/records/answers/{other.answers.get().key}/history/").status_code == 404
    assert client.get(f"/records/submissions/new/{other.survey.key}/").status_code == 403


def test_submissions_are_read_through_the_door(client: Client, manager: User) -> None:
    submission = give(ask(make_survey()), "4", customer=make_customer("C-1")).submission
    client.get("/records/submissions/")
    client.get(f"/records/submissions/{submission.key}/")
    lines = AccessEntry.objects.filter(kind="shown").order_by("at").values_list("place", "records", "categories")
    assert list(lines) == [("submissions_list", 1, [5]), ("submissions_list", 1, [5, 9, 17])]


def test_the_list_is_that_of_one_survey_when_asked(client: Client, manager: User) -> None:
    one, other = make_survey("one"), make_survey("other")
    give(ask(one), "4")
    give(ask(other), "4", "s2")
    page = client.get(f"/records/surveys/{one.key}/").content.decode()
    assert f"/records/submissions/?of={one.key}" in page
    rows = client.get(f"/records/submissions/?of={one.key}").context["rows"]
    assert [row["row"]["number"] for row in rows] == ["s1"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, manager: User, count: int) -> None:
    question = ask(make_survey())
    for number in range(count):
        give(question, "4", f"s{number}", customer=make_customer(f"C-{number}"))
    client.get("/records/submissions/")
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/records/submissions/").context["rows"]) == count
    assert len(queries) == 7


# Results -------------------------------------------------------------------------------------------------------------
def told(question: Question) -> tuple[int | None, list[tuple[str, int | None, int | None]]]:
    found = {result.question: result for result in results_of(question.survey)}[question]
    return found.people, [(bar.answer, bar.people, bar.share) for bar in found.bars]


def test_each_answer_is_counted_by_people(client: Client) -> None:
    survey = make_survey()
    rating = ask(survey)
    several = ask(survey, "Which?", "several", "habits", "Letters", "Parcels", "Flats")
    twice = make_customer("C-1")
    for number in range(10):
        give(rating, "5" if number < 5 else "3", f"s{number}", customer=twice if number in {0, 1} else None)
        give(several, "Letters; Parcels" if number < 6 else "Parcels", f"s{number}")
    assert told(rating) == (9, [("1", 0, 0), ("2", 0, 0), ("3", None, None), ("4", 0, 0), ("5", None, None)])
    assert told(several) == (9, [("Letters", 5, 56), ("Parcels", 9, 100), ("Flats", 0, 0)])


def test_groups_of_fewer_than_five_are_hidden_and_one_more_where_the_sum_would_tell() -> None:
    survey = make_survey()
    first, second = ask(survey), ask(survey)
    for number in range(18):
        give(first, "1" if number < 4 else "2" if number < 10 else "3", f"s{number}")
        give(second, "1" if number < 4 else "2" if number < 6 else "3", f"s{number}")
    assert told(first) == (18, [("1", None, None), ("2", None, None), ("3", 8, 44), ("4", 0, 0), ("5", 0, 0)])
    assert told(second) == (18, [("1", None, None), ("2", None, None), ("3", 12, 67), ("4", 0, 0), ("5", 0, 0)])


def test_nothing_is_told_of_a_question_that_fewer_than_five_answered(client: Client, manager: User) -> None:
    question = ask(make_survey())
    for number in range(4):
        give(question, "5", f"s{number}")
    assert told(question) == (None, [])
    assert "Fewer than 5 people answered" in client.get(f"/records/surveys/{question.survey.key}/").content.decode()
    give(question, "5", "s4")
    assert told(question) == (5, [("1", 0, 0), ("2", 0, 0), ("3", 0, 0), ("4", 0, 0), ("5", 5, 100)])


def test_texts_and_feelings_are_not_counted() -> None:
    survey = make_survey()
    text, feeling = ask(survey, "Why?", "text", "habits"), ask(survey, "Felt?", "rating", "feelings")
    for number in range(5):
        give(text, "Because", f"s{number}")
        give(feeling, "3", f"s{number}")
    assert told(text) == told(feeling) == (5, [])


def test_results_take_two_statements() -> None:
    survey = make_survey()
    for _ in range(3):
        give(ask(survey), "4")
    with CaptureQueriesContext(connection) as queries:
        results_of(survey)
    assert len(queries) == 2


def test_the_form_of_a_new_submission_asks_in_order_with_now_filled_in(client: Client, manager: User) -> None:
    survey = make_survey()
    ask(survey)
    form = client.get(f"/records/submissions/new/{survey.key}/").context["form"]
    assert list(form.fields) == ["customer", "submitted_at", "question_1", "source", "location"]
    assert form["submitted_at"].value() is not None
