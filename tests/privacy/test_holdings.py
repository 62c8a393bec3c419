"""What models declare to hold, and the homes of the elements that follow from it."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from privacy import holdings
from privacy.holdings import Holds, SystemData
from privacy.notice import elements_ever

NAMES = "c01-customer-and-key-contacts-names"
SYSTEM = SystemData("how the program runs")


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> tuple[type[models.Model], type[models.Model]]:
    """A model of fields, and one of attributes of categories 8 and 12; no other model is looked at."""
    with isolate_apps("privacy"):

        class Person(models.Model):
            notice = Holds(
                elements={"name": NAMES, "reach": ("c01-email-address", "c01-phone-numbers")},
                system={"id": "the row's key"},
                individual="self",
                clock="pk",
                rules=("RET-3",),
            )
            name = models.TextField()
            reach = models.TextField()

            class Meta:
                app_label = "privacy"

        class Sheet(models.Model):
            notice = Holds(
                elements={},
                system={"id": "the row's key"},
                individual="",
                clock="pk",
                rules=("RET-3",),
                attributes="content",
                attribute_categories=(8, 12),
            )
            content = models.JSONField()

            class Meta:
                app_label = "privacy"

    monkeypatch.setattr(holdings, "all_models", lambda: [Person, Sheet])
    return Person, Sheet


def test_a_fields_elements_are_its_homes(people: tuple[type[models.Model], type[models.Model]]) -> None:
    homes = holdings.homes()
    assert [str(home) for home in homes["c01-email-address"]] == ["privacy.Person.reach"]
    assert [str(home) for home in homes["c01-phone-numbers"]] == ["privacy.Person.reach"]
    assert homes["c01-age"] == []


def test_attributes_are_homes_of_whole_categories(people: tuple[type[models.Model], type[models.Model]]) -> None:
    homes = holdings.homes()
    of_8 = [element.id for element in elements_ever().values() if element.category == 8]
    assert [[str(home) for home in homes[identifier]] for identifier in of_8] == [
        [f"privacy.Sheet.content[{identifier}]"] for identifier in of_8
    ]


def test_secrets_have_no_home_but_to_be_dropped(people: tuple[type[models.Model], type[models.Model]]) -> None:
    homes = holdings.homes()
    (password,) = homes["c12-user-password"]
    assert password.is_dropped
    assert str(password) == "dropped on intake"
    dropped = [identifier for identifier, found in homes.items() if any(home.is_dropped for home in found)]
    assert len(dropped) == 14
    assert {elements_ever()[identifier].sensitivity for identifier in dropped} == {"secret"}


def test_every_element_is_listed_with_or_without_home(people: tuple[type[models.Model], type[models.Model]]) -> None:
    homes = holdings.homes()
    secrets_elsewhere = sum(one.is_secret and one.category != 12 for one in elements_ever().values())
    assert list(homes) == list(elements_ever())
    # Three elements in fields, 2 and 64 as attributes or dropped, and the secrets of the other categories.
    assert sum(bool(found) for found in homes.values()) == 3 + 2 + 64 + secrets_elsewhere


def test_a_model_knows_its_elements_and_categories(people: tuple[type[models.Model], type[models.Model]]) -> None:
    person, sheet = (holdings.declaration_of(model) for model in people)
    assert isinstance(person, Holds)
    assert isinstance(sheet, Holds)
    assert person.element_ids == {
        "c01-customer-and-key-contacts-names",
        "c01-email-address",
        "c01-phone-numbers",
    }
    assert person.elements_of("name") == ("c01-customer-and-key-contacts-names",)
    assert person.elements_of("id") == ()
    assert (person.categories, sheet.categories) == ((1,), (8, 12))
    assert list(holdings.holding_models()) == [(people[0], person), (people[1], sheet)]


def test_a_declaration_is_not_inherited(people: tuple[type[models.Model], type[models.Model]]) -> None:
    with isolate_apps("privacy"):

        class Child(people[0]):  # type: ignore[valid-type, misc]
            class Meta:
                app_label = "privacy"

    assert holdings.declaration_of(Child) is None


def test_a_field_called_notice_is_no_declaration() -> None:
    with isolate_apps("privacy"):

        class Warned(models.Model):
            notice = models.TextField()

            class Meta:
                app_label = "privacy"

    assert holdings.declaration_of(Warned) is None


def test_a_model_of_another_package_is_declared_by_its_label(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.models import Session

    monkeypatch.setattr(holdings, "_foreign", {})
    assert holdings.declaration_of(Session) is None
    holdings.declare("sessions.Session", SYSTEM)
    assert holdings.declaration_of(Session) is SYSTEM
    assert holdings.declared_elsewhere() == ["sessions.session"]


def test_all_models_are_those_with_tables() -> None:
    labels = {model._meta.label for model in holdings.all_models()}
    assert {"privacy.User", "privacy.User_groups", "records.Customer", "campaigns.Event"} <= labels
    assert all(not model._meta.proxy for model in holdings.all_models())


def test_a_composite_key_is_no_field_of_its_own() -> None:
    from campaigns.models import Event

    names = [field.name for field in holdings.stored_fields(Event)]
    assert "pk" not in names
    assert {"id", "occurred_at"} <= set(names)
