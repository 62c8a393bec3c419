"""The examples of docs/importing.md: each command is run as the page has it, and each file has one row to reject."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from records.models import Import
from tests.intake import counts, rejected, run

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).parents[2]
COMMAND = re.compile(
    r"^    manage\.py import (\w+) (docs/examples/\S+\.csv) --mapping (docs/examples/\S+\.toml)$", re.MULTILINE
)
COMMANDS = COMMAND.findall((CHECKOUT / "docs" / "importing.md").read_text())
# File -> (read, loaded, already there, rejected) and what the rejects file says.
EXPECTED = {
    "survey.csv": ((5, 4, 0, 1), "6,satisfied,is not between 1 and 5,7"),
    "contest.csv": ((4, 3, 0, 1), "5,question,is no question of this survey,Your age?"),
    "registrations.csv": ((4, 3, 0, 1), "5,cancelled,is before the registration,2026-03-01T08:00"),
    "members.csv": ((4, 3, 0, 1), "5,name,is empty: a new customer needs a name,"),
    "cards.csv": ((3, 2, 0, 1), "4,expires,is not a month and year like 05/2028,"),
}


def test_the_page_has_a_command_for_each_example() -> None:
    files = {Path(file).name for _, file, _ in COMMANDS}
    assert files >= EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_the_example_loads_all_but_one_row(settings: Settings, tmp_path: Path, name: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    run("customers", CHECKOUT / "docs" / "examples" / "customers.csv")
    ((kind, file, mapping),) = [one for one in COMMANDS if Path(one[1]).name == name]
    run(kind, CHECKOUT / file, "--mapping", CHECKOUT / mapping)
    expected, reject = EXPECTED[name]
    assert counts() == expected
    assert rejected(tmp_path) == [reject]
    run("--undo", Import.objects.latest("id").pk)
