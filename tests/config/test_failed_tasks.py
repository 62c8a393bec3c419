"""Tasks that fail: kept without persons, whatever killed them, and run again once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from celery import Celery
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from structlog.testing import capture_logs

from config import failures
from config.celery import app
from config.models import FailedTask
from privacy.roles import Role
from records.models import Organization
from tests.factories import PASSWORD, make_user
from tests.processes import running, somebody_waits_for_a_row, wait_for

MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_failed(task: str = "tests.succeed", number: int = 1, **columns: Any) -> FailedTask:
    arguments = {"args": [number], "kwargs": {}}
    defaults = {"call": failures._digest(task, arguments), "arguments": arguments, "exception": "ValueError"}
    times = {"first_failed_at": MOMENT, "failed_at": MOMENT}
    return FailedTask.objects.create(task=task, **{**defaults, **times, **columns})


# In a real worker ------------------------------------------------------------------------------------------------
@pytest.fixture
def tasks_worker(transactional_db: None) -> Iterator[None]:
    cache.clear()
    app.control.purge()
    cache.set("runs:1", 0)
    command = ("celery", "-A", "tests.config.failing_tasks", "worker", "--concurrency", "1", "--loglevel", "CRITICAL")
    with running(*command):
        yield
    app.control.purge()


def runs() -> int:
    return int(cache.get("runs:1"))


def recorded(task: str) -> FailedTask:
    wait_for(lambda: FailedTask.objects.filter(task=task, state="failed").exists(), f"{task} is recorded")
    return FailedTask.objects.get()


@pytest.mark.slow
@pytest.mark.usefixtures("tasks_worker")
class TestInAWorker:
    def test_task_that_raises_is_recorded_beside_its_rolled_back_work(self) -> None:
        app.send_task("tests.raise_after_writing", [1])
        row = recorded("tests.raise_after_writing")

        assert (row.exception, row.message, row.attempts) == ("ValueError", "row 1 of … is wrong", 1)
        assert row.arguments == {"args": [1], "kwargs": {}}
        assert "tests/config/failing_tasks.py" in row.traceback
        assert "Doe" not in row.message + row.traceback.replace("Jane Doe <jane@example.gov>", "")  # its source line
        assert not Organization.objects.exists()

    def test_call_that_fails_again_is_counted_in_its_one_row(self) -> None:
        app.send_task("tests.raise_after_writing", [1])
        first = recorded("tests.raise_after_writing")
        app.send_task("tests.raise_after_writing", [1])
        wait_for(lambda: FailedTask.objects.filter(attempts=2).exists(), "the second failure is counted")

        row = FailedTask.objects.get()
        assert row.pk == first.pk
        assert row.first_failed_at == first.first_failed_at < row.failed_at

    def test_task_that_kills_its_worker_is_tried_four_times_and_recorded(self) -> None:
        app.send_task("tests.take_the_worker_down", [1])
        row = recorded("tests.take_the_worker_down")

        assert row.exception == "billiard.exceptions.WorkerLostError"
        assert runs() == 4
        assert row.attempts == 1

        # The worker has a new child and goes on.
        app.send_task("tests.succeed", [1])
        wait_for(lambda: runs() == 5, "the next task is done")

    def test_task_that_runs_out_of_time_is_recorded(self) -> None:
        app.send_task("tests.run_out_of_time", [1])
        row = recorded("tests.run_out_of_time")
        assert row.exception == "billiard.exceptions.TimeLimitExceeded"

    def test_task_that_nobody_knows_is_recorded_with_its_arguments(self) -> None:
        app.send_task("tests.of_another_release", [7], {"kind": "views"})
        row = recorded("tests.of_another_release")
        assert row.arguments == {"args": [7], "kwargs": {"kind": "views"}}
        assert row.exception == "celery.exceptions.NotRegistered"

    def test_task_run_again_by_two_clicks_runs_once(self) -> None:
        failed = make_failed()
        operator = make_user(Role.IT_ADMINISTRATOR)
        assert failures.run_again(FailedTask.objects.all(), operator) == 1
        assert failures.run_again(FailedTask.objects.all(), operator) == 0
        app.send_task("tests.succeed", [1])  # behind it in the queue
        wait_for(lambda: runs() >= 2, "both were done")

        assert runs() == 2
        failed.refresh_from_db()
        assert (failed.state, failed.settled_by) == ("retried", operator)

    def test_task_run_again_that_fails_again_is_to_be_looked_at_again(self) -> None:
        make_failed("tests.raise_after_writing")
        failures.run_again(FailedTask.objects.all(), make_user(Role.IT_ADMINISTRATOR))
        row = recorded("tests.raise_after_writing")
        assert (row.attempts, row.settled_at, row.settled_by) == (2, None, None)


# What is kept ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ([], {}),
        ([1, 2.5, True, None], {"slug": "spring-rates", "day": "2026-03-02"}),
        ([[1, 2], "0b5e7c1e-7d0a-4a7e-9b53-2f8a7f6a3c11"], {"options": {"again": False}}),
    ],
)
def test_arguments_that_name_nobody_are_kept(args: list[Any], kwargs: dict[str, Any]) -> None:
    assert failures.kept_arguments(args, kwargs) == {"args": args, "kwargs": kwargs}


@pytest.mark.parametrize(
    "value", ["Jane", "jane doe", "jane@example.gov", "it's", "zoë", {"name": "Jane"}, [["Jane"]], object(), b"jane"]
)
def test_arguments_that_could_name_somebody_are_not_kept(value: object) -> None:
    assert failures.kept_arguments([value], {}) is None
    assert failures.kept_arguments([], {"value": value}) is None


def test_arguments_of_unreasonable_size_are_not_kept() -> None:
    assert failures.kept_arguments([list(range(10_000))], {}) is None


@pytest.mark.django_db
def test_call_without_its_arguments_is_recorded_and_cannot_run_again() -> None:
    failures._record("tests.succeed", ["Jane Doe"], {}, ValueError("no"))
    row = FailedTask.objects.get()
    assert row.arguments is None
    assert failures.run_again(FailedTask.objects.all(), make_user(Role.IT_ADMINISTRATOR)) == 0
    assert failures.dismiss(FailedTask.objects.all(), make_user(name="Other")) == 1


@pytest.mark.django_db
def test_failure_that_cannot_be_written_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FailedTask._meta, "db_table", "config_nowhere")
    with capture_logs() as logs, transaction.atomic():
        failures._record("tests.succeed", [1], {}, ValueError("no"))
        transaction.set_rollback(True)
    assert [(line["event"], line["task"]) for line in logs] == [("failed_task_not_recorded", "tests.succeed")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"state": "lost", "settled_at": MOMENT}, "failed_task_state"),
        ({"state": "retried"}, "failed_task_settled_or_not"),
        ({"settled_at": MOMENT}, "failed_task_settled_or_not"),
        ({"attempts": 0}, "failed_task_attempts"),
        ({"first_failed_at": datetime(2026, 3, 3, tzinfo=UTC)}, "failed_task_times"),
    ],
)
def test_database_refuses_a_row_that_cannot_be(columns: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_failed(**columns)


@pytest.mark.django_db
def test_database_refuses_a_second_row_of_a_call() -> None:
    make_failed()
    with pytest.raises(IntegrityError, match="config_failedtask_call"), transaction.atomic():
        make_failed()


# Run again -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_operators_at_the_same_moment_claim_a_task_once() -> None:
    make_failed()
    operator = make_user(Role.IT_ADMINISTRATOR)
    taken: list[int] = []

    def click() -> None:
        taken.append(failures.dismiss(FailedTask.objects.all(), operator))
        connection.close()

    second = threading.Thread(target=click)
    with transaction.atomic():
        taken.append(failures.dismiss(FailedTask.objects.all(), operator))
        second.start()
        wait_for(somebody_waits_for_a_row, "the second click waits for the first")
    second.join()
    assert taken == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_when_the_transaction_is_rolled_back() -> None:
    make_failed()
    app.control.purge()
    with transaction.atomic():
        assert failures.run_again(FailedTask.objects.all(), make_user(Role.IT_ADMINISTRATOR)) == 1
        transaction.set_rollback(True)
    assert app.control.purge() == 0
    assert FailedTask.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_task_is_left_failed_when_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Celery("waymark", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    away.conf.broker_transport_options = app.conf.broker_transport_options
    monkeypatch.setattr(failures, "current_app", away)
    make_failed()
    with capture_logs() as logs:
        failures.run_again(FailedTask.objects.all(), make_user(Role.IT_ADMINISTRATOR))
    assert [line["event"] for line in logs] == ["failed_task_not_sent"]
    assert (FailedTask.objects.get().state, FailedTask.objects.get().settled_by) == ("failed", None)


# The page --------------------------------------------------------------------------------------------------------
@pytest.fixture
def page() -> str:
    return reverse("admin:config_failedtask_changelist")


def sign_in(client: Client, role: Role) -> None:
    user = make_user(role, is_staff=True)
    assert client.login(email=user.email, password=PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.IT_ADMINISTRATOR])
def test_page_is_closed_to_who_does_not_look_after_operations(client: Client, page: str, role: Role) -> None:
    make_failed("tests.secret")
    sign_in(client, role)
    response = client.get(page, follow=True)
    assert "tests.secret" not in response.content.decode()
    assert response.status_code == 403


@pytest.mark.django_db
def test_page_shows_the_failure_and_cannot_change_it(client: Client, page: str) -> None:
    row = make_failed(message="row 1 of …", traceback="config/failures.py:1 in here: it()")
    sign_in(client, Role.IT_ADMINISTRATOR)
    assert "tests.succeed" in client.get(page).content.decode()
    change = reverse("admin:config_failedtask_change", args=[row.pk])
    assert "config/failures.py:1 in here" in client.get(change).content.decode()
    assert client.post(change, {"task": "other"}).status_code == 403
    assert client.get(reverse("admin:config_failedtask_add")).status_code == 403
    assert client.post(reverse("admin:config_failedtask_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_page_dismisses_and_says_what_was_left(client: Client, page: str) -> None:
    first, second = make_failed(), make_failed(number=2, state="dismissed", settled_at=MOMENT)
    sign_in(client, Role.IT_ADMINISTRATOR)
    form = {"action": "dismiss", "_selected_action": [first.pk, second.pk], "index": "0"}
    assert "1 dismissed." in client.post(page, form, follow=True).content.decode()
    first.refresh_from_db()
    assert first.state == "dismissed"
    assert first.settled_by is not None
    assert first.settled_by.name == "IT administrator"


@pytest.mark.django_db(transaction=True)
def test_page_hands_a_task_to_a_worker_once_however_often_it_is_clicked(client: Client, page: str) -> None:
    row = make_failed()
    app.control.purge()
    sign_in(client, Role.IT_ADMINISTRATOR)
    form = {"action": "run_again", "_selected_action": [row.pk], "index": "0"}
    assert "1 handed to a worker." in client.post(page, form, follow=True).content.decode()
    assert (
        "1 left as it is: already settled, or its arguments were not kept."
        in client.post(page, form, follow=True).content.decode()
    )
    assert app.control.purge() == 1


@pytest.mark.django_db
def test_page_makes_the_same_number_of_queries_whatever_it_lists(
    client: Client, page: str, django_assert_num_queries: Any
) -> None:
    operator = make_user(name="Operator")
    make_failed(state="dismissed", settled_at=MOMENT, settled_by=operator)
    sign_in(client, Role.IT_ADMINISTRATOR)
    client.get(page)
    with django_assert_num_queries(8) as counted:
        client.get(page)
    for number in (2, 3):
        make_failed(number=number, state="dismissed", settled_at=MOMENT, settled_by=operator)
    with django_assert_num_queries(len(counted)):
        client.get(page)
