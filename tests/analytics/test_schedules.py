"""Schedules of exports: one run a due moment, in the reader's name, and nothing for whoever may no longer."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from analytics.enums import ExportState
from analytics.exports import making, scheduling
from analytics.models import Export, ExportSchedule, ScheduleReader, ScheduleRun
from privacy.models import User
from privacy.roles import Role
from tests.broker import Broker
from tests.factories import make_campaign, make_customer, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)
NEW = {"format": "csv", "rhythm": "weekly", "weekday": "0", "day_of_month": "1", "at": "08:00"}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _no_worker(broker: Broker) -> None:
    """Files are made where a test says so."""


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    make_campaign("spring")
    client.force_login(user)
    return user


def scheduled(owner: User, *readers: User, of: str = "campaigns") -> ExportSchedule:
    """Daily at 8, due an hour ago for every reader."""
    at = datetime(2026, 1, 1, 8, tzinfo=UTC).time()
    made = ExportSchedule.objects.create(owner=owner, of=of, title=of, format="csv", rhythm="daily", at=at)
    scheduling.set_readers(made, readers or (owner,))
    made.readers.update(next_due_at=timezone.now() - timedelta(hours=1))
    return made


def run_all() -> int:
    """Begin what is due, and make it."""
    begun = scheduling.run_due()
    for export in Export.objects.under_way():
        making.make(export.pk)
    return begun


def outcomes() -> list[tuple[str, str]]:
    return list(ScheduleRun.objects.order_by("reader__name").values_list("reader__name", "outcome"))


def test_a_due_schedule_runs_once_and_knows_when_next(marketing: User) -> None:
    schedule = scheduled(marketing)
    assert (run_all(), run_all()) == (1, 0)
    export = Export.objects.get()
    assert (export.asked_by, export.state, export.of) == (marketing, "ready", "campaigns")
    assert outcomes() == [("Marketing manager", "sent")]
    due = schedule.readers.get().next_due_at
    assert timezone.now() < due <= timezone.now() + timedelta(hours=25)


def test_two_schedulers_at_once_make_one_run(marketing: User, broker: Broker) -> None:
    schedule = scheduled(marketing)
    row = schedule.readers.select_related("schedule", "reader").get()
    begun, start = list[bool](), threading.Barrier(2)

    def look() -> None:
        try:
            start.wait()
            begun.append(scheduling.begin(row, row.next_due_at, timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False, True]
    assert (ScheduleRun.objects.count(), broker.asked(making.MAKE)) == (1, [Export.objects.get().pk])


def test_the_database_refuses_a_second_run_of_the_same_moment(marketing: User) -> None:
    schedule, due = scheduled(marketing), timezone.now()
    ScheduleRun.objects.create(schedule=schedule, reader=marketing, due_at=due)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduleRun.objects.create(schedule=schedule, reader=marketing, due_at=due)


def test_each_reader_gets_what_they_see_themselves(marketing: User) -> None:
    sales = make_user(Role.SALES)
    make_customer("C-1", sales)
    make_customer("C-2")
    officer = make_user(Role.PRIVACY_OFFICER)
    scheduled(officer, officer, sales, marketing, of="customers")
    assert run_all() == 3
    assert outcomes() == [("Marketing manager", "not_allowed"), ("Privacy officer", "sent"), ("Sales", "sent")]
    made = {export.asked_by: (export.rows_done, export.basis) for export in Export.objects.all()}
    assert made == {officer: (2, "duty-access"), sales: (1, "purpose-12")}


def test_whoever_left_or_lost_the_permit_gets_nothing_and_the_page_says_so(client: Client, marketing: User) -> None:
    left, lost = make_user(Role.MARKETING_MANAGER, "Left"), make_user(Role.MARKETING_MANAGER, "Lost")
    schedule = scheduled(marketing, left, lost)
    User.objects.filter(pk=left.pk).update(is_active=False)
    lost.groups.clear()
    assert run_all() == 2
    assert outcomes() == [("Left", "left"), ("Lost", "not_allowed")]
    assert not Export.objects.exists()
    page = client.get(f"/exports/schedules/{schedule.key}/").content.decode()
    assert "Not prepared: the reader has left" in page
    assert "Not prepared: the reader is no longer allowed to export this" in page


def test_a_reader_whose_role_lacks_a_filter_gets_no_more_than_was_meant(client: Client) -> None:
    """Sales staff cannot ask for whose customers they are: theirs would be all of their own."""
    manager, sales, other = make_user(Role.SALES_MANAGER), make_user(Role.SALES), make_user(Role.SALES, "Other")
    make_team(sales, other, manager=manager)
    make_customer("C-1", other)
    make_customer("C-2", sales)
    client.force_login(manager)
    address = f"/exports/schedules/new/?of=customers&format=csv&staff={other.pk}&utm=x"
    refused = client.post(address, {**NEW, "readers": [manager.pk, sales.pk]})
    assert refused.status_code == 422
    said = (
        "Not for Sales: their role may not export this, or does not have all of its filters. Remove them "
        "from the readers."
    )
    assert refused.context["form"].errors == {"readers": [said]}
    assert client.post(address, {**NEW, "readers": [manager.pk]}).status_code == 302
    schedule = ExportSchedule.objects.get()
    assert schedule.query == f"staff={other.pk}"
    scheduling.set_readers(schedule, [manager, sales])
    schedule.readers.update(next_due_at=timezone.now() - timedelta(hours=1))
    assert run_all() == 2
    assert outcomes() == [("Sales", "not_allowed"), ("Sales manager", "sent")]
    assert [export.rows_done for export in Export.objects.all()] == [1]


@pytest.mark.parametrize("words", ["utm=x", "within=x", "within=x&utm=x"])
def test_words_that_are_no_filters_are_left_out_of_what_is_set(client: Client, marketing: User, words: str) -> None:
    answer = client.post(f"/exports/schedules/new/?of=campaigns&{words}", {**NEW, "readers": [marketing.pk]})
    assert (answer.status_code, ExportSchedule.objects.get().query) == (302, "")


def test_a_schedule_with_such_a_word_that_was_set_before_goes_on(marketing: User) -> None:
    schedule = scheduled(marketing)
    ExportSchedule.objects.filter(pk=schedule.pk).update(query="utm=x")
    assert run_all() == 1
    assert outcomes() == [(marketing.name, "sent")]


def test_a_reader_sees_what_is_made_for_them_and_by_whom_and_leaves_it(client: Client, marketing: User) -> None:
    owner = make_user(Role.MARKETING_MANAGER, "Olga Owner")
    schedule = scheduled(owner, owner, marketing)
    run_all()
    User.objects.filter(pk=owner.pk).update(is_active=False)
    export = Export.objects.get(asked_by=marketing)
    assert "Made by a schedule that Olga Owner set" in client.get(f"/exports/{export.key}/").content.decode()
    (row,) = client.get("/exports/schedules/").context["rows"]
    assert [str(value) for _, value, _ in row["cells"][:3]] == ["Campaigns", "CSV", "Olga Owner"]
    page = client.get(f"/exports/schedules/{schedule.key}/")
    assert [row.reader for row in page.context["readers"]] == [marketing]
    assert [run.reader for run in page.context["runs"]] == [marketing]
    assert "Run now" not in page.content.decode()
    client.post(f"/exports/schedules/{schedule.key}/leave/")
    assert [row.reader for row in schedule.readers.all()] == [owner]
    listed = client.get("/exports/schedules/")
    assert listed.context["rows"] == []
    (said,) = listed.context["messages"]
    undo, undone = said.extra_tags.split()[1:]
    assert client.get(f"/exports/schedules/{schedule.key}/").status_code == 404
    client.post(undo, {"undone": undone})
    assert {row.reader for row in schedule.readers.all()} == {owner, marketing}
    assert schedule.readers.get(reader=marketing).next_due_at > timezone.now()


def test_a_permit_lost_between_the_due_moment_and_the_worker_counts_too(marketing: User) -> None:
    scheduled(marketing)
    scheduling.run_due()
    marketing.groups.clear()
    making.make(Export.objects.get().pk)
    assert outcomes() == [("Marketing manager", "not_allowed")]


def test_a_paused_schedule_does_not_run_and_makes_nothing_up(client: Client, marketing: User) -> None:
    schedule = scheduled(marketing)
    client.post(f"/exports/schedules/{schedule.key}/pause/")
    assert run_all() == 0
    client.post(f"/exports/schedules/{schedule.key}/pause/")
    assert run_all() == 0
    assert schedule.readers.get().next_due_at > timezone.now()


def test_it_runs_now_beside_its_rhythm(marketing: User) -> None:
    schedule = scheduled(marketing)
    later = timezone.now() + timedelta(days=3)
    schedule.readers.update(next_due_at=later)
    assert scheduling.run_now(schedule) == 1
    assert (ScheduleRun.objects.count(), schedule.readers.get().next_due_at) == (1, later)


def test_the_outcome_follows_the_export(marketing: User) -> None:
    scheduled(marketing)
    scheduling.run_due()
    assert outcomes() == [("Marketing manager", "under_way")]
    making.cancel(Export.objects.get())
    assert outcomes() == [("Marketing manager", "cancelled")]
    assert Export.objects.get().state == ExportState.CANCELLED


def test_a_schedule_is_set_on_a_page_for_readers_in_their_time_zones(client: Client, marketing: User) -> None:
    tokyo = make_user(Role.SALES, "Tomo", time_zone="Asia/Tokyo")
    outside = make_user(Role.AUDITOR)
    address = "/exports/schedules/new/?of=campaigns&format=xlsx&data=real"
    assert outside not in client.get(address).context["form"].fields["readers"].queryset
    answer = client.post(address, {**NEW, "readers": [marketing.pk, tokyo.pk]})
    schedule = ExportSchedule.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/exports/schedules/{schedule.key}/")
    assert (schedule.of, schedule.query, schedule.weekday, schedule.day_of_month) == ("campaigns", "data=real", 0, None)
    due = {row.reader: row.next_due_at for row in ScheduleReader.objects.select_related("reader")}
    for reader, moment in due.items():
        shown = moment.astimezone(scheduling.zone_of(reader))
        assert (shown.weekday(), shown.hour, shown.minute) == (0, 8, 0)
    assert due[marketing] != due[tokyo]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"rhythm": "weekly", "weekday": ""}, "weekday"), ({"rhythm": "monthly", "day_of_month": "32"}, "day_of_month"),
     ({"readers": []}, "readers"), ({"at": "25:00"}, "at")],
)  # fmt: skip
def test_a_schedule_that_makes_no_sense_is_told(
    client: Client, marketing: User, given: dict[str, Any], wrong: str
) -> None:
    data = {**NEW, "readers": [marketing.pk], **given}
    answer = client.post("/exports/schedules/new/?of=campaigns&format=csv", data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])
    assert not ExportSchedule.objects.exists()


def test_a_schedule_looks_nobody_up(client: Client) -> None:
    sales = make_user(Role.SALES)
    client.force_login(sales)
    customer = make_customer("C-1", sales)
    for of in ("customers&search=ann", f"customer/{customer.key}"):
        answer = client.get(f"/exports/schedules/new/?of={of}&format=csv")
        assert answer.status_code == 400
        assert "A schedule cannot look anyone up" in answer.content.decode()


def test_nobody_sees_or_changes_anothers_schedule(client: Client, marketing: User) -> None:
    schedule = scheduled(make_user(Role.SALES))
    assert client.get(f"/exports/schedules/{schedule.key}/").status_code == 404
    for verb in ("pause", "run", "delete"):
        assert client.post(f"/exports/schedules/{schedule.key}/{verb}/").status_code == 404
    assert client.get("/exports/schedules/").context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_schedules_takes_the_same_statements_for_any_number(
    client: Client, marketing: User, count: int
) -> None:
    for _ in range(count):
        scheduled(marketing)
    run_all()
    client.get("/exports/schedules/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/exports/schedules/")
    # The user, what is kept of the list, count, rows, their rhythm, how each ended last.
    assert len(queries) == 6


# The list ------------------------------------------------------------------------------------------------------------


def listed(client: Client, user: User, query: str = "") -> list[dict[str, Any]]:
    client.force_login(user)
    rows = client.get(f"/exports/schedules/?{query}").context["rows"]
    return [{column.name: value for column, value, _ in row["cells"]} | {"tags": row["tags"]} for row in rows]


def ran(schedule: ExportSchedule, reader: User, outcome: str, hours_ago: int = 1) -> None:
    due = timezone.now() - timedelta(hours=hours_ago)
    ScheduleRun.objects.create(schedule=schedule, reader=reader, due_at=due, outcome=outcome)


@pytest.mark.parametrize(("of", "usual"), [("campaigns", "xlsx"), ("campaign/spring", "pdf")])
def test_a_new_one_is_every_monday_morning_by_each_readers_clock_for_oneself(
    client: Client, marketing: User, of: str, usual: str
) -> None:
    """A report with pictures is to be read, a list to be sorted."""
    form = client.get(f"/exports/schedules/new/?of={of}").context["form"]
    offered = {name: form[name].initial for name in ("format", "rhythm", "weekday", "at", "clock", "readers")}
    assert offered == {
        "format": usual, "rhythm": "weekly", "weekday": 0, "at": "08:00", "clock": None, "readers": [marketing.pk],
    }  # fmt: skip
    assert client.get(f"/exports/schedules/new/?of={of}&format=csv").context["form"]["format"].initial == "csv"


def test_the_list_shows_the_format_and_how_the_last_run_ended(client: Client, marketing: User) -> None:
    schedule = scheduled(marketing)
    (row,) = listed(client, marketing)
    assert (row["format"], row["last_outcome"], row["tags"]) == ("CSV", "Not run yet", [])
    ran(schedule, marketing, "failed", hours_ago=30)
    (row,) = listed(client, marketing)
    assert (row["last_outcome"], row["tags"]) == ("Failed", ["Not made last time"])
    ran(schedule, marketing, "sent")
    (row,) = listed(client, marketing)
    assert (row["last_outcome"], row["tags"]) == ("Ready, and the reader notified by e-mail", [])


def test_its_owner_reads_of_every_reader_and_a_reader_of_themselves(client: Client, marketing: User) -> None:
    ann, ben, gone = (make_user(Role.MARKETING_MANAGER, name) for name in ("Ann", "Ben", "Gone"))
    schedule = scheduled(marketing, ann, ben, marketing)
    for reader, outcome, hours in (
        (ann, "sent", 1), (ben, "failed", 2), (marketing, "sent", 3), (ann, "failed", 25), (gone, "left", 1),
    ):  # fmt: skip
        ran(schedule, reader, outcome, hours)
    (row,) = listed(client, marketing)
    assert row["last_outcome"] == "2 of 3: Ready, and the reader notified by e-mail; 1 of 3: Failed"
    assert row["tags"] == ["Not made last time"]
    assert listed(client, ann)[0]["last_outcome"] == "Ready, and the reader notified by e-mail"
    assert listed(client, ben)[0]["last_outcome"] == "Failed"
    User.objects.filter(pk=marketing.pk).update(language="es")
    marketing.refresh_from_db()
    assert listed(client, marketing)[0]["last_outcome"] == "2 de 3: Hecho, y avisado por correo; 1 de 3: Con fallos"


def test_the_list_is_narrowed_and_sorted_by_format(client: Client, marketing: User) -> None:
    scheduled(marketing)
    ExportSchedule.objects.filter(pk=scheduled(marketing).pk).update(format="pdf")
    assert [row["format"] for row in listed(client, marketing, "file=pdf")] == ["PDF"]
    assert [row["format"] for row in listed(client, marketing, "sort=-format")] == ["PDF", "CSV"]
