"""Taking part in a study: by the link of an invitation, places, consent and its withdrawal, letters and reminders."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from icalendar import Calendar

from campaigns.models import Event
from campaigns.programmes import research_letters, researching
from campaigns.tasks.research import tend_research, write_to_participant
from privacy import changes
from privacy.models import Change, LegalHold
from privacy.retention import journal
from privacy.retention.enums import HoldKind
from privacy.retention.holding import place, release
from privacy.roles import Role
from privacy.tries import refusals
from privacy.vault import KeyDestroyed, has_key, unseal
from records import media, research
from records.enums import MediaKind, ParticipantState
from records.media import About, SealedUpload
from records.models import (
    Interaction,
    MediaFile,
    StudyConsent,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    StudySession,
)
from records.research import UNDERSTANDING, Agreement, HasWithdrawn, Shut, TakesNone, TextChanged
from tests.campaigns.lettering import since, told
from tests.campaigns.studying import make_session, make_study, sent_link, takes_part
from tests.campaigns.viewing import Recipient, scripts_of
from tests.events import make_campaign
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted(work: None) -> None:
    cache.clear()
    refusals.clear()


def answer_of(study: Any, session: StudySession | None = None, **more: Any) -> dict[str, Any]:
    chosen = session or study.sessions.first()
    return {"version": "1", "consent": "on", **({"session": str(chosen.key)} if chosen else {}), **more}


# By the link of an invitation -----------------------------------------------------------------------------------------
def test_who_is_invited_agrees_without_a_script_and_gets_a_letter_with_their_own_link_and_a_calendar_file(
    django_capture_on_commit_callbacks: Any,
) -> None:
    study = make_study(stipend="75.00")
    share = sent_link(study)
    person = Recipient()
    assert person.get(f"/s/{share.token}/go/")["Location"] == f"/s/{share.token}/study/"
    page = person.get(f"/s/{share.token}/study/").content.decode()
    for said in ("Privacy Act statement", "We record the talk.", "Room 7", "An interview", "75.00 US dollars"):
        assert said in page
    assert scripts_of(page) == ["languages.js"]
    with django_capture_on_commit_callbacks(execute=True):
        sent = person.post(f"/s/{share.token}/study/", answer_of(study))
    made = StudyParticipant.objects.get()
    assert sent["Location"] == f"/research/{made.token}/"
    assert (made.state, made.consent, made.session) == ("agreed", StudyConsent.objects.get(), study.sessions.get())
    assert (made.customer, made.source, made.language) == (share.recipient.customer, "customer", "en")
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ann@example.org"], "You are taking part: The labels")
    assert f"/research/{made.token}/" in letter.body
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == ("session.ics", "text/calendar")
    event: Any
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (event["SUMMARY"], event["LOCATION"]) == ("The labels", "Room 7")
    assert event["UID"].startswith(f"{made.key}@")
    own = person.get(sent["Location"]).content.decode()
    assert "You are enrolled." in own
    assert person.get(f"/research/{made.token}/session.ics").content.startswith(b"BEGIN:VCALENDAR")


def test_a_session_across_a_change_of_summer_time_says_of_each_end_by_which_clock_it_is() -> None:
    study = make_study(sessions=0, time_zone="America/New_York")
    across = make_session(study, datetime(2099, 3, 8, 6, tzinfo=UTC), ends_at=datetime(2099, 3, 8, 8, tzinfo=UTC))
    night = make_session(study, datetime(2099, 3, 11, 3, tzinfo=UTC), ends_at=datetime(2099, 3, 11, 5, tzinfo=UTC))
    assert across.when == "Mar 8, 2099, 1:00 AM EST – 4:00 AM EDT"
    assert night.when == "Mar 10, 2099, 11:00 PM – Mar 11, 2099, 1:00 AM EDT"
    said = {}
    for number, session in (("C-1", across), ("C-2", night)):
        page = Recipient().get(f"/research/{takes_part(study, number, session).token}/").content.decode()
        said[number] = re.sub("<[^>]+>", "", page.split('<p class="event-when">')[1].split("<br>")[0])
    assert said == {
        "C-1": "March 8, 2099, 1:00 AM EST – 4:00 AM EDT",
        "C-2": "March 10, 2099, 11:00 PM – March 11, 2099, 1:00 AM EDT",
    }


def test_agreeing_is_a_response_of_the_campaign_that_asked_with_its_share_once() -> None:
    study = make_study()
    share = sent_link(study)
    variant = make_campaign().variants.get(name="letter")
    type(share).objects.filter(pk=share.pk).update(campaign=variant.campaign_id, variant=variant)
    for _tab in range(2):
        Recipient().post(f"/s/{share.token}/study/", answer_of(study))
    made = StudyParticipant.objects.get()
    (event,) = Event.objects.filter(kind="response")
    assert (event.id, event.share_id, event.campaign_id) == (made.key, share.pk, variant.campaign_id)
    assert event.occurred_at == made.answered_at


def test_it_speaks_spanish(django_capture_on_commit_callbacks: Any) -> None:
    study = make_study(name_es="Las etiquetas", purpose_es="Conversamos.")
    share = sent_link(study)
    page = Recipient().get(f"/s/{share.token}/study/?language=es").content.decode()
    for said in ("Las etiquetas", "Conversamos.", "Grabamos la charla.", "Participar"):
        assert said in page
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/s/{share.token}/study/?language=es", answer_of(study))
    assert mail.outbox[0].subject == "Usted participa: Las etiquetas"


def test_without_the_consent_or_a_session_nothing_is_stored() -> None:
    study = make_study()
    share = sent_link(study)
    for missing in ("consent", "session", "version"):
        given = answer_of(study)
        del given[missing]
        assert Recipient().post(f"/s/{share.token}/study/", given).status_code == 422
    assert not StudyParticipant.objects.exists()


def test_a_machine_that_fills_in_every_field_is_told_the_same_and_nothing_is_stored() -> None:
    study = make_study()
    share = sent_link(study)
    sent = Recipient().post(f"/s/{share.token}/study/", answer_of(study, website="https://spam.example"))
    assert sent["Location"] == f"/s/{share.token}/study/?declined=1"
    assert not StudyParticipant.objects.exists()


def test_who_declines_is_no_response_and_may_change_their_mind() -> None:
    study = make_study()
    share = sent_link(study)
    sent = Recipient().post(f"/s/{share.token}/study/", {"decline": "1"})
    assert "You are not taking part." in Recipient().get(sent["Location"]).content.decode()
    assert StudyParticipant.objects.get().state == ParticipantState.DECLINED
    assert not Event.objects.filter(kind="response").exists()
    Recipient().post(f"/s/{share.token}/study/", answer_of(study))
    assert StudyParticipant.objects.get().state == ParticipantState.AGREED
    # Back in the browser, and declined from the old page: who has agreed withdraws.
    Recipient().post(f"/s/{share.token}/study/", {"decline": "1"})
    assert StudyParticipant.objects.get().state == ParticipantState.AGREED


def test_who_read_an_older_text_reads_the_new_one_first() -> None:
    study = make_study()
    share = sent_link(study)
    StudyConsent.objects.create(study=study, version=2, text="We film, too.")
    sent = Recipient().post(f"/s/{share.token}/study/", answer_of(study))
    assert sent.status_code == 409
    assert "We film, too." in sent.content.decode()
    assert 'name="version" value="2"' in sent.content.decode()
    # What they had ticked was the other text.
    (tick,) = re.findall(r'<input[^>]*name="consent"[^>]*>', sent.content.decode())
    assert "checked" not in tick
    assert not StudyParticipant.objects.exists()
    Recipient().post(f"/s/{share.token}/study/", answer_of(study, version="2"))
    assert StudyParticipant.objects.get().consent == StudyConsent.objects.get(version=2)


def test_a_study_without_sessions_is_taken_part_in_by_agreeing_as_long_as_it_has_places() -> None:
    study = make_study(sessions=0, kind="diary")
    type(study).objects.update(places=1)
    takes_part(study)
    other = sent_link(study, make_customer("C-2"))
    assert Recipient().get(f"/s/{other.token}/study/").status_code == 410


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"published_at": None}, 404, "This is not published."),
        ({"places": 1}, 410, "All places are taken."),
    ],
)
def test_what_is_shut_says_why(change: dict[str, Any], status: int, said: str) -> None:
    study = make_study()
    takes_part(study)
    type(study).objects.update(**change)
    other = sent_link(study, make_customer("C-2"))
    page = Recipient().get(f"/s/{other.token}/study/")
    assert (page.status_code, said in page.content.decode()) == (status, True)
    assert Recipient().post(f"/s/{other.token}/study/", answer_of(study)).status_code == status
    assert StudyParticipant.objects.count() == 1


def test_a_study_whose_sessions_are_over_is_over() -> None:
    study = make_study(sessions=0)
    make_session(study, timezone.now() - timedelta(hours=2))
    assert research.shut(study) is Shut.OVER


def test_a_study_whose_sessions_are_all_called_off_waits_for_another() -> None:
    study = make_study()
    share = sent_link(study)
    assert research.call_off(study.sessions.get(), make_user(), UNDERSTANDING) is True
    assert research.shut(study) is Shut.OVER
    assert Recipient().post(f"/s/{share.token}/study/", answer_of(study)).status_code == 410
    assert not StudyParticipant.objects.exists()
    make_session(study, timezone.now() + timedelta(days=3))
    assert research.shut(study) is None


def test_another_persons_link_that_names_nobody_known_takes_nobody() -> None:
    study = make_study()
    share = sent_link(study)
    type(share.recipient).objects.filter(pk=share.recipient_id).update(customer=None)
    page = Recipient().post(f"/s/{share.token}/study/", answer_of(study))
    assert page.status_code == 403
    assert not StudyParticipant.objects.exists()


# Places ---------------------------------------------------------------------------------------------------------------
def test_a_full_session_is_not_offered_and_whoever_was_slower_chooses_another() -> None:
    study = make_study(sessions=2, places=1)
    first, second = study.sessions.order_by("starts_at")
    takes_part(study, "C-1", first)
    share = sent_link(study, make_customer("C-2"))
    page = Recipient().get(f"/s/{share.token}/study/").content.decode()
    assert (str(first.key) in page, str(second.key) in page) == (False, True)
    late = Recipient().post(f"/s/{share.token}/study/", answer_of(study, first))
    assert late.status_code == 422
    with pytest.raises(TakesNone) as refused:
        research.agree(study, share.recipient.customer, Agreement(1, str(first.key)), researching.BY_THEMSELVES)  # type: ignore[arg-type]
    assert refused.value.reason is None
    assert StudyParticipant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_at_once_as_many_have_a_place_as_there_are() -> None:
    study = make_study(places=5)
    session = study.sessions.get()
    people = [make_customer(f"C-{number}") for number in range(20)]
    shares = {one.pk: sent_link(study, one) for one in people}

    def come(customer: Any) -> bool:
        try:
            agreement = Agreement(1, str(session.key))
            return researching.agree(study, customer, agreement, shares[customer.pk])[1]
        except TakesNone:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(come, [*people, *people]))
    assert sum(came) == 5
    assert session.participants.filter(state=ParticipantState.AGREED).count() == 5
    assert Event.objects.filter(kind="response").count() == 5


def test_one_chooses_another_session_until_it_begins(django_capture_on_commit_callbacks: Any) -> None:
    study = make_study(sessions=2, places=1)
    first, second = study.sessions.order_by("starts_at")
    made = takes_part(study, "C-1", first)
    StudyParticipant.objects.update(reminded_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        sent = Recipient().post(f"/research/{made.token}/", {"session": str(second.key)})
    assert sent["Location"].endswith("?kept=1")
    made.refresh_from_db()
    assert (made.session, made.reminded_at) == (second, None)
    assert len(mail.outbox) == 1
    # The place that is free goes to another, and is not had back.
    takes_part(study, "C-2", first)
    assert Recipient().post(f"/research/{made.token}/", {"session": str(first.key)}).status_code == 422
    StudySession.objects.filter(pk=second.pk).update(
        starts_at=timezone.now() - timedelta(minutes=5), ends_at=timezone.now() + timedelta(minutes=5)
    )
    assert researching.choose(made, str(first.key)) is False


def test_a_session_that_is_called_off_or_moved_is_told_and_reminded_anew(
    django_capture_on_commit_callbacks: Any,
) -> None:
    study, by = make_study(sessions=2), make_user()
    first, second = study.sessions.order_by("starts_at")
    made = takes_part(study, "C-1", first)
    with django_capture_on_commit_callbacks(execute=True):
        assert research.call_off(first, by, UNDERSTANDING) is True
        assert research.call_off(first, by, UNDERSTANDING) is False
    made.refresh_from_db()
    assert made.session is None
    assert [letter.subject for letter in mail.outbox] == ["Your session is canceled: The labels"]
    assert "Choose a session" in Recipient().get(f"/research/{made.token}/").content.decode()
    researching.choose(made, str(second.key))
    with django_capture_on_commit_callbacks(execute=True):
        research.tell_moved(second)
    assert mail.outbox[-1].subject == "You are taking part: The labels"


def test_a_session_that_has_begun_is_not_called_off_and_what_is_set_right_of_it_is_told_to_nobody(
    django_capture_on_commit_callbacks: Any,
) -> None:
    study = make_study()
    made = takes_part(study)
    begun = timezone.now() - timedelta(minutes=5)
    StudySession.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    session = study.sessions.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert research.call_off(session, make_user(), UNDERSTANDING) is False
        research.tell_moved(session)
    made.refresh_from_db()
    assert made.session == session
    assert mail.outbox == []


def test_a_letter_that_a_version_before_asked_for_waits_from_now_on() -> None:
    made = takes_part(make_study())
    write_to_participant(made.pk)
    made.refresh_from_db()
    assert made.letter_due_at is not None
    write_to_participant(made.pk + 1)  # gone meanwhile


# Reminders ------------------------------------------------------------------------------------------------------------
def test_who_has_a_session_within_a_day_is_reminded_once() -> None:
    study = make_study()
    made = takes_part(study)
    tend_research()
    assert mail.outbox == []
    soon = timezone.now() + timedelta(hours=20)
    StudySession.objects.update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    StudyParticipant.objects.update(consented_at=timezone.now() - timedelta(days=3))
    tend_research()
    tend_research()
    assert [letter.subject for letter in mail.outbox] == ["Reminder: The labels"]
    assert f"/research/{made.token}/" in mail.outbox[0].body


def test_who_chooses_another_session_within_that_day_has_one_letter(
    django_capture_on_commit_callbacks: Any, work: None
) -> None:
    study = make_study(sessions=2)
    first, second = study.sessions.order_by("starts_at")
    made = takes_part(study, "C-1", first)
    StudyParticipant.objects.update(consented_at=timezone.now() - timedelta(days=3))
    soon = timezone.now() + timedelta(hours=20)
    StudySession.objects.filter(pk=second.pk).update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/research/{made.token}/", {"session": str(second.key)})
    tend_research()
    assert [letter.subject for letter in mail.outbox] == ["You are taking part: The labels"]


def test_a_reminder_that_does_not_go_keeps_nothing_else_back() -> None:
    study = make_study(places=9)
    takes_part(study, "C-1", email="refused@example.org")
    takes_part(study, "C-2")
    gone = takes_part(study, "C-3")
    soon = timezone.now() + timedelta(hours=20)
    StudySession.objects.update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    StudyParticipant.objects.update(consented_at=timezone.now() - timedelta(days=3))
    researching.withdraw(gone)
    send = EmailMessage.send

    def refuse(letter: EmailMessage, *args: Any) -> int:
        if letter.to == ["refused@example.org"]:
            raise SMTPRecipientsRefused({})
        return send(letter, *args)

    with patch.object(EmailMessage, "send", refuse):
        tend_research()
    assert [letter.to for letter in mail.outbox] == [["c-2@example.org"]]
    gone.refresh_from_db()
    assert gone.forgotten_at
    # It is tried again.
    tend_research()
    assert [letter.to for letter in mail.outbox] == [["c-2@example.org"], ["refused@example.org"]]


def test_who_agreed_within_that_day_withdrew_or_has_a_session_called_off_is_not_reminded() -> None:
    study = make_study(places=9)
    soon = timezone.now() + timedelta(hours=20)
    just_now, gone = takes_part(study, "C-1"), takes_part(study, "C-2")
    StudySession.objects.update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    StudyParticipant.objects.filter(pk=gone.pk).update(consented_at=timezone.now() - timedelta(days=3))
    assert list(research_letters.to_remind()) == [gone]
    since(gone, timezone.now())  # the letter that waits says the same
    assert list(research_letters.to_remind()) == []
    told(gone)
    assert list(research_letters.to_remind()) == [gone]
    researching.withdraw(gone)
    assert list(research_letters.to_remind()) == []
    StudyParticipant.objects.filter(pk=just_now.pk).update(consented_at=timezone.now() - timedelta(days=3))
    StudySession.objects.update(cancelled_at=timezone.now())
    assert list(research_letters.to_remind()) == []


# Withdrawal -----------------------------------------------------------------------------------------------------------
def keep_all_of(made: StudyParticipant) -> MediaFile:
    """A note, a finding with its history, and a file."""
    by = make_user(Role.MARKETING_MANAGER, f"Keeper {made.pk}")
    note, found = StudyNote(participant=made), StudyFinding(participant=made, customer=made.customer)
    note.text, found.text, found.element, found.tags = "Likes blue.", "Buys labels.", "c09-habits", ["labels"]
    changes.save(note, by=by, basis=UNDERSTANDING)
    changes.save(found, by=by, basis=UNDERSTANDING)
    found.text = "Buys many labels."
    changes.save(found, by=by, basis=UNDERSTANDING)
    upload = SealedUpload()
    upload.add(b"%PDF-1.7 what they wrote")
    about = About(MediaKind.RESEARCH, timezone.now(), "diary.pdf", participant=made, customer=made.customer)
    return media.keep(upload.end(), about, by)


def test_who_withdraws_is_read_no_more_and_what_was_kept_is_destroyed_with_its_key(
    django_capture_on_commit_callbacks: Any,
) -> None:
    study = make_study(places=1)
    made = takes_part(study)
    file = keep_all_of(made)
    change = Change.objects.filter(model="records.StudyFinding", field="text").get()
    assert has_key(made.key)
    refused = Recipient().post(f"/research/{made.token}/", {"withdraw": "1"})
    assert refused.status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/research/{made.token}/", {"withdraw": "1", "sure": "on"})
    made.refresh_from_db()
    assert (made.state, made.session, bool(made.withdrawn_at), bool(made.forgotten_at)) == (
        "withdrew",
        None,
        True,
        True,
    )
    for model in (StudyNote, StudyFinding, MediaFile):
        assert not model._default_manager.exists()
    assert not Change.objects.filter(model__in=["records.StudyNote", "records.StudyFinding"]).exists()
    assert not media.store().exists(file.stored_as)
    with pytest.raises(KeyDestroyed):
        unseal(made.key, "privacy.Change.before", change.id, bytes(change.before or b""))
    # A backup that is restored brings nothing of it back: the journal says what goes again.
    theirs = f"withdrawal {made.key} "
    gone = [one for one in journal.entries() if one.run == "withdrawal" and one.entry.startswith(theirs)]
    assert {one.model for one in gone} == {"records.StudyNote", "records.StudyFinding", "records.MediaFile"}
    assert {key for one in gone for key in one.keys} == {str(made.key)}
    # That they had agreed, to what and when, and that they withdrew, stays and is readable.
    assert {entry.field for entry in changes.history(made)} >= {"state", "withdrawn_at"}
    assert made.consent_id is not None
    assert mail.outbox[-1].subject == "You have withdrawn: The labels"
    page = Recipient().get(f"/research/{made.token}/").content.decode()
    assert "You have withdrawn." in page
    # The place is free again; they do not come back by themselves.
    assert research.shut(study) is None
    with pytest.raises(HasWithdrawn):
        research.agree(study, made.customer, Agreement(1, str(study.sessions.get().key)), researching.BY_THEMSELVES)
    assert researching.withdraw(made) is False


def test_a_legal_hold_keeps_what_was_noted_and_nobody_reads_it_until_it_is_released(
    django_capture_on_commit_callbacks: Any, client: Any
) -> None:
    study = make_study()
    made = takes_part(study)
    file = keep_all_of(made)
    officer = make_user(Role.PRIVACY_OFFICER, "Olive")
    hold = LegalHold(
        kind=HoldKind.LEGAL, name="A suit", reason="A suit", issuer="A court", people=[made.customer.key],
        review_on=timezone.now().date() + timedelta(days=90),
    )  # fmt: skip
    place(hold, officer)
    with django_capture_on_commit_callbacks(execute=True):
        researching.withdraw(made)
    made.refresh_from_db()
    assert (made.state, made.forgotten_at) == ("withdrew", None)
    assert StudyNote.objects.count() == 1
    client.force_login(make_user(Role.MARKETING_MANAGER, "Mia"))
    page = client.get(f"/records/study-participants/{made.key}/").content.decode()
    assert "A legal hold keeps it" in page
    for said in ("Likes blue.", "Buys many labels.", "diary.pdf"):
        assert said not in page
    assert client.get(f"/records/research-files/{file.key}/").status_code == 404
    assert "Buys many" not in client.get("/records/study-findings/").content.decode()
    assert research.topics_of(study, officer) == []
    tend_research()
    assert StudyNote.objects.count() == 1
    release(hold, officer, "It is over.")
    tend_research()
    made.refresh_from_db()
    assert made.forgotten_at
    assert not StudyNote.objects.exists()


def test_of_whoever_withdraws_who_was_recorded_with_others_staff_have_a_task() -> None:
    by = make_user(Role.MARKETING_MANAGER, "Mia")
    study = make_study(created_by=by)
    made = takes_part(study)
    session = study.sessions.get()
    upload = SealedUpload()
    upload.add(b"%PDF-1.7 all of them")
    media.keep(upload.end(), About(MediaKind.RESEARCH, timezone.now(), "all.pdf", study_session=session), by)
    researching.withdraw(made)
    (step,) = Interaction.objects.all()
    assert (step.staff.name, step.next_step, step.customer) == ("Sam Sales", research.CUT, made.customer)


def test_what_is_owed_stays_owed_after_a_withdrawal() -> None:
    by = make_user(Role.MARKETING_MANAGER, "Mia")
    study = make_study(stipend="50.00", created_by=by)
    made = takes_part(study)
    research.mark(made, by, UNDERSTANDING, came=True)
    researching.withdraw(made)
    made.refresh_from_db()
    assert made.is_owed
    assert research.pay(made, by, UNDERSTANDING) is True


# Stipends -------------------------------------------------------------------------------------------------------------
def test_who_took_part_is_owed_the_stipend_and_staff_have_a_task_until_it_is_paid() -> None:
    by = make_user(Role.MARKETING_MANAGER, "Mia")
    study = make_study(stipend="50.00", created_by=by)
    made = takes_part(study)
    research.mark(made, by, UNDERSTANDING, came=True)
    research.mark(made, by, UNDERSTANDING, came=True)
    (step,) = Interaction.objects.all()
    # Whoever shares with somebody looks after them from then on.
    assert (step.staff.name, step.next_step, step.next_step_done_at) == ("Sam Sales", "Pay the stipend", None)
    # They did not come after all: nothing is owed, nothing to be done.
    research.mark(made, by, UNDERSTANDING, came=False)
    made.refresh_from_db()
    assert (made.stipend, made.attended) == (None, False)
    research.mark(made, by, UNDERSTANDING, came=True)
    # The task is known whatever the study is called by now.
    type(study).objects.update(name="The parcels")
    assert research.pay(made, by, UNDERSTANDING) is True
    assert research.pay(made, by, UNDERSTANDING) is False
    made.refresh_from_db()
    assert bool(made.stipend_paid_at)
    assert not Interaction.objects.filter(next_step_done_at=None).exists()


# Schema ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "fields",
    [
        {"state": "agreed"}, {"state": "withdrew"}, {"state": "other"},
        {"state": "declined", "stipend_paid_at": timezone.now()},
    ],
)  # fmt: skip
def test_the_schema_refuses_participants_that_cannot_be(fields: dict[str, Any]) -> None:
    study = make_study()
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyParticipant.objects.create(
            study=study, customer=make_customer(), token="t" * 22, answered_at=timezone.now(), **fields
        )


def test_the_schema_holds_one_answer_a_person_and_sessions_that_end_and_are_somewhere() -> None:
    study = make_study()
    made = takes_part(study)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyParticipant.objects.create(
            study=study, customer=made.customer, token="t" * 22, answered_at=timezone.now(), state="declined"
        )
    now = timezone.now()
    for wrong in ({"ends_at": now}, {"place": ""}, {"places": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_session(study, now, **wrong)


def test_a_text_that_changed_is_not_agreed_to_by_the_service() -> None:
    study = make_study()
    with pytest.raises(TextChanged):
        research.agree(study, make_customer(), Agreement(7, ""), researching.BY_THEMSELVES)
