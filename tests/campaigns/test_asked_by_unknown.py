"""What somebody asks of whom nobody knows whether they are the recipient: said so, and not counted as theirs."""

import re
import uuid
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from analytics.folding import fold_all
from analytics.home.calls import calls_of, earliest
from analytics.queries import seen_of_own
from analytics.trouble.detectors import asked_and_waiting, complained
from campaigns import follow_ups
from campaigns.enums import Action, Grade
from campaigns.grades import nobody
from campaigns.models import Event, FollowUp, Material, Share
from campaigns.recipients import verifying
from privacy import changes
from privacy.agency import agency_today
from privacy.models import Notification, User
from privacy.notifications.kinds import lines_of
from privacy.purposes import Basis
from privacy.roles import Role
from records import figures
from tests.campaigns.shared import shared_with, visit
from tests.campaigns.test_plans_audiences import chosen
from tests.events import append, event
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db
SENT = {"text": "Call me.", "event": "5b9e2f4a-3f0b-4c7e-9d55-0c1f6f3a2b11"}


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def share(sales: User) -> Share:
    link = make_material("guide")
    Material.objects.filter(pk=link.pk).update(kind="link", address="https://example.com/guide")
    return shared_with(make_customer("C-1", sales, name="Mila Rossi", email="mila@example.org"), sales, link)


@pytest.fixture
def was_read(share: Share) -> None:
    """Somebody read through the share before, in a browser that was marked."""
    visit(share, (1, 3))


def asked_in_a_new_browser(share: Share, **headers: str) -> FollowUp:
    assert Client(headers=headers).post(f"/s/{share.token}/ask/call/", SENT).status_code == 302
    return FollowUp.objects.get()


def by_unknown(share: Share, action: Action = Action.CALL) -> FollowUp:
    return follow_ups.ask(
        share, action, "Please", timezone.now(), uuid.uuid4(), grade=Grade.UNKNOWN, visit_id=uuid.uuid4()
    )


def verifies(client: Client, share: Share) -> None:
    """Types the code that was mailed to the recipient."""
    cache.clear()
    verifying.mail_code(share)
    (code,) = re.findall(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert client.post(f"/s/{share.token}/verify/", {"code": code}).status_code == 302


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return " ".join(client.get(address).content.decode().split())


def test_whoever_asks_in_another_browser_after_somebody_read_is_unknown(share: Share, was_read: None) -> None:
    task = asked_in_a_new_browser(share)
    assert (task.grade, task.viewer, task.is_by_unknown) == ("unknown", share.recipient, True)
    found = Event.objects.get(kind="response")
    assert (found.grade, found.viewer_id, found.share_id) == ("unknown", nobody(found.id), share.pk)


def test_whoever_asks_before_anybody_read_is_taken_for_the_recipient(share: Share) -> None:
    task = asked_in_a_new_browser(share)
    assert (task.grade, task.is_by_unknown) == ("addressee", False)
    assert Event.objects.get(kind="response").viewer_id == share.recipient_id


def test_browser_that_wishes_not_to_be_recorded_is_asked_for_no_mark_so_nobody_knows(share: Share) -> None:
    assert asked_in_a_new_browser(share, **{"Sec-GPC": "1"}).grade == "unknown"


@pytest.mark.parametrize("headers", [{}, {"Sec-GPC": "1"}, {"DNT": "1"}])
def test_whoever_typed_the_code_is_known_whatever_the_browser_asks(
    share: Share, was_read: None, headers: dict[str, str]
) -> None:
    client = Client(headers=headers)
    verifies(client, share)
    assert client.post(f"/s/{share.token}/ask/call/", SENT).status_code == 302
    assert FollowUp.objects.get().grade == "verified"
    found = Event.objects.get(kind="response")
    assert (found.grade, found.viewer_id, found.visit_id) == ("verified", share.recipient_id, None)


def test_passcode_tells_nobody_for_it_may_be_passed_on_with_the_link(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(passcode=make_password("a word"))
    client = Client(headers={"Sec-GPC": "1"})
    client.post(f"/s/{share.token}/passcode/", {"passcode": "a word"})
    assert client.post(f"/s/{share.token}/ask/call/", SENT).status_code == 302
    assert FollowUp.objects.get().grade == "unknown"


def test_form_says_why_nobody_knows_and_how_to_show_it(share: Share, was_read: None) -> None:
    address = f"/s/{share.token}/ask/call/"
    lead = f'formaction="/s/{share.token}/verify/" name="prove" value="{address}">If it was sent to you, show'
    private = Client(headers={"Sec-GPC": "1"})
    for client, why in (
        (private, "Your browser asks not to be tracked. We therefore"),
        (Client(), "This link was opened before"),
    ):
        said = client.get(address).content.decode()
        assert why in said
        assert lead in said
    verifies(private, share)
    assert "from an unknown person" not in private.get(address).content.decode()


def test_event_of_a_visit_by_somebody_unknown_is_the_visits(share: Share) -> None:
    task = by_unknown(share)
    found = Event.objects.get(kind="response", id=task.event_id)
    assert found.visit_id is not None
    assert found.viewer_id == nobody(found.visit_id)


def test_form_that_comes_again_later_stores_no_second_event(share: Share) -> None:
    for _ in range(2):
        assert Client().post(f"/s/{share.token}/ask/call/", SENT).status_code == 302
    assert Event.objects.filter(kind="response").count() == 1


def test_notification_says_that_it_came_from_somebody_unknown(share: Share, sales: User) -> None:
    task = by_unknown(share)
    (row,) = Notification.objects.filter(user=sales)
    day = figures.day(task.due_on)
    texts = [lines_of(sales, [row], names=names)[row.id].text for names in (True, False)]
    assert texts == [
        f"An unknown person, through the share to Mila Rossi, asks to be called: due by {day}",
        f"An unknown person, through a share, asks to be called: due by {day}",
    ]


def test_task_list_home_and_the_customers_page_say_so(share: Share, sales: User) -> None:
    task = by_unknown(share)
    said = "An unknown person, through the share to Mila Rossi"
    assert f'{said} <span class="tag">not verified</span>' in page(sales, f"/tasks/{task.key}/")
    assert "asked by an unknown person" in page(sales, "/tasks/")
    assert f'<span class="what">{said}</span>' in page(sales, "/")
    customer = page(sales, f"/customers/{share.recipient.customer.key}/")  # type: ignore[union-attr]
    assert "Asked to be called: by an unknown person, through a share to them" in customer


def test_what_the_recipient_asks_is_told_as_theirs(share: Share, sales: User) -> None:
    task = follow_ups.ask(share, Action.CALL, "Please", timezone.now(), uuid.uuid4())
    assert "unknown" not in page(sales, f"/tasks/{task.key}/")
    assert "unknown" not in page(sales, "/tasks/")


def test_nobody_is_to_be_called_for_what_somebody_unknown_asked(share: Share, sales: User) -> None:
    by_unknown(share)
    by_unknown(share)
    fold_all()
    assert calls_of(seen_of_own(sales, earliest(), 1), earliest(), 8) == []
    follow_ups.ask(share, Action.CALL, "Please", timezone.now(), uuid.uuid4())
    fold_all()
    (call,) = calls_of(seen_of_own(sales, earliest(), 1), earliest(), 8)
    assert call.responses == 1


def test_it_is_no_trouble_of_the_recipients_and_chooses_them_for_nothing(share: Share) -> None:
    by_unknown(share, Action.COMPLAINT)
    FollowUp.objects.update(due_on=agency_today().replace(year=2020))

    def found() -> list[Any]:
        today = timezone.localdate(timezone.now())
        return [*complained.find(today), *asked_and_waiting.find(today)]

    assert (found(), chosen(asked_within=5)) == ([], set())
    FollowUp.objects.update(grade=Grade.ADDRESSEE)
    assert (len(found()), chosen(asked_within=5)) == (2, {"C-1"})


def test_tasks_of_before_get_the_grade_of_their_event(share: Share) -> None:
    for grade in ("unknown", "addressee"):  # as the log had it: both under the recipient
        happened = event(share.recipient, "response", grade=grade, share_id=share.pk)
        append(happened)
        FollowUp.objects.create(
            action=Action.CALL, viewer=share.recipient, share=share, event_id=happened["id"],
            asked_at=happened["occurred_at"], due_on=agency_today(),
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(import_module("campaigns.migrations.0032_grades_of_tasks").FROM_THE_LOG)
    assert list(FollowUp.objects.order_by("pk").values_list("grade", flat=True)) == ["unknown", "addressee"]


def test_staff_who_know_that_it_was_the_customer_make_it_theirs(share: Share, sales: User) -> None:
    task = by_unknown(share, Action.COMPLAINT)
    address = f"/tasks/{task.key}/"
    assert "It was the customer" in page(sales, address)
    client = Client()
    client.force_login(sales)
    assert client.post(f"{address}theirs/").status_code == 302
    task.refresh_from_db()
    assert task.grade == "addressee"
    assert [(entry.field, entry.by) for entry in changes.history(task)] == [("grade", "Sam Sales")]
    assert "unknown" not in page(sales, address)
    assert "It was the customer" not in page(sales, address)
    assert len(list(complained.find(agency_today()))) == 1


def test_what_is_done_with_a_task_undoes_nothing_that_happened_since_its_page_was_read(
    share: Share, sales: User
) -> None:
    by_unknown(share)
    basis, other = Basis(13), make_user(Role.SALES, "Olga Other")
    read = [FollowUp.objects.get() for _ in range(4)]
    follow_ups.confirm(read[0], sales, basis)
    follow_ups.hand_on(read[1], other, sales, basis)
    follow_ups.finish(read[2], "Called", sales, basis)
    found = FollowUp.objects.get()
    assert (found.grade, found.owner, found.outcome) == ("addressee", other, "Called")
    with pytest.raises(follow_ups.AlreadyDone, match="Sam Sales"):
        follow_ups.finish(read[0], "Again", other, basis)
    follow_ups.reopen(read[3], sales, basis)
    found = FollowUp.objects.get()
    assert (found.grade, found.owner, found.done_at) == ("addressee", other, None)
