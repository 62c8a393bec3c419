"""`manage.py check` fails, naming the field, where a model is not classified or says what cannot be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import models
from django.test.utils import isolate_apps

from privacy import checks, holdings
from privacy.checks import fields_are_classified, notice_is_sound
from privacy.holdings import Holds, SystemData

SOUND: dict[str, Any] = {
    "elements": {"name": "c01-customer-and-key-contacts-names"},
    "system": {"id": "the row's key", "born": "which of two people of one name it is", "rule": "chooses the rule"},
    "individual": "self",
    "clock": "born",
    "rules": ("RET-3",),
}
NAME = SOUND["elements"]["name"]
Declared = Callable[..., list[CheckMessage]]


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Declared:
    """What the check says of one model with this declaration; keywords alter a sound one."""

    def check(declaration: object = None, **altered: Any) -> list[CheckMessage]:
        with isolate_apps("privacy"):

            class Person(models.Model):
                notice = declaration or Holds(**{**SOUND, **altered})
                name = models.TextField()
                born = models.DateField()
                rule = models.TextField()

                class Meta:
                    app_label = "privacy"

        monkeypatch.setattr(holdings, "all_models", lambda: [Person])
        monkeypatch.setattr(holdings, "_foreign", {})
        return fields_are_classified()

    return check


def said(messages: list[CheckMessage]) -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in messages]


def test_a_sound_declaration_is_let_through(declared: Declared) -> None:
    assert declared() == []
    assert declared(SystemData("how the program runs")) == []


def test_a_model_without_declaration_is_named(declared: Declared) -> None:
    (message,) = declared("nothing that classifies")
    assert said([message]) == [("privacy.E002", "privacy.Person is not classified under the notice.")]
    assert message.hint == checks.DECLARE


ALTERED: dict[str, tuple[dict[str, Any], str, str]] = {
    "field left out": (
        {"system": {"id": "key", "rule": "chooses"}},
        "privacy.E003",
        "privacy.Person.born is not classified under the notice.",
    ),
    "field that is none": (
        {"system": {**SOUND["system"], "shoe": "size"}},
        "privacy.E004",
        "privacy.Person classifies shoe, which is no field of it.",
    ),
    "field said twice": (
        {"system": {**SOUND["system"], "name": "again"}},
        "privacy.E005",
        "privacy.Person.name is classified twice.",
    ),
    "element that is none": (
        {"elements": {"name": "c01-shoe-size"}},
        "privacy.E006",
        "privacy.Person.name holds c01-shoe-size, which is no element.",
    ),
    "encrypted element in clear": (
        {"elements": {"name": (NAME, "c01-date-of-birth")}},
        "privacy.E007",
        "privacy.Person.name holds c01-date-of-birth in clear, which the notice's reading wants encrypted.",
    ),
    "individual nowhere": (
        {"individual": "customer"},
        "privacy.E008",
        "privacy.Person: individual 'customer' leads nowhere.",
    ),
    "clock nowhere": ({"clock": "born__where"}, "privacy.E008", "privacy.Person: clock 'born__where' leads nowhere."),
    "clock that is the row": ({"clock": "self"}, "privacy.E008", "privacy.Person: clock 'self' leads nowhere."),
    "no clock": (
        {"clock": ""},
        "privacy.E009",
        "privacy.Person names no clock: which date starts its retention?",
    ),
    "rule that is none": ({"rules": ("RET-9",)}, "privacy.E010", "privacy.Person: RET-9 is no retention rule."),
    "no rule": ({"rules": ()}, "privacy.E011", "privacy.Person falls under no retention rule."),
    "two rules and nothing that chooses": (
        {"rules": ("RET-2B", "RET-7")},
        "privacy.E012",
        "privacy.Person may fall under RET-2B or RET-7, and nothing chooses.",
    ),
    "chooser nowhere": (
        {"rules": ("RET-2B", "RET-7"), "rule_field": "ruler"},
        "privacy.E008",
        "privacy.Person: rule_field 'ruler' leads nowhere.",
    ),
    "system field without reason": (
        {"system": {**SOUND["system"], "rule": " "}},
        "privacy.E014",
        "privacy.Person.rule gives no reason why it is system data.",
    ),
    "attributes of no category": (
        {"elements": {}, "attributes": "name", "attribute_categories": (8, 19)},
        "privacy.E015",
        "privacy.Person holds attributes of category 19, which is no category.",
    ),
    "attributes without categories": (
        {"elements": {}, "attributes": "name"},
        "privacy.E016",
        "privacy.Person names only one of attributes and attribute_categories.",
    ),
    "categories without attributes": (
        {"attribute_categories": (8,)},
        "privacy.E016",
        "privacy.Person names only one of attributes and attribute_categories.",
    ),
}


@pytest.mark.parametrize(("altered", "identifier", "message"), ALTERED.values(), ids=ALTERED.keys())
def test_a_wrong_declaration_is_told(
    altered: dict[str, Any], identifier: str, message: str, declared: Declared
) -> None:
    assert said(declared(**altered)) == [(identifier, message)]


def test_an_encrypted_element_of_a_field_that_is_none_is_told_once(declared: Declared) -> None:
    elements = {"name": NAME, "birthday": "c01-date-of-birth"}
    assert said(declared(elements=elements)) == [
        ("privacy.E004", "privacy.Person classifies birthday, which is no field of it.")
    ]


def test_two_rules_and_a_field_that_chooses_are_let_through(declared: Declared) -> None:
    assert declared(rules=("RET-2B", "RET-7"), rule_field="rule") == []


def test_a_sealed_field_may_hold_what_is_to_be_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    with isolate_apps("privacy"):

        class Sealed(models.BinaryField):  # type: ignore[type-arg]
            is_sealed = True

        class Person(models.Model):
            notice = Holds(
                **{**SOUND, "elements": {"name": "c01-date-of-birth"}, "system": {"id": "key"}, "clock": "pk"}
            )
            name = Sealed()

            class Meta:
                app_label = "privacy"

    monkeypatch.setattr(holdings, "all_models", lambda: [Person])
    monkeypatch.setattr(holdings, "_foreign", {})
    assert fields_are_classified() == []


def test_system_data_without_a_reason_is_told(declared: Declared) -> None:
    assert said(declared(SystemData(""))) == [("privacy.E014", "privacy.Person gives no reason why it is system data.")]


def test_a_declaration_of_a_model_that_there_is_not_is_told(
    declared: Declared, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared()
    holdings.declare("sessions.Sesion", SystemData("a slip of the pen"))
    assert said(fields_are_classified()) == [
        ("privacy.E013", "sessions.sesion is declared, and there is no such model.")
    ]


def test_the_notice_as_it_stands_is_sound() -> None:
    assert notice_is_sound() == []


def test_a_bad_notice_is_told_and_nothing_is_held_against_it(
    declared: Declared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert declared(rules=()) != []
    monkeypatch.setattr(checks, "NOTICES", tmp_path)
    assert said(notice_is_sound()) == [("privacy.E001", "usps-890.000/*.yaml:1: there is no notice")]
    assert fields_are_classified() == []
