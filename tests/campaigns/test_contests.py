"""Contests: entered once a person, by a link or the address, closed by the clock, drawn once, claimed or passed on."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.models import Event
from campaigns.programmes import entering
from campaigns.programmes.entering import TakesNone
from campaigns.programmes.telling import Way
from campaigns.tasks.contests import tend_contests
from campaigns.tasks.letters import write_letters
from campaigns.views import entering as pages
from privacy import changes
from privacy.agency import agency_today
from privacy.models import LedgerAct
from privacy.tries import refusals
from records import contests
from records.contests import PROMOTING, Bar, NotDrawn, Shut
from records.enums import AwardState
from records.models import (
    Answer,
    Award,
    Contest,
    Customer,
    CustomerAssignment,
    Drawing,
    Interaction,
    Organization,
    Question,
    Submission,
)
from records.models.survey import GENERAL_ELEMENTS
from tests.campaigns.contesting import close, enters, entrant, invited, make_contest, number_of, seed_of
from tests.campaigns.viewing import Recipient, scripts_of
from tests.factories import make_customer, make_user
from tests.mailings import use
from tests.smtp import serving

pytestmark = pytest.mark.django_db
OF_CONTESTS = GENERAL_ELEMENTS[1]
ANN = {"name": "Ann Lee", "email": "ann@example.org"}


@pytest.fixture(autouse=True)
def nothing_counted(work: None) -> Iterator[None]:
    cache.clear()
    refusals.clear()
    pages.begun.clear()
    pages.repeated.clear()
    yield
    pages.begun.clear()
    pages.repeated.clear()


def drawn(contest: Contest) -> Drawing:
    return contests.draw(close(contest), None, PROMOTING)


# At the contest's address ---------------------------------------------------------------------------------------------
def test_a_stranger_enters_without_a_script_and_gets_a_letter_with_their_own_link(
    django_capture_on_commit_callbacks: Any,
) -> None:
    contest = make_contest(minimum_age=18, conditions="Are you no employee of ours?", states="IL, WI")
    person = Recipient()
    page = person.get("/contest/slogans/").content.decode()
    for said in ("Privacy Act statement", "A globe", "Be kind.", "Are you 18 years old or older?", "IL, WI",
                 "Are you no employee of ours?", contest.seed_sha256):  # fmt: skip
        assert said in page
    assert scripts_of(page) == ["languages.js"]
    assert seed_of(contest) not in page
    yes = {f"condition_{number}": "yes" for number in (1, 2, 3)}
    with django_capture_on_commit_callbacks(execute=True):
        sent = person.post("/contest/slogans/", {**ANN, **yes})
    assert (sent.status_code, sent["Location"]) == (302, "/contest/slogans/?sent=1")
    assert "We have written to you." in person.get(sent["Location"]).content.decode()
    made = Submission.objects.get()
    assert (entrant(made).name, entrant(made).email, made.retention_rule) == ("Ann Lee", "ann@example.org", "RET-2B")
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ann@example.org"], "You have entered: The slogans")
    assert number_of(made) in str(letter.body)
    assert f"/entry/{made.token}/" in str(letter.body)
    own = person.get(f"/entry/{made.token}/").content.decode()
    assert number_of(made) in own
    assert not Answer.objects.exists()


def test_whoever_cannot_say_yes_does_not_enter_and_nothing_is_kept() -> None:
    make_contest(minimum_age=18)
    answer = Recipient().post("/contest/slogans/", {**ANN, "condition_1": "no"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Only people who can answer yes here may enter." in page
    assert 'value="Ann Lee"' in page
    assert (Submission.objects.count(), Customer.objects.count()) == (0, 0)


def test_it_speaks_spanish(django_capture_on_commit_callbacks: Any) -> None:
    make_contest(name_es="Los lemas", rules_es="Sea amable.", prizes_es="Un globo", conditions="Do you?",
                 conditions_es="¿Lo hace?")  # fmt: skip
    page = Recipient().get("/contest/slogans/?language=es").content.decode()
    for said in ("Los lemas", "Sea amable.", "Un globo", "¿Lo hace?", "Participar"):
        assert said in page
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post("/contest/slogans/?language=es", {**ANN, "condition_1": "yes"})
    assert mail.outbox[0].subject == "Usted participa: Los lemas"


def test_who_enters_twice_reads_the_same_and_has_entered_once(django_capture_on_commit_callbacks: Any) -> None:
    make_contest()
    answers = []
    for name in ("Ann Lee", "Somebody else"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = Recipient().post("/contest/slogans/", {"name": name, "email": "ANN@example.org"})
        answers.append((answer.status_code, answer["Location"]))
    assert answers == [(302, "/contest/slogans/?sent=1")] * 2
    assert (Submission.objects.count(), Customer.objects.count()) == (1, 1)
    assert [letter.to for letter in mail.outbox] == [["ANN@example.org"]] * 2


@pytest.mark.parametrize("name", ["😀 Zoë", "محمد علي", "שלום כהן", "W" * 200])
def test_names_of_every_script_enter(name: str) -> None:
    make_contest()
    assert Recipient().post("/contest/slogans/", {"name": name, "email": "a@example.org"}).status_code == 302
    assert entrant(Submission.objects.get()).name == name


def test_a_machine_is_thanked_and_nothing_is_kept() -> None:
    make_contest()
    answer = Recipient().post("/contest/slogans/", {**ANN, "website": "https://spam.example"})
    assert (answer.status_code, answer["Location"]) == (302, "/contest/slogans/?sent=1")
    assert (Submission.objects.count(), Customer.objects.count()) == (0, 0)


def test_from_one_address_60_enter_within_the_hour_and_what_was_typed_is_not_lost() -> None:
    make_contest()
    for number in range(60):
        Recipient().post("/contest/slogans/", {"name": "A", "email": f"a{number}@example.org"})
    answer = Recipient().post("/contest/slogans/", ANN)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert 'value="Ann Lee"' in answer.content.decode()
    assert Submission.objects.count() == 60


def test_whom_their_record_bars_learns_it_by_letter_alone(django_capture_on_commit_callbacks: Any) -> None:
    make_contest(states="IL")
    make_customer("C-9", email="ann@example.org", state="WI")
    with django_capture_on_commit_callbacks(execute=True):
        answer = Recipient().post("/contest/slogans/", {**ANN, "condition_1": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, "/contest/slogans/?sent=1")
    assert not Submission.objects.exists()
    assert mail.outbox[0].subject == "Not entered: The slogans"


def test_what_is_unpublished_or_by_links_alone_is_not_found_at_its_address() -> None:
    make_contest("a", is_published=False)
    make_contest("b", is_open=False)
    assert [Recipient().get(f"/contest/{slug}/").status_code for slug in ("a", "b", "c")] == [404] * 3


def test_it_opens_and_closes_by_the_agencys_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = make_contest()
    opens_on, closes_on = contest.survey.opens_on, contest.survey.closes_on
    assert opens_on is not None
    assert closes_on is not None
    for day, status in (
        (opens_on - timedelta(days=1), 403), (opens_on, 200), (closes_on, 200), (closes_on + timedelta(days=1), 410),
    ):  # fmt: skip
        monkeypatch.setattr(contests, "agency_today", lambda day=day: day)
        assert Recipient().get("/contest/slogans/").status_code == status, day
    assert Recipient().post("/contest/slogans/", ANN).status_code == 410
    assert not Submission.objects.exists()


# By a personal link ---------------------------------------------------------------------------------------------------
def test_by_their_own_link_somebody_enters_without_a_name_and_it_is_the_response_of_the_campaign() -> None:
    contest = make_contest(is_open=False)
    question = Question.objects.create(
        survey=contest.survey, number=1, text="Your slogan", is_required=True,
        element=OF_CONTESTS,
    )  # fmt: skip
    share = invited(contest)
    person = Recipient()
    page = person.get(f"/s/{share.token}/contest/").content.decode()
    assert "Your slogan" in page
    assert "Your e-mail address" not in page
    assert person.post(f"/s/{share.token}/contest/", {}).status_code == 422
    sent = {f"q_{question.key.hex}": "It gets there 😀"}
    answer = person.post(f"/s/{share.token}/contest/", sent)
    made = Submission.objects.get()
    assert answer["Location"] == f"/entry/{made.token}/"
    assert Answer.objects.get().text == "It gets there 😀"
    event = Event.objects.get(kind="response")
    assert (event.share_id, event.id, event.occurred_at) == (share.pk, made.key, made.submitted_at)
    # The back button, and a second tab.
    assert person.post(f"/s/{share.token}/contest/", sent)["Location"] == answer["Location"]
    assert person.get(f"/s/{share.token}/contest/")["Location"] == answer["Location"]
    assert (Submission.objects.count(), Event.objects.filter(kind="response").count()) == (1, 1)


def test_a_personal_link_says_that_it_leads_to_a_contest() -> None:
    page = Recipient().get(f"/s/{invited(make_contest()).token}/").content.decode()
    assert "You are invited to a contest." in page
    assert "To the contest" in page
    assert "Answer the questions" not in page


def test_links_of_the_survey_that_it_is_lead_to_the_contest() -> None:
    contest = make_contest()
    share = invited(contest)
    assert Recipient().get(f"/s/{share.token}/survey/")["Location"] == f"/s/{share.token}/contest/"
    assert Recipient().get("/survey/slogans/")["Location"] == "/contest/slogans/"


def test_only_people_of_the_organization_enter() -> None:
    acme = Organization.objects.create(name="Acme")
    contest = make_contest(is_open=False, only_organization=acme.key)
    member, other = make_customer("C-1", organization=acme), make_customer("C-2")
    with pytest.raises(TakesNone) as refused:
        entering.enter(contest, other, [], {}, Way())
    assert refused.value.reason is Bar.ORGANIZATION
    assert entering.enter(contest, member, [], {}, Way())[1] is True
    assert Recipient().get(f"/s/{invited(contest, other).token}/contest/").status_code == 403


def test_an_entry_is_withdrawn_with_what_was_answered_and_made_again(django_capture_on_commit_callbacks: Any) -> None:
    contest = make_contest()
    made = enters(contest, "C-1")
    question = Question.objects.create(
        survey=contest.survey,
        number=1,
        text="Why?",
        element=OF_CONTESTS,
    )
    Answer.objects.create(submission=made, question=question, text="Because")
    person = Recipient()
    with django_capture_on_commit_callbacks(execute=True):
        person.post(f"/entry/{made.token}/", {"withdraw": "1"})
    made.refresh_from_db()
    assert made.withdrawn_at
    assert not Answer.objects.exists()
    assert mail.outbox[-1].subject == "Withdrawn: The slogans"
    assert contests.standing(contest) == contests.Standing(1, 1, 0)
    page = person.get(f"/entry/{made.token}/").content.decode()
    assert "Enter again" in page
    person.post(f"/entry/{made.token}/", {"again": "1", f"q_{question.key.hex}": "After all"})
    made = Submission.objects.get()
    assert made.withdrawn_at is None
    assert Answer.objects.get().text == "After all"
    fields = [entry.field for entry in changes.history(made)]
    assert fields.count("withdrawn_at") == 2


def test_nothing_is_withdrawn_once_it_is_over() -> None:
    contest = make_contest()
    made = enters(contest, "C-1")
    close(contest)
    assert entering.withdraw(made) is False
    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_an_address_that_is_nobodys_opens_nothing() -> None:
    assert Recipient().get("/entry/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


# One entry a person ---------------------------------------------------------------------------------------------------
def test_the_schema_refuses_a_second_entry_of_a_customer() -> None:
    contest = make_contest()
    made = enters(contest, "C-1")
    with pytest.raises(IntegrityError, match="entry_once"), transaction.atomic():
        Submission.objects.create(
            survey=contest.survey, customer=made.customer, number="x", entry_number="AAAA-AAAA-AAAA",
            submitted_at=timezone.now(), retention_rule="RET-2B",
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="entry_of_somebody"), transaction.atomic():
        Submission.objects.create(
            survey=contest.survey, number="y", entry_number="BBBB-BBBB-BBBB", submitted_at=timezone.now(),
            retention_rule="RET-2B",
        )  # fmt: skip


@pytest.mark.parametrize("by_own_link", [True, False])
def test_whoever_has_entered_is_told_again_only_where_nobody_is_known(by_own_link: bool) -> None:
    """At the open address the letter alone tells that they have entered; by their own link they see it."""
    contest = make_contest()
    entry = enters(contest, "C-1")
    Submission.objects.filter(pk=entry.pk).update(letter_asked_at=None, letter_due_at=None)
    entering.enter(contest, entrant(entry), [], {}, Way(), by_own_link=by_own_link)
    entry.refresh_from_db()
    assert (entry.letter_due_at is None) is by_own_link


def test_a_person_with_two_records_enters_once_and_is_drawn_once() -> None:
    contest = make_contest()
    first, second = enters(contest, "C-1"), enters(contest, "C-2")
    Customer.objects.filter(pk=entrant(second).pk).update(merged_into=entrant(first))
    third = make_customer("C-3", merged_into=entrant(first))
    assert entering.enter(contest, third, [], {}, Way())[0] == first
    assert contests.standing(contest) == contests.Standing(2, 0, 1)
    assert list(contests.eligible(contest)) == [first]


@pytest.mark.django_db(transaction=True)
def test_of_a_form_sent_eight_times_at_once_one_entry_is_made() -> None:
    contest = make_contest()
    customer = make_customer("C-1")
    gate, made, failures = threading.Barrier(8), [], []

    def once() -> None:
        try:
            gate.wait(timeout=10)
            made.append(entering.enter(contest, customer, [], {}, Way()))
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    assert sorted(is_new for _entry, is_new in made) == [False] * 7 + [True]
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_strangers_form_sent_eight_times_at_once_one_person_enters_once() -> None:
    """Nobody knows them before: that they are one person is settled while the first of the forms is stored."""
    make_contest()
    gate = threading.Barrier(8)
    statuses, failures = [], []

    def once() -> None:
        try:
            gate.wait(timeout=10)
            statuses.append(Recipient().post("/contest/slogans/", ANN).status_code)
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (failures, statuses) == ([], [302] * 8)
    assert (Customer.objects.count(), Submission.objects.count()) == (1, 1)


# Drawing --------------------------------------------------------------------------------------------------------------
def test_the_seed_is_fixed_when_it_is_published_sealed_and_told_nowhere_before_the_drawing() -> None:
    user = make_user()
    contest = make_contest(by=user)
    first = (contest.seed, contest.seed_sha256)
    contests.unpublish(contest, user, PROMOTING)
    contests.publish(contest, user, PROMOTING)
    contest = Contest.objects.get(pk=contest.pk)
    assert (contest.seed, contest.seed_sha256) == first
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(records_contest)::text FROM records_contest")
        assert seed_of(contest) not in cursor.fetchone()[0]
    assert all(seed_of(contest) not in f"{one.before}{one.after}" for one in changes.history(contest))
    (told,) = LedgerAct.objects.filter(kind="contest_opened")
    assert contest.seed_sha256 in json.dumps(told.told)


def test_it_is_drawn_once_after_it_has_closed_and_everything_stands_in_the_ledger() -> None:
    contest = make_contest(winners=2, alternates=1)
    for number in range(5):
        enters(contest, f"C-{number}")
    with pytest.raises(NotDrawn, match="has not closed yet"):
        contests.draw(contest, None, PROMOTING)
    made = drawn(contest)
    told = json.loads(made.file)
    assert sorted(told["entries"]) == sorted(map(number_of, Submission.objects.all()))
    assert [told["winners"], told["alternates"]] == [
        list(contest.awards.filter(state=state).values_list("submission__entry_number", flat=True))
        for state in (AwardState.OFFERED, AwardState.WAITING)
    ]
    assert "example.org" not in made.file
    with pytest.raises(NotDrawn, match="drawn once"):
        drawn(contest)
    with pytest.raises(IntegrityError, match="contest_id"), transaction.atomic():
        Drawing.objects.create(contest=contest, drawn_at=timezone.now(), entries=1, file="x", file_sha256="0" * 64)
    assert contests.repeat(Contest.objects.get()).winners == told["winners"]
    (act,) = LedgerAct.objects.filter(kind="contest_drawn")
    assert made.file_sha256 in json.dumps(act.told)


def test_what_was_never_published_or_nobody_entered_is_not_drawn() -> None:
    with pytest.raises(NotDrawn, match="never published"):
        drawn(make_contest("a", is_published=False))
    with pytest.raises(NotDrawn, match="Nobody has entered"):
        drawn(make_contest("b"))
    assert not Drawing.objects.exists()


def test_withdrawn_entries_are_not_drawn_from_and_those_of_a_file_are() -> None:
    contest = make_contest(winners=9)
    gone = enters(contest, "C-1")
    entering.withdraw(gone)
    known = make_customer("C-2")
    for number in ("F-1", "F-2"):
        Submission.objects.create(
            survey=contest.survey, customer=known, number=number, submitted_at=timezone.now(), retention_rule="RET-2B"
        )
    Submission.objects.create(survey=contest.survey, number="F-3", submitted_at=timezone.now(), retention_rule="RET-2B")
    made = drawn(contest)
    assert made.entries == 1
    (award,) = contest.awards.all()
    assert (award.submission.number, bool(award.submission.token)) == ("F-1", True)


@pytest.mark.django_db(transaction=True)
def test_nobody_enters_while_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at before midnight, and stored after the drawing: what decides is looked at under the row's lock."""
    contest = make_contest()
    enters(contest, "C-1")
    customer = make_customer("C-2")
    drawn(contest)
    monkeypatch.setattr(contests, "shut", lambda contest: None)
    with pytest.raises(TakesNone) as refused:
        entering.enter(contest, customer, [], {}, Way())
    assert refused.value.reason is Shut.CLOSED
    assert Submission.objects.count() == 1


def test_the_drawing_is_public_with_its_file_and_names_nobody(django_capture_on_commit_callbacks: Any) -> None:
    contest = make_contest(winners=1, alternates=1)
    for number in range(3):
        enters(contest, f"C-{number}")
    assert Recipient().get("/contest/slogans/drawing/").status_code == 404
    made = drawn(contest)
    page = Recipient().get("/contest/slogans/drawing/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "It was repeated just now: the same entries win." in text
    assert all(number_of(award.submission) in text for award in contest.awards.all())
    assert "Customer C-" not in text
    file = Recipient().get("/contest/slogans/drawing.json")
    assert (file.content.decode(), file["Content-Type"]) == (made.file, "application/json")
    Drawing.objects.update(file=made.file.replace('"winner_count": 1', '"winner_count": 2'))
    assert "the result was different" in Recipient().get("/contest/slogans/drawing/").content.decode()


# Prizes ---------------------------------------------------------------------------------------------------------------
def test_winners_and_alternates_are_written_to_once_whatever_they_asked_of_advertising(
    django_capture_on_commit_callbacks: Any,
) -> None:
    contest = make_contest(winners=1, alternates=1)
    for number in range(3):
        enters(contest, f"C-{number}")
    with django_capture_on_commit_callbacks(execute=True):
        drawn(contest)
    won, alternate = contest.awards.all()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([entrant(won.submission).email], "You have won: The slogans"),
        ([entrant(alternate.submission).email], "You are an alternate: The slogans"),
    ]
    assert f"/entry/{won.submission.token}/" in mail.outbox[0].body
    tend_contests()
    write_letters()
    assert len(mail.outbox) == 2


def test_a_letter_that_the_mail_server_refused_is_written_later(settings: Any) -> None:
    contest = make_contest()
    enters(contest, "C-1")
    drawn(contest)
    with serving() as server:
        use(settings, server)
        server.rcpt_answers["c-1"] = "451 4.7.1 try again later"
        write_letters()
        assert server.recipients == []
        server.rcpt_answers.clear()
        Award.objects.update(letter_due_at=timezone.now())
        write_letters()
    assert [message["Subject"] for _, message in server.taken] == ["You have won: The slogans"]
    assert Award.objects.get().letter_due_at is None


def test_a_prize_is_claimed_by_the_own_link_until_its_day() -> None:
    contest = make_contest()
    made = enters(contest, "C-1")
    drawn(contest)
    Submission.objects.update(is_claimed=True)
    person = Recipient()
    page = person.get(f"/entry/{made.token}/").content.decode()
    assert "You have won." in page
    assert person.post(f"/entry/{made.token}/", {"send_to": ""}).status_code == 422
    person.post(f"/entry/{made.token}/", {"send_to": "Ann Lee, 1 Way, Chicago IL 60601"})
    award = Award.objects.get()
    assert (award.state, award.send_to) == (AwardState.CLAIMED, "Ann Lee, 1 Way, Chicago IL 60601")
    assert not Submission.objects.get().is_claimed  # the page's address came by their mail
    # Once more, from another tab: the first stays.
    person.post(f"/entry/{made.token}/", {"send_to": "Elsewhere"})
    person.post(f"/entry/{made.token}/", {"decline": "1"})
    award.refresh_from_db()
    assert (award.state, award.send_to) == (AwardState.CLAIMED, "Ann Lee, 1 Way, Chicago IL 60601")


def test_what_is_not_claimed_goes_to_the_next_alternate_with_a_task_of_whoever_looks_after_them() -> None:
    maker, sales = make_user(), make_user(None, "Sam")
    contest = make_contest(winners=1, alternates=1, created_by=maker)
    for number in range(3):
        enters(contest, f"C-{number}")
    CustomerAssignment.objects.bulk_create(
        CustomerAssignment(customer=customer, staff=sales) for customer in Customer.objects.all()
    )
    drawn(contest)
    first, second = contest.awards.all()
    assert contests.lapse_unclaimed() == 0
    Award.objects.filter(pk=first.pk).update(claim_until=agency_today() - timedelta(days=1))
    assert Recipient().post(f"/entry/{first.submission.token}/", {"send_to": "Late"}).status_code == 302
    assert contests.lapse_unclaimed() == 1
    assert list(contest.awards.values_list("state", flat=True)) == [AwardState.LAPSED, AwardState.OFFERED]
    second.refresh_from_db()
    assert second.claim_until == agency_today() + timedelta(days=14)
    steps = Interaction.objects.order_by("pk").values_list("customer", "staff", "next_step")
    hear = "Has won: make sure they know and claim it"
    assert list(steps) == [
        (first.submission.customer_id, sales.pk, hear), (second.submission.customer_id, sales.pk, hear),
    ]  # fmt: skip
    assert contests.lapse_unclaimed() == 0
    contests.decline(second, maker, PROMOTING)
    steps_now = [step.next_step for step in Interaction.objects.order_by("pk")]
    assert steps_now[-1].startswith("The prize was declined and no alternate is left")


def test_an_alternate_who_declines_is_passed_over() -> None:
    contest = make_contest(winners=1, alternates=2)
    for number in range(4):
        enters(contest, f"C-{number}")
    drawn(contest)
    first, second, third = contest.awards.all()
    assert entering.decline(second) is True
    assert entering.decline(first) is True
    assert entering.decline(first) is False
    states = [AwardState.DECLINED, AwardState.DECLINED, AwardState.OFFERED]
    assert list(contest.awards.values_list("state", flat=True)) == states
    assert "offered_at" in {entry.field for entry in changes.history(third)}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "offered"}, {"state": "claimed"}, {"state": "declined"}, {"state": "other"}, {"rank": 0},
        {"settled_at": timezone.now()},
    ],
)  # fmt: skip
def test_the_schema_refuses_awards_that_cannot_be(fields: dict[str, Any]) -> None:
    contest = make_contest()
    made = enters(contest, "C-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(**{"contest": contest, "submission": made, "rank": 1, **fields})
