"""`manage.py notice`: print, list, diff, coverage."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from privacy import holdings
from privacy.holdings import Home
from privacy.management.commands import notice as command
from privacy.notice import BadNotice, elements_ever, version
from privacy.notice.comparing import compare
from privacy.publishing import as_text

pytestmark = pytest.mark.django_db  # drafts stand in the database


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("notice", *arguments, stdout=out)
    return out.getvalue()


def test_print_takes_the_version_in_force_or_the_one_asked_for() -> None:
    assert said("print") == as_text(version("2025-05-12"))
    assert said("print", "2023-01-23") == as_text(version("2023-01-23"))
    assert said("print", "--raw") == as_text(version("2025-05-12"), columns=None)


@pytest.mark.parametrize("arguments", [("print", "2024"), ("diff", "2024", "2025-05-12")])
def test_a_version_that_there_is_not_is_told_with_those_that_there_are(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"^There is no version '2024'\. There are: 2023-01-23, 2025-05-12\.$"):
        said(*arguments)


def test_list_shows_status_dates_and_which_is_in_force() -> None:
    assert said("list").splitlines() == [
        "2023-01-23  derived    2023-01-23 to 2025-05-11      87 FR 79006",
        "2025-05-12  published  2025-05-12 to further notice  90 FR 15370  in force",
    ]


def test_a_bad_notice_is_an_error_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def bad() -> None:
        raise BadNotice("usps-890.000/2025-05-12.yaml:7: is odd")

    monkeypatch.setattr(command, "versions", bad)
    with pytest.raises(CommandError, match=r"^usps-890\.000/2025-05-12\.yaml:7: is odd$"):
        said("list")


def test_diff_says_what_a_notice_of_a_modified_system_must_say() -> None:
    lines = said("diff", "2023-01-23", "2025-05-12").splitlines()
    assert lines[0] == "USPS 890.000: from 2023-01-23 (derived, 87 FR 79006) to 2025-05-12 (published, 90 FR 15370)"
    assert [line for line in lines[1:] if not line.startswith("+")] == [
        "",
        "PURPOSES",
        "",
        "CATEGORIES OF INDIVIDUALS: no change",
        "",
        "CATEGORIES OF RECORDS",
        "",
        "ELEMENTS OF THE CATEGORIES OF RECORDS",
        "",
        "RECORD SOURCE CATEGORIES: no change",
        "",
        "ROUTINE USES: no change",
        "",
        "RETRIEVAL RULES: no change",
        "",
        "RETENTION RULES: no change",
        "",
        "SAFEGUARDS: no change",
        "",
        "OTHER SECTIONS: no change",
    ]
    added = [line for line in lines if line.startswith("+")]
    assert added[:2] == [
        "+ Purpose 12: To anticipate customer needs and provide appropriate recommendations.",
        "+ Purpose 13: To analyze sales and marketing campaign materials for effectiveness and engagement.",
    ]
    assert added[2].startswith("+ Category of records 18: *Customer sharing and analytics data*: Analytics program ")
    assert added[3:] == [
        f"+ Element {element.position} of category 18: {element.label}"
        for element in version("2025-05-12").category(18).elements
    ]


def test_diff_marks_the_words_that_went_and_came(monkeypatch: pytest.MonkeyPatch) -> None:
    present = version("2025-05-12")
    first, *rest = present.purposes
    shifted = replace(present, purposes=(replace(first, text=first.text.replace("customers", "people")), *rest[1:]))
    found = command.comparison_lines(compare(present, shifted))
    assert [line for line in found if line[:2] in {"~ ", "- ", "= "}] == [
        (
            "~ Purpose 1: To understand the needs of [-customers-] {+people+} and improve USPS sales and marketing"
            " efforts."
        ),
        "- Purpose 2: To provide appropriate materials and publications to customers.",
    ]


def test_diff_as_json_has_every_change_with_its_words() -> None:
    data = json.loads(said("diff", "2023-01-23", "2025-05-12", "--json"))
    assert (data["system"], data["before"]["status"], data["after"]["effective"]) == (
        "USPS 890.000",
        "derived",
        "2025-05-12",
    )
    assert {name: len(changes) for name, changes in data["parts"].items() if changes} == {
        "purposes": 2,
        "categories": 1,
        "elements": 18,
    }
    assert data["parts"]["purposes"][0] == {
        "kind": "added",
        "id": "PUR-12",
        "name": "Purpose 12",
        "before": None,
        "after": "To anticipate customer needs and provide appropriate recommendations.",
    }


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Home]]:
    """A home for each element; tests take some away."""
    made = {
        identifier: [Home(element) if element.is_secret else Home(element, "records.Sheet", "content", True)]
        for identifier, element in elements_ever().items()
    }
    made["c08-preferences-for-accommodations"] = [
        Home(elements_ever()["c08-preferences-for-accommodations"], "records.Preference", "needs")
    ]
    monkeypatch.setattr(holdings, "homes", lambda: made)
    return made


def test_coverage_lists_each_element_under_its_category_with_totals(homes: dict[str, list[Home]]) -> None:
    lines = said("coverage").splitlines()
    start = lines.index("8. Customer preferences: 2 elements, 2 held, 0 dropped on intake, 0 without home")
    assert lines[start + 1 : start + 3] == [
        "    c08-preferences-for-badge-name: records.Sheet.content[c08-preferences-for-badge-name]",
        "    c08-preferences-for-accommodations: records.Preference.needs",
    ]
    assert "    c12-user-password: dropped on intake" in lines
    assert lines[-1] == "442 elements, 428 held, 14 dropped on intake, 0 without home"
    assert len(lines) == 18 + 442 + 1


def test_coverage_fails_and_names_each_element_without_home(homes: dict[str, list[Home]]) -> None:
    homes["c08-preferences-for-badge-name"], homes["c01-age"] = [], []
    out = StringIO()
    with pytest.raises(CommandError, match=r"^2 elements have no home:\n  c01-age\n  c08-preferences-for-badge-name$"):
        call_command("notice", "coverage", stdout=out)
    lines = out.getvalue().splitlines()
    assert "8. Customer preferences: 2 elements, 1 held, 0 dropped on intake, 1 without home" in lines
    assert "    c08-preferences-for-badge-name: NO HOME" in lines
    assert lines[-1] == "442 elements, 426 held, 14 dropped on intake, 2 without home"


def test_coverage_as_json_names_them_too(homes: dict[str, list[Home]]) -> None:
    homes["c01-age"] = []
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("notice", "coverage", "--json", stdout=out)
    data = json.loads(out.getvalue())
    assert (data["elements"], data["homeless"], len(data["categories"])) == (442, ["c01-age"], 18)
    assert data["categories"][7] == {
        "number": 8,
        "title": "Customer preferences",
        "held": 2,
        "dropped": 0,
        "homeless": 0,
        "elements": [
            {
                "id": "c08-preferences-for-badge-name",
                "label": "Preferences for badge name",
                "homes": ["records.Sheet.content[c08-preferences-for-badge-name]"],
            },
            {
                "id": "c08-preferences-for-accommodations",
                "label": "Preferences for accommodations",
                "homes": ["records.Preference.needs"],
            },
        ],
    }


def test_sections_lists_those_of_any_notice_and_fails_where_a_required_one_lacks(tmp_path: Path) -> None:
    text = tmp_path / "notice.txt"
    text.write_text(said("print", "--raw"))
    lines = said("sections", str(text)).splitlines()
    assert lines[0] == "(before the first)      9 words"
    assert "exemptions              1 word   EXEMPTIONS PROMULGATED FOR THE SYSTEM" in lines
    text.write_text(said("print", "--raw").replace("SYSTEM LOCATION:", "WHERE IT IS:"))
    with pytest.raises(CommandError, match=r"^Required and not there: location\.$"):
        said("sections", str(text))


def test_sections_of_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"/nowhere\.txt cannot be read: No such file or directory\.$"):
        said("sections", str(tmp_path / "nowhere.txt"))
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match=r"/odd\.txt is not UTF-8\.$"):
        said("sections", str(tmp_path / "odd.txt"))
