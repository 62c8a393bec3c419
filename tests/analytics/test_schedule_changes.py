"""A schedule is changed by its owner: what comes next is told, what was is kept, each due moment still has one run."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from analytics.exports import making, rescheduling, scheduling
from analytics.exports.rescheduling import mark_of, terms_of
from analytics.models import Export, ExportSchedule, ScheduleChange, ScheduleRun
from privacy.enums import Language
from privacy.models import User
from privacy.roles import Role
from tests.broker import Broker
from tests.factories import make_campaign, make_customer, make_team, make_user
from tests.processes import somebody_waits_for_a_row, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _no_worker(broker: Broker) -> None:
    """What is asked for is noted."""


@pytest.fixture
def owner(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Olga Owner", time_zone="UTC")
    make_campaign("spring")
    client.force_login(user)
    return user


def made(owner: User, *readers: User, of: str = "campaigns", query: str = "") -> ExportSchedule:
    """Daily at 8, as its page makes it."""
    at = datetime(2026, 1, 1, 8, tzinfo=UTC).time()
    titles = scheduling.titles_of(owner, of, query)
    schedule = ExportSchedule.objects.create(
        owner=owner, of=of, query=query, format="csv", rhythm="daily", at=at, **titles
    )
    scheduling.set_readers(schedule, readers or (owner,))
    return schedule


def overdue(schedule: ExportSchedule) -> datetime:
    """Let it be due an hour ago for every reader."""
    moment = timezone.now() - timedelta(hours=1)
    schedule.readers.update(next_due_at=moment)
    return moment


def given(schedule: ExportSchedule, **other: Any) -> dict[str, Any]:
    """What the form sends, with something else in it."""
    now = terms_of(schedule)
    data = {"title": now["own_title"], "format": now["format"], "rhythm": now["rhythm"], "at": now["at"]}
    data |= {"weekday": "0", "day_of_month": "1", "clock": now["clock"], "readers": now["readers"]}
    return {**data, "read": mark_of(now), **other}


def edit(client: Client, schedule: ExportSchedule, asked: str = "", **other: Any) -> Any:
    return client.post(f"/exports/schedules/{schedule.key}/edit/{asked}", given(schedule, **other))


def undo(client: Client, page: Any) -> Any:
    """Press the button of the page's message."""
    (said,) = page.context["messages"]
    address, what = said.extra_tags.split()[1:]
    return client.post(address, {"undone": what}, follow=True)


def told(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def changes_of(page: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Who changed it, and what, as its page tells."""
    entries = page.context["changes"]
    return [(entry.by, [(str(one.label), one.before, one.after) for one in entry.told]) for entry in entries]


def test_all_that_its_owner_says_of_it_is_changed_and_kept_in_its_history(client: Client, owner: User) -> None:
    tomo = make_user(Role.SALES, "Tomo", time_zone="Asia/Tokyo")
    schedule = made(owner)
    ScheduleRun.objects.create(schedule=schedule, reader=owner, due_at=timezone.now())
    terms = {"title": "Monday’s numbers", "format": "xlsx", "rhythm": "weekly", "weekday": "2", "at": "09:30"}
    page = client.get(edit(client, schedule, **terms, clock="UTC", readers=[tomo.pk])["Location"])
    schedule.refresh_from_db()
    assert (schedule.own_title, schedule.format, schedule.rhythm, schedule.weekday, schedule.clock) == (
        "Monday’s numbers", "xlsx", "weekly", 2, "UTC",
    )  # fmt: skip
    (row,) = schedule.readers.all()
    assert (row.reader, row.next_due_at.weekday(), row.next_due_at.hour, row.next_due_at.minute) == (tomo, 2, 9, 30)
    assert schedule.runs.count() == 1
    before_and_after = [
        ("Title", "from its contents", "Monday’s numbers"),
        ("Format", "CSV", "XLSX"),
        ("How often", "Every day at 8:00 AM", "Every Wednesday at 9:30 AM"),
        ("Whose time zone", "each reader’s own", "UTC"),
        ("For", "Olga Owner", "Tomo"),
    ]
    assert changes_of(page) == [("Olga Owner", before_and_after)]
    assert "Monday’s numbers as XLSX" in page.content.decode()
    assert "Every Wednesday at 9:30 AM, in time zone UTC" in page.content.decode()


def test_a_change_is_undone_from_its_message_and_both_stay_in_its_history(client: Client, owner: User) -> None:
    tomo = make_user(Role.SALES, "Tomo")
    schedule = made(owner, owner, tomo)
    was = terms_of(schedule)
    page = client.get(edit(client, schedule, at="10:00", readers=[owner.pk])["Location"])
    back = undo(client, page)
    assert told(back) == ["The schedule is as it was before."]
    schedule.refresh_from_db()
    assert terms_of(schedule) == was
    assert {row.next_due_at.hour for row in schedule.readers.filter(reader=owner)} == {8}
    assert [len(what) for _, what in changes_of(back)] == [2, 2]


def test_a_change_that_was_changed_again_is_not_undone(client: Client, owner: User) -> None:
    schedule = made(owner)
    page = client.get(edit(client, schedule, at="10:00")["Location"])
    schedule.refresh_from_db()
    edit(client, schedule, at="11:00")
    assert told(undo(client, page))[-1] == "It has been changed since, so it stays as it is."
    schedule.refresh_from_db()
    assert f"{schedule.at:%H:%M}" == "11:00"


def test_an_undo_gives_it_to_nobody_who_may_not_get_it_any_more(client: Client, owner: User) -> None:
    gone, lost = make_user(Role.MARKETING_MANAGER, "Gone"), make_user(Role.MARKETING_MANAGER, "Lost")
    schedule = made(owner, owner, gone, lost)
    page = client.get(edit(client, schedule, readers=[owner.pk])["Location"])
    User.objects.filter(pk=gone.pk).update(is_active=False)
    lost.groups.clear()
    (said,) = told(undo(client, page))
    assert said.startswith("Not for Gone, Lost: their role may not export this")
    assert [row.reader for row in schedule.readers.all()] == [owner]


@pytest.mark.parametrize("undone", ["", "x", "9" * 30, "²"])
def test_an_undo_of_nothing_is_refused(client: Client, owner: User, undone: str) -> None:
    schedule = made(owner)
    assert client.post(f"/exports/schedules/{schedule.key}/undo/", {"undone": undone}).status_code == 400


def test_who_reads_it_already_keeps_their_next_moment_where_the_times_stay(client: Client, owner: User) -> None:
    tomo = make_user(Role.SALES, "Tomo")
    schedule = made(owner)
    due = overdue(schedule)
    edit(client, schedule, format="xlsx", readers=[owner.pk, tomo.pk])
    moments = {row.reader: row.next_due_at for row in schedule.readers.select_related("reader")}
    assert moments[owner] == due
    assert moments[tomo] > timezone.now()


def test_what_is_saved_as_it_was_is_no_change(client: Client, owner: User) -> None:
    schedule = made(owner)
    page = client.get(edit(client, schedule)["Location"])
    assert told(page) == ["Nothing was changed."]
    assert not ScheduleChange.objects.exists()


def test_a_reader_whose_role_lacks_a_filter_is_not_added(client: Client) -> None:
    manager, sales, other = make_user(Role.SALES_MANAGER), make_user(Role.SALES), make_user(Role.SALES, "Other")
    make_team(sales, other, manager=manager)
    make_customer("C-1", other)
    client.force_login(manager)
    schedule = made(manager, of="customers", query=f"staff={other.pk}")
    answer = edit(client, schedule, readers=[manager.pk, sales.pk])
    assert answer.status_code == 422
    said = (
        "Not for Sales: their role may not export this, or does not have all of its filters. Remove them "
        "from the readers."
    )
    assert answer.context["form"].errors == {"readers": [said]}
    assert not ScheduleChange.objects.exists()


@pytest.mark.parametrize(
    ("other", "wrong"),
    [({"rhythm": "weekly", "weekday": ""}, "weekday"), ({"rhythm": "monthly", "day_of_month": "32"}, "day_of_month"),
     ({"readers": []}, "readers"), ({"at": "25:00"}, "at"), ({"clock": "Mars/Olympus"}, "clock"),
     ({"format": "doc"}, "format"), ({"title": "x" * 201}, "title")],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_told(client: Client, owner: User, other: dict[str, Any], wrong: str) -> None:
    schedule = made(owner)
    answer = edit(client, schedule, **other)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])
    assert not ScheduleChange.objects.exists()


def test_nothing_is_overwritten_that_became_something_else_while_the_form_was_open(client: Client, owner: User) -> None:
    """In another window; or a reader has left it, whom the form would take in again."""
    tomo = make_user(Role.SALES, "Tomo")
    schedule = made(owner, owner, tomo)
    form = given(schedule, at="10:00")
    scheduling.leave(schedule, tomo)
    address = f"/exports/schedules/{schedule.key}/edit/"
    answer = client.post(address, form)
    assert answer.status_code == 422
    said = "It has since been changed. Look at its page, or save again to apply yours."
    assert answer.context["form"].non_field_errors() == [said]
    assert [row.reader for row in schedule.readers.all()] == [owner]
    assert client.post(address, {**form, "read": answer.context["read"]}).status_code == 302
    schedule.refresh_from_db()
    assert f"{schedule.at:%H:%M}" == "10:00"


def test_only_its_owner_changes_it(client: Client, owner: User) -> None:
    reader = make_user(Role.MARKETING_MANAGER, "Reader")
    schedule = made(owner, owner, reader)
    edit(client, schedule, at="10:00")
    (change,) = schedule.changes.all()
    client.force_login(reader)
    address = f"/exports/schedules/{schedule.key}/"
    assert "Edit" not in client.get(address).content.decode()
    assert client.get(address).context["changes"] == []
    assert client.get(f"{address}edit/").status_code == 404
    assert edit(client, schedule, at="11:00").status_code == 404
    assert client.post(f"{address}undo/", {"undone": change.pk}).status_code == 404
    assert [row["acts"] for row in client.get("/exports/schedules/").context["rows"]] == [[]]


# What it is of -------------------------------------------------------------------------------------------------------


def test_it_takes_the_filters_of_the_list_that_one_comes_from(client: Client, owner: User) -> None:
    schedule = made(owner)
    new = client.get("/exports/schedules/new/?of=campaigns&data=real&utm=x").content.decode()
    link = f"/exports/schedules/{schedule.key}/edit/?of=campaigns&amp;data=real&amp;utm=x"
    assert link in new
    page = client.get(link.replace("&amp;", "&")).content.decode()
    assert "With the filters of the page you came from." in page
    shown = client.get(edit(client, schedule, "?of=campaigns&data=real&utm=x")["Location"])
    schedule.refresh_from_db()
    assert schedule.query == "data=real"
    assert changes_of(shown) == [("Olga Owner", [("Filters", "the earlier ones", "the new ones")])]
    assert 'href="/campaigns/?data=real">the new ones' in shown.content.decode()


def test_which_list_it_is_of_stays(client: Client, owner: User) -> None:
    schedule = made(owner)
    assert client.get(f"/exports/schedules/{schedule.key}/edit/?of=sharing").status_code == 404
    assert "and that does not change" in client.get(f"/exports/schedules/{schedule.key}/edit/").content.decode()


def test_it_does_not_become_a_search_for_somebody(client: Client) -> None:
    sales = make_user(Role.SALES)
    client.force_login(sales)
    make_customer("C-1", sales)
    schedule = made(sales, of="customers")
    answer = edit(client, schedule, "?of=customers&search=ann")
    assert answer.status_code == 400
    assert "A schedule cannot look anyone up" in answer.content.decode()


def test_what_is_no_longer_there_for_its_owner_is_told(client: Client, owner: User) -> None:
    schedule = made(owner)
    ExportSchedule.objects.filter(pk=schedule.pk).update(of="campaign/gone")
    page = client.get(f"/exports/schedules/{schedule.key}/edit/", follow=True)
    assert told(page) == ["What it exports is no longer available to you: pause or delete the schedule."]
    assert page.redirect_chain == [(f"/exports/schedules/{schedule.key}/", 302)]


# When ----------------------------------------------------------------------------------------------------------------


def test_all_get_it_by_one_clock_where_it_says_so(client: Client, owner: User) -> None:
    tomo = make_user(Role.SALES, "Tomo", time_zone="Asia/Tokyo")
    schedule = made(owner, owner, tomo)
    assert len({row.next_due_at for row in schedule.readers.all()}) == 2
    edit(client, schedule, clock="UTC")
    (moment,) = {row.next_due_at for row in schedule.readers.all()}
    assert moment.hour == 8
    User.objects.filter(pk=owner.pk).update(time_zone="Europe/Madrid")
    schedule.refresh_from_db()
    assert edit(client, schedule, format="xlsx").status_code == 302  # it keeps the clock that is its owner's no more


@pytest.mark.parametrize("address", ["/exports/schedules/next/", "/exports/schedules/{}/edit/"])
def test_who_gets_it_next_is_told_before_it_is_saved(client: Client, owner: User, address: str) -> None:
    tomo = make_user(Role.SALES, "Tomo", time_zone="Asia/Tokyo")
    schedule = made(owner, owner, tomo)
    monthly = given(schedule, rhythm="monthly", day_of_month="31", at="09:00", look="1")
    answer = client.post(address.format(schedule.key), monthly)
    assert answer.status_code == 200
    lines = answer.json()["lines"] if address.endswith("next/") else answer.context["next"]
    assert [line[-12:] for line in lines] == [" 9:00 AM UTC", " 9:00 AM JST"]
    assert [line.split(":")[0] for line in lines] == ["Olga Owner", "Tomo"]
    assert not ScheduleChange.objects.exists()


def test_what_makes_no_sense_is_told_instead_of_the_next_moment(client: Client, owner: User) -> None:
    answer = client.post("/exports/schedules/next/", given(made(owner), at=""))
    assert (answer.status_code, answer.json()) == (422, {"problem": "At: This field is required."})


@pytest.mark.parametrize("address", ["/exports/schedules/new/?of=campaigns", "/exports/schedules/{}/edit/"])
def test_a_form_begins_with_who_gets_it_next(client: Client, owner: User, address: str) -> None:
    (line,) = client.get(address.format(made(owner).key)).context["next"]
    assert line.startswith("Olga Owner: ")
    assert line.endswith(", 8:00 AM UTC")


def test_whoever_may_export_no_more_is_named_and_falls_out_as_it_is_saved(client: Client, owner: User) -> None:
    gone = make_user(Role.MARKETING_MANAGER, "Gus Gone")
    schedule = made(owner, owner, gone)
    address = f"/exports/schedules/{schedule.key}/edit/"
    assert "will not get it" not in client.get(address).content.decode()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    page = client.get(address)
    assert "These people may no longer export, and will not get it once you save: Gus Gone" in page.content.decode()
    assert len(page.context["next"]) == 1
    edit(client, schedule, readers=[owner.pk])
    assert [row.reader for row in schedule.readers.all()] == [owner]


def test_a_title_is_one_line(client: Client, owner: User) -> None:
    schedule = made(owner)
    edit(client, schedule, title=" Every\n  Monday ")
    schedule.refresh_from_db()
    assert schedule.own_title == "Every Monday"


# At the same time ----------------------------------------------------------------------------------------------------


def at_once(*doings: Callable[[], object]) -> None:
    start = threading.Barrier(len(doings))

    def go(doing: Callable[[], object]) -> None:
        try:
            start.wait()
            doing()
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[doing]) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_schedulers_and_a_change_at_once_make_one_run(owner: User, broker: Broker) -> None:
    schedule = made(owner)
    overdue(schedule)
    now = terms_of(schedule)
    rows = [schedule.readers.select_related("schedule", "reader").get() for _ in range(2)]
    at_once(
        *(lambda row=row: scheduling.begin(row, row.next_due_at, timezone.now()) for row in rows),
        lambda: rescheduling.change(schedule, owner, {**now, "format": "xlsx"}, mark_of(now)),
    )
    assert (ScheduleRun.objects.count(), Export.objects.count(), len(broker.asked(making.MAKE))) == (1, 1, 1)
    assert ScheduleChange.objects.count() == 1
    assert scheduling.run_due() == 0


def test_a_run_waits_for_a_change_and_is_due_no_more(owner: User) -> None:
    """Both schedulers had read that it is due; the change lands before they begin."""
    schedule = made(owner)
    due = overdue(schedule)
    now = terms_of(schedule)
    row = schedule.readers.select_related("schedule", "reader").get()
    begun = list[bool]()

    def begin() -> None:
        try:
            begun.append(scheduling.begin(row, due, timezone.now()))
        finally:
            connection.close()

    waiting = threading.Thread(target=begin)
    with transaction.atomic():
        rescheduling.change(schedule, owner, {**now, "rhythm": "weekly", "weekday": 0}, mark_of(now))
        waiting.start()
        wait_for(somebody_waits_for_a_row, "the run waits for the change")
    waiting.join()
    assert begun == [False]
    assert not ScheduleRun.objects.exists()
    assert schedule.readers.get().next_due_at > timezone.now()


@pytest.mark.parametrize(
    "meanwhile",
    [lambda schedule: scheduling.pause(schedule, paused=True),
     lambda schedule: scheduling.leave(schedule, schedule.owner), scheduling.delete],
)  # fmt: skip
def test_what_was_paused_left_or_deleted_since_it_was_read_does_not_begin(
    owner: User, meanwhile: Callable[[ExportSchedule], object]
) -> None:
    schedule = made(owner)
    due = overdue(schedule)
    row = schedule.readers.select_related("schedule", "reader").get()
    meanwhile(schedule)
    assert not scheduling.begin(row, due, timezone.now())
    assert not Export.objects.exists()


def test_a_run_after_a_change_is_made_as_it_was_changed(client: Client, owner: User, broker: Broker) -> None:
    schedule = made(owner)
    edit(client, schedule, title="Ours", format="jsonl", asked="?of=campaigns&data=real")
    overdue(schedule)
    assert scheduling.run_due() == 1
    making.make(broker.asked(making.MAKE)[0])
    export = Export.objects.get()
    assert (export.title, export.format, export.query, export.state) == ("Ours", "jsonl", "data=real", "ready")


# What it is called ---------------------------------------------------------------------------------------------------


def spanish(user: User) -> User:
    User.objects.filter(pk=user.pk).update(language=Language.SPANISH)
    user.refresh_from_db()
    return user


def names(client: Client, reader: User, schedule: ExportSchedule) -> list[str]:
    """What it is called for a reader: in the list, on its page, and as they leave it."""
    client.force_login(reader)
    (row,) = client.get("/exports/schedules/").context["rows"]
    address = f"/exports/schedules/{schedule.key}/"
    page = client.get(address)
    left = client.post(f"{address}leave/", follow=True)
    scheduling.join(schedule, reader)
    return [str(row["cells"][0][1]), page.context["title"], told(left)[0].split("“")[1].split("”")[0]]


def test_each_reads_what_it_is_called_in_their_language_unless_its_owner_named_it(client: Client, owner: User) -> None:
    ines = spanish(make_user(Role.MARKETING_MANAGER, "Inés"))
    client.force_login(ines)
    client.post(
        "/exports/schedules/new/?of=campaigns",
        {"format": "csv", "rhythm": "daily", "at": "08:00", "readers": [ines.pk, owner.pk]},
    )
    schedule = ExportSchedule.objects.get()
    assert names(client, ines, schedule) == ["Campañas"] * 3
    assert names(client, owner, schedule) == ["Campaigns"] * 3
    overdue(schedule)
    scheduling.run_due()
    assert {one.asked_by: one.title for one in Export.objects.all()} == {ines: "Campañas", owner: "Campaigns"}
    client.force_login(ines)
    edit(client, schedule, title="Lo nuestro")
    assert names(client, owner, schedule) == names(client, ines, schedule) == ["Lo nuestro"] * 3


def test_it_is_found_by_what_its_reader_calls_it(client: Client, owner: User) -> None:
    ines = spanish(make_user(Role.MARKETING_MANAGER, "Inés"))
    made(owner, ines)
    client.force_login(ines)
    found = {
        text: len(client.get(f"/exports/schedules/?search={text}").context["rows"]) for text in ("campañ", "paign")
    }
    assert found == {"campañ": 1, "paign": 0}


def test_one_that_was_set_before_is_called_in_each_language_from_its_next_run_on(client: Client, owner: User) -> None:
    schedule = made(owner)
    ExportSchedule.objects.filter(pk=schedule.pk).update(title="Campañas", translations={})
    overdue(schedule)
    scheduling.run_due()
    schedule.refresh_from_db()
    assert (schedule.title, schedule.translations) == ("Campaigns", {"es": "Campañas"})


@pytest.mark.parametrize("count", [1, 3])
def test_its_page_takes_the_same_statements_for_any_number_of_changes(client: Client, owner: User, count: int) -> None:
    schedule = made(owner)
    for number in range(count):
        edit(client, schedule, at=f"1{number}:00")
        schedule.refresh_from_db()
    client.get(f"/exports/schedules/{schedule.key}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/exports/schedules/{schedule.key}/")
    # The user, the schedule, its readers, its runs, its changes, the names in these.
    assert len(queries) == 6
