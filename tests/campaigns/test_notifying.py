"""What staff are told of shares and tasks: people's visits once each, never machines', and what customers ask for."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import follow_ups, notifying
from campaigns.announcing import announce
from campaigns.enums import Action, Grade, Signal
from campaigns.models import EventBatch, FollowUp, Material, Share
from campaigns.revoking import revoke
from config.schedule import SCHEDULE
from privacy.models import Notification, User
from privacy.notifications.kinds import lines_of
from privacy.notifications.mailing import MOST_NAMED, mail_waiting
from privacy.notifications.reading import mark_read
from privacy.purposes import Basis
from privacy.roles import Permit, Role
from records.models import CustomerAssignment, Import
from tests.campaigns.shared import shared_with, visit
from tests.campaigns.test_announcing import a_minute_later, judge
from tests.events import append, event
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def share(sales: User) -> Share:
    return shared_with(make_customer("C-1", sales, name="Ann Quillfeather"), sales, notifies_sender=True)


def told(user: User) -> list[tuple[str, str]]:
    rows = list(Notification.objects.filter(user=user, withdrawn_at=None).order_by("at", "id"))
    lines = lines_of(user, rows, names=True)
    return [(lines[row.id].text, row.address) for row in rows]


# Visits -------------------------------------------------------------------------------------------------------------


def test_a_senders_share_was_opened_by_a_person_and_they_are_told_with_its_page(share: Share, sales: User) -> None:
    visit(share, (1, 3))
    a_minute_later()
    assert told(sales) == [("Opened: Guide, shared with Ann Quillfeather", f"/shares/{share.key}/")]
    row = Notification.objects.get()
    assert (row.kind, row.subject, row.mail, row.read_at) == ("share.viewed", share.key, "waiting", None)


def test_nothing_is_told_before_the_minute_has_passed(share: Share, sales: User) -> None:
    visit(share, (1, 3))
    EventBatch.objects.filter(announced_at=None).update(received_at=timezone.now() - timedelta(seconds=55))
    announce()
    assert told(sales) == []


@pytest.mark.parametrize("signal", [Signal.KNOWN_AGENT, Signal.HEAD, Signal.HONEYPOT, Signal.INTERNAL_NETWORK])
def test_machines_and_colleagues_are_not_told_of(share: Share, signal: Signal) -> None:
    visit(share, (1, 3), signals=signal)
    a_minute_later()
    assert not Notification.objects.exists()


def test_a_visit_of_which_it_is_unknown_who_it_was_is_not_told_of(share: Share) -> None:
    visit(share, signals=Signal.NO_FOCUS)
    a_minute_later()
    assert not Notification.objects.exists()


def test_only_who_asked_for_it_and_while_the_share_is_not_revoked(sales: User) -> None:
    visit(shared_with(make_customer("C-1", sales), sales), (1, 3))
    revoked = shared_with(make_customer("C-2", sales), sales, make_material("list"), notifies_sender=True)
    visit(revoked, (1, 3))
    revoke(Share.objects.filter(pk=revoked.pk), sales)
    a_minute_later()
    assert not Notification.objects.exists()


def test_a_visit_is_told_once_in_however_many_parts_it_comes_and_another_one_too(share: Share, sales: User) -> None:
    number = visit(share, (1, 3))
    a_minute_later()
    now = timezone.now()
    append(
        event(
            share.recipient_id, "page", occurred_at=now, share_id=share.pk, material_id=share.material_id, page=1,
            version=1, dwell_ms=3000, visit_id=number, grade="addressee",
        )
    )  # fmt: skip
    a_minute_later()
    assert len(told(sales)) == 1
    visit(share)
    a_minute_later()
    assert len(told(sales)) == 2


def test_a_task_that_is_delivered_again_tells_nothing_twice(share: Share, sales: User) -> None:
    visit(share, (1, 3))
    a_minute_later()
    EventBatch.objects.update(announced_at=None)  # as if its mark had been lost with the worker
    a_minute_later()
    assert len(told(sales)) == 1


def test_what_turns_out_to_have_been_a_machine_is_taken_back_before_anybody_saw_it(share: Share, sales: User) -> None:
    number = visit(share, (1, 3))
    a_minute_later()
    assert len(told(sales)) == 1
    judge(number)
    a_minute_later()
    assert not Notification.objects.exists()


def test_what_was_read_or_mailed_and_turns_out_otherwise_stays_and_says_so(share: Share, sales: User) -> None:
    read, mailed = visit(share, (1, 3)), visit(share, (2, 3))
    a_minute_later()
    first, second = Notification.objects.order_by("id")
    mark_read(sales, [first.id])
    Notification.objects.filter(pk=second.pk).update(mail="sent", letter=uuid4(), mailed_at=timezone.now())
    judge(read)
    judge(mailed)
    a_minute_later()
    assert [row.withdrawn_at is not None for row in Notification.objects.all()] == [True, True]


def test_who_is_found_to_be_a_person_after_all_is_told_of_again_and_once(share: Share, sales: User) -> None:
    number = visit(share, (1, 3))
    a_minute_later()
    mark_read(sales)
    judge(number)
    a_minute_later()
    assert told(sales) == []
    with connection.cursor() as cursor:  # a person's again, by a second judgement
        batch = EventBatch.objects.create(event_count=0, judgement_count=1)
        cursor.execute(
            "INSERT INTO campaigns_judgement (viewer_id, occurred_at, id, series, nth, batch_id, rule_version, "
            "verdict_before, reason_before, verdict, reason, judged_at) "
            "SELECT viewer_id, occurred_at, id, series, 2, %s, 2, 'scanner', 'burst', 'human', 'no_sign', now() "
            "FROM campaigns_judgement",
            [batch.pk],
        )
    a_minute_later()
    assert len(told(sales)) == 1


def test_a_machine_in_one_part_of_a_visit_does_not_take_back_what_a_person_did_in_it(share: Share, sales: User) -> None:
    number = visit(share, (1, 3))
    append(
        event(
            -7, "view", occurred_at=timezone.now(), share_id=share.pk, material_id=share.material_id,
            visit_id=number, signals=int(Signal.HONEYPOT), grade="unknown",
        )
    )  # fmt: skip
    a_minute_later()
    assert len(told(sales)) == 1


def test_somebody_unknown_through_the_share_is_told_of_too(share: Share, sales: User) -> None:
    visit(share, (1, 3), grade=Grade.UNKNOWN, viewer_id=-7)
    a_minute_later()
    assert len(told(sales)) == 1


def test_what_came_through_a_share_is_read_once_for_all_visits_that_are_told_of(share: Share, sales: User) -> None:
    for _ in range(3):
        visit(share, (1, 3), grade=Grade.UNKNOWN, viewer_id=-7)
    with CaptureQueriesContext(connection) as queries:
        a_minute_later()
    assert len(told(sales)) == 3
    (find,) = [query["sql"] for query in queries if "notifies_sender" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {find}")
        reads = [line for (line,) in cursor.fetchall() if "_share_id_occurred_at_idx" in line]
    assert reads
    assert [line for line in reads if not line.endswith("loops=1)")] == []


def test_what_is_imported_from_a_file_is_over(share: Share, sales: User) -> None:
    source = Import.objects.create(kind="engagement", file_name="x.csv")
    append(
        event(
            share.recipient_id, "view", share_id=share.pk, visit_id=uuid4(), material_id=share.material_id,
            grade="addressee",
        ),
        source_import=source,
    )  # fmt: skip
    a_minute_later()
    assert told(sales) == []


def test_a_customer_who_is_nobodys_business_any_more_is_not_named(share: Share, sales: User) -> None:
    visit(share, (1, 3))
    a_minute_later()
    CustomerAssignment.objects.update(until=timezone.now())
    assert told(sales) == [("Opened: Guide", f"/shares/{share.key}/")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_words_take_the_same_statements_for_any_number(sales: User, count: int) -> None:
    for number in range(count):
        visit(shared_with(make_customer(f"C-{number}", sales), sales, notifies_sender=True), (1, 3))
    a_minute_later()
    rows = list(Notification.objects.all())
    assert sales.has_permit(Permit.SHARE_MATERIALS)  # asked for once a request
    with CaptureQueriesContext(connection) as queries:
        assert len(lines_of(sales, rows, names=True)) == count
    assert len(queries) == 1


# By mail ------------------------------------------------------------------------------------------------------------


def test_the_letter_names_the_material_and_nobody(share: Share, sales: User, mailoutbox: list[EmailMessage]) -> None:
    visit(share, (1, 3))
    a_minute_later()
    assert mail_waiting() == 1
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([sales.email], "Opened: Guide")
    assert f"/notifications/{Notification.objects.get().id}/" in str(letter.body)
    assert "Quillfeather" not in f"{letter.subject} {letter.body}"
    assert share.token not in str(letter.body)


def test_of_a_share_one_letter_goes_a_day_at_most_and_the_page_has_each_visit(
    share: Share, sales: User, mailoutbox: list[EmailMessage]
) -> None:
    visit(share, (1, 3))
    a_minute_later()
    assert mail_waiting() == 1
    visit(share, (2, 3))
    a_minute_later()
    assert (mail_waiting(), len(told(sales))) == (0, 2)
    assert sorted(Notification.objects.values_list("mail", flat=True)) == ["sent", "skipped"]
    Notification.objects.filter(mail="sent").update(mailed_at=timezone.now() - timedelta(days=1, minutes=1))
    visit(share, (3, 3))
    a_minute_later()
    assert (mail_waiting(), len(mailoutbox)) == (1, 2)


def test_a_sender_gets_one_letter_of_all_that_was_opened(sales: User, mailoutbox: list[EmailMessage]) -> None:
    for number in range(MOST_NAMED + 2):
        visit(shared_with(make_customer(f"C-{number}", sales), sales, notifies_sender=True), (1, 3))
    a_minute_later()
    assert Notification.objects.count() == MOST_NAMED + 2
    assert mail_waiting() == 1
    (letter,) = mailoutbox
    assert letter.subject == f"Opened: Guide and {MOST_NAMED + 1} more"
    assert str(letter.body).count("/notifications/") == MOST_NAMED + 1
    assert "and 2 more: http" in str(letter.body)


def test_a_title_of_several_lines_makes_one_subject(share: Share, mailoutbox: list[EmailMessage]) -> None:
    Material.objects.update(title="Rates & <b>\nBcc: all@example.com")
    visit(share, (1, 3))
    a_minute_later()
    mail_waiting()
    (letter,) = mailoutbox
    assert letter.subject == "Opened: Rates & <b> Bcc: all@example.com"
    assert letter.bcc == []


# Tasks --------------------------------------------------------------------------------------------------------------


def asked(share: Share, action: Action = Action.CALL) -> FollowUp:
    return follow_ups.ask(share, action, "Please do", timezone.now(), uuid4())


def test_what_a_customer_asks_for_is_told_to_whoever_looks_after_them_once(share: Share, sales: User) -> None:
    task = asked(share)
    follow_ups.ask(share, Action.CALL, "Please do", task.asked_at, task.event_id)
    day = f"{task.due_on:%B %-d, %Y}"
    assert told(sales) == [(f"Ann Quillfeather asks to be called: due by {day}", f"/tasks/{task.key}/")]
    (row,) = Notification.objects.all()
    assert (row.on, lines_of(sales, [row], names=False)[row.id].text) == (
        task.due_on, f"A customer asks to be called: due by {day}",
    )  # fmt: skip


@pytest.mark.parametrize("action", list(Action))
def test_each_thing_that_may_be_asked_for_has_words(share: Share, sales: User, action: Action) -> None:
    asked(share, action)
    ((text, _),) = told(sales)
    assert text.startswith("Ann Quillfeather asks ")


def test_a_task_that_is_due_is_told_once_on_its_day_and_not_before(share: Share, sales: User, monkeypatch: Any) -> None:
    task = asked(share)
    FollowUp.objects.update(due_on=date(2026, 3, 12))
    for day, new in ((11, 0), (12, 1), (12, 0), (13, 0)):
        monkeypatch.setattr(notifying, "agency_today", lambda day=day: date(2026, 3, day))
        assert notifying.notify_of_due() == new
    assert told(sales)[-1] == ("Due on March 12, 2026: Ann Quillfeather asked to be called", f"/tasks/{task.key}/")


def test_what_is_long_overdue_done_or_nobodys_is_not_told_of(share: Share, sales: User, monkeypatch: Any) -> None:
    asked(share)
    monkeypatch.setattr(notifying, "agency_today", lambda: date(2026, 3, 12))
    for values in (
        {"due_on": date(2026, 3, 5)},
        {"due_on": date(2026, 3, 12), "done_at": timezone.now()},
        {"done_at": None, "owner": None},
    ):
        FollowUp.objects.update(**values)
        assert notifying.notify_of_due() == 0
    FollowUp.objects.update(owner=sales, due_on=date(2026, 3, 6))
    assert notifying.notify_of_due() == 1


def test_a_task_that_is_done_is_nothing_to_be_told_of(share: Share, sales: User) -> None:
    task = asked(share)
    follow_ups.finish(task, "Called", sales, Basis(12))
    assert not Notification.objects.exists()


def test_a_task_that_is_handed_on_is_told_to_the_next_and_to_the_first_no_more(share: Share, sales: User) -> None:
    other = make_user(Role.SALES, "Olga Other")
    task = asked(share)
    follow_ups.hand_on(task, other, sales, Basis(12))
    assert list(Notification.objects.values_list("user", "kind")) == [(other.pk, "task.asked")]
    follow_ups.hand_on(task, sales, sales, Basis(12))
    assert not Notification.objects.exists()  # whoever takes it themselves knows


def test_the_clock_asks_for_each() -> None:
    names = {entry["task"] for entry in SCHEDULE.values()}
    assert {
        "campaigns.tasks.shares.announce_visits",
        "campaigns.tasks.shares.tell_of_due_tasks",
        "privacy.tasks.mail_notifications",
        "privacy.tasks.forget_notifications",
    } <= names
