"""Registrations for events from a file: new, already there, rejected; sealed; taken back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from records.models import Gathering, Import, Registration
from tests.factories import make_customer
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

MAPPING = """
kind = "gatherings"
[file]
source = "customer"
location = "contractor"
[[gatherings]]
slug = "forum-2026"
name = "Mailers' forum 2026"
place = "Port Amity"
starts_at = 2026-05-11T09:00:00
ends_at = 2026-05-12T17:00:00
[columns]
customer = { column = "customer", optional = true }
email = { column = "email", optional = true }
registered_at = "registered"
role = { column = "role", optional = true }
itinerary = { column = "itinerary", optional = true }
badge_name = { column = "badge", optional = true }
accommodations = { column = "needs", optional = true }
attended = { column = "attended", optional = true }
cancelled_at = { column = "cancelled", optional = true }
"""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "m.toml").write_text(MAPPING)
    return tmp_path


def load(folder: Path, *lines: str, name: str = "r.csv") -> str:
    return run("gatherings", write(folder, name, *lines), "--mapping", folder / "m.toml")


HEADER = "customer,registered,role,itinerary,badge,needs,attended,cancelled"
FULL = "C-1,2026-03-01T10:00:00,Speaker,Train 66 at 8:10,Ann,Step-free room,yes,"


def test_each_field_of_a_registration_is_stored_and_what_is_private_is_sealed(tmp_path: Path) -> None:
    customer = make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    gathering = Gathering.objects.get()
    assert (gathering.slug, gathering.name, gathering.place) == ("forum-2026", "Mailers' forum 2026", "Port Amity")
    assert gathering.starts_at == datetime(2026, 5, 11, 13, tzinfo=UTC)  # nine o'clock in New York
    made = Registration.objects.get()
    assert (made.gathering, made.customer, made.role, made.badge_name) == (gathering, customer, "Speaker", "Ann")
    assert (made.registered_at, made.attended, made.cancelled_at) == (
        datetime(2026, 3, 1, 15, tzinfo=UTC), True, None,
    )  # fmt: skip
    assert (made.source, made.location, made.source_import) == ("customer", "contractor", Import.objects.get())
    assert (made.itinerary, made.accommodations) == ("Train 66 at 8:10", "Step-free room")
    with connection.cursor() as cursor:
        cursor.execute("SELECT itinerary, accommodations FROM records_registration")
        assert all(b"Train" not in bytes(cell) and b"Step" not in bytes(cell) for cell in cursor.fetchone())


def test_each_row_is_loaded_already_there_or_rejected_with_its_reason(tmp_path: Path) -> None:
    make_customer("C-1", email="ann@example.com")
    make_customer("C-2", email="twin@example.com")
    make_customer("C-3", email="twin@example.com")
    load(
        tmp_path, "customer,email,registered,role,cancelled",
        "C-1,,2026-03-01,Speaker,", ",ann@example.com,2026-03-01,Speaker,", "C-1,,2026-03-02,Speaker,",
        "C-1,,2026-03-01,Guest,", "C-9,,2026-03-01,,", ",twin@example.com,2026-03-01,,", ",,2026-03-01,,",
        "C-2,,2026-03-03,,2026-03-02", "C-2,,yesterday,,",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        "4,registered,differs from what is known of this customer's registration,2026-03-02",
        "5,role,differs from what is known of this customer's registration,Guest",
        "6,customer,is no customer's number,C-9",
        "7,email,is the address of more than one customer: give the number,twin@example.com",
        "8,customer,is empty: say who registered,",
        "9,cancelled,is before the registration,2026-03-02",
        "10,registered,is not a date and time like 2026-03-31T14:05:09,yesterday",
    ]
    assert counts() == (9, 1, 1, 7)


def test_another_itinerary_is_rejected_and_neither_is_quoted(tmp_path: Path) -> None:
    make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    load(tmp_path, HEADER, FULL, FULL.replace("Train 66", "Train 99"), FULL.replace("Step-free room", ""), name="2.csv")
    assert rejected(tmp_path) == [
        "3,itinerary,differs from what is known and sealed,",
        "4,needs,differs from what is known and sealed,",
    ]
    assert counts() == (3, 0, 1, 2)


def test_a_column_that_the_file_lacks_is_not_compared(tmp_path: Path) -> None:
    make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    load(tmp_path, "customer,registered", "C-1,2026-03-01T10:00:00", name="2.csv")
    assert counts() == (1, 0, 1, 0)


def test_a_row_names_its_event_by_slug_or_name(tmp_path: Path) -> None:
    make_customer("C-1")
    make_customer("C-2")
    start = datetime(2026, 9, 1, tzinfo=UTC)
    for slug, name in (("day", "Open day"), ("fair-1", "Fair"), ("fair-2", "Fair"), ("odd", "day")):
        Gathering.objects.create(slug=slug, name=name, starts_at=start)
    (tmp_path / "m.toml").write_text(f'{MAPPING}gathering = "event"\n')
    load(
        tmp_path, "customer,registered,event",
        "C-1,2026-03-01,day", "C-2,2026-03-01,Open day", "C-1,2026-03-01,Fair", "C-1,2026-03-01,fair-2",
        "C-1,2026-03-01,Ball", "C-1,2026-03-01,",
    )  # fmt: skip
    registered = Registration.objects.order_by("pk").values_list("customer__number", "gathering__slug")
    assert sorted(registered) == [("C-1", "day"), ("C-1", "fair-2"), ("C-2", "day")]
    assert rejected(tmp_path) == [
        "4,event,is the name of more than one event: give its slug,Fair",
        "6,event,is no event's slug or name,Ball",
        "7,event,is empty,",
    ]


def test_the_same_file_again_adds_nothing_and_the_first_cannot_be_taken_back_before_the_second(tmp_path: Path) -> None:
    make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    load(tmp_path, HEADER, FULL)
    first, second = Import.objects.order_by("pk")
    assert counts(second) == (1, 0, 1, 0)
    assert f"Take back import {second.pk} first" in refusal("--undo", first.pk)
    assert run("--undo", second.pk).endswith("is taken back: 0 registrations, 0 events\n")
    assert run("--undo", first.pk).endswith("is taken back: 1 registrations, 1 events\n")
    assert (Registration.objects.count(), Gathering.objects.count()) == (0, 0)


def test_an_event_with_registrations_of_somebody_else_stays(tmp_path: Path) -> None:
    make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    Registration.objects.create(
        gathering=Gathering.objects.get(), customer=make_customer("C-2"), registered_at=datetime(2026, 4, 1, tzinfo=UTC)
    )
    assert run("--undo", Import.objects.get().pk).endswith("is taken back: 1 registrations, 0 events\n")
    assert Registration.objects.get().customer.number == "C-2"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('slug = "forum-2026"', 'slug = "forum 2026"', "slug 'forum 2026' is not of letters"),
        ('name = "Mailers\' forum 2026"', 'name = " "', "name is empty or longer than 200 characters"),
        ("ends_at = 2026-05-12", "ends_at = 2026-05-10", "ends_at is before starts_at"),
        ("starts_at = 2026-05-11T09:00:00", 'starts_at = "May"', "starts_at is not a date and time"),
        ('place = "Port Amity"', 'town = "Port Amity"', "town is not known here"),
        ('customer = { column = "customer", optional = true }\nemail = { column = "email", optional = true }\n', "",
         "name the column of customer (their number) or of email"),
        ('registered_at = "registered"', "", "name the column of registered_at, or a nominal_date under [file]"),
        ("[[gatherings]]", "[gatherings]", "gatherings is not a list"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in MAPPING
    (tmp_path / "m.toml").write_text(MAPPING.replace(old, new))
    path = write(tmp_path, "r.csv", HEADER, FULL)
    assert reason in refusal("gatherings", path, "--mapping", tmp_path / "m.toml")
    assert not Import.objects.exists()


def test_an_event_of_the_slug_with_another_name_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    Gathering.objects.create(slug="forum-2026", name="Another", starts_at=datetime(2026, 5, 11, 13, tzinfo=UTC))
    path = write(tmp_path, "r.csv", HEADER, FULL)
    assert refusal("gatherings", path, "--mapping", tmp_path / "m.toml") == (
        "the event forum-2026 exists, with another name of the event: give the mapping the same, or another slug"
    )
    assert not Import.objects.exists()
