"""The pages for people, held against what there is: commands, files, settings, services and checks.

The commands of README.md and CONTRIBUTING.md are run, here in the order of the page or where TESTED names. Those of
docs/operations.md are for other machines: whatever they name of Waymark must exist.
"""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError

from config import health
from config.doctor import CHECKS
from tests.config.test_settings import PRODUCTION

CHECKOUT = Path(__file__).parents[2]
PYTHON = ".venv/bin/python"
# What a test cannot run within itself, and where it is run.
TESTED = {
    "make run": "tests/config/test_running.py",
    "make setup": ".ci/run",  # a part of `make test`
    "make check": ".ci/run",  # `make test` without its slow tests
    "make test": ".ci/run",
    "docker compose up": "tests/config/test_compose.py",
}
ANSWERS = {"setup_admin": "first@agency.example.org\nFirst Administrator\n"}

OPERATIONS = "docs/operations.md"
PAGES = ["README.md", "CONTRIBUTING.md", OPERATIONS]
SYSTEM = {"chmod", "cp", "docker", "install", "journalctl", "make", "runuser", "set", "systemctl", "tar", "useradd"}
FOLDERS = "analytics|benchmarks|campaigns|config|deploy|docs|privacy|records|requirements|templates|tests"
FILE = re.compile(rf"(?<![\w./-])((?:{FOLDERS})/[\w./-]*\w|[\w-]+\.(?:md|yml)|\.env\.example|Dockerfile|Makefile)\b")


def text(page: str) -> str:
    return (CHECKOUT / page).read_text()


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text(page), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


# Commands that are run -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_page_names_only_commands_that_are_run(page: str) -> None:
    unknown = [line for line in commands(page) if not line.startswith(f"{PYTHON} ") and line not in TESTED]

    assert unknown == []
    assert all((CHECKOUT / place).exists() for place in TESTED.values())


def run(line: str, var: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line)
    answer = next((text for name, text in ANSWERS.items() if name in words), "")
    return subprocess.run(
        [sys.executable, *words[1:]],
        cwd=CHECKOUT,
        env={**os.environ, "WAYMARK_VAR": str(var), "ADMIN_PASSWORD": "a passphrase of the test"},
        input=answer,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_commands_of_the_readme_work_in_their_order_beside_the_demo_and_leave_it_whole(var: Path) -> None:
    """`make run`, which stands first on the page, has loaded the demo by then."""
    for line in ("migrate", "load_demo --customers 300 --events 4000"):
        assert run(f"{PYTHON} manage.py {line}", var).returncode == 0
    demo = states_of_imports(var)
    assert {state for _, state in demo} == {"Done"}
    lines = [line for line in commands("README.md") if line.startswith(f"{PYTHON} ")]

    failed = {line: done.stderr for line in lines if (done := run(line, var)).returncode and "doctor" not in line}

    assert failed == {}
    assert len(lines) >= 10
    assert states_of_imports(var) == [("letters.csv", "Taken back"), ("customers.csv", "Taken back"), *demo]


def states_of_imports(var: Path) -> list[tuple[str, str]]:
    """The file and the state of each import, newest first."""
    shown = run(f"{PYTHON} manage.py import --list", var).stdout.splitlines()
    return [(cells[4], cells[2]) for line in shown if (cells := line.split("  "))]


# Commands for other machines -----------------------------------------------------------------------------------------
def not_understood(words: list[str]) -> str:
    """What `manage.py WORDS…` would say against its arguments; empty where it would take them."""
    if words[0] not in get_commands():
        return f"there is no command {words[0]}"
    parser: ArgumentParser = load_command_class(get_commands()[words[0]], words[0]).create_parser("manage.py", words[0])
    try:
        parser.parse_args(words[1:])
    except (CommandError, SystemExit) as refusal:
        return str(refusal)
    checks = {check.name for check in CHECKS}
    unknown = {word for word in words[1:] if not word.startswith("-")} - checks if words[0] == "doctor" else set()
    return f"there is no check {min(unknown)}" if unknown else ""


def given_to_manage(line: str) -> list[str]:
    """The words after `manage.py` up to the end of the command."""
    words = shlex.split(line.partition("manage.py ")[2])
    return words[: next((place for place, word in enumerate(words) if word in ("<", ">", "&&")), len(words))]


def services_named(line: str) -> list[str]:
    """The services that a `docker compose …` line names."""
    _, _, verb, *rest = shlex.split(line.partition(" <")[0].partition(" >")[0])
    if verb == "cp":
        return [word.partition(":")[0] for word in rest if ":" in word]
    named = [word for word in rest if not word.startswith("-")]
    scaled = re.findall(r"--scale=(\w+)=", line)
    return named[:1] if verb in ("exec", "run") else named + scaled


def test_operations_names_only_programs_that_are_ours_or_the_systems() -> None:
    lines = commands(OPERATIONS)
    assert [line for line in lines if line.split()[0] not in SYSTEM] == []
    ours = [line for line in lines if "python" in line]
    assert len(ours) >= 12
    assert [line for line in ours if not re.search(r"python (manage\.py \w+|-m config\.\w+)", line)] == []


@pytest.mark.parametrize("page", PAGES)
def test_page_names_only_commands_of_manage_that_exist(page: str) -> None:
    named = set(re.findall(r"manage\.py (\w+)", text(page)))
    assert named - get_commands().keys() == set()
    lines = [line for line in commands(page) if "manage.py " in line]
    assert {line: said for line in lines if (said := not_understood(given_to_manage(line)))} == {}


def test_operations_names_only_modules_services_and_units_that_exist() -> None:
    lines = commands(OPERATIONS)
    modules = re.findall(r"python -m ([\w.]+)", "\n".join(lines))
    assert [module for module in modules if find_spec(module) is None] == []

    services = yaml.safe_load(text("docker-compose.yml"))["services"].keys()
    named = {name for line in lines if line.startswith("docker compose ") for name in services_named(line)}
    assert named >= {"web", "worker", "beat", "database", "redis", "certificates", "migrate"}
    assert named - services == set()

    units = {path.stem for path in (CHECKOUT / "deploy" / "systemd").iterdir()}
    about_units = [line for line in lines if line.startswith(("cp deploy", "systemctl", "journalctl"))]
    assert {name for line in about_units for name in re.findall(r"waymark-\w+", line)} == units


def test_settings_file_of_operations_is_clean_for_shell_and_systemd() -> None:
    (example,) = re.findall(r"```ini\n(.*?)```", text(OPERATIONS), re.DOTALL)
    for name in ("SECRET_KEY", "VAULT_KEYS", "LEDGER_KEYS"):
        example = example.replace(f"{name}='SECRET'", f"{name}='{PRODUCTION[name]}'")
    variables = dict(line.split("=", 1) for line in example.splitlines())
    assert all(re.fullmatch(r"'[^'\\]*'", value) for value in variables.values())  # both read it alike
    assert required_settings() <= variables.keys() <= variables_read()

    check = f"set -a; {example} exec {sys.executable} manage.py check --deploy --fail-level WARNING"
    done = subprocess.run(
        ["/bin/sh", "-c", check], cwd=CHECKOUT, env={"PATH": os.environ["PATH"]}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


# Names ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_page_names_only_files_that_exist(page: str) -> None:
    named = [name for name in FILE.findall(text(page)) if "APP" not in name]  # `tests/APP/` stands for each

    assert len(named) >= 10
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_sections_that_the_program_points_to_exist() -> None:
    """As in: docs/operations.md, "Certificates"."""
    code = "".join(path.read_text() for path in (CHECKOUT / "config").rglob("*.py")).replace("\\'", "'")
    named = {quoted or plain for quoted, plain in re.findall(r'operations\.md, (?:"([^"]+)"|(\w+), says)', code)}

    assert named == {"Settings", "Certificates", "The database's roles"}
    headings = set(re.findall(r"^#+ (.+)$", text(OPERATIONS), re.MULTILINE))
    assert named - headings == set()
    assert set(re.findall(r'(?:see|See|\() ?"([^"]+)"', text(OPERATIONS))) - headings == set()


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading of docs/operations.md, without the table's own head."""
    _, found, section = text(OPERATIONS).partition(f"\n{heading}\n")
    assert found, heading
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table, heading
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table[0].splitlines()[2:]]


def in_first_column(heading: str) -> list[str]:
    return [name for row in rows(heading) for name in re.findall(r"`([^`]+)`", row[0])]


def required_settings() -> set[str]:
    return {name for row in rows("## Settings") if row[3] == "yes" for name in re.findall(r"`([^`]+)`", row[0])}


def variables_read() -> set[str]:
    """The environment variables that the program asks for by name.

    One that it asks for by another expression is given as its place, and so is in no table; config/environment.py,
    which does the asking for the settings, is left out.
    """
    packages = [path.parent for path in CHECKOUT.glob("*/__init__.py")]
    files = [CHECKOUT / "manage.py", *(file for package in packages for file in package.rglob("*.py"))]
    files.remove(CHECKOUT / "config" / "environment.py")
    return {name for file in files for name in _asked_for(file)}


def _asked_for(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        for asked in _names_in(node):
            match asked:
                case ast.Constant(value=str(name)):
                    yield name
                case _:
                    yield f"{file}:{asked.lineno}"


def _names_in(node: ast.AST) -> list[ast.expr]:
    """The expressions that name a variable in `env.str(…)`, `os.environ.get(…)`, `os.environ[…]`, `… in os.environ`."""
    match node:
        case ast.Call(func=ast.Attribute(value=asked, attr=method), args=[name, *_]):
            source = ast.unparse(asked)
            return [name] if source in ("env", "os.environ") or (source, method) == ("os", "getenv") else []
        case ast.Subscript(value=asked, slice=name) if ast.unparse(asked) == "os.environ":
            return [name]
        case ast.Compare(left=name, comparators=[asked]) if ast.unparse(asked) == "os.environ":
            return [name]
    return []


def test_settings_table_names_exactly_the_variables_that_the_program_reads() -> None:
    named = in_first_column("## Settings")

    assert len(set(named)) == len(named)
    assert set(named) == variables_read()
    assert {row[3] for row in rows("## Settings")} == {"yes", "no"}


def test_settings_table_tells_the_defaults_that_production_has() -> None:
    names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "VAULT_KEYS", "LEDGER_KEYS")
    needed = {name: PRODUCTION[name] for name in names}
    show = "import json; from config import settings; print(json.dumps(vars(settings), default=repr))"
    environment = {"PATH": os.environ["PATH"], **needed}
    shown = subprocess.run(
        [sys.executable, "-c", show], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, check=True
    )
    values = json.loads(shown.stdout)

    told = {row[0].strip("`"): row[2].split(";")[0].strip("`") for row in rows("## Settings")}
    named = told.keys() & values.keys() - {*needed, "MEDIA_ROOT", "STATIC_ROOT", "VAULT_URL"}
    assert len(named) >= 10
    assert {name: told[name] for name in named} == {name: as_told(values[name]) for name in named}


def as_told(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return ",".join(value) or "none"
        case "":
            return "none"
    return str(value)


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("## On one server", sorted(yaml.safe_load(text("docker-compose.yml"))["services"])),
        ("### `/readyz`", sorted(look.name for look in health.LOOKS)),
        ("### `manage.py doctor`", sorted(check.name for check in CHECKS)),
    ],
    ids=["services", "readyz", "doctor"],
)
def test_table_of_operations_names_exactly_what_there_is(heading: str, names: list[str]) -> None:
    assert sorted(in_first_column(heading)) == names
