"""The mapping file: what it says, and the one line that names what is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from records.intake.mapping import Column, Layout, read_mapping
from records.intake.problems import Refused

WHOLE = """
kind = "customers"
[file]
encoding = "cp1252"
delimiter = ";"
quote = "'"
nominal_date = 2026-03-31
other_columns = "ignore"
source = "list provider"
location = "facility"
[columns]
number = "No."
since = { column = "Since", format = "%d.%m.%Y", optional = true }
kind = { column = "Type", values = { open = "view" } }
campaign = { constant = "spring" }
[drop]
Race = "never collected"
"""

NEITHER = 'is neither a column\'s name nor a table like { column = "..." }'
KNOWN = "(known: constant, values, column, format, optional)"
BAD = "is not one for dates: 'Q' is a bad directive in format '%d.%Q'"


def mapping_file(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text)
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(Refused) as refused:
        read_mapping(mapping_file(folder, text))
    message = str(refused.value).replace(f"{folder}/", "")
    assert "\n" not in message
    return message


def test_a_whole_mapping_is_read(tmp_path: Path) -> None:
    mapping = read_mapping(mapping_file(tmp_path, WHOLE))
    assert (mapping.name, mapping.kind, len(mapping.digest)) == ("mapping.toml", "customers", 64)
    assert mapping.layout == Layout("cp1252", ";", "'", date(2026, 3, 31), True, "list provider", "facility")
    assert mapping.columns == {
        "number": Column("No."),
        "since": Column("Since", format="%d.%m.%Y", optional=True),
        "kind": Column("Type", values={"open": "view"}),
        "campaign": Column(constant="spring"),
    }
    assert mapping.dropped == {"Race": "never collected"}


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    mapping = read_mapping(mapping_file(tmp_path, 'kind = "customers"\n[columns]\nnumber = "n"\n'))
    assert mapping.layout == Layout("utf-8", ",", '"', None, False, "personnel", "headquarters")
    assert mapping.dropped == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "customers"', "", "mapping.toml: kind is missing"),
        ('kind = "customers"', "kind = 3", "mapping.toml: kind is not a text"),
        ('"cp1252"', '"klingon"', "mapping.toml: [file]: encoding 'klingon' is not known"),
        ('"cp1252"', '"base64"', "mapping.toml: [file]: encoding 'base64' is not known"),
        ('";"', '";;"', "mapping.toml: [file]: delimiter is not one character"),
        ("2026-03-31", '"March"', "mapping.toml: [file]: nominal_date is not a date like 2026-03-31"),
        ("2026-03-31", "2026-03-31T12:00:00Z", "mapping.toml: [file]: nominal_date is not a date like 2026-03-31"),
        ('"ignore"', '"drop"', "mapping.toml: [file]: other_columns is 'drop', none of 'refuse', 'ignore'"),
        ('"No."', "7", f"mapping.toml: [columns]: number {NEITHER}"),
        ("optional = true", "optional = 1", "mapping.toml: [columns]: since: optional is not true or false"),
        ("optional = true", "oops = 1", f"mapping.toml: [columns]: since: oops is not known here {KNOWN}"),
        ('open = "view"', "open = 1", "mapping.toml: [columns]: kind: values are not all texts"),
        ("%d.%m.%Y", "%d.%Q", f"mapping.toml: [columns]: since: format '%d.%Q' {BAD}"),
        ('"never collected"', "1", "mapping.toml: [drop]: Race is not a text"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in WHOLE
    assert refusal(tmp_path, WHOLE.replace(old, new)) == message


def test_a_mapping_without_columns_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, 'kind = "customers"\n[columns]\n') == "mapping.toml: [columns] names no column"


def test_what_is_no_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    assert refusal(tmp_path, "kind = \n").startswith("the mapping mapping.toml is not TOML: Invalid value (at line 1")


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot read the mapping .*none.toml: No such file"):
        read_mapping(tmp_path / "none.toml")
