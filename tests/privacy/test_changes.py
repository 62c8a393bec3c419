"""The history of records: what is kept of a change, sealed, and that change and history stand or fall together."""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models
from django.test.utils import CaptureQueriesContext

from privacy import changes, holdings, vault
from privacy.access import Actor, Basis
from privacy.enums import Duty
from privacy.holdings import SELF, Holds
from privacy.models import Change, User
from privacy.roles import Role
from records.models import Customer, Organization, Territory
from tests.factories import make_customer, make_user
from tests.privacy.vaults import vault_of

pytestmark = pytest.mark.django_db

FOR_ACCESS = Basis(duty=Duty.AMENDMENT)


@pytest.fixture(autouse=True)
def own_vault(tmp_path: Path, settings: Any) -> Iterator[None]:
    with vault_of("sqlite", tmp_path, settings):
        yield


@pytest.fixture(autouse=True)
def customer_is_the_individual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the model itself does not say so yet."""
    holds = Holds(elements={}, system={}, individual=SELF, clock="created_at", rules=("RET-3",))
    monkeypatch.setitem(holdings._foreign, "records.customer", holds)


@pytest.fixture
def officer() -> User:
    return make_user(Role.PRIVACY_OFFICER)


def told(record: models.Model) -> list[tuple[str, str | None, str | None]]:
    return [(entry.field, entry.before, entry.after) for entry in changes.history(record)]


def test_each_changed_field_is_kept_with_who_when_and_for_what(officer: User) -> None:
    customer = make_customer("C-1", name="Ann", email="ann@example.com", city="Boston")
    customer.name, customer.email = "Anna", ""
    assert [change.field for change in changes.save(customer, by=officer, basis=FOR_ACCESS)] == ["name", "email"]
    customer.refresh_from_db()
    assert (customer.name, customer.email, customer.city) == ("Anna", "", "Boston")
    email, name = changes.history(customer)
    assert (name.field, name.label, name.before, name.after) == ("name", "name", "Ann", "Anna")
    assert (email.label, email.before, email.after) == ("e-mail", "ann@example.com", "")
    assert (name.by, name.basis, name.at, name.is_creation) == ("Privacy officer", FOR_ACCESS, email.at, False)


def test_history_is_told_the_newest_first(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    for name in ("Ben", "Cyd"):
        customer.name = name
        changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert told(customer) == [("name", "Ben", "Cyd"), ("name", "Ann", "Ben")]
    assert told(make_customer("C-2")) == []


def test_a_record_that_is_made_here_has_one_line(officer: User) -> None:
    customer = Customer(number="C-1", name="Ann")
    changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert Customer.objects.get().name == "Ann"
    (made,) = changes.history(customer)
    assert (made.is_creation, made.before, made.after) == (True, None, None)


def test_what_did_not_change_is_neither_written_nor_kept(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    Customer.objects.filter(pk=customer.pk).update(city="Boston")  # somebody else meanwhile
    stale = Customer.objects.get(pk=customer.pk)
    Customer.objects.filter(pk=customer.pk).update(city="Boston")
    assert changes.save(stale, by=officer, basis=FOR_ACCESS) == []
    assert told(customer) == []


def test_values_are_compared_in_their_own_type(officer: User) -> None:
    customer = make_customer("C-1", customer_since="2020-01-31")
    customer = Customer.objects.get(pk=customer.pk)
    customer.customer_since = "2020-01-31"  # as a form or importer may give it
    assert changes.save(customer, by=officer, basis=FOR_ACCESS) == []
    customer.customer_since = None
    changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert told(customer) == [("customer_since", "2020-01-31", None)]


def test_numbers_that_are_equal_are_no_change_and_structures_are_told_as_json() -> None:
    price, tags = models.DecimalField(max_digits=9, decimal_places=2), models.JSONField()
    price.attname, tags.attname = "price", "tags"
    assert price.to_python("1.5") == Decimal("1.50")
    assert changes._text(price, Decimal("1.50")) == "1.50"
    assert changes._text(tags, {"b": 1, "a": [None]}) == '{"a": [null], "b": 1}'


def test_a_link_to_another_record_is_told_by_its_number(officer: User) -> None:
    customer, organization = make_customer("C-1"), Organization.objects.create(name="Acme")
    customer.organization = organization
    changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert told(customer) == [("organization", None, str(organization.pk))]


def test_values_are_sealed_for_the_person_and_go_with_their_key(officer: User) -> None:
    customer = make_customer("C-1", name="Quillfeather")
    customer.name = "Featherquill"
    changes.save(customer, by=officer, basis=FOR_ACCESS)
    (change,) = Change.objects.all()
    assert change.subject == customer.key
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(before, 'escape') || encode(after, 'escape') || c::text FROM privacy_change AS c")
        (stored,) = cursor.fetchone()
    assert "uill" not in stored
    vault.destroy_key(customer.key)
    with pytest.raises(vault.KeyDestroyed):
        changes.history(customer)


def test_a_value_moved_to_another_line_is_not_opened(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    customer.name = "Ben"
    (change,) = changes.save(customer, by=officer, basis=FOR_ACCESS)
    with pytest.raises(vault.Tampered):
        vault.unseal(customer.key, "privacy.Change.before", uuid.uuid4(), bytes(change.before or b""))


def test_a_record_about_nobody_is_sealed_under_its_own_subject(officer: User) -> None:
    territory = Territory.objects.create(code="ne", name="Northeast")
    territory.name = "New England"
    with pytest.raises(TypeError, match=r"records\.Territory is about nobody and has no vault_subject"):
        changes.save(territory, by=officer, basis=FOR_ACCESS)
    territory.vault_subject = uuid.uuid4()  # type: ignore[attr-defined]
    changes.save(territory, by=officer, basis=FOR_ACCESS)
    assert Change.objects.get().subject is None
    assert told(territory) == [("name", "Northeast", "New England")]


def test_the_program_itself_is_named(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    customer.name = "Ben"
    changes.save(customer, by=Actor.system("merge"), basis=Basis(8, reference="INC-7"))
    (entry,) = changes.history(customer)
    assert (entry.by, entry.basis) == ("merge", Basis(8, reference="INC-7"))


def test_the_row_is_locked_before_it_is_compared(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    customer.name = "Ben"
    with CaptureQueriesContext(connection) as queries:
        changes.save(customer, by=officer, basis=FOR_ACCESS)
    locking = [query["sql"] for query in queries if "FOR UPDATE OF" in query["sql"]]
    assert len(locking) == 1
    assert '"records_customer"' in locking[0]


def test_a_record_that_has_gone_is_told(officer: User) -> None:
    customer = Customer.objects.create(number="C-1", name="Ann")
    Customer.objects.all().delete()
    with pytest.raises(Customer.DoesNotExist):
        changes.save(customer, by=officer, basis=FOR_ACCESS)


def test_a_change_that_cannot_be_kept_is_not_made(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_change ADD CONSTRAINT broken CHECK (false) NOT VALID")
    customer.name = "Ben"
    with pytest.raises(DatabaseError, match="broken"):
        changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert Customer.objects.get().name == "Ann"
    assert Change.objects.count() == 0


def test_a_change_that_the_database_refuses_is_not_kept(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    customer.name, customer.city = "", "Boston"
    with pytest.raises(DatabaseError, match="customer_has_name"):
        changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert Customer.objects.get().city == ""
    assert Change.objects.count() == 0


def test_a_change_whose_values_cannot_be_sealed_is_not_made(officer: User) -> None:
    customer = make_customer("C-1", name="Ann")
    vault.destroy_key(customer.key)
    customer.name = "Ben"
    with pytest.raises(vault.KeyDestroyed):
        changes.save(customer, by=officer, basis=FOR_ACCESS)
    assert Customer.objects.get().name == "Ann"


@pytest.mark.parametrize("changed", [1, 3])
def test_history_takes_two_statements_however_long_it_is(officer: User, changed: int) -> None:
    customer = make_customer("C-1", name="Ann")
    for number in range(changed):
        customer.name = f"Ann {number}"
        changes.save(customer, by=officer, basis=FOR_ACCESS)
    with CaptureQueriesContext(connection) as queries:
        assert len(changes.history(customer)) == changed
    assert len(queries) == 2
