"""The front-end assets as `make setup` leaves them, and the lock files that say what they are."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from config import assets

LOCKS = ("runtime", "local", "dev", "assets")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("vendor") / "uswds"
    assets.copy_uswds(assets.USWDS, target)
    return target


def test_every_file_that_the_style_sheet_names_is_copied(copied: Path) -> None:
    style = (copied / "css" / "uswds.min.css").read_text()
    named = {name for name in re.findall(r"url\([\"']?([^)\"'#?]+)", style) if not name.startswith("data:")}
    assert len(named) > 20
    assert [name for name in named if not (copied / "css" / name).is_file()] == []


def test_every_source_map_that_a_script_names_is_copied(copied: Path) -> None:
    naming = [path for path in copied.glob("*/*.min.*s") if "sourceMappingURL=" in path.read_text()]
    assert sorted(path.name for path in naming) == ["uswds-init.min.js", "uswds.min.css", "uswds.min.js"]
    for path in naming:
        (name,) = re.findall(r"sourceMappingURL=(\S+?\.map)", path.read_text())
        assert (path.parent / name).is_file()


def test_only_what_is_used_is_copied(copied: Path) -> None:
    assert len([path for path in copied.rglob("*") if path.is_file()]) < 80


@pytest.mark.parametrize(("says", "version"), [("echo 6.14.18", 6), ("echo 11.0.1", 11), ("exit 127", 0)])
def test_npm_counts_by_the_version_it_tells(tmp_path: Path, says: str, version: int) -> None:
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\n{says}\n")
    npm.chmod(0o755)
    assert assets._major_version(str(npm)) == version


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_each_package_once_with_hashes_and_no_place(name: str) -> None:
    text = (assets.CHECKOUT / "requirements" / f"{name}.lock").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9._-]+(\[.*\])?==\S+", entry) and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "file:" not in text


def test_npm_lock_names_no_place_but_what_each_package_is() -> None:
    text = (assets.CHECKOUT / "package-lock.json").read_text()
    assert "://" not in text.replace("https://github.com/sponsors", "")
    assert text.count('"version"') == text.count('"integrity": "sha512-')


def test_locks_hold_every_dependency_in_the_version_asked_for() -> None:
    project = tomllib.loads((assets.CHECKOUT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    local = runtime + project["project"]["optional-dependencies"]["local"]
    groups = project["dependency-groups"]
    asked = {"runtime": runtime, "local": local, "dev": local + groups["dev"], "assets": groups["assets"]}
    for name, requirements in asked.items():
        assert unmet(name, requirements) == []


def unmet(name: str, requirements: list[str]) -> list[str]:
    text = (assets.CHECKOUT / "requirements" / f"{name}.lock").read_text()
    locked = dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE))
    parsed = {requirement: Requirement(requirement) for requirement in requirements}
    return [asked for asked, wanted in parsed.items() if locked.get(wanted.name, "0") not in wanted.specifier]
