"""What is in force on which day, and how the derived version differs from the published one."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.utils import timezone

from privacy import notice
from privacy.notice import NotInForce
from privacy.notice.files import NOTICES

EARLIER, PRESENT = date(2023, 1, 23), date(2025, 5, 12)
LAST_OF_EARLIER = date(2025, 5, 11)

# Category, its elements, how many of these repeat another: counted by hand in the notice.
COUNTED = {
    1: (16, 0), 2: (5, 0), 3: (20, 0), 4: (5, 0), 5: (2, 0), 6: (5, 0), 7: (4, 0), 8: (2, 0), 9: (9, 0),
    10: (48, 1), 11: (67, 0), 12: (64, 0), 13: (86, 0), 14: (10, 0), 15: (19, 0), 16: (53, 23), 17: (9, 9), 18: (18, 0),
}  # fmt: skip


def test_each_version_is_in_force_until_the_day_before_the_next() -> None:
    assert [(one.version, one.status, one.effective, one.until) for one in notice.versions()] == [
        ("2023-01-23", "derived", EARLIER, LAST_OF_EARLIER),
        ("2025-05-12", "published", PRESENT, None),
    ]
    assert [one.is_derived for one in notice.versions()] == [True, False]


def test_a_day_has_the_version_that_was_in_force_on_it() -> None:
    days = [EARLIER, LAST_OF_EARLIER, PRESENT, date(2040, 1, 1)]
    assert [notice.in_force(day).version for day in days] == ["2023-01-23", "2023-01-23", "2025-05-12", "2025-05-12"]


def test_no_notice_was_in_force_before_the_first() -> None:
    with pytest.raises(
        NotInForce, match=r"^No notice was in force on 2023-01-22: the first took effect on 2023-01-23\.$"
    ):
        notice.in_force(date(2023, 1, 22))


def test_today_is_the_agencys_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 5, 12, 3, tzinfo=UTC))  # in Washington it is the 11th
    assert notice.in_force().version == "2023-01-23"
    with pytest.raises(NotInForce):
        notice.purpose(12)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 5, 12, 5, tzinfo=UTC))
    assert notice.purpose(12).id == "PUR-12"


def test_a_version_that_there_is_not_raises() -> None:
    with pytest.raises(KeyError):
        notice.version("2024-01-01")


@pytest.mark.parametrize("number", [12, 13])
def test_a_new_purpose_is_refused_before_its_day_with_the_day(number: int) -> None:
    message = rf"^Purpose {number} is usable from 2025-05-12 only; 2025-05-11 is before that\.$"
    with pytest.raises(NotInForce, match=message):
        notice.purpose(number, LAST_OF_EARLIER)
    assert notice.purpose(number, PRESENT).number == number


def test_a_new_category_is_refused_before_its_day_with_the_day() -> None:
    with pytest.raises(NotInForce, match=r"^Category of records 18 is usable from 2025-05-12 only; 2025-05-11 is "):
        notice.category(18, LAST_OF_EARLIER)
    assert notice.category(18, PRESENT).title == "Customer sharing and analytics data"
    assert notice.category(17, LAST_OF_EARLIER).title == "Survey data"


def test_everything_is_refused_before_the_first_notice_with_the_day() -> None:
    early = date(2022, 12, 31)
    asked: dict[str, Callable[[], object]] = {
        "Purpose 1": lambda: notice.purpose(1, early),
        "Category of records 1": lambda: notice.category(1, early),
        "Routine use 4": lambda: notice.routine_use(4, early),
        "Retrieval rule 7": lambda: notice.retrieval_rule(7, early),
        "Retention rule RET-2A": lambda: notice.retention_rule("RET-2A", early),
    }
    for what, ask in asked.items():
        with pytest.raises(NotInForce) as refused:
            ask()
        assert str(refused.value) == f"{what} is usable from 2023-01-23 only; 2022-12-31 is before that."


def test_what_is_in_force_is_given_with_its_terms() -> None:
    assert notice.retention_rule("RET-2A", PRESENT).period == "up to 2 years"
    assert notice.retention_rule("RET-1", PRESENT).period == "at once"
    assert notice.retention_rule("RET-6", PRESENT).period == "24 months"
    assert notice.retrieval_rule(7, PRESENT).keys == ("name", "email_address")
    assert notice.routine_use(4, PRESENT).title == "Disclosure to Agents or Contractors"


@pytest.mark.parametrize("number", [8, 9, 12])
def test_a_routine_use_that_does_not_apply_is_refused(number: int) -> None:
    with pytest.raises(NotInForce, match=rf"^Routine use {number} applies in no version of the notice\.$"):
        notice.routine_use(number, PRESENT)


def test_a_purpose_that_there_never_was_is_refused() -> None:
    with pytest.raises(NotInForce, match=r"^Purpose 14 applies in no version of the notice\.$"):
        notice.purpose(14, PRESENT)


def test_what_a_later_version_takes_out_is_refused_with_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = (
        replace(notice.version("2025-05-12"), effective=EARLIER, until=LAST_OF_EARLIER),
        replace(notice.version("2023-01-23"), effective=PRESENT, until=None),
    )
    monkeypatch.setattr(import_module("privacy.notice.versions"), "versions", lambda: turned)
    with pytest.raises(NotInForce, match=r"^Purpose 12 was usable until 2025-05-11; 2025-05-12 is after that\.$"):
        notice.purpose(12, PRESENT)


def test_the_elements_are_as_many_as_the_notice_names() -> None:
    present = notice.version("2025-05-12")
    counts = {
        category.number: (len(category.elements), sum(bool(element.duplicate_of) for element in category.elements))
        for category in present.categories
    }
    assert counts == COUNTED
    assert len(present.elements) == 442
    assert len([element for element in present.elements.values() if not element.duplicate_of]) == 409
    assert len(notice.version("2023-01-23").elements) == 442 - 18
    assert notice.elements_ever() == present.elements


def test_the_readings_of_sensitivity_are_as_many_as_settled() -> None:
    levels = [element.sensitivity for element in notice.elements_ever().values()]
    assert {level: levels.count(level) for level in levels} == {
        "public": 3,
        "internal": 220,
        "pii": 144,
        "sensitive": 61,
        "secret": 14,
    }


def test_each_elements_words_stand_in_its_categorys_text() -> None:
    present = notice.version("2025-05-12")
    strangers = [
        element.id
        for category in present.categories
        for element in category.elements
        if (element.phrase or element.label).lower() not in category.text.lower()
    ]
    assert strangers == []


def test_what_is_read_out_of_a_section_stands_in_it() -> None:
    for version in notice.versions():
        paragraphs = {section.key: " ".join(section.paragraphs) for section in version.sections}
        assert " ".join(safeguard.text for safeguard in version.safeguards) == paragraphs["safeguards"]
        assert ", ".join([*version.sources[:-1], f"and {version.sources[-1]}."]) == paragraphs["sources"]
        assert f"{version.manager_title}, {version.manager_address}." == paragraphs["manager"]
        assert version.access_regulation in paragraphs["access"]
        assert f"{version.number}, {version.name}." == paragraphs["system"]
        applying = [use.number for use in version.routine_uses if use.applies]
        assert applying == [1, 2, 3, 4, 5, 6, 7, 10, 11]
        assert paragraphs["routine-uses"] == "Standard routine uses 1. through 7., 10., and 11. apply."


def words_of(path: Path) -> str:
    """What a file says apart from comments and what a version says of itself."""
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE)
    return text[text.index("\nnumber:") :]


def without(text: str, *parts: tuple[str, str]) -> str:
    """The text less each stretch that begins with one marker and ends before the next marker."""
    for start, end in parts:
        assert text.count(start) == 1
        before, _, rest = text.partition(start)
        text = before + end + rest.partition(end)[2]
    return text


def test_the_derived_version_is_the_present_one_less_what_that_one_added() -> None:
    """Every remaining word is the same: purposes 12 and 13, category 18 and the publication's own sections are gone."""
    present = without(
        words_of(NOTICES / "usps-890.000" / "2025-05-12.yaml"),
        ("  - id: PUR-12\n", "\nindividuals:"),
        ("  - id: CAT-18\n", "\nsources:"),
        ("  - {key: title,", "  - key: system\n"),
        ("  - {key: signature,", "\npurposes:"),
    )
    # A list of categories served or ruled no longer names the one that there is not.
    expected = present.replace(", 17, 18]", ", 17]").replace("[3, 5, 18]", "[3, 5]")
    derived = words_of(NOTICES / "usps-890.000" / "2023-01-23.yaml")
    assert derived.split() == expected.split()
    assert "18]" not in derived
