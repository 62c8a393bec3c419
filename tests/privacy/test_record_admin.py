"""Pages of the administration that show records go through the door, or `manage.py check` fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.checks import run_checks
from django.test import Client
from django.urls import clear_url_caches, include, path

import config.urls
from privacy import changes, holdings
from privacy.admin_checks import problems_of
from privacy.administration import Administration, ManagedByPermit, RecordAdmin
from privacy.enums import Duty, KeyKind
from privacy.holdings import SELF, Holds
from privacy.models import AccessEntry, User
from privacy.purposes import Basis
from privacy.roles import Permit, Role
from records.models import Customer, CustomerAssignment, Territory
from tests.factories import make_customer, make_user
from tests.privacy.vaults import vault_of

pytestmark = pytest.mark.django_db

CUSTOMERS = "/administration/records/customer/"
HOLDS = Holds(
    elements={"name": "c01-customer-and-key-contacts-names", "number": "c02-customer-ids"},
    system={},
    individual=SELF,
    clock="created_at",
    rules=("RET-3",),
)


class CustomerAdmin(RecordAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    permit = Permit.VIEW_ALL_CUSTOMERS
    key = KeyKind.CUSTOMER_NAME
    list_display = ("name", "number")
    search_fields = ("name__startswith",)
    fields = ("name", "number", "city")


@pytest.fixture
def customers_hold_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the model itself says; what is registered for a test is no place of the program."""
    monkeypatch.setattr(Customer, "notice", HOLDS, raising=False)
    monkeypatch.setattr("privacy.places._places", {})


@pytest.fixture
def registered(
    customers_hold_records: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """An administration that shows customers too, in place of the program's."""
    site = Administration()
    site.register(Customer, CustomerAdmin)
    monkeypatch.setattr(Administration, "has_permission", lambda self, request: request.user.is_authenticated)
    known: list[Any] = list(config.urls.urlpatterns)
    others = [entry for entry in known if str(entry.pattern) != "administration/"]

    class Addresses:
        urlpatterns = [path("administration/", site.urls), path("", include(others))]

    settings.ROOT_URLCONF = Addresses
    clear_url_caches()
    with vault_of("sqlite", tmp_path, settings):
        yield
    clear_url_caches()


@pytest.fixture
def officer(client: Client) -> User:
    user = make_user(Role.PRIVACY_OFFICER)
    client.force_login(user)
    return user


def lines() -> list[tuple[Any, ...]]:
    rows = AccessEntry.objects.exclude(kind="sign_in").order_by("at", "id")
    return list(rows.values_list("kind", "key", "place", "duty", "categories", "records"))


def read(key: str, records: int) -> list[tuple[Any, ...]]:
    about = (key, "admin:records_customer_changelist", "access", [1, 2])
    return [("intent", *about, None), ("shown", *about, records)]


@pytest.mark.usefixtures("registered")
def test_a_list_of_the_administration_is_one_reading_with_its_count(client: Client, officer: User) -> None:
    for number in range(3):
        make_customer(f"C-{number}", name=f"Zoe {number}")
    assert client.get(CUSTOMERS).content.decode().count("Zoe ") == 3
    assert lines() == read("list", 3)


@pytest.mark.usefixtures("registered")
def test_a_search_of_the_administration_is_a_look_up_by_its_key(client: Client, officer: User) -> None:
    make_customer("C-1", name="Zoe")
    make_customer("C-2", name="Yan")
    client.get(f"{CUSTOMERS}?q=Zo")
    assert lines() == read("customer_name", 1)


@pytest.mark.usefixtures("registered")
def test_a_row_and_its_history_are_readings_of_one(client: Client, officer: User) -> None:
    customer = make_customer("C-1", name="Zoe")
    assert "Zoe" in client.get(f"{CUSTOMERS}{customer.pk}/change/").content.decode()
    assert "Nothing has been changed here" in client.get(f"{CUSTOMERS}{customer.pk}/history/").content.decode()
    assert lines() == [*read("list", 1), *read("list", 1)]


@pytest.mark.usefixtures("registered")
def test_a_row_that_is_not_there_is_logged_so(client: Client, officer: User) -> None:
    for page in ("change", "history"):
        assert client.get(f"{CUSTOMERS}987654/{page}/").status_code == 404
    assert [(line[0], line[5]) for line in lines()] == [("intent", None), ("failed", 0)] * 2


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("page", ["", "{pk}/change/", "{pk}/history/"])
def test_the_administration_refuses_as_the_door_does(client: Client, officer: User, page: str) -> None:
    customer = make_customer("C-1", name="Zoe")
    session = client.session
    session["basis"] = {"purpose": 12, "duty": "", "reference": ""}
    session.save()
    answer = client.get(f"{CUSTOMERS}{page.format(pk=customer.pk)}")
    assert answer.status_code == 403
    assert "Zoe" not in answer.content.decode()
    assert [line[0] for line in lines()] == ["refused"]


@pytest.mark.usefixtures("registered")
def test_what_is_saved_in_the_administration_is_in_the_records_history(client: Client, officer: User) -> None:
    customer = make_customer("C-1", name="Zoe")
    sent = {"name": "Zoë", "number": "C-1", "city": ""}
    assert client.post(f"{CUSTOMERS}{customer.pk}/change/", sent).status_code == 302
    customer.refresh_from_db()
    assert customer.name == "Zoë"
    (change,) = changes.history(customer)
    assert (change.field, change.before, change.after) == ("name", "Zoe", "Zoë")
    assert (change.by, change.basis) == ("Privacy officer", Basis(duty=Duty.ACCESS))
    page = client.get(f"{CUSTOMERS}{customer.pk}/history/").content.decode()
    assert "<td>Zoe</td><td>Zoë</td>" in page
    assert not admin.models.LogEntry.objects.exists()


@pytest.mark.usefixtures("registered")
def test_what_cannot_be_logged_is_not_shown_in_the_administration_either(client: Client, officer: User) -> None:
    from tests.privacy.test_access import break_log

    make_customer("C-1", name="Zoe")
    break_log("kind = 'shown'")
    answer = client.get(CUSTOMERS)
    assert answer.status_code == 503
    assert "Zoe" not in answer.content.decode()


@pytest.mark.usefixtures("registered")
def test_the_page_is_made_while_the_door_is_open(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_customer("C-1", name="Zoe")
    monkeypatch.setattr(CustomerAdmin, "list_display", (lambda customer: 1 / 0,))
    with pytest.raises(ZeroDivisionError):
        client.get(CUSTOMERS)
    assert [line[0] for line in lines()] == ["intent", "failed"]


# The check ----------------------------------------------------------------------------------------------------------


class PastTheDoor(ManagedByPermit, admin.ModelAdmin):  # type: ignore[type-arg]
    pass


class Assignments(admin.TabularInline):  # type: ignore[type-arg]
    model = CustomerAssignment


class WithInline(ManagedByPermit, admin.ModelAdmin):  # type: ignore[type-arg]
    inlines = (Assignments,)


class WithoutKey(RecordAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    search_fields = ("name",)
    inlines = (Assignments,)


def found(model: Any, model_admin: Any) -> list[tuple[str | None, str]]:
    site = Administration()
    site.register(model, model_admin)
    return [(problem.id, problem.msg) for problem in problems_of(site)]


@pytest.mark.usefixtures("customers_hold_records")
def test_an_admin_page_of_records_past_the_door_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(Customer, PastTheDoor) == [
        ("privacy.E020", "PastTheDoor shows records (records.Customer) past the door.")
    ]
    assert found(Customer, CustomerAdmin) == []
    assert found(Territory, PastTheDoor) == []
    monkeypatch.setattr(CustomerAssignment, "notice", HOLDS, raising=False)
    assert found(Territory, WithInline) == [
        ("privacy.E020", "WithInline shows records (records.CustomerAssignment) past the door.")
    ]


@pytest.mark.usefixtures("customers_hold_records")
def test_an_admin_page_of_records_names_the_key_of_its_search_and_has_no_inlines() -> None:
    assert found(Customer, WithoutKey) == [
        ("privacy.E021", "WithoutKey looks people up by no key of the notice."),
        ("privacy.E022", "WithoutKey saves inlines past their history."),
    ]


def test_the_check_is_run_and_finds_nothing_in_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [problem for problem in run_checks() if problem.id in {"privacy.E020", "privacy.E021"}] == []
    monkeypatch.setattr(User, "notice", HOLDS, raising=False)
    assert [problem.id for problem in run_checks() if problem.id == "privacy.E020"] == ["privacy.E020"]
    assert holdings.declaration_of(User) is HOLDS
