"""Studies by hand: made with their consent, sessions, participants marked, notes, findings and files; small groups."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaigns.audiences import customers_in
from campaigns.models import Audience, MailMessage, RecipientPreference, Recruiting, Share
from privacy import changes
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records import research
from records.enums import SuppressionKind
from records.models import (
    Customer,
    CustomerAssignment,
    MediaFile,
    Study,
    StudyConsent,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    StudySession,
    Suppression,
)
from records.research import UNDERSTANDING
from records.suppressing import suppression_hashes
from tests.campaigns.studying import make_session, make_study, sent_link, takes_part
from tests.factories import make_customer, make_user, viewer_of
from tests.records.test_survey_pages import errors

pytestmark = pytest.mark.django_db
WHERE = {"source": "personnel", "location": "headquarters"}
SENT = {
    "name": "How shops print labels", "kind": "interview", "purpose": "We talk.", "time_zone": "America/Chicago",
    "places": "6", "stipend": "75", "consent": "We record it.", "consent_es": "Lo grabamos.", **WHERE,
}  # fmt: skip


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mia")
    client.force_login(user)
    return user


def finding(one: StudyParticipant, *topics: str) -> StudyFinding:
    made = StudyFinding(participant=one, customer=one.customer, element="c09-habits", tags=list(topics))
    made.text = f"On {topics[0]}"
    made.save(force_insert=True)
    return made


# Made and changed -----------------------------------------------------------------------------------------------------
def test_a_study_is_made_with_the_text_of_its_consent_and_another_text_is_another_version(
    client: Client, manager: User
) -> None:
    answer = client.post("/records/studies/new/", SENT)
    study = Study.objects.get()
    assert answer["Location"] == f"/records/studies/{study.key}/"
    assert (study.slug, study.created_by, str(study.stipend)) == ("how-shops-print-labels", manager, "75.00")
    consent = StudyConsent.objects.get()
    assert (consent.version, consent.text, consent.text_es, consent.made_by) == (
        1,
        "We record it.",
        "Lo grabamos.",
        manager,
    )
    page = client.get(f"/records/studies/{study.key}/edit/")
    client.post(f"/records/studies/{study.key}/edit/", {**SENT, "read": page.context["read"], "name": "Renamed"})
    assert StudyConsent.objects.count() == 1
    page = client.get(f"/records/studies/{study.key}/edit/")
    client.post(f"/records/studies/{study.key}/edit/", {**SENT, "read": page.context["read"], "consent": "We film it."})
    assert list(StudyConsent.objects.values_list("version", "text")) == [(2, "We film it."), (1, "We record it.")]
    shown = client.get(f"/records/studies/{study.key}/").content.decode()
    assert "We film it." in shown
    assert "Nobody can answer" in shown


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"consent": ""}, {"consent": ["This field is required."]}),
        ({"stipend": "0"}, {"stipend": ["Enter more than 0."]}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone"}),
        ({"purpose": "Which political party do you vote for?"}, {"purpose"}),
    ],
)
def test_a_study_that_cannot_be_is_told_beside_its_field(
    client: Client, manager: User, sent: dict[str, str], wrong: Any
) -> None:
    found = errors(client.post("/records/studies/new/", {**SENT, **sent}))
    assert (found if isinstance(wrong, dict) else set(found)) == wrong
    assert not Study.objects.exists()


def test_a_session_is_typed_by_the_clock_of_the_study_and_says_where_it_is(client: Client, manager: User) -> None:
    study = make_study(sessions=0, time_zone="America/Chicago")
    day = (timezone.now() + timedelta(days=40)).date()
    times = {"starts_at": f"{day}T09:00", "ends_at": f"{day}T10:00", "places": "2"}
    address = f"/records/study-sessions/new/{study.key}/"
    assert errors(client.post(address, times)) == {"__all__": ["Enter where it is: a place, or a link to join."]}
    wrong = {**times, "ends_at": f"{day}T08:00", "place": "Room 7"}
    assert set(errors(client.post(address, wrong))) == {"ends_at"}
    over = {**times, "starts_at": "2026-01-02T09:00", "place": "Room 7"}
    assert set(errors(client.post(address, over))) == {"starts_at"}
    client.post(address, {**times, "place": "Room 7"})
    made = StudySession.objects.get()
    assert made.starts_there.strftime("%H:%M") == "09:00"
    assert changes.history(made)[0].by == "Mia"


def test_a_session_has_no_fewer_places_than_people_and_a_new_time_is_told(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any], work: None
) -> None:
    study = make_study(places=2)
    takes_part(study, "C-1")
    takes_part(study, "C-2")
    session = study.sessions.get()
    address = f"/records/study-sessions/{session.key}/edit/"
    page = client.get(address)
    day = (timezone.now() + timedelta(days=50)).date()
    typed = {"read": page.context["read"], "starts_at": f"{day}T09:00", "ends_at": f"{day}T10:00", "place": "Room 8"}
    assert set(errors(client.post(address, {**typed, "places": "1"}))) == {"places"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {**typed, "places": "2"})
    assert {letter.to[0] for letter in mailoutbox} == {"c-1@example.org", "c-2@example.org"}
    assert "Room 8" in mailoutbox[0].body


def test_calling_a_session_off_asks_once_more(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any], work: None
) -> None:
    study = make_study()
    takes_part(study)
    session = study.sessions.get()
    address = f"/records/study-sessions/{session.key}/call-off/"
    asked = client.post(address).content.decode()
    assert "1 person has a place in it: they are notified and can choose another session." in asked
    session.refresh_from_db()
    assert session.cancelled_at is None
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"sure": "1"})
    session.refresh_from_db()
    assert session.cancelled_at is not None
    assert [letter.to for letter in mailoutbox] == [["c-1@example.org"]]


# Participants ---------------------------------------------------------------------------------------------------------
def test_staff_mark_who_came_pay_and_withdraw_for_whoever_calls(client: Client, manager: User) -> None:
    study = make_study(stipend="75.00", created_by=manager)
    made = takes_part(study)
    address = f"/records/study-participants/{made.key}/"
    client.post(f"{address}came/")
    page = client.get(f"/records/studies/{study.key}/").content.decode()
    assert f"/records/study-participants/?of={study.key}&amp;owed=on" in page
    owed = client.get(f"/records/study-participants/?of={study.key}&owed=on").content.decode()
    assert "Customer C-1" in owed
    client.post(f"{address}paid/")
    assert "Customer C-1" not in client.get(f"/records/study-participants/?of={study.key}&owed=on").content.decode()
    again = client.post(f"{address}paid/", follow=True).content.decode()
    assert "This has since changed" in again
    client.post(f"{address}withdraw/")
    made.refresh_from_db()
    assert (made.state, bool(made.stipend_paid_at)) == ("withdrew", True)
    assert changes.history(made)[0].by == "Mia"
    assert ("study_participants_list", 1) in list(AccessEntry.objects.values_list("place", "records"))


def test_a_note_and_a_finding_with_topics_stand_on_the_participants_and_the_customers_page(
    client: Client, manager: User
) -> None:
    made = takes_part(make_study())
    noted = {"noted_at": "2026-11-20T10:00", "text": "Showed us the shelf.", **WHERE}
    client.post(f"/records/study-notes/new/{made.key}/", noted)
    found = {"text": "Prints at night.", "element": "c09-habits", "topics": "Label Prices, labels, LABELS", **WHERE}
    client.post(f"/records/study-findings/new/{made.key}/", found)
    stored = StudyFinding.objects.get()
    assert (stored.tags, stored.customer, stored.text) == (
        ["label-prices", "labels"],
        made.customer,
        "Prints at night.",
    )
    page = client.get(f"/records/study-participants/{made.key}/").content.decode()
    for said in ("Showed us the shelf.", "Prints at night.", "label-prices, labels", "Habits"):
        assert said in page
    for wrong in ("", ",", "!!", "x" * 61):
        answer = client.post(f"/records/study-findings/new/{made.key}/", {**found, "topics": wrong})
        assert set(errors(answer)) == {"topics"}
    sales = make_user(Role.SALES, "Sam")
    CustomerAssignment.objects.create(customer=made.customer, staff=sales)
    client.force_login(sales)
    shown = client.get(f"/customers/{made.customer.key}/").content.decode()
    for said in ("The labels", "Prints at night.", "Agreed"):
        assert said in shown


def test_of_whoever_withdrew_nothing_is_written_down(client: Client, manager: User) -> None:
    made = takes_part(make_study())
    research.withdraw(made, manager, UNDERSTANDING)
    answer = client.post(
        f"/records/study-notes/new/{made.key}/", {"noted_at": "2026-11-20T10:00", "text": "Late", **WHERE}
    )
    assert answer.status_code == 422
    assert client.get(f"/records/study-participants/{made.key}/files/new/").status_code == 404
    assert not StudyNote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_while_the_store_of_keys_is_away_has_withdrawn(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(participant: int) -> bool:
        raise ConnectionError("the store of keys is away")

    made = takes_part(make_study())
    monkeypatch.setattr(research, "forget", is_away)
    assert research.withdraw(made, manager, UNDERSTANDING)
    assert StudyParticipant.objects.get().state == "withdrew"


# What was learnt ------------------------------------------------------------------------------------------------------
def test_nothing_is_offered_to_be_written_down_of_whoever_has_not_agreed(client: Client, manager: User) -> None:
    made = takes_part(make_study())
    address = f"/records/study-participants/{made.key}/"
    assert "/records/study-findings/new/" in client.get(address).content.decode()
    research.withdraw(made, manager, UNDERSTANDING)
    page = client.get(address).content.decode()
    assert "Nothing has been written down yet." in page
    assert "/records/study-notes/new/" not in page
    assert "/records/study-findings/new/" not in page


def test_topics_are_counted_in_people_and_small_groups_hidden_from_who_may_not_see_people(
    client: Client, manager: User
) -> None:
    study = make_study(places=9)
    for number in range(5):
        one = takes_part(study, f"C-{number}")
        finding(one, "labels", *(["prices"] if number < 2 else []))
        finding(one, "labels")
    merged = Customer.objects.get(number="C-1")
    Customer.objects.filter(pk=merged.pk).update(merged_into=Customer.objects.get(number="C-0"))
    seen = research.topics_of(study, manager)
    assert [(one.slug, one.people, one.findings) for one in seen] == [("labels", 4, 10), ("prices", 1, 2)]
    Customer.objects.filter(pk=merged.pk).update(merged_into=None)
    auditor = make_user(Role.AUDITOR, "Walt")
    hidden = research.topics_of(study, auditor)
    assert [(one.slug, one.people, one.findings) for one in hidden] == [("labels", 5, 10), ("prices", None, None)]
    client.force_login(auditor)
    assert "fewer than 5" in client.get(f"/records/studies/{study.key}/").content.decode()


def test_where_a_topic_stands_tells_nothing_of_how_few_said_something_on_it(manager: User) -> None:
    study = make_study(places=9)
    for number in range(6):
        topics = {"labels": 6, "prices": 4, "boxes": 2, "offices": 3}
        finding(takes_part(study, f"C-{number}"), *(slug for slug, people in topics.items() if number < people))
    assert [one.slug for one in research.topics_of(study, manager)] == ["labels", "prices", "offices", "boxes"]
    told = research.topics_of(study, make_user(Role.AUDITOR, "Walt"))
    assert [(one.slug, one.people) for one in told] == [
        ("labels", 6), ("boxes", None), ("offices", None), ("prices", None),
    ]  # fmt: skip


def test_findings_are_found_by_topic_and_make_an_audience(client: Client, manager: User) -> None:
    study = make_study(places=9)
    one, other = takes_part(study, "C-1"), takes_part(study, "C-2")
    finding(one, "label-prices", "labels")
    finding(other, "tracking")
    page = client.get("/records/study-findings/?topic=Label+prices").content.decode()
    assert ("Customer C-1" in page, "Customer C-2" in page) == (True, False)
    assert "<td>label-prices, labels</td>" in page
    assert list(customers_in({"said_topics": ["label-prices"]})) == [one.customer]
    research.withdraw(one, manager, UNDERSTANDING)
    StudyFinding.objects.filter(participant=one).delete()
    assert "label-prices" not in client.get("/campaigns/audiences/new/").content.decode()


# Files ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_file_is_added_shown_downloaded_and_destroyed(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    made = takes_part(make_study())
    file = SimpleUploadedFile("diary.pdf", b"%PDF-1.7 what they wrote")
    sent = client.post(
        f"/records/study-participants/{made.key}/files/new/", {"file": file, "recorded_at": "2026-11-20T10:00"}
    )
    assert sent["Location"] == f"/records/study-participants/{made.key}/"
    kept = MediaFile.objects.get()
    assert (kept.kind, kept.retention_rule, kept.participant, kept.customer) == (
        "research",
        "RET-7",
        made,
        made.customer,
    )
    assert "diary.pdf" in client.get(f"/records/study-participants/{made.key}/").content.decode()
    assert "Download it to open it." in client.get(f"/records/research-files/{kept.key}/").content.decode()
    download: Any = client.get(f"/records/research-files/{kept.key}/download/")
    assert b"".join(download.streaming_content) == b"%PDF-1.7 what they wrote"
    wrong = SimpleUploadedFile("x.bin", b"\x00\x01\x02")
    refused = client.post(
        f"/records/study-participants/{made.key}/files/new/", {"file": wrong, "recorded_at": "2026-11-20T10:00"}
    )
    assert refused.status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/records/research-files/{kept.key}/destroy/")
    assert not MediaFile.objects.exists()


def test_a_recording_of_a_session_stands_with_the_session(client: Client, manager: User) -> None:
    study = make_study()
    session = study.sessions.get()
    picture = SimpleUploadedFile("wall.png", b"\x89PNG\r\n\x1a\n all of them")
    address = f"/records/study-sessions/{session.key}/files/"
    client.post(f"{address}new/", {"file": picture, "recorded_at": "2026-11-20T10:00"})
    kept = MediaFile.objects.get()
    assert (kept.study_session, kept.participant, kept.customer) == (session, None, None)
    assert "wall.png" in client.get(address).content.decode()
    page = client.get(f"/records/research-files/{kept.key}/")
    content: Any = client.get(f"/records/research-files/{kept.key}/content/?seen={page.context['seen']}")
    assert b"".join(content.streaming_content) == b"\x89PNG\r\n\x1a\n all of them"
    assert client.get(f"/records/research-files/{kept.key}/content/").status_code == 403


# Recruiting -----------------------------------------------------------------------------------------------------------
def test_people_of_an_audience_are_invited_but_for_those_who_are_left_out_and_why(
    client: Client, manager: User
) -> None:
    study = make_study(places=9)
    for number in range(7):
        make_customer(f"C-{number}", email=f"c{number}@example.org", state="IL")
    gone, nothing, no_address, kept_out, has_it = (Customer.objects.get(number=f"C-{one}") for one in range(5))
    Customer.objects.filter(pk=gone.pk).update(
        relationship_ended_on=timezone.now().date(), relationship_end_reason="moved"
    )
    RecipientPreference.objects.create(viewer=viewer_of(nothing), frequency="nothing")
    Customer.objects.filter(pk=no_address.pk).update(email="")
    (hashed,) = suppression_hashes(SuppressionKind.EMAIL, [kept_out.email])
    Suppression.objects.create(kind=SuppressionKind.EMAIL, value_hash=hashed)
    sent_link(study, has_it)
    audience = Audience.objects.create(name="Illinois", conditions={"states": ["IL"]}, owner=manager)
    address = f"/studies/{study.key}/recruit/"
    looked = client.post(address, {"audience": audience.pk, "look": "1"})
    assert looked.context["found"]["reached"] == 2
    assert looked.context["found"]["asked"] == 7
    assert Share.objects.count() == 1
    sent = client.post(address, {"audience": audience.pk, "invite": "1"})
    made = Recruiting.objects.get()
    assert sent["Location"] == f"/mailings/new/?source=batch-{made.batch_id}"
    wanted = {"ended": 1, "opted out": 2, "no address": 1, "has it": 1}
    assert (made.invited, made.left_out, made.audience, made.by) == (2, wanted, "Illinois", manager)
    assert {share.recipient.customer.number for share in Share.objects.filter(batch=made.batch)} == {"C-5", "C-6"}  # type: ignore[union-attr]
    assert "The labels" in client.get(sent["Location"]).content.decode()
    assert not MailMessage.objects.exists()
    # Once more: all of them have it, and the numbers of each time stand on the page.
    client.post(address, {"audience": audience.pk, "invite": "1"})
    assert Recruiting.objects.first().invited == 0  # type: ignore[union-attr]
    page = client.get(address).content.decode()
    assert "3 people have its link" in page
    assert "they have this share already" in page


def test_nobody_is_invited_to_what_they_could_not_answer(client: Client, manager: User) -> None:
    study = make_study(published_at=None)
    audience = Audience.objects.create(name="All", conditions={}, owner=manager)
    make_customer("C-1", email="a@example.org")
    answer = client.post(f"/studies/{study.key}/recruit/", {"audience": audience.pk, "invite": "1"})
    assert answer.status_code == 422
    assert not Share.objects.exists()


def test_the_preview_shows_the_page_and_sends_nothing(client: Client, manager: User) -> None:
    study = make_study()
    page = client.get(f"/studies/{study.key}/preview/?language=es").content.decode()
    assert "Grabamos la charla." in page
    assert "disabled" in page


# Queries --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("people", [1, 3])
def test_the_lists_take_the_same_queries_whatever_their_length(
    client: Client, manager: User, people: int, django_assert_num_queries: Any
) -> None:
    study = make_study(places=9)
    for number in range(people):
        one = takes_part(study, f"C-{number}")
        finding(one, "labels")
        make_session(study, timezone.now() + timedelta(days=20 + number))
    client.get("/records/studies/")
    for address, queries in (
        ("/records/study-participants/", 11),
        ("/records/study-findings/", 11),
        (f"/records/studies/{study.key}/", 13),
    ):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200
