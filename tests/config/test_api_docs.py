"""The examples of docs/api.md and docs/webhooks.md: run as they stand, and held against the program."""

import json
import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from privacy.roles import Role
from privacy.webhooks.delivering import DELAYS
from privacy.webhooks.kinds import TEST, kinds
from records.models import Customer
from tests.api import make_key
from tests.factories import make_customer, make_material, make_team, make_user

DOCS = Path(__file__).parents[2] / "docs"
API, WEBHOOKS = (DOCS / "api.md").read_text(), (DOCS / "webhooks.md").read_text()
# The one value of the examples that grows too old to be taken.
HAPPENED = "2026-11-01T16:00:00Z"


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", API, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture
def curl() -> str:
    found = shutil.which("curl")
    if found is None and os.environ.get("CI"):
        pytest.fail("no curl on PATH, and CI never skips the examples", pytrace=False)
    if found is None:
        pytest.skip("no curl on PATH: the examples are skipped")
    return found


def test_the_examples_do_what_the_page_says(curl: str, live_server: LiveServer, transactional_db: None) -> None:
    cache.clear()
    manager = make_user(Role.SALES_MANAGER)
    make_team(manager=manager)
    make_customer("C-1001", manager, name="Bea Lee", key=uuid.UUID("7d0c1f9e-3b0e-4c4c-9a53-1f2f6a1f8f0a"))
    make_material("guide")
    environment = {"PATH": os.environ["PATH"], "WAYMARK": str(live_server), "KEY": make_key(manager).text}
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    answers: list[Any] = []
    for line in commands():
        assert line.startswith("curl -fsS ")
        done = subprocess.run(
            ["/bin/bash", "-c", line.replace(HAPPENED, now)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), line
        answers.append(json.loads(done.stdout))

    listed, found, made, again, shared, taken, collected, link, page, export = answers
    assert [row["number"] for row in listed["results"]] == ["C-1001"]
    assert [person["name"] for person in found["people"]] == ["Bea Lee"]
    assert (made["number"], again) == ("C-2001", made)
    assert Customer.objects.filter(number="C-2001").count() == 1
    assert (shared["made"], taken) == (1, {"accepted": 1, "duplicate": 0})
    assert collected == {"accepted": 1, "duplicate": 0, "rejected": []}
    assert json.dumps(collected, separators=(",", ":")) in API
    assert (link["kind"], link["version"], link["topics"]) == ("link", 1, ["rates"])
    assert (page["title"], page["draft"]) == ("For small firms", [])
    assert (export["of"], export["query"], export["state"]) == ("customers", "sort=-views", "queued")


def test_the_page_of_webhooks_names_each_kind_and_each_wait() -> None:
    told = set(re.findall(r"^\| `([\w.]+)` \|", WEBHOOKS, re.MULTILINE))
    assert told == {TEST.name, *(kind.name for kind in kinds())}
    rows = re.findall(r"^\| `([\w.]+)` \|[^|]*\| (.*) \|$", WEBHOOKS, re.MULTILINE)
    fields = {name: set(re.findall(r"`(\w+)`", data)) for name, data in rows}
    assert {kind.name: set(kind.example) for kind in kinds()} == {
        name: found for name, found in fields.items() if name != TEST.name
    }
    said = re.search(r"tried again after ([^,]*(?:, [^,]*)*? and \d+ h)", WEBHOOKS)
    assert said
    words = re.findall(r"(\d+) (s|min|h)\b", said[1])
    seconds = {"s": 1, "min": 60, "h": 3600}
    assert [int(count) * seconds[unit] for count, unit in words] == [int(one.total_seconds()) for one in DELAYS]


def test_the_limit_of_the_page_is_the_settings() -> None:
    from config.settings import API_REQUESTS_PER_MINUTE

    assert f"{API_REQUESTS_PER_MINUTE} requests a minute" in API
