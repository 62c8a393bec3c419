"""A survey built question by question, tried as it is written, previewed, published, shared, and asked again."""

from typing import Any

import pytest
from django.test import Client

from campaigns.models import Material
from privacy import changes
from privacy.models import User
from privacy.roles import Role
from records.asking import misplaced
from records.models import Question, Survey
from tests.campaigns.surveying import ask, make_survey
from tests.factories import make_user
from tests.records.test_survey_pages import give

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = "This asks about health: the notice names no record of health. Ask something else."


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def write(client: Client, survey: Survey, part: str = "", **values: Any) -> Any:
    sent = {"text": "How was it?", "kind": "rating", "element": "c09-customer-perception", **values}
    return client.post(f"/surveys/{survey.key}/build/{part}", sent)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


# Building ------------------------------------------------------------------------------------------------------------
def test_questions_are_written_one_after_the_other(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None)
    saved = write(client, survey, text_es="¿Qué tal?", is_required="on")
    assert (saved.status_code, saved["Location"]) == (302, f"/surveys/{survey.key}/build/#next")
    first = Question.objects.get()
    write(client, survey, kind="choice", text="Which?", choices="Letters\nParcels", choices_es="Cartas\nPaquetes",
          starts_page="on", asked_after=str(first.pk), asked_after_answers="1-2\n5")  # fmt: skip
    second = Question.objects.get(number=2)
    assert (first.is_required, first.text_es) == (True, "¿Qué tal?")
    assert (second.choices_es, second.asked_after, second.asked_after_answers) == (
        ["Cartas", "Paquetes"], first, ["1", "2", "5"],
    )  # fmt: skip
    page = client.get(f"/surveys/{survey.key}/build/").content.decode()
    assert "only after “1, 2, 5” to question 1" in page
    assert page.count('class="survey-page"') == 2
    assert (page.count('aria-label="Up: '), page.count('aria-label="Down: ')) == (1, 1)


def test_building_and_preview_are_in_the_readers_language(client: Client, manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(language="es")
    survey = make_survey(published_at=None)
    write(client, survey, is_required="on")
    page = client.get(f"/surveys/{survey.key}/build/").content.decode()
    for words in ("Preparar “", "La siguiente pregunta", "Guardar y escribir la siguiente", "Quitar la pregunta 1"):
        assert words in page
    preview = client.get(f"/surveys/{survey.key}/preview/").content.decode()
    assert "Todas las páginas como las ven los clientes." in preview
    assert 'id="page-1" lang="es">Página 1</h3>' in preview


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"text": "How is your health?"}, "text", REFUSED),
        ({"text_es": "¿Está usted enfermo?"}, "text_es", REFUSED),
        ({"kind": "choice", "choices": "A\nB", "choices_es": "Sano\nOtro"}, "choices_es", REFUSED),
        ({"kind": "choice", "choices": "A\nB", "choices_es": "Uno"}, "choices_es",
         "There are 2 possible answers, and 1 here."),
        ({"choices_es": "1\n5"}, "choices_es", "Numbers are the same in Spanish: leave this empty."),
        ({"asked_after_answers": "1"}, "asked_after", "Choose which question these are answers to."),
        (
            {"asked_after": "first", "starts_page": "on"},
            "asked_after_answers",
            "Enter the answers after which it is asked.",
        ),
        ({"asked_after": "first", "asked_after_answers": "9", "starts_page": "on"}, "asked_after_answers",
         "An answer is not between 1 and 5."),
        ({"asked_after": "first", "asked_after_answers": "4-2", "starts_page": "on"}, "asked_after_answers",
         "An answer ends before it begins."),
        ({"asked_after": "first", "asked_after_answers": "4"}, "asked_after",
         "That one must be on an earlier page: let this one begin a new page, after it."),
        ({"asked_after": "words", "asked_after_answers": "x", "starts_page": "on"}, "asked_after",
         "Select a valid choice. That choice is not one of the available choices."),
        ({"asked_after": "other", "asked_after_answers": "1", "starts_page": "on"}, "asked_after",
         "Select a valid choice. That choice is not one of the available choices."),
    ],
    ids=["health", "health in Spanish", "answer in Spanish", "too few", "numbers", "no question", "no answers",
         "no such answer", "range backwards", "same page", "after words", "of another survey"],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_beside_its_field_and_stays_typed(
    client: Client, manager: User, values: dict[str, str], field: str, reason: str
) -> None:
    survey = make_survey(published_at=None)
    known = {"first": ask(survey), "words": ask(survey, "Why?", "text"), "other": ask(make_survey("other"))}
    if values.get("asked_after") in known:
        values = {**values, "asked_after": str(known[values["asked_after"]].pk)}
    answer = write(client, survey, **values)
    assert errors(answer)[field] == [reason]
    assert survey.questions.count() == 2
    assert values.get("text", "How was it?") in answer.content.decode()


def test_a_question_is_shown_as_it_is_written_in_both_languages_and_nothing_is_stored(
    client: Client, manager: User
) -> None:
    survey = make_survey(published_at=None)
    tried = write(client, survey, "try/", kind="choice", text="Which?", choices="Letters\nParcels", text_es="¿Cuál?",
                  choices_es="Cartas\nPaquetes").content.decode()  # fmt: skip
    for text in ('lang="en"', "Which?", "Letters", 'lang="es"', "¿Cuál?", "Paquetes"):
        assert text in tried
    assert REFUSED in write(client, survey, "try/", text="How is your health?").content.decode()
    assert (
        "Enter at least two different answers, one per line."
        in write(client, survey, "try/", kind="choice").content.decode()
    )
    assert write(client, survey, "try/", text="").status_code == 200
    assert not Question.objects.exists()


def test_the_preview_shows_every_page_in_the_language_asked_for(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None, name_es="Primavera")
    first = ask(survey, "Which?", "choice", choices=["A", "B"], text_es="¿Cuál?", choices_es=["Uno", "Dos"])
    ask(survey, "Why?", "text", starts_page=True, asked_after=first, asked_after_answers=["B"])
    address = f"/surveys/{survey.key}/preview/"
    english, spanish = (client.get(f"{address}?language={name}").content.decode() for name in ("en", "es"))
    assert "Which?" in english
    assert "¿Cuál?" not in english
    for text in ("Primavera", "¿Cuál?", "Dos", "Only after “B” to question 1:"):
        assert text in spanish
    assert english.count('class="survey-page"') == 2


def test_a_question_goes_and_those_after_it_move_up(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None)
    gone, *rest = (ask(survey, text) for text in ("One", "Two", "Three"))
    built = f"/surveys/{survey.key}/build/"
    assert client.post(f"/records/questions/{gone.key}/remove/", {"next": built})["Location"] == built
    assert list(survey.questions.values_list("number", "text")) == [(1, "Two"), (2, "Three")]
    away = client.post(f"/records/questions/{rest[0].key}/remove/", {"next": "https://example.org/"})
    assert away["Location"] == f"/records/surveys/{survey.key}/#questions"


def test_a_page_whose_first_question_goes_is_still_a_page(client: Client, manager: User) -> None:
    survey = make_survey()
    first = ask(survey)
    gone = ask(survey, "Two", starts_page=True)
    ask(survey, "Why?", "text", asked_after=first, asked_after_answers=["1"])
    client.post(f"/records/questions/{gone.key}/remove/")
    assert list(survey.questions.values_list("text", "starts_page"))[1:] == [("Why?", True)]
    assert misplaced(list(survey.questions.all())) == []


def test_questions_to_ask_after_are_named_with_their_numbers(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None)
    ask(survey, "Would you recommend us?", "promoter")
    page = client.get(f"/surveys/{survey.key}/build/").content.decode()
    assert "1. Would you recommend us?</option>" in page


def test_a_question_that_something_rests_on_stays(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None)
    answered, before = ask(survey), ask(survey, "Two")
    ask(survey, "Three", starts_page=True, asked_after=before, asked_after_answers=["1"])
    give(answered, "4")
    for question, reason in ((answered, "This question has answers"), (before, "Another question is asked after")):
        page = client.post(f"/records/questions/{question.key}/remove/", follow=True).content.decode()
        assert reason in page
    assert survey.questions.count() == 3


def test_a_question_does_not_move_before_the_answer_on_which_it_rests(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None)
    first = ask(survey, "One")
    after = ask(survey, "Two", starts_page=True, asked_after=first, asked_after_answers=["1"])
    page = client.post(f"/records/questions/{after.key}/up/", follow=True).content.decode()
    assert "before the answer it depends on" in page
    assert list(survey.questions.values_list("text", flat=True)) == ["One", "Two"]


# Published, shared, asked again --------------------------------------------------------------------------------------
def test_a_survey_is_published_when_there_is_something_to_answer(client: Client, manager: User) -> None:
    survey = make_survey(published_at=None)
    address = f"/records/surveys/{survey.key}/publish/"
    assert "add a question first" in client.post(address, follow=True).content.decode()
    first = ask(survey)
    late = ask(survey, "Two", asked_after=first, asked_after_answers=["1"])
    assert "Question 2 is asked before the answer" in client.post(address, follow=True).content.decode()
    survey.refresh_from_db()
    assert survey.published_at is None
    Question.objects.filter(pk=late.pk).update(starts_page=True)
    client.post(address)
    survey.refresh_from_db()
    assert survey.published_at is not None
    assert [change.field for change in changes.history(survey)] == ["published_at"]
    client.post(f"/records/surveys/{survey.key}/unpublish/")
    survey.refresh_from_db()
    assert survey.published_at is None


def test_a_survey_is_one_material_however_often_it_is_offered(client: Client, manager: User) -> None:
    survey = make_survey(description="A few questions.")
    answers = [client.post(f"/surveys/{survey.key}/offer/") for _ in range(2)]
    made = Material.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/materials/{made.slug}/"}
    assert (made.survey, made.title, made.kind, made.owner) == (survey, "Survey spring", "link", manager)
    assert made.address == "http://testserver/survey/spring/"


def test_a_new_wave_asks_the_same_with_its_conditions(client: Client, manager: User) -> None:
    survey = make_survey(name_es="Primavera", most_answers=9)
    first = ask(survey, text_es="¿Qué tal?", is_required=True)
    ask(survey, "Why?", "text", starts_page=True, asked_after=first, asked_after_answers=["1"])
    client.post(f"/records/surveys/{survey.key}/again/")
    second = Survey.objects.get(first_wave=survey)
    client.post(f"/records/surveys/{second.key}/again/")
    third = Survey.objects.exclude(pk__in=(survey.pk, second.pk)).get()
    assert (second.name, third.name) == ("Survey spring (wave 2)", "Survey spring (wave 3)")
    assert (third.first_wave, third.published_at, third.name_es, third.most_answers) == (survey, None, "Primavera", 9)
    one, two = third.questions.all()
    assert (one.first_asked, one.text_es, one.is_required) == (first, "¿Qué tal?", True)
    assert (two.asked_after, two.asked_after_answers, two.starts_page) == (one, ["1"], True)


@pytest.mark.parametrize("role", [Role.SALES, Role.SALES_MANAGER], ids=str)
def test_who_keeps_no_programmes_builds_none(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    survey = make_survey()
    assert write(client, survey).status_code == 403
    assert client.get(f"/surveys/{survey.key}/preview/").status_code == 200
    assert not survey.questions.exists()
