"""`manage.py verdicts`: a rule applied to the log, and agents by hand."""

import io
import json
import subprocess
import sys
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns import rejudging
from campaigns.enums import Reason, Signal, Verdict
from campaigns.management.commands.verdicts import lines
from campaigns.models import Event, EventBatch, JudgedEvent, Judgement
from campaigns.rejudging import Change, rerun
from tests.events import NOON, append, event, make_material, make_viewer
from tests.processes import CHECKOUT, environment

VISIT = uuid.UUID(int=1)
TO_BURST = Change(Verdict.HUMAN, Reason.NO_SIGN, Verdict.SCANNER, Reason.BURST)


def at(seconds: float) -> dict[str, Any]:
    return {"occurred_at": NOON + timedelta(seconds=seconds)}


def written_by_an_older_program(*events: dict[str, Any]) -> None:
    """Events in the log with the verdict that a program without rule 2 gave them: each by itself."""
    append(*events)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE waymark_keeper")
        cursor.execute("DELETE FROM campaigns_judgement")
        cursor.execute("RESET ROLE")


def told(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("verdicts", *arguments, stdout=out)
    return out.getvalue().splitlines()


def apart(viewer: Any) -> list[dict[str, Any]]:
    """Three openings that rule 2 takes for a burst and rule 1 does not: the third material is not in a row."""
    materials = [make_material(name) for name in "abc"]
    order = [0, 1, 0, 2]
    return [event(viewer, "view", material=materials[nth], **at(0.1 * place)) for place, nth in enumerate(order)]


@pytest.mark.django_db
def test_rerun_by_another_rule_and_back_says_what_changes_and_keeps_the_story() -> None:
    append(*apart(make_viewer()), event(make_viewer(), "view"))

    assert told("rerun", "--rule", "1") == [
        "           1  scanner/burst -> human/no_sign",
        "5 events judged, 1 changed",
    ]
    assert Counter(JudgedEvent.objects.values_list("reason", flat=True)) == {"burst": 3, "no_sign": 2}
    assert told("rerun") == ["           1  human/no_sign -> scanner/burst", "5 events judged, 1 changed"]
    assert list(Judgement.objects.order_by("nth").values_list("nth", "rule_version", "reason")) == [
        (1, 1, "no_sign"),
        (2, 2, "burst"),
    ]


@pytest.mark.django_db
def test_rerun_twice_changes_nothing_more() -> None:
    append(*apart(make_viewer()))
    rerun(1)

    assert rerun(2).changes.total() == 1
    batches = EventBatch.objects.count()
    assert told("rerun") == ["4 events judged, 0 changed"]
    assert EventBatch.objects.count() == batches


@pytest.mark.django_db
def test_dry_run_says_it_and_changes_nothing() -> None:
    append(*apart(make_viewer()))

    assert told("rerun", "--rule", "1", "--dry-run") == [
        "           1  scanner/burst -> human/no_sign",
        "4 events judged, 1 would change",
    ]
    assert not Judgement.objects.exists()


@pytest.mark.django_db
def test_rerun_since_a_day_judges_from_its_first_moment_by_all_that_was_before() -> None:
    viewer = make_viewer()
    midnight = datetime(2026, 3, 10, 4, tzinfo=UTC)  # in New York
    links = [
        event(viewer, "view", share_id=nth, occurred_at=midnight + timedelta(seconds=0.4 * nth)) for nth in (-1, 0, 1)
    ]
    append(*links)
    rerun(1)

    result = rerun(2, midnight)

    assert (result.judged, dict(result.changes)) == (2, {TO_BURST: 2})
    assert list(JudgedEvent.objects.order_by("occurred_at").values_list("reason", flat=True)) == [
        "no_sign",
        "burst",
        "burst",
    ]


@pytest.mark.django_db
def test_day_of_since_is_the_agencys(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def noted(*options: Any, **_more: Any) -> rejudging.Rerun:
        asked.append(options)
        return rejudging.Rerun()

    monkeypatch.setattr("campaigns.management.commands.verdicts.rerun", noted)

    told("rerun", "--since", "2026-03-10")

    assert asked == [(2, datetime(2026, 3, 10, 4, tzinfo=UTC))]


@pytest.mark.django_db
def test_slices_of_a_few_events_judge_whole_viewers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejudging, "EVENTS_A_SLICE", 2)
    for _ in range(3):
        append(*apart_by_share(make_viewer()))
    append(event(-5, "view"))
    rerun(1)

    result = rerun(2)

    assert (result.judged, dict(result.changes)) == (10, {TO_BURST: 9})
    assert EventBatch.objects.filter(event_count=0).count() == 3 + 3


def apart_by_share(viewer: Any) -> list[dict[str, Any]]:
    """A burst for rule 2 alone, which takes shares for links."""
    return [event(viewer, "view", share_id=nth, **at(0.1 * nth)) for nth in (1, 2, 3)]


@pytest.mark.django_db
def test_rerun_judges_signals_of_what_was_seen_and_no_agent_anew() -> None:
    append(event(make_viewer(), "view", signals=Signal.KNOWN_AGENT), event(make_viewer(), "view", signals=32))

    assert told("rerun") == ["1 events judged, 0 changed"]
    assert set(Event.objects.values_list("reason", flat=True)) == {"known_agent", "recorded_outcome"}


@pytest.mark.django_db
def test_empty_log_is_judged_in_no_time() -> None:
    assert told("rerun") == ["0 events judged, 0 changed"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("rerun", "--rule", "3"), "invalid choice: 3"),
        (("rerun", "--since", "March"), "'March' is no date as in 2026-03-01"),
        ((), "the following arguments are required: action"),
        (("classify", "/nowhere/agents.txt"), "/nowhere/agents.txt cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        call_command("verdicts", *arguments)


# classify ------------------------------------------------------------------------------------------------------------
AGENTS = (
    b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    b"\n"
    b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)\n"
    b"\xff\xfe\x00 no text\n" + b"a" * 10_000_000 + b"\n"
    b"WhatsApp/2.23.20.0"
)
VERDICTS = [
    ("human", "no_sign"),
    ("scanner", "known_agent"),
    ("scanner", "known_agent"),
    ("human", "no_sign"),
    ("human", "no_sign"),
    ("preview", "preview_agent"),
]


def test_each_line_of_a_file_is_answered_by_one_line(tmp_path: Path) -> None:
    (tmp_path / "agents").write_bytes(AGENTS)

    assert told("classify", str(tmp_path / "agents")) == ["\t".join(verdict) for verdict in VERDICTS]


def test_answers_as_json_are_an_object_a_line(tmp_path: Path) -> None:
    (tmp_path / "agents").write_bytes(AGENTS)

    answers = [json.loads(line) for line in told("classify", "--json", str(tmp_path / "agents"))]

    assert [(answer["verdict"], answer["reason"]) for answer in answers] == VERDICTS


def test_line_of_megabytes_keeps_its_beginning_only() -> None:
    found = list(lines(io.BytesIO(b"x" * 200_000 + b"\nshort\n\n")))

    assert [len(line) for line in found] == [64 << 10, 5, 0]


def test_last_line_without_an_end_counts_and_an_empty_file_has_none() -> None:
    assert list(lines(io.BytesIO(b"one\ntwo"))) == ["one", "two"]
    assert list(lines(io.BytesIO(b""))) == []


@pytest.mark.django_db
def test_standard_input_is_read_where_no_file_is_named() -> None:
    answered = subprocess.run(
        [sys.executable, "manage.py", "verdicts", "classify"],
        cwd=CHECKOUT,
        env=environment(),
        input=AGENTS,
        capture_output=True,
        check=True,
    )

    assert answered.stdout.decode().splitlines() == ["\t".join(verdict) for verdict in VERDICTS]
    assert answered.stderr == b""
