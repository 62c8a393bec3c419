"""What somebody entered in a form of a link before they showed that it is they, or typed the passcode, is not lost."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache

from campaigns.enums import Grade
from campaigns.models import AnswerSheet, FollowUp, Share
from campaigns.programmes.sheets import begin, hand_in, save
from campaigns.programmes.telling import Way
from campaigns.recipients import verifying
from campaigns.views import registering as event_pages
from campaigns.views import surveys as survey_pages
from privacy.tries import refusals
from records.models import Customer, Registration, Submission
from tests.campaigns.contesting import invited as entered_by
from tests.campaigns.contesting import make_contest
from tests.campaigns.gathering import invited, make_gathering
from tests.campaigns.publishing import ADDRESS, make_publication
from tests.campaigns.publishing import offered as order_link
from tests.campaigns.shared import visit
from tests.campaigns.surveying import Respondent, ask, make_survey, offered
from tests.campaigns.viewing import Recipient, text_of
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
NOT_LOST = "you return to the form with everything that you entered."
NOT_SENT = "It has not been sent yet."


@pytest.fixture(autouse=True)
def nothing_counted(work: None) -> Iterator[None]:
    cache.clear()
    refusals.clear()
    for counted in (event_pages.begun, survey_pages.begun):
        counted.clear()
    yield
    for counted in (event_pages.begun, survey_pages.begun):
        counted.clear()


@pytest.fixture
def mila() -> Customer:
    return make_customer("C-1", name="Mila Rossi", email="mila@example.org")


def read_before(share: Share) -> Share:
    visit(share, (1, 3))
    return share


def hidden(answer: Any) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in found}


def proves(person: Recipient, share: Share, asked: Any) -> Any:
    """Asks for the code at this page and types it, with what the page carries; where that leads to."""
    verify = f"/s/{share.token}/verify/"
    mailed = person.post(verify, {**hidden(asked), "email": "mila@example.org"}, follow=True)
    assert NOT_LOST in mailed.content.decode()
    verifying.mail_code(share)
    (code,) = re.findall(r"\b\d{6}\b", str(mail.outbox.pop().body))
    wrong = "000000" if code != "000000" else "000001"
    refused = person.post(verify, {**hidden(mailed), "code": wrong})
    assert refused.status_code == 422
    return person.post(verify, {**hidden(refused), "code": code}, follow=True)


def sends_to_the_code(person: Recipient, share: Share, form: str, entered: dict[str, Any]) -> Any:
    """Presses the button of a form that holds this."""
    address = f"/s/{share.token}/{form}/"
    button = f'formaction="/s/{share.token}/verify/" name="prove" value="{address}"'
    assert button in person.get(address).content.decode()
    return person.post(f"/s/{share.token}/verify/", {**entered, "website": "", "prove": address})


def test_what_was_entered_to_register_is_shown_to_whoever_typed_the_code(mila: Customer) -> None:
    share, person = read_before(invited(make_gathering(), mila)), Recipient()
    entered = {"name": "Mila", "email": "m@example.org", "role": 'A "guest"', "itinerary": "Monday\r\nto Tuesday"}
    shown = proves(person, share, sends_to_the_code(person, share, "event", entered))
    assert shown.redirect_chain == [(f"/s/{share.token}/event/", 307)]
    page = unescape(shown.content.decode())
    assert 'value="A "guest""' in page
    assert NOT_SENT in page
    assert "Monday\r\nto Tuesday</textarea>" in page
    assert ("Your name" in page, "not registered" in page.lower(), "unknown person" in page) == (False, False, False)
    assert not Registration.objects.exists()
    person.post(f"/s/{share.token}/event/", {"role": "Guest", "campaign": ""})
    assert Registration.objects.get().customer == mila


def test_nothing_of_it_is_shown_to_whoever_does_not_type_the_code(mila: Customer) -> None:
    share, person = read_before(invited(make_gathering(), mila)), Recipient()
    asked = sends_to_the_code(person, share, "event", {"role": "Guest"})
    assert hidden(asked) == {"back_to": f"/s/{share.token}/event/", "entered-role": "Guest"}
    back = person.post(f"/s/{share.token}/event/", hidden(asked))
    assert (back.status_code, "Your name" in back.content.decode()) == (200, True)
    assert not Registration.objects.exists()


def test_what_was_entered_is_carried_into_another_language(mila: Customer) -> None:
    share, person = read_before(invited(make_gathering(), mila)), Recipient()
    verify = f"/s/{share.token}/verify/"
    asked = sends_to_the_code(person, share, "event", {"role": "Guest"})
    assert f'<form method="post" action="{verify}?language=es">' in asked.content.decode()
    spanish = person.post(f"{verify}?language=es", hidden(asked))
    assert (spanish["Content-Language"], hidden(spanish)) == ("es", hidden(asked))
    mailed = person.post(verify, {**hidden(spanish), "email": "mila@example.org"})
    assert mailed["Content-Language"] == "es"
    assert f'<form method="post" action="{verify}?language=en&amp;mailed=1">' in mailed.content.decode()
    english = person.post(f"{verify}?language=en&mailed=1", hidden(mailed))
    assert "2. Type the code" in english.content.decode()
    shown = proves(person, share, english)
    assert 'value="Guest"' in shown.content.decode()


def test_a_sheets_address_is_carried_into_another_language(mila: Customer) -> None:
    share = invited(make_gathering(), mila)
    form = f"/s/{share.token}/event/"
    page = Recipient().get(f"/s/{share.token}/verify/", {"back_to": form, "mailed": "1"}).content.decode()
    assert f'href="?language=es&amp;back_to={form}&amp;mailed=1"' in page


def test_a_form_that_meets_the_passcode_is_carried_into_another_language(mila: Customer) -> None:
    share, person = invited(make_gathering(), mila), Recipient()
    Share.objects.filter(pk=share.pk).update(passcode=make_password("a word"))
    address = f"/s/{share.token}/event/"
    door = person.post(address, {"role": "Guest"})
    assert f'<form method="post" action="{address}?language=es">' in door.content.decode()
    spanish = person.post(f"{address}?language=es", hidden(door))
    assert (spanish["Content-Language"], hidden(spanish)) == ("es", hidden(door))
    wrong = person.post(f"/s/{share.token}/passcode/", {**hidden(spanish), "passcode": "another"})
    assert f'<form method="post" action="{address}?language=en">' in wrong.content.decode()


def test_nobody_is_led_elsewhere_and_no_card_is_carried(mila: Customer) -> None:
    share, other = invited(make_gathering(), mila), invited(make_gathering("fair"), make_customer("C-2"))
    verify = f"/s/{share.token}/verify/"
    for path in ("https://example.org/", "//example.org/", f"/s/{other.token}/event/", "/sign-in/", verify, "/\x00"):
        asked = Recipient().post(verify, {"role": "Guest", "prove": path})
        assert (asked.status_code, hidden(asked)) == (200, {})
        assert "back_to" not in Recipient().get(verify, {"back_to": path}).content.decode()
    asked = Recipient().post(verify, {"role": "4242 4242 4242 4242", "prove": f"/s/{share.token}/event/"})
    assert hidden(asked) == {"back_to": f"/s/{share.token}/event/"}


def test_answers_to_a_contest_and_the_order_of_a_publication_are_not_lost(mila: Customer) -> None:
    contest = make_contest(minimum_age=18)
    several = ask(contest.survey, kind="several", choices=["Red", "Green", "Blue"])
    share, person = read_before(entered_by(contest, mila)), Recipient()
    entered = {"name": "Mila", "condition_1": "yes", f"q_{several.key.hex}": ["Red", "Blue"]}
    asked = sends_to_the_code(person, share, "contest", entered)
    main = asked.content.decode().partition("<main")[2]
    fields = re.findall(r'name="entered-q_\w+" value="(\w+)"', main)
    assert fields == ["Red", "Blue"]
    order, reader = read_before(order_link(make_publication(), mila)), Recipient()
    shown = proves(reader, order, sends_to_the_code(reader, order, "publication", {**ADDRESS, "copies": "2"}))
    for value in (*ADDRESS.values(), "2"):
        assert f'value="{value}"' in shown.content.decode()


def test_what_was_written_to_staff_and_to_pass_on_is_not_lost(mila: Customer) -> None:
    share, person = read_before(invited(make_gathering(), mila)), Recipient()
    shown = proves(person, share, sends_to_the_code(person, share, "ask/question", {"text": "How much?"}))
    assert "How much?</textarea>" in shown.content.decode()
    assert not FollowUp.objects.exists()
    other = Recipient()
    shown = proves(other, share, sends_to_the_code(other, share, "pass-on", {"name": "Bo", "email": "bo@example.org"}))
    assert ('value="Bo"' in shown.content.decode(), 'value="bo@example.org"' in shown.content.decode()) == (True, True)


def test_who_showed_it_in_another_tab_meanwhile_goes_back_and_sends_nothing_by_that(mila: Customer) -> None:
    share, person = read_before(invited(make_gathering(), mila)), Recipient()
    verifying.mail_code(share)
    (code,) = re.findall(r"\b\d{6}\b", str(mail.outbox.pop().body))
    person.post(f"/s/{share.token}/verify/", {"code": code})
    address = f"/s/{share.token}/event/"
    asked = person.post(f"/s/{share.token}/verify/", {"role": "Guest", "name": "Mila", "prove": address}, follow=True)
    page = asked.content.decode()
    assert (asked.status_code, asked.redirect_chain) == (200, [])
    assert f'<form method="post" action="{address}">' in page
    assert not Registration.objects.exists()
    shown = person.post(address, hidden(asked))
    assert 'value="Guest"' in shown.content.decode()
    assert not Registration.objects.exists()


def test_a_form_that_meets_the_passcode_is_shown_with_what_it_held_once_that_is_typed(mila: Customer) -> None:
    share, person = invited(make_gathering(), mila), Recipient()
    Share.objects.filter(pk=share.pk).update(passcode=make_password("a word"))
    door = person.post(f"/s/{share.token}/event/", {"role": "Guest", "name": "Mila"})
    assert NOT_LOST in door.content.decode()
    wrong = person.post(f"/s/{share.token}/passcode/", {**hidden(door), "passcode": "another"})
    shown = person.post(f"/s/{share.token}/passcode/", {**hidden(wrong), "passcode": "a word"}, follow=True)
    assert shown.redirect_chain == [(f"/s/{share.token}/event/", 307)]
    assert 'value="Guest"' in shown.content.decode()
    assert not Registration.objects.exists()


# Surveys --------------------------------------------------------------------------------------------------------------
def test_a_half_filled_sheet_becomes_the_recipients_when_they_show_who_they_are(mila: Customer) -> None:
    survey = make_survey()
    first, second = ask(survey), ask(survey)
    third = ask(survey, starts_page=True)
    share, person = read_before(offered(survey, mila)), Respondent()
    address = f"/s/{share.token}/survey/"
    known = begin(survey, survey.key, Way(share))
    shown = person.read(address)
    assert f'name="prove" value="{address}"' in shown.content.decode()
    asked = person.send(address, {first: "2"}, prove=address)
    sheet = AnswerSheet.objects.get(share=None)
    own = f"{address}{sheet.token}/"
    shown = proves(person, share, person.get(asked["Location"]))
    assert [where for where, _status in shown.redirect_chain] == [own, f"{address}?page=1&entered=1"]
    assert "checked" in shown.content.decode()
    assert NOT_SENT in shown.content.decode()
    assert "unknown person" not in text_of(shown.content.decode())
    taken = AnswerSheet.objects.get()
    assert (taken.pk, taken.share, taken.given) == (known.pk, share, {str(first.key): "2"})
    person.read(address + "?page=1")
    person.send(address, {first: "2", second: "3"})
    person.read(address + "?page=2")
    person.send(address, {third: "4"})
    made = Submission.objects.get()
    assert (made.customer, made.is_by_unknown, made.answers.count()) == (mila, False, 3)


def test_a_sheet_is_taken_over_by_nobody_who_only_looks_whether_its_page_is_there(mila: Customer) -> None:
    survey = make_survey()
    question = ask(survey)
    share, person = read_before(offered(survey, mila)), Respondent()
    address = f"/s/{share.token}/survey/"
    person.read(address)
    proves(person, share, person.get(person.send(address, {question: "2"}, prove=address)["Location"]))
    begun = begin(survey, uuid4(), Way(share, grade=Grade.UNKNOWN))
    save(begun, {str(question.key): "5"})
    assert person.head(f"{address}{begun.token}/").status_code == 200
    assert AnswerSheet.objects.filter(pk=begun.pk).exists()
    assert person.get(f"{address}{begun.token}/")["Location"] == f"{address}?page=1&entered=1"
    assert not AnswerSheet.objects.filter(pk=begun.pk).exists()


def test_of_two_answers_to_a_question_the_later_stands_whoever_goes_on_by_whichever_way(mila: Customer) -> None:
    survey = make_survey()
    first, second = ask(survey), ask(survey, starts_page=True)
    share, person = read_before(offered(survey, mila)), Respondent()
    address = f"/s/{share.token}/survey/"
    person.read(address)
    onward = person.send(address, {first: "2"})["Location"]
    verifying.mail_code(share)
    (code,) = re.findall(r"\b\d{6}\b", str(mail.outbox.pop().body))
    person.read(onward)
    person.post(f"/s/{share.token}/verify/", {"code": code})  # in another tab
    sent = person.send(onward.partition("?")[0], {second: "5"})
    assert sent["Location"] == address
    made = Submission.objects.get()
    assert made.customer == mila
    assert sorted(int(answer.number or 0) for answer in made.answers.all()) == [2, 5]


def test_what_was_handed_in_stays_as_it_was(mila: Customer) -> None:
    survey = make_survey()
    question = ask(survey)
    share, person = read_before(offered(survey, mila)), Respondent()
    address = f"/s/{share.token}/survey/"
    hand_in(begin(survey, survey.key, Way(share)), Way(share))
    person.read(address)
    asked = person.send(address, {question: "2"}, prove=address)
    shown = proves(person, share, person.get(asked["Location"]))
    assert "Submitted. Thank you." in shown.content.decode()
    assert Submission.objects.count() == 1
    assert AnswerSheet.objects.get(share=None).given == {str(question.key): "2"}
