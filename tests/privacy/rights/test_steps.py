"""The procedure: which step leads where, by when, and what is told to nobody before they said who they are."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from privacy.agency import agency_day, agency_today
from privacy.enums import (
    About,
    Channel,
    DueFor,
    IdentityMethod,
    PackageState,
    RequestKind,
    RequestState,
    Step,
)
from privacy.models import LegalHold, Package, RequestStep, RightsRequest, Term, User
from privacy.rights import holding, mailing, stepping
from privacy.rights.procedure import RULES, NotNow, possible
from privacy.rights.stepping import Said, link, take, unlink
from privacy.rights.terms import KINDS, BadTerm, set_term, term
from privacy.rights.working_days import working_days_after, working_days_between
from tests.factories import make_customer
from tests.requesting import contested, make_officer, make_request, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_officer()


def today_is(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    for module in ("procedure", "stepping", "entering", "disputes", "holding"):
        monkeypatch.setattr(f"privacy.rights.{module}.agency_today", lambda: day)


def ready_package(request: RightsRequest, officer: User) -> None:
    moment = request.entered_at
    times = {"as_of": moment, "ready_at": moment, "expires_at": moment}
    Package.objects.create(
        request=request, asked_by=officer, state=PackageState.READY, pages=[103], fee="0.45", **times
    )


def take_and_send(made: RightsRequest, step: Step, officer: User, reason: str = "") -> None:
    """The step, whose letter goes out on paper."""
    mailing.print_out(take(made, step, officer, Said(reason=reason)), officer)
    made.refresh_from_db()


def due_of(made: RightsRequest) -> tuple[str, date | None]:
    made.refresh_from_db()
    return made.due_for, made.due_on


# Clocks --------------------------------------------------------------------------------------------------------------


def test_a_new_request_is_to_be_acknowledged_within_ten_working_days() -> None:
    made = make_request(received_on=date(2026, 11, 23))
    assert (made.state, made.due_for, made.due_on) == ("received", DueFor.ACKNOWLEDGE, date(2026, 12, 8))
    assert made.number.startswith("PA-")


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        (RequestKind.AMENDMENT, working_days_after(date(2026, 11, 23), 30)),
        (RequestKind.ACCESS, working_days_after(date(2026, 11, 23), 20)),
        (RequestKind.NOTIFICATION, working_days_after(date(2026, 11, 23), 20)),
        (RequestKind.ACCOUNTING, working_days_after(date(2026, 11, 23), 20)),
    ],
)
def test_an_acknowledged_one_is_to_be_decided_from_the_day_on_which_it_came(
    officer: User, kind: RequestKind, due_on: date
) -> None:
    made = make_request(kind, received_on=date(2026, 11, 23))
    take_and_send(made, Step.ACKNOWLEDGE, officer)
    assert (made.state, made.due_for, made.due_on) == ("acknowledged", DueFor.DECIDE, due_on)


@pytest.mark.parametrize(("step", "state"), [(Step.ACKNOWLEDGE, "acknowledged"), (Step.ASK_MORE, "waiting")])
def test_to_acknowledge_stands_as_due_until_a_letter_went_out(officer: User, step: Step, state: str) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=date(2026, 11, 23))
    take(made, step, officer, Said(reason="Your former address"))
    assert (made.state, made.due_for, made.due_on) == (state, DueFor.ACKNOWLEDGE, date(2026, 12, 8))


def test_a_letter_in_doubt_acknowledges_nothing_until_it_arrived(officer: User) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=date(2026, 11, 23))
    step = take(made, Step.ACKNOWLEDGE, officer)
    RequestStep.objects.filter(pk=step.pk).update(sent_as="mail", claimed_at=made.entered_at, sent_by=officer)
    mailing.settle(step, has_arrived=False)
    assert due_of(made) == (DueFor.ACKNOWLEDGE, date(2026, 12, 8))
    RequestStep.objects.filter(pk=step.pk).update(sent_as="mail", claimed_at=made.entered_at, sent_by=officer)
    mailing.settle(step, has_arrived=True)
    assert due_of(made) == (DueFor.DECIDE, working_days_after(date(2026, 11, 23), 30))


def test_the_acknowledgment_says_by_when_is_decided_and_cannot_be_extended_itself(officer: User) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=date(2026, 11, 23))
    step = take(made, Step.ACKNOWLEDGE, officer)
    by = working_days_after(date(2026, 11, 23), 30)
    assert f"We mean to decide by {by:%B} {by.day}, {by.year}." in step.letter
    with pytest.raises(NotNow, match="Send the acknowledgment first"):
        take(made, Step.EXTEND, officer, Said(reason="The firm's answer is on its way"))


def test_the_clock_stands_still_while_the_requester_is_asked(officer: User) -> None:
    made = make_request(received_on=date(2026, 11, 23))
    take_and_send(made, Step.ASK_MORE, officer, "Your former address")
    assert (made.state, made.due_for, made.due_on) == ("waiting", "", None)
    take(made, Step.ANSWERED, officer)
    assert (made.state, made.due_for) == ("acknowledged", DueFor.DECIDE)


def test_the_clock_runs_on_until_the_question_was_sent(officer: User) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=date(2026, 11, 23))
    take_and_send(made, Step.ACKNOWLEDGE, officer)
    running = due_of(made)
    step = take(made, Step.ASK_MORE, officer, Said(reason="Your former address"))
    assert (due_of(made), made.to_do) == (running, "Send the question")
    mailing.print_out(step, officer)
    assert due_of(made) == (DueFor.NOTHING, None)


def test_the_days_on_which_a_question_lay_here_are_counted(officer: User) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=agency_today() - timedelta(days=20))
    take_and_send(made, Step.ACKNOWLEDGE, officer)
    running = due_of(made)
    step = take(made, Step.ASK_MORE, officer, Said(reason="Your former address"))
    made.steps.filter(pk=step.pk).update(at=timezone.now() - timedelta(days=14))
    take(made, Step.ANSWERED, officer)
    assert due_of(made) == running
    mailing.print_out(step, officer)  # after the answer, which came by telephone
    made.steps.filter(pk=step.pk).update(sent_at=timezone.now() + timedelta(days=14))
    take_and_send(made, Step.ASK_MORE, officer, "Your former name")
    take(made, Step.ANSWERED, officer)
    assert due_of(made) == running


def test_the_days_that_the_requester_took_to_answer_are_not_counted(officer: User) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=agency_today() - timedelta(days=20))
    take_and_send(made, Step.ACKNOWLEDGE, officer)
    take(made, Step.EXTEND, officer, Said(reason="The firm's answer is on its way"))
    before = made.due_on
    assert before is not None
    take_and_send(made, Step.ASK_MORE, officer, "Your former address")
    asked_at = timezone.now() - timedelta(days=14)
    made.steps.filter(step=Step.ASK_MORE).update(sent_at=asked_at)
    waited = working_days_between(agency_day(asked_at), agency_today())
    assert waited > 7
    take(made, Step.ANSWERED, officer)
    late = working_days_after(working_days_after(made.received_on, 30), waited)
    assert (made.due_for, made.due_on) == (DueFor.DECIDE, working_days_after(late, 30))
    assert made.due_on is not None
    assert made.due_on > before


def test_an_amendment_is_extended_once_and_for_good_cause(officer: User) -> None:
    made = make_request(RequestKind.AMENDMENT, received_on=date(2026, 11, 23))
    take_and_send(made, Step.ACKNOWLEDGE, officer)
    before = made.due_on
    assert before is not None
    with pytest.raises(NotNow, match="State why"):
        take(made, Step.EXTEND, officer)
    take(made, Step.EXTEND, officer, Said(reason="The firm's answer is on its way"))
    assert made.due_on == working_days_after(before, 30)
    with pytest.raises(NotNow):
        take(made, Step.EXTEND, officer, Said(reason="Again"))


def test_a_changed_term_holds_for_clocks_that_start_later(officer: User) -> None:
    made = make_request(received_on=date(2026, 11, 23))
    set_term("answer", KINDS["answer"].usual - 10, "Counsel reads the regulation so", officer)
    assert made.due_on == date(2026, 12, 8)
    take_and_send(made, Step.ACKNOWLEDGE, officer)
    assert made.due_on == working_days_after(date(2026, 11, 23), 10)


@pytest.mark.parametrize(
    ("value", "reason", "problem"),
    [
        (7, "", "Enter the reason for the change"),
        (0, "None", "between 1 and 365"),
        (400, "More", "between 1 and 365"),
        (2.5, "Half", "whole number"),
        (30, "The same", "That is already set"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(officer: User, value: Any, reason: str, problem: str) -> None:
    with pytest.raises(BadTerm, match=problem):
        set_term("appeal_window", value, reason, officer)
    assert not Term.objects.exists()
    assert term("appeal_window") == 30


# Identity ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.GRANT, Step.NO_RECORD, Step.GRANT_PARTLY])
def test_nothing_is_told_before_the_identity_is_verified(officer: User, step: Step) -> None:
    made = make_request()
    take(made, Step.ACKNOWLEDGE, officer)
    with pytest.raises(NotNow, match="not even whether a record exists"):
        take(made, step, officer, Said(reason="Because"))
    assert made.steps.filter(step=step).count() == 0


def test_another_persons_records_need_their_written_consent(officer: User) -> None:
    made = make_request(is_by_other=True)
    take(made, Step.ACKNOWLEDGE, officer)
    with pytest.raises(NotNow, match="written consent"):
        take(made, Step.VERIFY, officer, Said(method=IdentityMethod.PASSPORT))
    tomorrow = agency_today() + timedelta(days=1)
    with pytest.raises(NotNow, match="dated in the future"):
        take(made, Step.VERIFY, officer, Said(method=IdentityMethod.PASSPORT, consent_on=tomorrow, consent_at="x"))
    take(made, Step.VERIFY, officer, Said(method=IdentityMethod.PASSPORT, consent_on=made.received_on, consent_at="x"))
    assert made.may_be_told


def test_the_database_refuses_a_decision_for_somebody_unknown() -> None:
    made = make_request()
    with pytest.raises(IntegrityError, match="request_told_to_who_may_know"), transaction.atomic():
        RightsRequest.objects.filter(pk=made.pk).update(state=RequestState.NO_RECORD)


def test_a_way_of_verifying_must_be_chosen(officer: User) -> None:
    made = make_request()
    with pytest.raises(NotNow, match="Choose how"):
        take(made, Step.VERIFY, officer)


# Decisions -----------------------------------------------------------------------------------------------------------


def test_no_record_found_is_a_decision_with_an_appeal(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    today_is(monkeypatch, date(2026, 12, 1))
    made = verified(make_request(RequestKind.NOTIFICATION), officer)
    step = take(made, Step.NO_RECORD, officer)
    assert (made.state, made.decided_on, made.appeal_until) == ("no_record", date(2026, 12, 1), date(2026, 12, 31))
    assert "found none in this system of records" in step.letter
    assert "so that it arrives by December 31, 2026" in step.letter
    assert Step.APPEAL in possible(made)


def test_no_record_found_is_not_said_where_records_are_named(officer: User) -> None:
    made = verified(make_request(), officer, make_customer())
    with pytest.raises(NotNow, match="take them out first"):
        take(made, Step.NO_RECORD, officer)


def test_access_is_granted_with_a_package_alone(officer: User) -> None:
    made = verified(make_request(), officer, make_customer())
    with pytest.raises(NotNow, match="Make the access package first"):
        take(made, Step.GRANT, officer)
    ready_package(made, officer)
    step = take(made, Step.GRANT, officer)
    assert made.state == "granted"
    assert "It has 103 pages. The fee for the copy is $0.45." in step.letter


def test_a_notification_is_granted_once_somebody_is_found(officer: User) -> None:
    made = verified(make_request(RequestKind.NOTIFICATION), officer)
    with pytest.raises(NotNow, match="First enter whose records these are"):
        take(made, Step.GRANT, officer)
    link(made, make_customer().key, officer)
    assert "Records about you are kept" in take(made, Step.GRANT, officer).letter


def test_an_appeal_in_time_is_decided_and_one_too_late_is_told_so(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    today_is(monkeypatch, date(2026, 12, 1))
    made = verified(make_request(received_on=date(2026, 11, 23)), officer)
    take(made, Step.REFUSE, officer, Said(reason="It was compiled for a civil action"))
    today_is(monkeypatch, date(2027, 1, 4))
    late = Said(reason="It was not", came_on=date(2027, 1, 1))
    with pytest.raises(NotNow, match="ended on December 31, 2026"):
        take(made, Step.APPEAL, officer, late)
    take(made, Step.APPEAL, officer, Said(reason="It was not", came_on=date(2026, 12, 31)))
    assert (made.state, made.due_for, made.due_on) == (
        "appealed",
        "decide_appeal",
        date(2027, 2, 16),
    )  # from the day it came
    step = take(made, Step.REFUSE_APPEAL, officer, Said(reason="It was"))
    assert made.state == "appeal_refused"
    assert "reviewed by a court" in step.letter


@pytest.mark.parametrize(
    ("came_on", "problem"),
    [(date(2026, 12, 2), "in the future"), (date(2026, 11, 22), "before the request")],
)
def test_an_appeal_of_an_impossible_day_is_refused(
    officer: User, monkeypatch: pytest.MonkeyPatch, came_on: date, problem: str
) -> None:
    today_is(monkeypatch, date(2026, 12, 1))
    made = verified(make_request(received_on=date(2026, 11, 23)), officer)
    take(made, Step.REFUSE, officer, Said(reason="No"))
    with pytest.raises(NotNow, match=problem):
        take(made, Step.APPEAL, officer, Said(reason="Yes", came_on=came_on))


def test_what_nobody_answered_may_be_appealed_after_ninety_days(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_request(received_on=date(2026, 9, 1))
    today_is(monkeypatch, date(2026, 11, 30))
    assert Step.APPEAL not in possible(made)
    today_is(monkeypatch, date(2026, 12, 1))
    assert Step.APPEAL in possible(made)
    take(made, Step.APPEAL, officer, Said(reason="No answer came", came_on=date(2026, 12, 1)))
    assert made.state == "appealed"


def test_a_step_that_is_not_next_is_refused_by_name(officer: User) -> None:
    made = make_request()
    with pytest.raises(NotNow, match="“Grant” is not possible: the request is “received”"):
        take(made, Step.GRANT, officer)


def test_what_is_over_has_no_clock_and_no_next_step(officer: User) -> None:
    made = make_request()
    take(made, Step.WITHDRAW, officer)
    assert (made.due_for, made.due_on, possible(made)) == ("", None, [])


def test_every_rule_leads_to_a_state_and_from_one() -> None:
    reached = {rule.to for rule in RULES.values() if rule.to} | {RequestState.RECEIVED}
    assert reached == set(RequestState)


# Duplicates and persons ----------------------------------------------------------------------------------------------


def test_the_same_asked_twice_is_seen_and_closed_as_a_duplicate(officer: User) -> None:
    first = make_request()
    second = make_request(name="  ADA   requester ", channel=Channel.LETTER, by=officer)
    assert second.duplicate_of == first
    assert second.state == "received"  # nothing is lost on doubt
    step = take(second, Step.DUPLICATE, officer, Said(duplicate_of=first.number.lower()))
    assert second.state == "duplicate"
    assert f"repeats your request {first.number}" in step.letter
    with pytest.raises(NotNow, match="was closed as a duplicate of this one"):
        take(first, Step.DUPLICATE, officer, Said(duplicate_of=second.number))


@pytest.mark.parametrize("changed", [{"street": "13 Elm Street"}, {"name": "Ada Other"}])
def test_a_request_of_somebody_else_is_no_duplicate(changed: dict[str, Any]) -> None:
    make_request()
    assert make_request(**changed).duplicate_of is None


def test_another_kind_of_request_is_no_duplicate() -> None:
    make_request(RequestKind.ACCESS)
    assert make_request(RequestKind.AMENDMENT).duplicate_of is None


@pytest.mark.parametrize("named", ["", "PA-1999-000001"])
def test_a_duplicate_of_nothing_is_refused(officer: User, named: str) -> None:
    with pytest.raises(NotNow, match="Enter the other request's number"):
        take(make_request(), Step.DUPLICATE, officer, Said(duplicate_of=named))


def test_an_open_request_holds_the_records_of_its_persons(officer: User) -> None:
    first, second = make_customer("C-1"), make_customer("C-2")
    made = verified(make_request(), officer, first, second)
    hold = LegalHold.objects.in_force().get(reference=made.key)
    assert hold.people == sorted([first.key, second.key])
    unlink(made, second.key, officer)
    assert LegalHold.objects.in_force().get(reference=made.key).people == [first.key]
    take(made, Step.WITHDRAW, officer)
    assert not LegalHold.objects.in_force().exists()


def test_a_refused_one_holds_them_while_it_may_be_appealed(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    today_is(monkeypatch, date(2026, 12, 1))
    made = verified(make_request(), officer, make_customer())
    take(made, Step.REFUSE, officer, Said(reason="No"))
    assert LegalHold.objects.in_force().filter(reference=made.key).exists()
    assert holding.is_held(made)
    today_is(monkeypatch, date(2027, 1, 1))
    assert not holding.is_held(made)
    assert holding.release_what_is_over() == 1
    assert not LegalHold.objects.in_force().filter(reference=made.key).exists()


def test_whose_records_it_was_about_stays_once_it_is_over(officer: User) -> None:
    customer = make_customer()
    made = verified(make_request(), officer, customer)
    take(made, Step.WITHDRAW, officer)
    with pytest.raises(NotNow, match="can no longer be changed"):
        unlink(made, customer.key, officer)


def test_a_person_with_a_contested_value_cannot_be_taken_out(officer: User) -> None:
    customer = make_customer(city="Dover")
    made = verified(make_request(RequestKind.AMENDMENT), officer, customer)
    contested(made, customer)
    with pytest.raises(NotNow, match="is contested in this request"):
        unlink(made, customer.key, officer)


# Letters -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "office"),
    [
        (About.SALES, "Sales and Customer Relations\n475 L'Enfant Plaza SW, Washington, DC 20260\n"),
        (
            About.OTHER,
            (
                "Chief Customer and Marketing Officer and Executive Vice President\n"
                "475 L'Enfant Plaza SW, Washington, DC 20260-4016\n"
            ),
        ),
    ],
)
def test_letters_come_from_the_office_that_the_notice_names(officer: User, about: About, office: str) -> None:
    step = take(make_request(about=about), Step.ACKNOWLEDGE, officer)
    assert office in step.letter


def test_a_letter_is_addressed_in_plain_words_and_escapes_nothing(officer: User) -> None:
    made = make_request(name="O'Hara & Sons <Ltd>", received_on=date(2026, 11, 23))
    letter = take(made, Step.ACKNOWLEDGE, officer).letter
    assert "O'Hara & Sons <Ltd>\n12 Elm Street\nSpringfield, IL 62701\n" in letter
    assert "Your request of November 23, 2026 reached us. You ask for: access to records." in letter
    assert "- a notarized statement of who you are" in letter
    assert "\n\n\n" not in letter


def test_a_letter_is_signed_by_whoever_took_the_step(officer: User) -> None:
    made = verified(make_request(), officer, make_customer())
    denied = take(made, Step.REFUSE, officer, Said(reason="These are another person's")).letter
    signed = "\n\nPetra Officer\nPrivacy Officer\nBy direction of the Chief Privacy and Records Management Officer\n"
    assert denied.endswith(signed)


def test_the_letter_of_a_grant_in_part_tells_of_the_copy_that_is_given(officer: User) -> None:
    made = verified(make_request(), officer, make_customer())
    ready_package(made, officer)
    letter = take(made, Step.GRANT_PARTLY, officer, Said(reason="One file is about another person")).letter
    for words in (
        "The copy of your records is ready.",
        "It has 103 pages. The fee for the copy is $0.45.",
        "You may appeal",
    ):
        assert words in letter


def test_every_step_but_three_ends_in_a_letter(officer: User) -> None:
    from privacy.models.rights import WITHOUT_LETTER
    from privacy.rights.letters import letter_for

    made = verified(make_request(RequestKind.AMENDMENT), officer, make_customer())
    made.duplicate_of = made
    for step in Step:
        assert bool(letter_for(made, step, "Because", officer)) is (step not in WITHOUT_LETTER), step


def test_what_the_requester_wrote_is_sealed_under_the_requests_own_key() -> None:
    from django.db import connection

    made = make_request(details="The canary is yellow")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, details FROM privacy_request WHERE id = %s", [made.pk])
        row = [bytes(column) for column in cursor.fetchone()]
    assert b"Ada" not in row[0]
    assert b"canary" not in row[1]
    assert RightsRequest.objects.get(pk=made.pk).details == "The canary is yellow"
    assert made.vault_subject == made.key


def test_two_officers_at_once_do_not_both_decide(officer: User) -> None:
    made = verified(make_request(), officer)
    stale = RightsRequest.objects.get(pk=made.pk)
    take(made, Step.NO_RECORD, officer)
    with pytest.raises(NotNow, match="“no record found”"):
        stepping.take(stale, Step.REFUSE, officer, Said(reason="No"))


def test_the_first_letter_says_what_to_show_and_not_what_was_seen(officer: User) -> None:
    letter = take(make_request(), Step.ACKNOWLEDGE, officer).letter
    asked = [line for line in letter.splitlines() if line.startswith("- ")]
    assert asked[:2] == ["- a driver’s license", "- a passport"]
    assert len(asked) == len(IdentityMethod)
    assert " seen" not in letter
    assert "received (28" not in letter


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (RequestKind.NOTIFICATION, "Records about you are kept in this system of records."),
        (RequestKind.ACCOUNTING, "Nothing of your records was disclosed outside the agency"),
        (RequestKind.ACCESS, "The copy of your records is ready."),
    ],
)
def test_who_wins_an_appeal_is_given_what_was_asked_for(officer: User, kind: RequestKind, said: str) -> None:
    made = verified(make_request(kind), officer)
    take(made, Step.NO_RECORD, officer)
    take(made, Step.APPEAL, officer, Said(reason="I am a customer."))
    with pytest.raises(NotNow, match="First enter whose records these are"):
        take(made, Step.GRANT_APPEAL, officer)
    link(made, make_customer().key, officer)
    if kind == RequestKind.ACCESS:
        with pytest.raises(NotNow, match="Make the access package first"):
            take(made, Step.GRANT_APPEAL, officer)
        ready_package(made, officer)
    letter = take(made, Step.GRANT_APPEAL, officer).letter
    assert f"Your appeal is granted.\n\n{said}" in letter
