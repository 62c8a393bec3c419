"""One answer, entry and registration of a customer counts, whoever sent them and whoever says that it was the customer;
and whoever is unknown stays so until somebody says who it was."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.enums import Grade
from campaigns.models import AnswerSheet, Share
from campaigns.programmes import entering, registering
from campaigns.programmes.entering import enter
from campaigns.programmes.registering import Wishes, register
from campaigns.programmes.sheets import HandedIn, begin, hand_in, save
from campaigns.programmes.telling import Way
from campaigns.tasks.letters import write_letters
from campaigns.views import registering as event_pages
from privacy import changes
from privacy.agency import agency_today
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from privacy.tries import refusals
from records import contests, seating
from records.confirming import confirm
from records.models import Award, Customer, Gathering, Payment, Registration, Submission, Survey
from tests.campaigns.contesting import make_contest
from tests.campaigns.gathering import invited, make_gathering
from tests.campaigns.shared import visit
from tests.campaigns.surveying import ask, make_survey, offered
from tests.campaigns.viewing import Recipient, make_sender, text_of
from tests.factories import make_customer, make_user
from tests.retention import merge_into

pytestmark = pytest.mark.django_db
BO = {"name": "Bo Lee", "email": "bo@example.org"}
BASIS = Basis(2)
SECOND = "Not confirmed: the customer has already submitted this."
REGISTERED = "Not confirmed: the customer has another registration for this event."


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


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return text_of(client.get(address).content.decode())


def pressed(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return text_of(client.post(address, follow=True).content.decode())


def answers_unknown(share: Share, survey: Survey, said: str = "5") -> Submission:
    way = Way(share, grade=Grade.UNKNOWN)
    given = {str(one.key): said for one in survey.questions.all()}
    return hand_in(save(begin(survey, uuid4(), way), given), way)


def answers_known(share: Share, survey: Survey) -> Submission:
    way = Way(share)
    given = {str(one.key): "4" for one in survey.questions.all()}
    return hand_in(save(begin(survey, uuid4(), way), given), way)


def comes_unknown(gathering: Gathering, share: Share, typed: dict[str, str]) -> Registration:
    visit(share, (1, 3))
    assert Recipient().post(f"/s/{share.token}/event/", typed).status_code == 302
    return Registration.objects.get(gathering=gathering, customer__email=typed["email"])


# Once -----------------------------------------------------------------------------------------------------------------
def test_what_would_be_the_customers_second_answers_stays_an_unknown_persons(mila: Customer, keeper: User) -> None:
    survey = make_survey()
    ask(survey)
    share = offered(survey, mila)
    own, other = answers_known(share, survey), answers_unknown(share, survey)
    said = pressed(keeper, f"/records/submissions/{other.key}/theirs/")
    assert SECOND in said
    assert "It was the customer" in said
    other.refresh_from_db()
    assert (other.customer, other.sent_through, other.is_by_unknown) == (None, mila, True)
    assert [answer.value for answer in other.answers.select_related("question")] == ["5"]
    assert list(mila.submissions.all()) == [own]
    assert changes.history(other) == []


def test_of_two_unknown_answers_one_becomes_the_customers(mila: Customer, keeper: User) -> None:
    survey = make_survey()
    ask(survey)
    share = offered(survey, mila)
    first, second = answers_unknown(share, survey), answers_unknown(share, survey, "1")
    assert [confirm(one, keeper, BASIS) for one in (first, second, first)] == [True, False, True]
    assert list(mila.submissions.all()) == [first]


@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_confirmed_at_once_one_becomes_the_customers(mila: Customer, keeper: User) -> None:
    survey = make_survey()
    ask(survey)
    share = offered(survey, mila)
    both = [answers_unknown(share, survey), answers_unknown(share, survey, "1")]

    def confirmed(one: Submission) -> bool:
        try:
            return confirm(one, keeper, BASIS)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirmed, both)) == [False, True]
    assert mila.submissions.count() == 1


def test_who_is_known_to_have_answered_hands_in_no_second(mila: Customer, keeper: User) -> None:
    survey = make_survey()
    question = ask(survey)
    share = offered(survey, mila)
    assert confirm(answers_unknown(share, survey), keeper, BASIS)
    way = Way(share)
    sheet = save(begin(survey, uuid4(), way), {str(question.key): "2"})
    with pytest.raises(HandedIn):
        hand_in(sheet, way)
    assert mila.submissions.count() == 1
    assert AnswerSheet.objects.get(share=share).given == {str(question.key): "2"}
    address = f"/s/{share.token}/survey/"
    shown, late = Recipient().get(address), Recipient().post(address, {str(question.key): "2", "page": "1"})
    assert (shown.status_code, late.status_code) == (200, 409)
    assert "Submitted. Thank you." in text_of(shown.content.decode())
    assert "This was submitted before." in text_of(late.content.decode())
    assert question.text not in text_of(shown.content.decode())


def test_who_answers_through_two_links_of_their_own_answers_twice_as_before(mila: Customer) -> None:
    survey = make_survey()
    ask(survey)
    for share in (offered(survey, mila), offered(survey, mila)):
        answers_known(share, survey)
    assert mila.submissions.count() == 2


def test_a_second_registration_under_a_merged_record_is_confirmed_by_nobody(mila: Customer, keeper: User) -> None:
    forum, way = make_gathering(), Way(language="en")
    old = make_customer("C-2", name="Mila Russo", email="old@example.org")
    Recipient().post("/event/forum/", {"name": "Eve", "email": old.email})
    second = Registration.objects.get()
    merge_into(mila, old)
    Registration.objects.create(gathering=forum, customer=mila, registered_at=timezone.now())
    assert REGISTERED in pressed(keeper, f"/records/registrations/{second.key}/theirs/")
    own = f"/registration/{second.token}/"
    said = text_of(Recipient().post(own, {"confirm": "1"}, follow=True).content.decode())
    assert "Not confirmed: you are already registered for this event with another e-mail address." in said
    assert "Cancel my registration" in said
    changed = Recipient().post(own, {"role": "Guest"})
    assert changed["Location"] == f"{own}?kept=1&second=1"
    said = text_of(Recipient().get(changed["Location"]).content.decode())
    assert "Your changes are saved." in said
    assert "Not confirmed: you are already registered" in said
    second.refresh_from_db()
    assert (second.is_claimed, second.role) == (True, "Guest")
    assert registering.call_off(second)
    seating.stand_again(second, keeper, BASIS)
    assert second.cancelled_at is not None
    said = pressed(keeper, f"/records/registrations/{second.key}/reopen/")
    assert "Not undone: the customer has another registration for this event." in said
    Registration.objects.exclude(pk=second.pk).update(cancelled_at=timezone.now())
    for _ in range(2):
        registering.register(forum, mila, Wishes(), way)
    assert Registration.objects.filter(cancelled_at=None).count() == 1


def test_nobody_pays_for_a_second_registration_of_theirs(mila: Customer) -> None:
    forum = make_gathering(price=25)
    old = make_customer("C-2", name="Mila Russo", email="old@example.org")
    Recipient().post("/event/forum/", {"name": "Eve", "email": old.email})
    second = Registration.objects.get()
    merge_into(mila, old)
    Registration.objects.create(gathering=forum, customer=mila, registered_at=timezone.now())
    own = f"/registration/{second.token}/"
    assert Recipient().post(f"{own}pay/")["Location"] == f"{own}?second=1"
    assert not Payment.objects.exists()


def test_a_second_entry_under_a_merged_record_is_confirmed_by_nobody(mila: Customer, keeper: User) -> None:
    contest = make_contest()
    old = make_customer("C-2", name="Mila Russo", email="old@example.org")
    Recipient().post("/contest/slogans/", {"name": "Eve", "email": old.email})
    second = Submission.objects.get()
    enter(contest, mila, [], {}, Way(language="en"))
    merge_into(mila, old)
    assert SECOND in pressed(keeper, f"/records/submissions/{second.key}/theirs/")
    said = text_of(Recipient().post(f"/entry/{second.token}/", {"confirm": "1"}, follow=True).content.decode())
    assert "Not confirmed: you have already entered with another e-mail address" in said
    assert "Withdraw my entry" in said
    second.refresh_from_db()
    assert second.is_claimed


@pytest.mark.parametrize("settled", [{"send_to": "12 Elm St, Dover"}, {"decline": "1"}])
def test_whoever_settles_the_prize_of_a_second_entry_is_told_that_it_does_not_count(
    mila: Customer, settled: dict[str, str]
) -> None:
    contest = make_contest()
    old = make_customer("C-2", name="Mila Russo", email="old@example.org")
    Recipient().post("/contest/slogans/", {"name": "Eve", "email": old.email})
    second = Submission.objects.get()
    enter(contest, mila, [], {}, Way(language="en"))
    merge_into(mila, old)
    offered_at = timezone.now()
    Award.objects.create(
        contest=contest, submission=second, rank=1, state="offered", offered_at=offered_at, claim_until=agency_today()
    )
    own = f"/entry/{second.token}/"
    assert Recipient().post(own, settled)["Location"] == f"{own}?second=1"
    assert Award.objects.get().state == ("claimed" if "send_to" in settled else "declined")


def test_entries_are_locked_before_their_contest_whoever_locks_both(mila: Customer, keeper: User) -> None:
    contest = make_contest()
    entry, _is_new = enter(contest, mila, [], {}, Way(language="en"))
    award = Award.objects.create(
        contest=contest,
        submission=entry,
        rank=1,
        state="offered",
        offered_at=timezone.now(),
        claim_until=agency_today(),
    )
    for locks in (lambda: contests.publish(contest, keeper, BASIS), lambda: entering.claim(award, "12 Elm St")):
        with CaptureQueriesContext(connection) as asked:
            locks()
        locked = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
        assert 'FROM "records_survey"' in locked[0]
        assert 'FROM "records_contest"' in locked[1]


# Unknown for good -----------------------------------------------------------------------------------------------------
def test_who_is_unknown_stays_so_when_the_record_goes_of_whom_the_link_was_sent_to(
    mila: Customer, keeper: User
) -> None:
    survey = make_survey()
    ask(survey)
    sent = answers_unknown(offered(survey, mila), survey)
    Submission.objects.update(sent_through=None)
    shown = page(keeper, f"/records/submissions/{sent.key}/")
    assert "Sent by An unknown person, through a customer’s link" in shown
    assert "Through the link sent to" not in shown
    assert "It was the customer" not in shown
    assert "An unknown person, through a customer’s link" in page(keeper, "/records/submissions/")
    assert not confirm(sent, keeper, BASIS)
    said = pressed(keeper, f"/records/submissions/{sent.key}/theirs/")
    assert "Not confirmed: there is no longer a record of the customer who may have sent this." in said
    sent.refresh_from_db()
    assert (sent.customer, sent.is_by_unknown) == (None, True)


@pytest.mark.parametrize("model", [Registration, Submission])
def test_what_came_through_a_link_is_by_somebody_unknown(model: Any, mila: Customer) -> None:
    forum, survey = make_gathering(), make_survey()
    comes_unknown(forum, invited(forum, mila), BO)
    answers_unknown(offered(survey, mila), survey)
    with pytest.raises(IntegrityError, match="through_by_unknown"):
        model.objects.update(is_by_unknown=False)


@pytest.mark.parametrize("model", [Registration, Submission])
def test_what_came_through_a_link_before_is_by_somebody_unknown_too(model: Any, mila: Customer) -> None:
    forum, survey = make_gathering(), make_survey()
    comes_unknown(forum, invited(forum, mila), BO)
    answers_unknown(offered(survey, mila), survey)
    own = make_customer("C-3")
    Registration.objects.create(gathering=forum, customer=own, registered_at=timezone.now())
    Submission.objects.create(
        survey=survey, customer=own, number="1", submitted_at=timezone.now(), retention_rule="RET-7"
    )
    table = model._meta.model_name
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE records_{table} DROP CONSTRAINT {table}_through_by_unknown")
        model.objects.update(is_by_unknown=False)
        of_before = import_module("records.migrations.0031_sent_by_unknown").OF_BEFORE
        cursor.execute(of_before.format(table=table))
    assert [one.sent_through == mila for one in model.objects.filter(is_by_unknown=True)] == [True]


# Merged ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def kept(mila: Customer) -> Customer:
    """The record that Mila's is merged into."""
    return make_customer("C-9", name="Mila Bianchi", email="bianchi@example.org")


def test_answers_through_the_link_of_a_merged_record_become_the_persons(
    mila: Customer, kept: Customer, keeper: User
) -> None:
    survey = make_survey()
    ask(survey)
    sent = answers_unknown(offered(survey, mila), survey)
    merge_into(kept, mila)
    shown = page(keeper, f"/records/submissions/{sent.key}/")
    assert "Through the link sent to Mila Bianchi" in shown
    assert confirm(sent, keeper, BASIS)
    assert sent.customer == kept


def test_the_person_s_page_tells_what_came_through_the_link_of_a_merged_record(mila: Customer, kept: Customer) -> None:
    forum, sales = make_gathering(), make_sender()
    kept.assignments.create(staff=sales)
    came = comes_unknown(forum, invited(forum, mila), BO)
    merge_into(kept, mila)
    told = "The forum: by an unknown person, through a share to them"
    assert told in page(sales, f"/customers/{kept.key}/")
    merge_into(kept, came.customer)
    assert told not in page(sales, f"/customers/{kept.key}/")


# Anew -----------------------------------------------------------------------------------------------------------------
def test_who_is_unknown_and_called_off_comes_anew_at_the_page_of_their_letter(mila: Customer) -> None:
    forum = make_gathering()
    share = invited(forum, mila)
    first = comes_unknown(forum, share, BO)
    assert registering.call_off(first)
    again = comes_unknown(forum, share, {**BO, "role": "Speaker"})
    assert (again.pk, again.cancelled_at is None, again.role) == (first.pk, False, "")
    write_letters()
    own = f"/registration/{again.token}/"
    assert "Register again" in Recipient().get(own).content.decode()
    assert Recipient().post(own, {"again": "1"}).status_code == 302
    again.refresh_from_db()
    assert (again.cancelled_at, again.is_claimed, again.sent_through) == (None, False, None)
    assert Registration.objects.count() == 1


def test_the_recipient_who_called_off_comes_anew_by_their_link(mila: Customer) -> None:
    forum = make_gathering()
    share, way = invited(forum, mila), Way(language="en")
    first, _is_new = register(forum, mila, Wishes(), way)
    assert registering.call_off(first)
    sent = Recipient().post(f"/s/{share.token}/event/", {"role": "Guest"})
    assert sent["Location"] == f"/registration/{first.token}/"
    made = Registration.objects.get()
    assert (made.cancelled_at, made.role) == (None, "Guest")
