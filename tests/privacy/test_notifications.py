"""Notifications: written once, read, counted by the bell without a query, mailed as each wants it, forgotten."""

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from privacy.models import AccessEntry, MailWish, Notification, User
from privacy.notifications import kinds, mailing, reading
from privacy.notifications.kinds import Kind, Line, kinds_for
from privacy.notifications.mailing import doubt_lost, mail_waiting
from privacy.notifications.making import Note, notify, withdraw
from privacy.renewing import versions
from privacy.requests_due import tell_request_due
from privacy.roles import Permit, Role
from tests.asked import AskedStatements
from tests.campaigns.shared import shared_with, visit
from tests.campaigns.test_announcing import a_minute_later
from tests.factories import make_customer, make_user
from tests.renewals import Opened

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)  # in New York
THING = uuid4()


def words(user: User, rows: Any, names: bool) -> dict[UUID, Line]:
    return {row.id: Line(f"Something about {row.address}") for row in rows if row.subject != UUID(int=0)}


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Kind:
    cache.clear()
    monkeypatch.setattr(versions, "step", lambda: 1)
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    return kinds.declare_kind("test.thing", "Something happens", words)


@pytest.fixture
def user(client: Client) -> User:
    found = make_user(Role.SALES, "Sam Sales")
    client.force_login(found)
    return found


def note(user: User, about: UUID | None = None, **values: Any) -> Note:
    about = about or uuid4()
    given: dict[str, Any] = {"user": user.pk, "about": about, "subject": about, "address": "/exports/", "at": NOON}
    return Note(**given | values)


def states() -> list[str]:
    return sorted(Notification.objects.values_list("mail", flat=True))


# Made and withdrawn -------------------------------------------------------------------------------------------------


def test_the_same_thing_is_told_to_the_same_person_once(user: User, kind: Kind) -> None:
    other = make_user(name="Other")
    assert notify(kind, [note(user, THING), note(other, THING)]) == 2
    assert notify(kind, [note(user, THING), note(user)]) == 1
    assert notify(kind, []) == 0
    assert Notification.objects.filter(about=THING).count() == 2


def test_what_is_rolled_back_was_never_told(user: User, kind: Kind) -> None:
    with transaction.atomic():
        notify(kind, [note(user)])
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


def test_what_was_told_again_after_it_was_taken_back_is_there_as_it_was(user: User, kind: Kind) -> None:
    notify(kind, [note(user, THING)])
    reading.mark_read(user)
    assert withdraw(kind, [THING]) == 1
    assert not reading.of(user).filter(withdrawn_at=None).exists()
    assert withdraw(kind, [THING]) == 0
    assert notify(kind, [note(user, THING)]) == 1
    assert Notification.objects.get().withdrawn_at is None
    assert Notification.objects.get().read_at is not None


def test_only_the_kind_that_is_named_is_taken_back(user: User, kind: Kind) -> None:
    notify(kind, [note(user, THING)])
    assert withdraw(kinds.declare_kind("test.other", "Other", words), [THING]) == 0
    assert Notification.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": ""},
        {"address": "https://elsewhere.example/"},
        {"mail": "nowhere"},
        {"mail": "sent"},
        {"mail": "waiting", "letter": THING, "mailed_at": NOON},
        {"mail": "sending", "letter": THING},
    ],
)
def test_the_database_refuses_what_makes_no_sense(user: User, kind: Kind, values: dict[str, Any]) -> None:
    notify(kind, [note(user)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.update(**values)


# The page -----------------------------------------------------------------------------------------------------------


def test_the_page_has_ones_own_newest_first_and_marks_the_unread_ones(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user, address="/tasks/", at=NOON), note(user, address="/shares/", at=NOON + timedelta(hours=1))])
    notify(kind, [note(make_user(name="Other"), address="/customers/")])
    page = client.get("/notifications/").content.decode()
    assert page.index("Something about /shares/") < page.index("Something about /tasks/")
    assert "Something about /customers/" not in page
    assert "<strong>2</strong> unread" in page
    assert page.count('class="is-unread"') == 2


def test_opening_one_leads_to_its_page_and_it_is_read(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user, address="/tasks/")])
    row = Notification.objects.get()
    answer = client.get(f"/notifications/{row.id}/")
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/")
    assert reading.unread_of(user).count() == 0
    again = client.get("/notifications/").content.decode()
    assert 'class="is-unread"' not in again
    assert "Mark all as read" not in again


def test_anothers_is_not_there(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(make_user(name="Other"))])
    assert client.get(f"/notifications/{Notification.objects.get().id}/").status_code == 404
    assert Notification.objects.get().read_at is None


def test_an_address_elsewhere_is_not_followed(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user, address="//elsewhere.example/")])
    answer = client.get(f"/notifications/{Notification.objects.get().id}/")
    assert answer["Location"] == "/notifications/"


def test_all_are_marked_as_read_and_nobody_elses(client: Client, user: User, kind: Kind) -> None:
    other = make_user(name="Other")
    notify(kind, [note(user), note(user), note(other)])
    page = client.post("/notifications/read/", follow=True).content.decode()
    assert "All are marked as read." in page
    assert (reading.unread_of(user).count(), reading.unread_of(other).count()) == (0, 1)
    assert "There was nothing" in client.post("/notifications/read/", follow=True).content.decode()
    assert client.get("/notifications/read/").status_code == 405


def test_the_unread_ones_can_be_had_by_themselves(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user, address="/tasks/"), note(user, address="/shares/")])
    reading.mark_read(user, [Notification.objects.get(address="/tasks/").id])
    page = client.get("/notifications/?show=unread").content.decode()
    assert "/shares/" in page
    assert "Something about /tasks/" not in page
    reading.mark_read(user)
    assert "Nothing is unread" in client.get("/notifications/?show=unread").content.decode()


def test_whoever_was_told_nothing_reads_what_they_would_be_told_of(client: Client, user: User) -> None:
    page = client.get("/notifications/").content.decode()
    assert "Nothing yet" in page
    assert "Mail scanners never cause a notification." in page


def test_what_is_no_longer_there_says_so_and_leads_nowhere(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user, subject=UUID(int=0))])
    page = client.get("/notifications/").content.decode()
    assert "What this was about is no longer there" in page
    assert f"/notifications/{Notification.objects.get().id}/" not in page


def test_what_was_taken_back_after_it_was_read_says_so(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user, THING)])
    reading.mark_read(user)
    withdraw(kind, [THING])
    assert '<span class="tag">Settled</span>' in client.get("/notifications/").content.decode()


def test_customers_are_named_through_the_door_with_how_many(client: Client, user: User) -> None:
    for number in ("C-1", "C-2"):
        made = shared_with(make_customer(number, user, name=f"Ann {number}"), user, notifies_sender=True)
        visit(made, (1, 3))
        visit(made, (2, 3))
    a_minute_later()
    page = client.get("/notifications/").content.decode()
    assert page.count("Opened: Guide, shared with Ann C-1") == 2
    lines = AccessEntry.objects.filter(place="notifications").order_by("at").values_list("kind", "records")
    assert list(lines) == [("intent", None), ("shown", 2)]


def test_who_reads_for_what_names_no_customer_is_told_without_names(client: Client, user: User) -> None:
    visit(shared_with(make_customer("C-1", user, name="Quillfeather"), user, notifies_sender=True), (1, 3))
    a_minute_later()
    session = client.session
    session["basis"] = {"purpose": None, "duty": "audit", "reference": ""}
    session.save()
    page = client.get("/notifications/").content.decode()
    assert "No customers are named." in page
    assert "Opened: Guide" in page
    assert "Quillfeather" not in page


def test_who_sees_no_customers_needs_no_door(kind: Kind) -> None:
    client, auditor = Client(), make_user(Role.AUDITOR)
    client.force_login(auditor)
    notify(kind, [note(auditor)])
    assert "Something about" in client.get("/notifications/").content.decode()
    assert not AccessEntry.objects.filter(place="notifications").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_for_any_number(client: Client, user: User, kind: Kind, count: int) -> None:
    notify(kind, [note(user) for _ in range(count)])
    client.get("/notifications/")
    with AskedStatements(connection) as queries:
        client.get("/notifications/")
    # The user; count of unread, count and rows of the page; two log lines.
    assert len(queries) == 4 + 2 * 3


def test_a_new_one_is_in_the_pages_next_renewal(
    client: Client, user: User, kind: Kind, django_capture_on_commit_callbacks: Any
) -> None:
    page = Opened(client, "/notifications/")
    assert page.renew().status_code == 304
    with django_capture_on_commit_callbacks(execute=True):
        notify(kind, [note(user, address="/tasks/")])
    assert "Something about /tasks/" in page.renew().content.decode()


# The bell -----------------------------------------------------------------------------------------------------------


class Bell(Opened):
    """The bell of a page that somebody has open."""

    def __init__(self, client: Client) -> None:
        import re

        self.client, self.address = client, reverse("notifications_bell")
        self.page = client.get("/materials/").content.decode()
        found = re.search(r'<div class="bell".*?data-mark="([^"]+)" data-version="([^"]*)"', self.page)
        assert found
        self.mark, self.version = found[1], found[2].replace("&quot;", '"')

    @property
    def shown(self) -> str:
        return self.page.partition('id="bell-count"')[2].partition("</a>")[0]


def test_the_bell_counts_what_is_unread_and_asks_nothing_while_nothing_is_new(
    client: Client, user: User, kind: Kind, django_capture_on_commit_callbacks: Any
) -> None:
    bell = Bell(client)
    assert (bell.version, "unread" in bell.shown) == ("", False)
    assert "unread" not in bell.renew().content.decode()
    with AskedStatements(connection) as queries:
        assert bell.renew().status_code == 304
    assert len(queries) == 0
    with django_capture_on_commit_callbacks(execute=True):
        notify(kind, [note(user), note(user)])
    assert "Notifications, 2 unread" in bell.renew().content.decode()
    assert bell.renew().status_code == 304
    with django_capture_on_commit_callbacks(execute=True):
        reading.mark_read(user)
    assert "unread" not in bell.renew().content.decode()


def test_a_page_shows_the_count_without_a_query_once_it_is_known(
    client: Client, user: User, kind: Kind, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notify(kind, [note(user)])
    with AskedStatements(connection) as unknown:
        bell = Bell(client)
    bell.renew()
    with AskedStatements(connection) as known:
        bell = Bell(client)
    assert "Notifications, 1 unread" in bell.shown
    assert not [one for one in (*unknown, *known) if "privacy_notification" in one["sql"]]
    assert bell.renew().status_code == 304


def test_very_many_are_not_told_apart(client: Client, user: User, kind: Kind) -> None:
    notify(kind, [note(user) for _ in range(101)])
    assert "Notifications, more than 99 unread" in Bell(client).renew().content.decode()


def test_the_bell_alone_leads_to_the_page(client: Client, user: User) -> None:
    assert client.get("/notifications/bell/")["Location"] == "/notifications/"


def test_anothers_bell_stays_silent(
    client: Client, user: User, kind: Kind, django_capture_on_commit_callbacks: Any
) -> None:
    bell = Bell(client)
    bell.renew()
    with django_capture_on_commit_callbacks(execute=True):
        notify(kind, [note(make_user(name="Other"))])
    assert bell.renew().status_code == 304


# By mail ------------------------------------------------------------------------------------------------------------


def want(user: User, mode: str) -> None:
    MailWish.objects.update_or_create(user=user, kind="test.thing", defaults={"mode": mode})


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def made_at(moment: datetime) -> None:
    Notification.objects.update(made_at=moment)


def test_at_once_is_at_once_in_one_letter_with_links(
    user: User, kind: Kind, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.PUBLIC_URL = "https://waymark.example"
    notify(kind, [note(user, address="/tasks/"), note(user, address="/shares/")])
    assert (mail_waiting(), mail_waiting()) == (1, 0)
    (letter,) = mailoutbox
    assert letter.to == [user.email]
    assert letter.subject.endswith(" and 1 more")
    for row in Notification.objects.all():
        assert f"https://waymark.example/notifications/{row.id}/" in str(letter.body)
        assert letter.extra_headers["Message-ID"] == f"<{row.letter}@localhost>"
    assert "https://waymark.example/account/settings/" in str(letter.body)
    assert states() == ["sent", "sent"]


@pytest.mark.parametrize(("zone", "eight"), [("America/New_York", 12), ("Asia/Tokyo", 23), ("Asia/Kolkata", 2.5)])
def test_the_daily_letter_comes_at_eight_of_the_readers_own_clock(
    user: User, kind: Kind, mailoutbox: list[EmailMessage], monkeypatch: Any, zone: str, eight: float
) -> None:
    """Eight in the morning is `eight` UTC on March 12, 2026, when New York is on summer time."""
    User.objects.update(time_zone=zone)
    want(user, "daily")
    morning = datetime(2026, 3, 12, tzinfo=UTC) + timedelta(hours=eight)
    notify(kind, [note(user), note(user)])
    made_at(morning - timedelta(minutes=1))
    at(monkeypatch, morning - timedelta(seconds=1))
    assert (mail_waiting(), states()) == (0, ["waiting", "waiting"])
    at(monkeypatch, morning + timedelta(seconds=1))
    assert (mail_waiting(), mail_waiting(), len(mailoutbox)) == (1, 0, 1)

    notify(kind, [note(user)])
    made_at(morning + timedelta(minutes=1))
    at(monkeypatch, morning + timedelta(hours=23, minutes=59))
    assert mail_waiting() == 0
    at(monkeypatch, morning + timedelta(hours=24, minutes=1))
    assert mail_waiting() == 1


def test_what_was_read_before_the_daily_letter_is_not_in_it(
    user: User, kind: Kind, mailoutbox: list[EmailMessage], monkeypatch: Any
) -> None:
    want(user, "daily")
    notify(kind, [note(user, address="/tasks/"), note(user, address="/shares/")])
    made_at(NOON - timedelta(days=1))
    reading.mark_read(user, [Notification.objects.get(address="/tasks/").id])
    at(monkeypatch, NOON)
    assert mail_waiting() == 1
    assert "/shares/" in str(mailoutbox[0].body)
    assert "/tasks/" not in str(mailoutbox[0].body)


def test_off_is_off_and_the_page_has_it(user: User, kind: Kind, mailoutbox: list[EmailMessage]) -> None:
    want(user, "off")
    notify(kind, [note(user)])
    assert (mail_waiting(), states(), reading.unread_of(user).count()) == (0, ["skipped"], 1)
    want(user, "at_once")
    assert mail_waiting() == 0


def test_whoever_has_left_is_not_written_to(user: User, kind: Kind, mailoutbox: list[EmailMessage]) -> None:
    notify(kind, [note(user)])
    User.objects.update(is_active=False)
    assert (mail_waiting(), states()) == (0, ["skipped"])


def test_what_was_taken_back_is_not_mailed(user: User, kind: Kind, mailoutbox: list[EmailMessage]) -> None:
    notify(kind, [note(user, THING)])
    reading.mark_read(user)
    withdraw(kind, [THING])
    assert mail_waiting() == 0


def test_what_is_no_longer_there_is_not_mailed(user: User, kind: Kind, mailoutbox: list[EmailMessage]) -> None:
    notify(kind, [note(user, subject=UUID(int=0))])
    assert (mail_waiting(), states()) == (0, ["skipped"])


def test_each_reader_gets_a_letter_of_their_own(user: User, kind: Kind, mailoutbox: list[EmailMessage]) -> None:
    other = make_user(name="Other")
    notify(kind, [note(user), note(other), note(other)])
    assert mail_waiting() == 2
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([user.email, other.email])


REFUSALS = [
    smtplib.SMTPRecipientsRefused({"sam.sales@example.com": (550, b"no")}),
    smtplib.SMTPDataError(451, b"later"),
    ConnectionRefusedError(),
]


@pytest.mark.parametrize("problem", REFUSALS)
def test_what_the_mail_server_refuses_is_tried_again_and_named_in_no_log(
    user: User, kind: Kind, mailoutbox: list[EmailMessage], monkeypatch: Any, capsys: Any, problem: Exception
) -> None:
    notify(kind, [note(user)])
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", raising(problem))
        assert (mail_waiting(), states()) == (0, ["waiting"])
    assert user.email not in "".join(capsys.readouterr())
    assert (mail_waiting(), len(mailoutbox)) == (1, 1)


def raising(problem: Exception) -> Any:
    def send(letter: EmailMessage) -> int:
        raise problem

    return send


def test_after_many_refusals_it_is_given_up(user: User, kind: Kind, monkeypatch: Any) -> None:
    notify(kind, [note(user)])
    monkeypatch.setattr(EmailMessage, "send", raising(REFUSALS[0]))
    for _ in range(mailing.MOST_TRIES):
        assert states() == ["waiting"]
        mail_waiting()
    assert states() == ["skipped"]


def test_where_nobody_knows_whether_it_went_it_is_never_repeated(
    user: User, kind: Kind, mailoutbox: list[EmailMessage], monkeypatch: Any
) -> None:
    notify(kind, [note(user)])
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", raising(smtplib.SMTPServerDisconnected("gone")))
        assert (mail_waiting(), states()) == (0, ["in_doubt"])
    assert (mail_waiting(), mailoutbox) == (0, [])
    assert reading.unread_of(user).count() == 1


def test_a_letter_whose_worker_died_is_in_doubt_and_never_repeated(
    user: User, kind: Kind, mailoutbox: list[EmailMessage], monkeypatch: Any
) -> None:
    notify(kind, [note(user)])

    def die(letter: EmailMessage) -> int:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", die)
        with pytest.raises(SystemExit):
            mail_waiting()
    assert (states(), mail_waiting(), doubt_lost()) == (["sending"], 0, 0)
    Notification.objects.update(mailed_at=timezone.now() - timedelta(minutes=11))
    assert (mail_waiting(), states(), mailoutbox) == (0, ["in_doubt"], [])


def test_two_workers_never_take_the_same(user: User, kind: Kind, mailoutbox: list[EmailMessage]) -> None:
    notify(kind, [note(user)])
    assert len(mailing.claim()) == 1
    assert mailing.claim() == {}
    assert mail_waiting() == 0


# Settings -----------------------------------------------------------------------------------------------------------


def test_each_kind_that_one_may_be_told_of_has_a_setting(client: Client, user: User) -> None:
    page = client.get("/account/settings/").content.decode()
    for label in ("Someone opens what you shared", "A customer asks for something", "Something happens"):
        assert label in page
    assert "An individual&#x27;s request is due" not in page
    officer = make_user(Role.PRIVACY_OFFICER)
    assert "request.due" in {kind.name for kind in kinds_for(officer)}
    assert "task.asked" not in {kind.name for kind in kinds_for(officer)}


def test_the_setting_is_kept_and_shown(client: Client, user: User) -> None:
    chosen = {kind.name: "daily" for kind in kinds_for(user)} | {"test.thing": "off"}
    page = client.post("/account/settings/mail/", chosen, follow=True).content.decode()
    assert "Saved: you get mail this way from now on." in page
    assert dict(MailWish.objects.filter(user=user).values_list("kind", "mode")) == chosen
    assert page.count('<option value="daily" selected>') == len(chosen) - 1
    client.post("/account/settings/mail/", {**chosen, "test.thing": "at_once"})
    assert MailWish.objects.get(user=user, kind="test.thing").mode == "at_once"


def test_what_is_no_setting_keeps_nothing_and_says_what_to_do(client: Client, user: User) -> None:
    chosen = {kind.name: "daily" for kind in kinds_for(user)} | {"test.thing": "hourly"}
    page = client.post("/account/settings/mail/", chosen, follow=True).content.decode()
    assert "Not saved: for each, choose at once, once a day or not by mail." in page
    assert not MailWish.objects.exists()


# Forgotten ----------------------------------------------------------------------------------------------------------


def test_notifications_are_forgotten_after_ninety_days(user: User, kind: Kind) -> None:
    notify(kind, [note(user), note(user)])
    old = Notification.objects.order_by("id")[:1].get()
    Notification.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=90, minutes=1))
    assert reading.forget() == 1
    assert not Notification.objects.filter(pk=old.pk).exists()


def test_an_accounts_notifications_and_wishes_go_with_it(kind: Kind) -> None:
    leaver = make_user(name="Leaver")
    notify(kind, [note(leaver)])
    want(leaver, "off")
    leaver.delete()
    assert (Notification.objects.count(), MailWish.objects.count()) == (0, 0)


# A request that is due ----------------------------------------------------------------------------------------------


def test_a_request_that_is_due_is_told_once_a_day_of_it_to_each(mailoutbox: list[EmailMessage]) -> None:
    officer, other = make_user(Role.PRIVACY_OFFICER, "Olga"), make_user(Role.PRIVACY_OFFICER, "Otto")
    request, day = uuid4(), NOON.date()
    for _ in range(2):
        tell_request_due(request, day, f"/requests/{request}/", [officer])
    tell_request_due(request, day, f"/requests/{request}/", [officer, other])
    tell_request_due(request, day + timedelta(days=1), f"/requests/{request}/", [officer])
    told = Notification.objects.order_by("on", "user__name").values_list("user__name", "on", "subject")
    assert list(told) == [
        ("Olga", day, request), ("Otto", day, request), ("Olga", day + timedelta(days=1), request),
    ]  # fmt: skip
    assert mail_waiting() == 2
    assert {letter.subject for letter in mailoutbox} <= {
        "An individual's request is due on March 12, 2026",
        "An individual's request is due on March 13, 2026",
    }


def test_the_permit_of_those_who_are_told_of_requests() -> None:
    assert [kind.permits for kind in kinds.kinds() if kind.name == "request.due"] == [(Permit.ANSWER_REQUESTS,)]
