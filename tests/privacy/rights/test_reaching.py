"""`manage.py check`: a package reaches a person's rows in every model, or is told why there are none."""

import pytest

from privacy.checks import persons_are_reached
from privacy.holdings import holding_models
from privacy.rights import people
from privacy.rights.people import Trace
from privacy.rights.withholding import WITHHELD, names_withheld, without_others

OWN = frozenset({"ada@example.com", "3125550142", "ada lovelace"})


def test_every_model_that_holds_records_is_reached_or_says_why_not() -> None:
    assert persons_are_reached() == []


def test_a_model_without_path_trace_or_reason_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_traces", {})
    failed = {str(one.msg).partition(":")[0] for one in persons_are_reached() if one.id == "privacy.E020"}
    assert {"campaigns.Event", "campaigns.Judgement", "records.Meeting", "privacy.RightsRequest"} <= failed
    paths = {model._meta.label for model, holds in holding_models() if holds.individual}
    assert not failed & paths


def test_a_trace_of_a_model_that_holds_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(people._traces, "records.Team", Trace())
    assert [one.id for one in persons_are_reached()] == ["privacy.E021"]


def test_without_anybody_registered_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_people", [])
    with pytest.raises(LookupError, match="No floor has registered"):
        people.people()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to ADA@example.com", "Write to ADA@example.com"),
        ("Write to bob@example.com.", f"Write to {WITHHELD}."),
        ("Ring (312) 555-0142", "Ring (312) 555-0142"),
        ("Ring +1 312-555-0199 now", f"Ring {WITHHELD} now"),
        ("Ring 3125550199", f"Ring {WITHHELD}"),
        ("On 2026-03-10 she paid 1,234,567.89", "On 2026-03-10 she paid 1,234,567.89"),
        ("Order 12345678901234", "Order 12345678901234"),
        ("Meeting 123 456 7890x", "Meeting 123 456 7890x"),
    ],
)
def test_addresses_and_numbers_of_others_are_withheld(text: str, shown: str) -> None:
    assert without_others(text, OWN) == shown


def test_lists_and_objects_are_gone_through() -> None:
    given = {"to": ["ada@example.com", "bob@example.com"], "count": 3, "is_new": True, "none": None}
    assert without_others(given, OWN) == {**given, "to": ["ada@example.com", WITHHELD]}


def test_names_are_withheld_as_whole_words_the_longest_first() -> None:
    text = "Ann, Ann Lee and Annette met ANN LEE and Ada Lovelace"
    shown = names_withheld(text, {"Ann", "Ann Lee", "Ada Lovelace", "Al"}, OWN)
    assert shown == f"{WITHHELD}, {WITHHELD} and Annette met {WITHHELD} and Ada Lovelace"
