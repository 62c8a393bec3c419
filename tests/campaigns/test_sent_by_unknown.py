"""What somebody unknown sends through a customer's link, and whoever types a customer's address: not the customer's
until somebody confirms it, and told so."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from analytics.reports.meetings import events
from analytics.trouble.detectors import no_shows, survey_scores
from campaigns.enums import Grade
from campaigns.grades import nobody
from campaigns.models import AnswerSheet, Event, RecipientPreference, Share
from campaigns.programmes import entering, registering
from campaigns.programmes.entering import enter
from campaigns.programmes.registering import Wishes, register
from campaigns.programmes.sheets import begin, hand_in, save
from campaigns.programmes.telling import Way
from campaigns.recipients import verifying
from campaigns.recipients.wishing import ASKED_FOR_NOTHING, wish_of
from campaigns.tasks.letters import write_letters
from campaigns.views import registering as event_pages
from campaigns.webpages.spreading import spread
from privacy import changes
from privacy.agency import agency_today
from privacy.models import Notification, User
from privacy.notifications.kinds import lines_of
from privacy.purposes import Basis
from privacy.rights.former import former_values
from privacy.roles import Role
from privacy.tries import refusals
from records.confirming import confirm
from records.models import (
    Answer,
    Customer,
    CustomerAssignment,
    Gathering,
    Organization,
    PublicationOrder,
    Registration,
    StudyParticipant,
    Submission,
    Suppression,
)
from records.suppressing import suppress
from tests.campaigns.contesting import invited as entered_by
from tests.campaigns.contesting import make_contest
from tests.campaigns.gathering import invited, make_gathering, own_address
from tests.campaigns.publishing import ADDRESS, make_publication, subscribes
from tests.campaigns.publishing import offered as order_link
from tests.campaigns.shared import visit
from tests.campaigns.studying import make_study, sent_link, takes_part
from tests.campaigns.surveying import Respondent, ask, make_survey, offered
from tests.campaigns.viewing import Recipient, make_link, make_sender, make_shared, text_of
from tests.events import append, make_campaign
from tests.factories import make_customer, make_user, viewer_of

pytestmark = pytest.mark.django_db
BO = {"name": "Bo Lee", "email": "bo@example.org"}
WANTED = {"addressee": "Bo Lee", "copies": "2", "kind": "once", **ADDRESS}
WHY = "This link was opened before in another browser"


@pytest.fixture(autouse=True)
def nothing_counted(work: None) -> Iterator[None]:
    cache.clear()
    refusals.clear()
    event_pages.begun.clear()
    yield
    event_pages.begun.clear()


@pytest.fixture
def mila() -> Customer:
    return make_customer("C-1", name="Mila Rossi", email="mila@example.org")


@pytest.fixture
def keeper() -> User:
    return make_user(Role.MARKETING_MANAGER, "Kim Keeper")


def read_before(share: Share) -> Share:
    """Somebody read through it before, in a browser that was marked."""
    visit(share, (1, 3))
    return share


def verifies(client: Client, share: Share) -> None:
    """Types the code that was mailed to the recipient."""
    verifying.mail_code(share)
    (code,) = re.findall(r"\b\d{6}\b", str(mail.outbox.pop().body))
    assert client.post(f"/s/{share.token}/verify/", {"code": code}).status_code == 302


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return text_of(client.get(address).content.decode())


def pressed(user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    assert client.post(address).status_code == 302


def responses() -> list[tuple[str, bool, int | None]]:
    """Grade, whether it is somebody's, and the share of each response."""
    rows = Event.objects.filter(kind="response").order_by("occurred_at")
    return [(row.grade, row.viewer_id > 0, row.share_id) for row in rows]


# Events ---------------------------------------------------------------------------------------------------------------
def test_who_registers_by_a_link_that_was_read_elsewhere_does_so_in_their_own_name(mila: Customer) -> None:
    share, person = read_before(invited(make_gathering(), mila)), Recipient()
    shown = text_of(person.get(f"/s/{share.token}/event/").content.decode())
    for said in (WHY, "Your name", "Your e-mail address", "show that it is you"):
        assert said in shown
    assert "Mila" not in shown
    assert person.post(f"/s/{share.token}/event/", {"role": "Guest"}).status_code == 422
    sent = person.post(f"/s/{share.token}/event/", {**BO, "role": "Guest"})
    assert (sent.status_code, sent["Location"]) == (302, f"/s/{share.token}/event/?sent=1")
    made = Registration.objects.get()
    assert (made.customer.name, made.customer.email, made.role) == ("Bo Lee", "bo@example.org", "Guest")
    assert (made.is_claimed, made.sent_through) == (False, mila)
    found = Event.objects.get(kind="response")
    assert (found.id, found.grade, found.viewer_id, found.share_id) == (made.key, "unknown", nobody(made.key), share.pk)


def test_recipient_in_the_first_browser_and_with_the_code_registers_by_the_link_alone(mila: Customer) -> None:
    share = read_before(invited(make_gathering(), mila))
    for headers in ({}, {"Sec-GPC": "1"}):
        person = Recipient(**headers)
        verifies(person, share)
        assert WHY not in text_of(person.get(f"/s/{share.token}/event/", follow=True).content.decode())
        sent = person.post(f"/s/{share.token}/event/", {"role": "Guest"})
        made = Registration.objects.get()
        assert (sent.status_code, sent["Location"]) == (302, f"/registration/{made.token}/")
    assert (made.customer, made.is_claimed, made.sent_through) == (mila, False, None)
    assert responses() == [("verified", True, share.pk)]


def test_nobody_unknown_is_led_to_the_registration_of_the_recipient(mila: Customer) -> None:
    forum = make_gathering()
    share = read_before(invited(forum, mila))
    theirs, _is_new = register(forum, mila, Wishes(accommodations="A ramp"), Way(share))
    stranger, recipient = Recipient(), Recipient()
    shown = stranger.get(f"/s/{share.token}/event/")
    assert (shown.status_code, WHY in text_of(shown.content.decode())) == (200, True)
    verifies(recipient, share)
    assert recipient.get(f"/s/{share.token}/event/")["Location"] == f"/registration/{theirs.token}/"


def test_browser_that_asks_not_to_be_tracked_reads_why_it_is_unknown(mila: Customer) -> None:
    share = invited(make_gathering(), mila)
    shown = text_of(Recipient(**{"Sec-GPC": "1"}).get(f"/s/{share.token}/event/").content.decode())
    assert "Your browser asks not to be tracked. We therefore leave no mark in it" in shown
    assert "Your name" in shown


@pytest.mark.parametrize("by_link", [True, False])
def test_typed_address_of_a_customer_is_claimed_until_whoever_reads_its_mail_confirms(
    by_link: bool, mila: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    ann = make_customer("C-2", name="Ann Lee", email="ann@example.org")
    share = read_before(invited(make_gathering(), mila))
    address = f"/s/{share.token}/event/" if by_link else "/event/forum/"
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(address, {"name": "Eve", "email": "Ann@example.org"})
    made = Registration.objects.get()
    assert (made.customer, made.is_claimed, made.sent_through) == (ann, True, mila if by_link else None)
    assert "Someone registered with this e-mail address." in mail.outbox[0].body
    own = own_address(0)
    assert "It was me" in Recipient().get(own).content.decode()
    Recipient().post(own, {"confirm": "1"})
    made.refresh_from_db()
    assert not made.is_claimed
    confirmed = {entry.field for entry in changes.history(made) if entry.before is not None}
    assert confirmed == {"is_claimed"} | ({"is_by_unknown", "sent_through"} if by_link else set())
    assert "It was me" not in Recipient().get(own).content.decode()


def test_change_at_ones_own_page_confirms_it_and_calling_off_does_not(mila: Customer) -> None:
    make_gathering()
    Recipient().post("/event/forum/", {"name": "Eve", "email": mila.email})
    made = Registration.objects.get()
    Recipient().post(f"/registration/{made.token}/", {"cancel": "1"})
    made.refresh_from_db()
    assert (made.is_claimed, made.cancelled_at is None) == (True, False)
    Recipient().post(f"/registration/{made.token}/", {"again": "1"})
    made.refresh_from_db()
    assert (made.is_claimed, made.cancelled_at is None) == (False, True)


def test_letter_to_whoever_came_by_their_own_link_asks_for_no_confirmation(mila: Customer) -> None:
    register(make_gathering(), mila, Wishes(), Way(language="en"))
    write_letters()
    assert "Someone registered" not in mail.outbox[0].body


def test_response_of_whoever_typed_the_address_is_of_the_grade_claimed(mila: Customer) -> None:
    make_gathering()
    append(assigned=[(viewer_of(mila), make_campaign("spring").variants.all()[0])])
    Recipient().post("/event/forum/", {"name": "Mila", "email": mila.email, "campaign": "spring"})
    assert Event.objects.get(kind="response").grade == Grade.CLAIMED


def test_staff_read_of_whom_nobody_knows_and_confirm_it(mila: Customer, keeper: User) -> None:
    share = read_before(invited(make_gathering(), mila))
    Recipient().post(f"/s/{share.token}/event/", {"name": "Mila", "email": mila.email})
    made = Registration.objects.get()
    address = f"/records/registrations/{made.key}/"
    claimed = "Someone who typed the customer’s address, not confirmed"
    shown = page(keeper, address)
    assert f"Sent by {claimed}" in shown
    assert "Through the link sent to Mila Rossi" in shown
    assert claimed in page(keeper, "/records/registrations/")
    pressed(keeper, f"{address}theirs/")
    made.refresh_from_db()
    assert not made.is_claimed
    assert claimed not in page(keeper, address)


def test_staff_read_that_somebody_came_through_anothers_link_and_those_who_keep_events_whose(
    mila: Customer, keeper: User
) -> None:
    share = read_before(invited(make_gathering(), mila))
    Recipient().post(f"/s/{share.token}/event/", BO)
    made = Registration.objects.get()
    sales = make_sender()
    made.customer.assignments.create(staff=sales)
    through = "Sent by An unknown person, through a customer’s link"
    assert "Through the link sent to Mila Rossi" in page(keeper, f"/records/registrations/{made.key}/")
    shown = page(sales, f"/records/registrations/{made.key}/")
    assert through in shown
    assert "Mila Rossi" not in shown


# Contests -------------------------------------------------------------------------------------------------------------
def test_who_enters_by_a_link_that_was_read_elsewhere_does_so_in_their_own_name(mila: Customer) -> None:
    contest = make_contest()
    share, person = read_before(entered_by(contest, mila)), Recipient()
    theirs, _is_new = enter(contest, mila, [], {}, Way(share), by_own_link=True)
    shown = text_of(person.get(f"/s/{share.token}/contest/").content.decode())
    assert (WHY in shown, "Your name" in shown) == (True, True)
    sent = person.post(f"/s/{share.token}/contest/", BO)
    assert (sent.status_code, sent["Location"]) == (302, f"/s/{share.token}/contest/?sent=1")
    made = Submission.objects.exclude(pk=theirs.pk).get()
    assert made.customer
    assert (made.customer.email, made.is_claimed, made.sent_through) == ("bo@example.org", False, mila)
    assert responses() == [("addressee", True, share.pk), ("unknown", False, share.pk)]


def test_entry_of_a_typed_address_is_claimed_until_whoever_reads_its_mail_confirms(
    mila: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    contest = make_contest()
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post("/contest/slogans/", {"name": "Eve", "email": mila.email})
    made = Submission.objects.get()
    assert (made.customer, made.is_claimed) == (mila, True)
    assert "Someone entered with this e-mail address." in mail.outbox[0].body
    assert "It was me" in Recipient().get(f"/entry/{made.token}/").content.decode()
    Recipient().post(f"/entry/{made.token}/", {"confirm": "1"})
    made.refresh_from_db()
    assert not made.is_claimed
    own, _is_new = enter(contest, make_customer("C-7", email="own@example.org"), [], {}, Way(language="en"))
    mail.outbox.clear()
    write_letters()
    assert ["Someone entered" in letter.body for letter in mail.outbox] == [False]
    assert not own.sent_by


def test_confirming_undoes_nothing_that_happened_since_the_page_was_read(mila: Customer, keeper: User) -> None:
    make_gathering()
    make_contest()
    for address in ("/event/forum/", "/contest/slogans/"):
        Recipient().post(address, {"name": "Eve", "email": mila.email})
    now = timezone.now()
    for confirmed in (registering.confirm, lambda one: confirm(one, keeper, registering.REGISTERING)):
        Registration.objects.update(is_claimed=True, cancelled_at=None)
        read = Registration.objects.get()
        Registration.objects.update(cancelled_at=now)
        confirmed(read)
        made = Registration.objects.get()
        assert (made.is_claimed, made.cancelled_at) == (False, now)
    entry = Submission.objects.get()
    Submission.objects.update(withdrawn_at=now)
    entering.confirm(entry)
    entry.refresh_from_db()
    assert (entry.is_claimed, entry.withdrawn_at) == (False, now)


def test_nobody_unknown_brings_back_what_the_customer_called_off_or_withdrew(mila: Customer) -> None:
    gathering, contest, way = make_gathering(), make_contest(), Way(language="en")
    came, _is_new = register(gathering, mila, Wishes(role="Guest"), way)
    entry, _is_new = enter(contest, mila, [], {}, way)
    write_letters()
    assert (registering.call_off(came), entering.withdraw(entry)) == (True, True)
    write_letters()
    mail.outbox.clear()
    for address in ("/event/forum/", "/contest/slogans/"):
        for email in (mila.email, "new@example.org"):
            sent = Recipient().post(address, {"name": "Eve", "email": email, "role": "Speaker"})
            assert (sent.status_code, sent["Location"]) == (302, f"{address}?sent=1")
    came, entry = Registration.objects.get(customer=mila), Submission.objects.get(customer=mila)
    assert (came.role, came.is_claimed, came.cancelled_at is None) == ("Guest", False, False)
    assert (entry.is_claimed, entry.withdrawn_at is None) == (False, False)
    write_letters()
    bodies = "".join(str(letter.body) for letter in mail.outbox if letter.to == [mila.email])
    assert (f"/registration/{came.token}/" in bodies, f"/entry/{entry.token}/" in bodies) == (True, True)


# Publications ---------------------------------------------------------------------------------------------------------
def ordered(share: Share, email: str) -> PublicationOrder:
    typed = {**WANTED, "email": email}
    assert Recipient().post(f"/s/{share.token}/publication/", typed).status_code == 302
    return PublicationOrder.objects.get(email=email)


@pytest.mark.parametrize(
    ("email", "told"), [("bo@example.org", ("unknown", False)), ("mila@example.org", ("addressee", True))]
)
def test_order_by_a_link_that_was_read_elsewhere_waits_for_the_mailbox_and_is_of_whoever_reads_it(
    email: str, told: tuple[str, bool], mila: Customer
) -> None:
    share = read_before(order_link(make_publication(), mila))
    assert WHY in text_of(Recipient().get(f"/s/{share.token}/publication/").content.decode())
    order = ordered(share, email)
    assert (order.customer, order.confirmed_at, responses()) == (None, None, [])
    Recipient().post(f"/publication/{order.token}/", {"confirm": "1"})
    assert responses() == [(*told, share.pk)]


def test_nobody_unknown_is_led_to_the_subscription_of_the_recipient(mila: Customer) -> None:
    news = make_publication(takes_orders=False)
    subscribes(news, mila)
    share = read_before(order_link(news, mila))
    assert Recipient().get(f"/s/{share.token}/publication/").status_code == 200
    known = Recipient()
    verifies(known, share)
    assert known.get(f"/s/{share.token}/publication/").status_code == 302


# Studies --------------------------------------------------------------------------------------------------------------
def test_nobody_consents_to_research_or_declines_it_for_somebody_else(mila: Customer) -> None:
    study = make_study()
    share, person = read_before(sent_link(study, mila)), Recipient()
    for answer in (
        person.get(f"/s/{share.token}/study/"),
        person.post(f"/s/{share.token}/study/", {"decline": "1"}),
        Recipient(**{"Sec-GPC": "1"}).get(f"/s/{share.token}/study/"),
    ):
        assert answer.status_code == 403
        shown = text_of(answer.content.decode())
        assert "This invitation is for one person" in shown
        assert "show that it is you" in shown
    assert not StudyParticipant.objects.exists()
    verifies(person, share)
    assert person.get(f"/s/{share.token}/study/").status_code == 200


def test_nobody_unknown_is_led_to_what_the_recipient_agreed_to(mila: Customer) -> None:
    study = make_study()
    takes_part(study, "C-2")
    share = read_before(Share.objects.get())
    assert Recipient().get(f"/s/{share.token}/study/").status_code == 403


# Surveys --------------------------------------------------------------------------------------------------------------
def test_who_answers_by_a_link_that_was_read_elsewhere_has_a_sheet_of_their_own(mila: Customer) -> None:
    survey = make_survey()
    first, second = ask(survey), ask(survey, starts_page=True)
    share = read_before(offered(survey, mila))
    known, person = Respondent(), Respondent()
    verifies(known, share)
    known.read(f"/s/{share.token}/survey/")
    known.send(f"/s/{share.token}/survey/", {first: "1"})
    shown = person.read(f"/s/{share.token}/survey/").content.decode()
    assert WHY in text_of(shown)
    assert "checked" not in shown
    onward = person.send(f"/s/{share.token}/survey/", {first: "5"})["Location"]
    theirs = AnswerSheet.objects.get(share=share)
    own = AnswerSheet.objects.get(share=None)
    assert onward == f"/s/{share.token}/survey/{own.token}/?page=2"
    person.read(onward)
    assert person.send(onward.partition("?")[0], {second: "4"})["Location"] == f"/s/{share.token}/survey/{own.token}/"
    made = Submission.objects.get()
    assert (made.customer, made.sent_through, made.is_claimed) == (None, mila, False)
    assert theirs.handed_in_at is None
    events = Event.objects.filter(share_id=share.pk, kind__in=("begun", "response")).order_by("occurred_at")
    assert [(one.kind, one.grade, one.viewer_id) for one in events] == [
        ("begun", "verified", share.recipient_id),
        ("begun", "unknown", nobody(own.key)),
        ("response", "unknown", nobody(own.key)),
    ]
    assert "Answer the questions" in person.get(f"/s/{share.token}/").content.decode()


def test_sheet_of_the_recipient_opens_to_nobody_unknown_by_its_token(mila: Customer) -> None:
    survey = make_survey()
    ask(survey)
    share = read_before(offered(survey, mila))
    theirs = begin(survey, uuid4(), Way(share))
    assert Recipient().get(f"/s/{share.token}/survey/{theirs.token}/").status_code == 404
    assert Recipient().get(f"/s/{share.token}/survey/{'x' * 22}/").status_code == 404


def test_link_that_its_recipient_has_answered_is_answered_to_them_alone(mila: Customer) -> None:
    survey = make_survey()
    ask(survey, is_required=False)
    share = read_before(offered(survey, mila))
    hand_in(begin(survey, uuid4(), Way(share)), Way(share))
    known = Recipient()
    verifies(known, share)
    assert "You have answered these questions." in known.get(f"/s/{share.token}/").content.decode()
    assert "You have answered these questions." not in Recipient().get(f"/s/{share.token}/").content.decode()


def answered_by_unknown(mila: Customer) -> Submission:
    """A sealed answer and one in clear, through the link to Mila."""
    survey = make_survey()
    asked = [ask(survey), ask(survey, kind="text", element="c09-feelings")]
    share = read_before(offered(survey, mila))
    way = Way(share, grade=Grade.UNKNOWN)
    given = dict(zip((str(one.key) for one in asked), ("5", "Letters"), strict=True))
    return hand_in(save(begin(survey, uuid4(), way), given), way)


def test_staff_who_know_that_it_was_the_customer_make_the_answers_theirs(mila: Customer, keeper: User) -> None:
    made = answered_by_unknown(mila)
    address = f"/records/submissions/{made.key}/"
    shown = page(keeper, address)
    assert "Sent by An unknown person, through a customer’s link" in shown
    assert "Through the link sent to Mila Rossi" in shown
    assert "An unknown person, through a customer’s link" in page(keeper, "/records/submissions/")
    before = {answer.question.number: answer.value for answer in made.answers.select_related("question")}
    pressed(keeper, f"{address}theirs/")
    made = Submission.objects.get()
    assert (made.customer, made.sent_through) == (mila, None)
    assert {answer.question.number: answer.value for answer in made.answers.select_related("question")} == before
    assert {entry.field for entry in changes.history(made)} == {"customer", "is_by_unknown", "sent_through"}
    assert "It was the customer" not in page(keeper, address)


def test_what_was_changed_before_it_was_known_whose_it_is_stays_readable(mila: Customer, keeper: User) -> None:
    made = answered_by_unknown(mila)
    made.submitted_at -= timedelta(days=1)
    changes.save(made, by=keeper, basis=Basis(2))
    (entry,) = changes.history(made)
    confirm(made, keeper, Basis(2))
    confirm(made, keeper, Basis(2))
    assert [(one.field, one.before) for one in changes.history(Submission.objects.get())][-1] == (
        "submitted_at", entry.before,
    )  # fmt: skip
    assert len(changes.history(made)) == 4


def test_what_was_changed_in_an_answer_before_is_read_and_told_with_the_customers_records(
    mila: Customer, keeper: User
) -> None:
    made = answered_by_unknown(mila)
    for answer in made.answers.select_related("question"):
        answer.value = "Parcels" if answer.question.is_feeling else "3"
        changes.save(answer, by=keeper, basis=Basis(2))
    assert confirm(made, keeper, Basis(2))
    answers = list(Answer.objects.select_related("submission__customer", "question").order_by("question__number"))
    before = [[(entry.field, entry.before) for entry in changes.history(answer)] for answer in answers]
    assert before == [[("number", "5.0000")], [("feeling", "Letters")]]
    told = former_values(answers, lambda one: [("value", "Value", one.value)])  # type: ignore[attr-defined]
    assert [[was.value for was in told[changes.row_of(answer)]] for answer in answers] == [["5"], ["Letters"]]


def test_answers_of_somebody_unknown_say_nothing_of_the_customer(mila: Customer) -> None:
    answered_by_unknown(mila)
    assert list(survey_scores.find(agency_today())) == []
    assert not mila.submissions.exists()


def test_customers_page_tells_what_came_through_their_link_and_is_not_said_to_be_theirs(mila: Customer) -> None:
    share = read_before(invited(make_gathering(), mila))
    Recipient().post(f"/s/{share.token}/event/", BO)
    answered_by_unknown(mila)
    shown = page(make_sender(), f"/customers/{mila.key}/")
    assert "The forum: by an unknown person, through a share to them" in shown


def test_claimed_registration_is_said_to_be_so_on_the_customers_page_and_is_no_trouble_of_theirs(
    mila: Customer,
) -> None:
    sales = make_sender()
    mila.assignments.create(staff=sales)
    for name in ("forum", "fair"):
        make_gathering(name)
        Recipient().post(f"/event/{name}/", {"name": "Eve", "email": mila.email})
    shown = page(sales, f"/customers/{mila.key}/")
    assert "The forum, Someone who typed the customer’s address, not confirmed" in shown
    Registration.objects.update(attended=False)
    yesterday = timezone.now() - timedelta(days=1)
    Gathering.objects.update(starts_at=yesterday)
    assert list(no_shows.find(agency_today())) == []
    Registration.objects.update(is_claimed=False)
    assert len(list(no_shows.find(agency_today()))) == 1
    make_gathering("market")
    Recipient().post("/event/market/", {"name": "Eve", "email": mila.email})
    Gathering.objects.filter(slug="market").update(starts_at=yesterday + timedelta(hours=1))
    Registration.objects.filter(gathering__slug="market").update(attended=True)
    assert list(no_shows.find(agency_today())) == []


def test_who_came_to_what_nobody_confirmed_is_counted_as_having_come(mila: Customer) -> None:
    make_gathering()
    Recipient().post("/event/forum/", {"name": "Eve", "email": mila.email})
    yesterday = timezone.now() - timedelta(days=1)
    Gathering.objects.update(starts_at=yesterday)
    people = Customer.objects.filter(pk=mila.pk)
    counted = []
    for attended in (False, True):
        Registration.objects.update(attended=attended)
        found = events(people, yesterday)
        counted.append((found.signed_up, found.came, found.missed))
    assert counted == [(0, 0, 0), (1, 1, 0)]


# Passing on -----------------------------------------------------------------------------------------------------------
def passes_on(share: Share, client: Client | None = None) -> Share:
    assert (client or Recipient()).post(f"/s/{share.token}/pass-on/", BO).status_code == 302
    return Share.objects.get(passed_on_from=share)


@pytest.fixture
def letters(mila: Customer) -> Share:
    """A guide, shared with Mila of an organization, and read in another browser."""
    Customer.objects.filter(pk=mila.pk).update(organization=Organization.objects.create(name="Rossi Ltd"))
    return read_before(make_shared())


def test_what_somebody_unknown_passes_on_is_in_nobodys_name(letters: Share) -> None:
    form = text_of(Recipient().get(f"/s/{letters.token}/pass-on/").content.decode())
    assert WHY in form
    assert "They get a link of their own, in nobody’s name. Sam Sales is notified." in form
    passed = passes_on(letters)
    write_letters()
    assert passed.passed_on_by_unknown
    assert passed.recipient.customer
    assert passed.recipient.customer.organization is None
    assert "Somebody passed on to you: The guide" in mail.outbox[0].body
    assert "Mila" not in mail.outbox[0].body


def test_what_the_recipient_passes_on_is_in_their_name_and_of_their_organization(letters: Share) -> None:
    known = Recipient()
    verifies(known, letters)
    assert "in your name" in text_of(known.get(f"/s/{letters.token}/pass-on/").content.decode())
    passed = passes_on(letters, known)
    write_letters()
    assert not passed.passed_on_by_unknown
    assert passed.recipient.customer
    assert str(passed.recipient.customer.organization) == "Rossi Ltd"
    assert "Mila Rossi passed on to you: The guide" in mail.outbox[0].body


def test_what_the_recipient_passes_on_too_is_theirs(letters: Share) -> None:
    known = Recipient()
    verifies(known, letters)
    assert passes_on(letters).passed_on_by_unknown
    assert not passes_on(letters, known).passed_on_by_unknown
    assert not passes_on(letters).passed_on_by_unknown


def test_sender_is_told_that_somebody_unknown_passed_it_on_and_the_shares_page_through_whose_link(
    letters: Share,
) -> None:
    sales, passed = make_sender(), passes_on(letters)
    assert passed.recipient.customer
    passed.recipient.customer.assignments.create(staff=sales)
    (row,) = Notification.objects.filter(user=sales, kind="share.passed_on")
    assert lines_of(sales, [row], names=True)[row.id].text == ("Passed on by an unknown person: The guide, to Bo Lee")
    assert "Passed on by An unknown person, through the share to Mila Rossi" in page(sales, f"/shares/{passed.key}/")
    Share.objects.filter(pk=passed.pk).update(passed_on_by_unknown=False)
    assert "Passed on by Mila Rossi" in page(sales, f"/shares/{passed.key}/")
    CustomerAssignment.objects.filter(customer=letters.recipient.customer).delete()
    assert "Passed on by A customer" in page(sales, f"/shares/{passed.key}/")
    assert "Passed on by" not in page(sales, f"/shares/{letters.key}/")


def test_materials_of_a_page_that_somebody_unknown_passed_on_are_passed_on_by_them_too(letters: Share) -> None:
    passed = passes_on(letters)
    prices = make_link()
    assert spread(Share.objects.filter(pk=passed.pk).values("pk"), [prices.slug]) == 1
    made = Share.objects.latest("pk")
    assert (made.material, made.passed_on_by_unknown) == (prices, True)


def test_only_what_was_passed_on_is_passed_on_by_somebody(letters: Share) -> None:
    with pytest.raises(IntegrityError, match="share_passed_on_by"):
        Share.objects.filter(pk=letters.pk).update(passed_on_by_unknown=True)


# What somebody wants to be sent ---------------------------------------------------------------------------------------
def test_somebody_unknown_asks_for_less_to_be_sent_and_never_for_more(letters: Share) -> None:
    address, person = f"/s/{letters.token}/preferences/", Recipient()

    def asks(frequency: str) -> tuple[int, str]:
        answer = person.post(address, {"frequency": frequency, "language": "en"})
        return answer.status_code, wish_of(letters).frequency

    assert [asks("less"), asks("everything"), asks("nothing"), asks("less")] == [
        (302, "less"), (422, "less"), (302, "nothing"), (302, "nothing"),
    ]  # fmt: skip
    refused = person.post(address, {"frequency": "everything", "language": "en"}).content.decode()
    assert "To get more, first show that it is you" in refused
    assert f'formaction="/s/{letters.token}/verify/" name="prove" value="{address}"' in refused
    verifies(person, letters)
    assert asks("everything") == (302, "everything")


def test_somebody_unknown_neither_reads_nor_lifts_what_holds_nor_sets_the_language(letters: Share) -> None:
    address, person = f"/s/{letters.token}/preferences/", Recipient()
    email = letters.recipient.customer.email if letters.recipient.customer else ""
    suppress("email", email, None, ASKED_FOR_NOTHING)
    page = person.get(address).content.decode()
    assert "checked" not in page
    assert 'name="language"' not in page
    assert person.post(address, {"frequency": "less", "language": "es"}).status_code == 302
    wish = wish_of(letters)
    assert (wish.frequency, wish.language) == ("less", RecipientPreference().language)
    assert Suppression.objects.filter(reason=ASKED_FOR_NOTHING).count() == 1


def test_an_address_with_the_recipients_visit_makes_nobody_the_recipient(mila: Customer) -> None:
    letters = make_shared()
    page = Recipient().get(f"/s/{letters.token}/").content.decode()
    found = re.search(r"\?language=es&amp;visit=([^\"]+)", page)
    assert found is not None
    read_before(letters)
    colleague = Recipient()
    answer = colleague.get(f"/s/{letters.token}/?language=es&visit={found[1]}")
    assert answer.status_code == 200
    assert "share_first" not in " ".join(answer.cookies)
    asked = colleague.get(f"/s/{letters.token}/ask/call/?visit={found[1]}").content.decode()
    assert "de alguien desconocido" in asked
