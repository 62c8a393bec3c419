"""Surveys as customers answer them: page by page, once, in time; through a share or at the survey's own address."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from analytics.folding import fold_all
from analytics.reports.campaign import CampaignQuery, campaign_report
from campaigns.enums import CampaignState
from campaigns.models import AnswerSheet, Campaign, Event
from campaigns.programmes import sheets
from campaigns.programmes.telling import Way
from campaigns.views import surveys
from privacy.tries import refusals
from records.models import Answer, Question, Submission, Survey
from tests.campaigns.surveying import Respondent, ask, make_survey, offered
from tests.events import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    refusals.clear()
    surveys.begun.clear()
    yield
    surveys.begun.clear()


def answers_of(submission: Submission) -> dict[int, str]:
    return {answer.question.number: answer.value for answer in submission.answers.select_related("question")}


def begun(survey: Survey, **given: str) -> AnswerSheet:
    return sheets.save(sheets.begin(survey, uuid4()), given)


# Answering -----------------------------------------------------------------------------------------------------------
def test_a_recipient_answers_by_their_own_link_and_the_campaign_and_customer_have_it() -> None:
    survey = make_survey(is_open=False)
    rating, words = ask(survey), ask(survey, "How did you feel?", "text", element="c09-feelings")
    share, person = offered(survey), Respondent()
    link = person.get(f"/s/{share.token}/").content.decode()
    assert "Answer the questions" in link
    assert "another site" not in link
    assert person.get(f"/s/{share.token}/go/")["Location"] == f"/s/{share.token}/survey/"
    page = person.read(f"/s/{share.token}/survey/").content.decode()
    assert "How was it?" in page
    assert "Privacy Act statement" in page
    assert "39 U.S.C. 401" in page
    sent = person.send(f"/s/{share.token}/survey/", {rating: "4", words: "Glad 😀 שלום"})
    assert (sent.status_code, sent["Location"]) == (302, f"/s/{share.token}/survey/")
    assert "Submitted. Thank you." in person.get(sent["Location"]).content.decode()
    made = Submission.objects.get()
    assert (made.customer, made.source, made.retention_rule) == (share.recipient.customer, "customer", "RET-7")
    assert answers_of(made) == {1: "4", 2: "Glad 😀 שלום"}
    assert Answer.objects.get(question=words).text == ""
    kinds = Event.objects.filter(share_id=share.pk).exclude(kind__in=("shared", "visit", "view"))
    assert sorted(kinds.values_list("kind", "viewer_id")) == [
        ("begun", share.recipient_id), ("response", share.recipient_id),
    ]  # fmt: skip
    assert AnswerSheet.objects.get().given == {}
    link = person.get(f"/s/{share.token}/").content.decode()
    assert "You have answered these questions. Thank you." in link
    assert "Answer the questions" not in link


def test_anybody_answers_at_an_open_address_page_by_page_and_goes_back() -> None:
    survey = make_survey()
    first, second = ask(survey), ask(survey, "Why?", "text", starts_page=True)
    person = Respondent()
    assert "Page 1 of 2" in person.read("/survey/spring/").content.decode()
    on = person.send("/survey/spring/", {first: "2"})
    own = f"/survey/spring/{AnswerSheet.objects.get().token}/"
    assert on["Location"] == f"{own}?page=2"
    assert "Why?" in person.read(on["Location"]).content.decode()
    back = person.send(own, {second: "Slow"}, back="1")
    assert back["Location"] == f"{own}?page=1"
    assert 'value="2" checked' in _squeezed(person.read(back["Location"]))
    assert person.send(own, {first: "3"})["Location"] == f"{own}?page=2"
    assert "Slow</textarea>" in person.read(f"{own}?page=2").content.decode()
    assert person.send(own, {second: "Slow"})["Location"] == own
    made = Submission.objects.get()
    assert (made.customer, answers_of(made)) == (None, {1: "3", 2: "Slow"})
    assert not Event.objects.exists()


def test_a_campaign_that_the_open_address_names_has_one_response_of_somebody_unknown() -> None:
    survey, spring = make_survey(), make_campaign("spring-letters")
    Campaign.objects.filter(pk=spring.pk).update(state=CampaignState.RUNNING)
    first, second = ask(survey), ask(survey, "Why?", "text", starts_page=True)
    person = Respondent()
    person.read("/survey/spring/?campaign=spring-letters")
    on = person.send("/survey/spring/", {first: "2"})
    own = f"/survey/spring/{AnswerSheet.objects.get().token}/"
    assert on["Location"] == f"{own}?page=2&campaign=spring-letters"
    person.read(on["Location"])
    kept = person.send(own, {second: "Slow"}, keep="1")
    assert kept["Content-Location"] == f"{own}?page=2&campaign=spring-letters"
    for _time in range(2):
        person.send(own, {second: "Slow"})
    made, told = Submission.objects.get(), Event.objects.get()
    assert (told.kind, told.campaign_id, told.variant_id, told.share_id, told.id) == (
        "response", spring.pk, spring.variants.get(name="letter").pk, None, made.key,
    )  # fmt: skip
    fold_all()
    totals = campaign_report(CampaignQuery("spring-letters")).totals
    assert (totals.recipients, totals.responders, totals.responses) == (0, 0, 1), "a response of none of its people"
    assert (told.viewer_id < 0, told.occurred_at, made.customer) == (True, made.submitted_at, None)


@pytest.mark.parametrize("named", ["no-such", "over", "several-arms", "x" * 500, '"><b>'])
def test_a_campaign_that_is_unknown_or_does_not_run_is_passed_over(named: str) -> None:
    survey, over = make_survey(), make_campaign("over")
    Campaign.objects.filter(pk=over.pk).update(state=CampaignState.CLOSED)
    several = make_campaign("several-arms", ("control", "letter", "card"))
    Campaign.objects.filter(pk=several.pk).update(state=CampaignState.RUNNING)
    rating, person = ask(survey), Respondent()
    assert "<b>" not in person.get("/survey/spring/", {"campaign": named}).content.decode()
    person.read("/survey/spring/")
    assert person.send("/survey/spring/", {rating: "2"}, campaign=named).status_code == 302
    assert Submission.objects.count() == 1
    assert not Event.objects.exists()


def _squeezed(answer: Any) -> str:
    """The page with the attributes of its fields in one order, so that a checked one can be found."""
    return re.sub(r'\s+id="[^"]*"', "", answer.content.decode())


def test_what_a_script_keeps_is_there_after_a_reload_and_nothing_is_handed_in() -> None:
    survey = make_survey()
    words = ask(survey, "Why?", "text", is_required=True)
    person = Respondent()
    person.read("/survey/spring/")
    kept = person.send("/survey/spring/", {words: "Half a sen"}, keep="1")
    own = f"/survey/spring/{AnswerSheet.objects.get().token}/?page=1"
    assert (kept.status_code, kept["Content-Location"]) == (204, own)
    assert person.send("/survey/spring/", {words: ""}, keep="1").status_code == 204
    assert person.send("/survey/spring/", {words: "Half a sentence"}, keep="1").status_code == 204
    assert "Half a sentence</textarea>" in person.read(own).content.decode()
    assert AnswerSheet.objects.count() == 1
    assert not Submission.objects.exists()


def test_a_question_is_asked_only_after_the_answers_that_lead_to_it() -> None:
    survey = make_survey()
    score = ask(survey, "Would you recommend us?", "promoter")
    why = ask(survey, "What went wrong?", "text", starts_page=True, asked_after=score,
              asked_after_answers=["0", "1", "2", "3", "4", "5", "6"])  # fmt: skip
    last = ask(survey, "Anything else?", "text", starts_page=True)
    person = Respondent()
    person.read("/survey/spring/")
    assert person.send("/survey/spring/", {score: "9"})["Location"].endswith("?page=3")
    own = f"/survey/spring/{AnswerSheet.objects.get().token}/"
    assert "Page 2 of 2" in person.read(f"{own}?page=3").content.decode()
    person.read(f"{own}?page=1")
    assert person.send(own, {score: "3"})["Location"].endswith("?page=2")
    person.read(f"{own}?page=2")
    assert person.send(own, {why: "Late"})["Location"].endswith("?page=3")
    person.read(f"{own}?page=1")
    person.send(own, {score: "10"})
    person.read(f"{own}?page=3")
    person.send(own, {last: "No"})
    assert answers_of(Submission.objects.get()) == {1: "10", 3: "No"}


def test_what_must_be_answered_holds_the_page_and_what_was_typed_stays() -> None:
    survey = make_survey()
    needed, words = ask(survey, is_required=True), ask(survey, "Why?", "text")
    person = Respondent()
    person.read("/survey/spring/")
    held = person.send("/survey/spring/", {words: "Because"})
    assert held.status_code == 422
    page = held.content.decode()
    assert "Please answer this so that we can continue." in page
    assert "Because</textarea>" in page
    assert not AnswerSheet.objects.exists()
    assert person.send("/survey/spring/", {needed: "6", words: "Because"}).status_code == 422
    assert not Submission.objects.exists()


def test_whoever_skips_a_page_is_led_back_to_what_must_be_answered() -> None:
    survey = make_survey()
    needed, words = ask(survey, is_required=True), ask(survey, "Why?", "text", starts_page=True)
    sheet = begun(survey, **{str(words.key): "So"})
    own, person = f"/survey/spring/{sheet.token}/", Respondent()
    person.read(f"{own}?page=2")
    led = person.send(own, {words: "So"})
    assert led["Location"] == f"{own}?page=1&missing=1"
    assert "must be answered before you can submit it" in person.read(led["Location"]).content.decode()
    person.send(own, {needed: "5"})
    person.read(f"{own}?page=2")
    person.send(own, {words: "So"})
    assert answers_of(Submission.objects.get()) == {1: "5", 2: "So"}


def test_a_full_card_number_is_refused_and_the_rest_of_the_page_stays() -> None:
    survey = make_survey()
    several = ask(survey, "Which?", "several", choices=["Letters", "Parcels", "Flats"])
    words = ask(survey, "Why?", "text")
    person = Respondent()
    person.read("/survey/spring/")
    answer = person.send("/survey/spring/", {several: ["Letters", "Flats"], words: "4111 1111 1111 1111"})
    assert answer.status_code == 422
    page = _squeezed(answer)
    assert "4111" not in page
    assert [name for name in ("Letters", "Parcels", "Flats") if f'value="{name}" checked' in page] == [
        "Letters", "Flats",
    ]  # fmt: skip


# Once ----------------------------------------------------------------------------------------------------------------
def test_a_second_tab_changes_nothing_and_says_so() -> None:
    survey = make_survey(is_open=False)
    rating = ask(survey)
    share = offered(survey)
    tabs = [Respondent(), Respondent()]
    for tab in tabs:
        tab.read(f"/s/{share.token}/survey/")
    assert tabs[0].send(f"/s/{share.token}/survey/", {rating: "5"}).status_code == 302
    late = tabs[1].send(f"/s/{share.token}/survey/", {rating: "1"})
    assert late.status_code == 409
    assert "what you have just sent changed nothing" in late.content.decode()
    assert tabs[1].send(f"/s/{share.token}/survey/", {rating: "1"}, keep="1").status_code == 409
    assert answers_of(Submission.objects.get()) == {1: "5"}


def test_the_back_button_after_an_open_survey_hands_nothing_in_again() -> None:
    survey = make_survey()
    rating, person = ask(survey), Respondent()
    person.read("/survey/spring/")
    assert person.send("/survey/spring/", {rating: "5"}).status_code == 302
    assert person.send("/survey/spring/", {rating: "1"}).status_code == 409
    assert answers_of(Submission.objects.get()) == {1: "5"}


@pytest.mark.django_db(transaction=True)
def test_of_many_hands_at_the_same_time_one_hands_in_and_a_full_survey_takes_no_more() -> None:
    survey = make_survey(most_answers=3)
    rating = ask(survey)
    own = [begun(survey, **{str(rating.key): "4"}) for _ in range(4)]

    def hand_in(sheet: AnswerSheet) -> str:
        try:
            sheets.hand_in(sheet)
            return "taken"
        except (sheets.HandedIn, sheets.TakesNone) as problem:
            return type(problem).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hands:
        same = sorted(hands.map(hand_in, [own[0]] * 4))
        others = sorted(hands.map(hand_in, own[1:]))
    assert same == ["HandedIn", "HandedIn", "HandedIn", "taken"]
    assert others == ["TakesNone", "taken", "taken"]
    assert Submission.objects.count() == 3


# Shut ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"published_at": None}, 404, "This is not published."),
        ({"opens_on": date(2099, 1, 1)}, 403, "This opens on January 1, 2099."),
        ({"closes_on": date(2020, 1, 1)}, 410, "This closed on January 1, 2020."),
        ({"most_answers": 1}, 410, "The limit on answers has been reached."),
    ],
    ids=["unpublished", "not yet", "closed", "full"],
)
def test_a_survey_that_is_shut_says_why_and_takes_nothing(fields: dict[str, Any], status: int, said: str) -> None:
    survey = make_survey(is_open=False, **fields)
    rating, share, person = ask(survey), offered(survey), Respondent()
    if "most_answers" in fields:
        sheets.hand_in(begun(make_copy(survey), **{str(rating.key): "1"}))
    before = Submission.objects.count()
    page = person.read(f"/s/{share.token}/survey/")
    assert page.status_code == status
    assert said in page.content.decode()
    assert person.send(f"/s/{share.token}/survey/", {rating: "1"}).status_code == status
    assert Submission.objects.count() == before


def make_copy(survey: Survey) -> Survey:
    return Survey.objects.get(pk=survey.pk)


def test_a_survey_that_closes_while_somebody_answers_says_so() -> None:
    survey = make_survey()
    rating, person = ask(survey), Respondent()
    person.read("/survey/spring/")
    Survey.objects.update(closes_on=date(2020, 1, 1))
    assert person.send("/survey/spring/", {rating: "1"}).status_code == 410
    assert not Submission.objects.exists()


@pytest.mark.parametrize("part", ["", "AAAAAAAAAAAAAAAAAAAAAA/", "short/"])
@pytest.mark.parametrize("fields", [{"is_open": False}, {"published_at": None}], ids=["by links", "unpublished"])
def test_an_address_that_is_nobodys_is_answered_as_one_that_never_was(fields: dict[str, Any], part: str) -> None:
    ask(make_survey(**fields))
    assert Respondent().get(f"/survey/spring/{part}").status_code == 404
    assert Respondent().get(f"/survey/none/{part}").status_code == 404


def test_a_sheet_of_a_share_does_not_open_by_its_own_token_nor_in_another_survey() -> None:
    survey, other = make_survey(), make_survey("other")
    rating = ask(survey)
    share = offered(survey)
    sheet = sheets.begin(survey, uuid4(), Way(share))
    open_one = begun(survey, **{str(rating.key): "1"})
    assert Respondent().get(f"/survey/spring/{sheet.token}/").status_code == 404
    assert Respondent().get(f"/survey/{other.slug}/{open_one.token}/").status_code == 404
    assert Respondent().get(f"/survey/spring/{open_one.token}/").status_code == 200


def test_a_share_of_something_else_leads_to_what_was_shared() -> None:
    survey = make_survey()
    share = offered(survey)
    share.material.survey = None
    share.material.save()
    assert Respondent().get(f"/s/{share.token}/survey/")["Location"] == f"/s/{share.token}/"


# Machines ------------------------------------------------------------------------------------------------------------
def test_a_machine_that_fills_in_everything_reads_thanks_and_nothing_is_stored() -> None:
    survey = make_survey()
    rating, person = ask(survey), Respondent()
    person.read("/survey/spring/")
    answer = person.send("/survey/spring/", {rating: "1"}, website="https://example.com")
    assert answer.status_code == 201
    assert not AnswerSheet.objects.exists()


def test_an_address_that_begins_too_often_is_held_back_and_keeps_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surveys.begun, "MOST", 2)
    survey = make_survey()
    words = ask(survey, "Why?", "text")
    for _ in range(2):
        person = Respondent()
        person.read("/survey/spring/")
        assert person.send("/survey/spring/", {words: "So"}).status_code == 302
    person.read("/survey/spring/")
    held = person.send("/survey/spring/", {words: "My words"})
    assert (held.status_code, held["Retry-After"]) == (429, "3600")
    assert "My words</textarea>" in held.content.decode()
    assert Submission.objects.count() == 2


def test_a_sheet_is_not_saved_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "SAVES", type(surveys.SAVES)("few", 1, 60))
    survey = make_survey()
    words = ask(survey, "Why?", "text")
    own, person = f"/survey/spring/{begun(survey).token}/", Respondent()
    person.read(own)
    assert person.send(own, {words: "a"}, keep="1").status_code == 204
    assert person.send(own, {words: "b"}, keep="1").status_code == 429
    assert AnswerSheet.objects.get().given == {str(words.key): "a"}


@pytest.mark.parametrize(
    "sent",
    [{"page": "x"}, {"page": "99"}, {"page": "-1"}, {"begun": "none"}, {"page": ""}, {"q_none": "1"}],
    ids=["word", "beyond", "below", "no key", "no page", "no question"],
)
def test_what_no_page_sends_is_harmless(sent: dict[str, str]) -> None:
    survey = make_survey()
    rating, person = ask(survey), Respondent()
    person.read("/survey/spring/")
    assert person.send("/survey/spring/", {rating: "2"}, **sent).status_code == 302
    assert answers_of(Submission.objects.get()) == {1: "2"}


# Language ------------------------------------------------------------------------------------------------------------
def test_it_reads_in_spanish_and_what_is_kept_is_the_same() -> None:
    survey = make_survey(name_es="Encuesta de primavera", description_es="Unas preguntas.")
    which = ask(survey, "Which?", "choice", choices=["Letters", "Parcels"], text_es="¿Cuáles?",
                choices_es=["Cartas", "Paquetes"], is_required=True)  # fmt: skip
    bare = ask(survey, "Only in English?", "text", starts_page=True)
    person = Respondent()
    page = person.read("/survey/spring/?language=es").content.decode()
    for text in ("Encuesta de primavera", "Unas preguntas.", "¿Cuáles?", "Paquetes", "Siguiente", "hay que responder"):
        assert text in page
    assert "Parcels<" not in page
    assert "Responda esto, por favor" in person.send("/survey/spring/").content.decode()
    on = person.send("/survey/spring/", {which: "Parcels"})
    later = person.read(on["Location"]).content.decode()
    assert "Página 2 de 2" in later
    assert "Only in English?" in later
    person.send(on["Location"].partition("?")[0], {bare: "Sí"})
    assert answers_of(Submission.objects.get()) == {1: "Parcels", 2: "Sí"}


# Left lying ----------------------------------------------------------------------------------------------------------
def test_what_is_begun_and_left_is_deleted_after_its_days_and_what_was_handed_in_stays() -> None:
    survey = make_survey()
    rating = ask(survey)
    old, fresh, done = (begun(survey, **{str(rating.key): "3"}) for _ in range(3))
    sheets.hand_in(done)
    long_ago = timezone.now() - timedelta(days=sheets.KEPT_DAYS, minutes=1)
    AnswerSheet.objects.exclude(pk=fresh.pk).update(begun_at=long_ago, saved_at=long_ago)
    assert sheets.forget_left() == 1
    assert set(AnswerSheet.objects.values_list("pk", flat=True)) == {fresh.pk, done.pk}
    assert old.pk not in AnswerSheet.objects.values_list("pk", flat=True)


def test_what_is_written_on_a_sheet_is_not_in_the_table_in_clear() -> None:
    survey = make_survey()
    words = ask(survey, "Why?", "text")
    begun(survey, **{str(words.key): "Plainly said"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT sheet::text FROM campaigns_answersheet AS sheet")
        ((row,),) = cursor.fetchall()
    assert "Plainly" not in row
    assert b"Plainly".hex() not in row


def test_the_statements_of_a_page_do_not_grow_with_the_questions(django_assert_num_queries: Any) -> None:
    survey = make_survey()
    counts = []
    for _ in range(2):
        for _ in range(5):
            ask(survey, "Why?", "text")
        Respondent().get("/survey/spring/")
        with django_assert_num_queries(3) as captured:
            assert Respondent().get("/survey/spring/").content.count(b"<textarea") == Question.objects.count()
        counts.append(len(captured))
    assert counts[0] == counts[1]
