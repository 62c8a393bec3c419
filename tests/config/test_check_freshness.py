"""`manage.py check_freshness`: what a monitor is told, and with which code."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from analytics import folding
from analytics.reports.base import Freshness
from campaigns.models import EventBatch
from config import health
from privacy.roles import Role
from tests.events import append, event, make_campaign, make_viewer
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADVICE = "See worker and failed tasks; manage.py fold does it here and now."


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_freshness", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        check(*arguments)
    return refusal.value


def wait(seconds: float) -> None:
    """What has not been folded was received so long ago."""
    EventBatch.objects.filter(folded_at=None).update(received_at=timezone.now() - timedelta(seconds=seconds))


def test_nothing_received_is_fresh() -> None:
    assert check() == "Fresh: nothing waits, nothing has been counted so far.\n"


def test_what_is_counted_is_fresh_until_something_waits_too_long() -> None:
    append(event(make_viewer(), "view"))
    assert check() == "Fresh: 1 event waits, the first for 0 s, nothing has been counted so far.\n"

    wait(31)
    refusal = refused()
    assert refusal.returncode == 1
    assert str(refusal) == (
        f"Not fresh: 1 event waits, the first for 31 s, nothing has been counted so far; 30 s are allowed. {ADVICE}"
    )

    folding.fold_all()
    assert check() == "Fresh: nothing waits, last counted 0 s ago.\n"


@pytest.mark.parametrize(("allowed", "is_fresh"), [(60, True), (10, False)])
def test_the_setting_says_how_long_is_allowed(settings: Any, allowed: int, is_fresh: bool) -> None:
    append(event(make_viewer(), "view"))
    wait(31)
    settings.FRESH_WITHIN_SECONDS = allowed
    assert (health.look_at_fold() == health.OK) is is_fresh
    if is_fresh:
        check()
    else:
        assert refused().returncode == 1


def test_an_option_says_how_long_is_allowed_now() -> None:
    append(event(make_viewer(), "view"))
    wait(3)
    assert check("--within", "4").startswith("Fresh: ")
    assert "; 2 s are allowed." in str(refused("--within", "2"))


def test_programs_are_told_numbers_and_the_code_stays() -> None:
    append(event(make_viewer(), "view"), event(make_viewer(), "view"))
    wait(90)
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("check_freshness", "--json", stdout=out)
    assert refusal.value.returncode == 1
    found = json.loads(out.getvalue())
    assert 90 <= found.pop("waited_seconds") < 120
    assert found == {"is_fresh": False, "folded_at": None, "waiting_facts": 2, "within_seconds": 30}

    folding.fold_all()
    found = json.loads(check("--json"))
    assert (found["is_fresh"], found["waiting_facts"], found["waited_seconds"]) == (True, 0, None)
    assert found["folded_at"] is not None


def test_a_database_that_does_not_answer_is_another_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Freshness:
        raise OperationalError("could not connect to server at 10.0.0.1")

    monkeypatch.setattr("config.management.commands.check_freshness.freshness", away)
    refusal = refused()
    assert (refusal.returncode, str(refusal)) == (2, "The database does not answer, or is not migrated.")


def test_a_report_says_that_it_is_behind() -> None:
    client = Client()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    _, letter = make_campaign().variants.all()
    viewer = make_viewer()
    append(event(viewer, "view", variant=letter), assigned=[(viewer, letter)])
    said = "2 events waiting to be counted"

    page = client.get("/campaigns/spring/").content.decode()
    assert said in page
    assert "Behind:" not in page

    wait(31)
    page = client.get("/campaigns/spring/").content.decode()
    assert said in page
    assert "Behind:" in page
