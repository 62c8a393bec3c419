"""Each kind of bad notice file is told by file, line and reason."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from privacy.notice.files import NOTICES, BadNotice, Problem, problems, read_all
from privacy.notice.schema import SCHEMA, validator

PRESENT = NOTICES / "usps-890.000" / "2025-05-12.yaml"
EARLIER = NOTICES / "usps-890.000" / "2023-01-23.yaml"


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in problems(folder)]


def system(folder: Path, **files: str | bytes) -> Path:
    """A folder of a system with these files; underscores in their names stand for dashes."""
    made = folder / "usps-890.000"
    made.mkdir()
    for name, content in files.items():
        path = made / f"{name.removeprefix('v').replace('_', '-')}.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return made


def altered(old: str, new: str) -> tuple[str, int]:
    """The present version with one place altered, and the line where the alteration stands."""
    text = PRESENT.read_text()
    assert text.count(old) >= 1
    before, _, after = text.partition(old)
    kept = len(new) - len(new.lstrip("\n"))
    return before + new + after, before.count("\n") + kept + 1


def test_the_two_versions_are_sound() -> None:
    assert told(NOTICES / "usps-890.000") == []
    assert [content["effective"] for content in read_all(NOTICES / "usps-890.000")] == ["2023-01-23", "2025-05-12"]


BROKEN = {
    "unknown key": ("\nstatus: published", "\nstate: x\nstatus: published", "the key 'state' is not known here"),
    "unknown key within an element": (
        "\n        label: date of birth",
        "\n        colour: red\n        label: date of birth",
        "the key 'colour' is not known here",
    ),
    "no such date": ("effective: '2025-05-12'", "effective: '2025-02-30'", "'2025-02-30' is no date"),
    "no such date unquoted": ("effective: '2025-05-12'", "effective: 2025-02-30", "'2025-02-30' is no date"),
    "date in other words": ("published: '2025-04-10'", "published: April 10, 2025", "'April 10, 2025' is no date"),
    "number for text": ("\nname: Sales, Marketing, Events, and", "\nname: 12 # ", "12 is not of type 'string'"),
    "no such status": (
        "status: published",
        "status: proposed",
        "'proposed' is none of published, derived",
    ),
    "section of nothing": (
        "\n  - {key: title, heading: \"\", paragraphs: [POSTAL SERVICE, Privacy Act of 1974; System of Records]}",
        "\n  - {key: title, heading: \"\"}",
        "one of the keys of, paragraphs is needed",
    ),
    "duplicate element": (
        "- id: c01-age\n",
        "- id: c01-date-of-birth\n",
        "the identifier c01-date-of-birth stands here a second time",
    ),
    "element of another category": (
        "- id: c01-age\n",
        "- id: c02-age\n",
        "the identifier c02-age of this category's element does not begin with c01-",
    ),
    "dangling category": (
        "reading: {categories: [1, 2, 6, 8]}",
        "reading: {categories: [1, 2, 6, 19]}",
        "CAT-19 is nowhere in this file",
    ),
    "dangling retention rule": (
        "reading: {retrieval: [RTV-1], retention: RET-3}",
        "reading: {retrieval: [RTV-1], retention: RET-9}",
        "RET-9 is nowhere in this file",
    ),
    "dangling retrieval rule": (
        "reading: {retrieval: [RTV-1], retention: RET-3}",
        "reading: {retrieval: [RTV-8], retention: RET-3}",
        "RTV-8 is nowhere in this file",
    ),
    "dangling relation": (
        "related_to: c01-company-name",
        "related_to: c01-firm",
        "c01-firm is nowhere in this file",
    ),
    "too early": (
        "effective: '2025-05-12'",
        "effective: '2025-05-09'",
        "2025-05-09 is less than 30 days after publication on 2025-04-10",
    ),
    "repeated key": ("\ncitation: 90", "\nstatus: derived\ncitation: 90", "the key 'status' stands here again"),
    "repeated section": ("key: action\n", "key: agency\n", "the identifier section agency stands here a second time"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_file_is_told_by_file_line_and_reason(old: str, new: str, reason: str, tmp_path: Path) -> None:
    text, line = altered(old, new)
    assert f"usps-890.000/2025-05-12.yaml:{line}: {reason}" in told(system(tmp_path, v2025_05_12=text))


def test_a_missing_key_is_told_where_it_is_missed(tmp_path: Path) -> None:
    text, line = altered("  - id: PUR-2\n    text: >-", "  - id: PUR-2\n    gist: >-")
    assert told(system(tmp_path, v2025_05_12=text)) == [
        f"usps-890.000/2025-05-12.yaml:{line}: 'text' is a required property",
        f"usps-890.000/2025-05-12.yaml:{line + 1}: the key 'gist' is not known here",
    ]


def test_a_duplicate_number_is_told_as_such_and_as_out_of_order(tmp_path: Path) -> None:
    text, line = altered("- id: PUR-2\n", "- id: PUR-1\n")
    assert told(system(tmp_path, v2025_05_12=text)) == [
        f"usps-890.000/2025-05-12.yaml:{line}: the identifier PUR-1 stands here a second time",
        f"usps-890.000/2025-05-12.yaml:{line}: PUR-1 stands where number 2 of purposes belongs",
    ]


def test_two_versions_that_take_effect_on_one_day_overlap(tmp_path: Path) -> None:
    present = PRESENT.read_text()
    line = present[: present.index("\neffective:")].count("\n") + 2
    overlap = "another version takes effect on 2025-05-12 too: versions must not overlap"
    assert told(system(tmp_path, v2025_05_12=present, v2025_05_13=present)) == [
        f"usps-890.000/2025-05-12.yaml:{line}: {overlap}",
        f"usps-890.000/2025-05-13.yaml:{line}: a file of this version is named 2025-05-12.yaml",
        f"usps-890.000/2025-05-13.yaml:{line}: {overlap}",
    ]


def test_a_file_of_another_system_is_told(tmp_path: Path) -> None:
    text, line = altered("id: usps-890.000@2025-05-12", "id: usps-810.100@2025-05-12")
    assert told(system(tmp_path, v2025_05_12=text)) == [
        f"usps-890.000/2025-05-12.yaml:{line}: the identifier of this version is usps-890.000@2025-05-12"
    ]


def test_a_list_that_no_section_prints_is_told(tmp_path: Path) -> None:
    text, _ = altered("    of: purposes\n", "    of: individuals\n")
    line = PRESENT.read_text()[: PRESENT.read_text().index("\nsections:")].count("\n") + 2
    assert told(system(tmp_path, v2025_05_12=text)) == [
        f"usps-890.000/2025-05-12.yaml:{line}: 0 sections print the list purposes, and one must",
        f"usps-890.000/2025-05-12.yaml:{line}: 2 sections print the list individuals, and one must",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"id: [1, 2\nstatus: x\n", "2: is not YAML: did not find expected ',' or ']'"),
        (b"id: a\nstatus: *nobody\n", "2: is not YAML: found undefined alias"),
        (b"\tid: a\n", "1: is not YAML: found character that cannot start any token"),
        ("id: a\n".encode("utf-16"), "1: is not UTF-8: byte 0xff stands here"),
        ("id: a\nname: Café\n".encode("latin-1"), "2: is not UTF-8: byte 0xe9 stands here"),
        (b"", "1: None is not of type 'object'"),
        (b"- id\n- status\n", "1: ['id', 'status'] is not of type 'object'"),
    ],
)
def test_what_is_no_notice_at_all_is_told(content: bytes, reason: str, tmp_path: Path) -> None:
    assert told(system(tmp_path, v2025_05_12=content)) == [f"usps-890.000/2025-05-12.yaml:{reason}"]


def test_control_characters_are_told_in_one_line(tmp_path: Path) -> None:
    (found,) = told(system(tmp_path, v2025_05_12=b"id: a\x00b\n"))
    assert found.startswith("usps-890.000/2025-05-12.yaml:1: ")
    assert "\n" not in found


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert told(system(tmp_path)) == ["usps-890.000/*.yaml:1: there is no notice"]


def test_a_file_that_is_not_yaml_by_name_is_not_passed_over(tmp_path: Path) -> None:
    folder = system(tmp_path, v2025_05_12=PRESENT.read_text())
    (folder / "2023-01-23.yml").write_text(EARLIER.read_text())
    assert told(folder) == [
        "usps-890.000/2023-01-23.yml:1: a file of a notice is named by its effective date, as 2025-05-12.yaml is"
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + PRESENT.read_bytes().replace(b"\n", b"\r\n")
    assert told(system(tmp_path, v2025_05_12=content)) == []


def test_reading_a_bad_folder_raises_the_first_problem(tmp_path: Path) -> None:
    with pytest.raises(BadNotice, match=r"^usps-890\.000/\*\.yaml:1: there is no notice$"):
        read_all(system(tmp_path))


def test_a_problem_is_told_without_the_folders_above() -> None:
    assert str(Problem(PRESENT, 7, "is odd")) == "usps-890.000/2025-05-12.yaml:7: is odd"


def test_the_schema_is_a_schema_and_lets_nothing_unknown_through() -> None:
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    assert validator().schema == schema
    assert open_objects(schema) == []


def open_objects(part: object, where: str = "") -> list[str]:
    """The object types of a schema that take keys which they do not name."""
    if isinstance(part, list):
        return [found for at, one in enumerate(part) for found in open_objects(one, f"{where}/{at}")]
    if not isinstance(part, dict):
        return []
    own = [where] if part.get("type") == "object" and part.get("additionalProperties") is not False else []
    return own + [found for key, one in part.items() for found in open_objects(one, f"{where}/{key}")]
