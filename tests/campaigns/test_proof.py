"""The two published campaigns: the numbers of the reports against sums of the files made here, and against print."""

import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from analytics.management.commands import proof_report
from analytics.models import CampaignVariant
from campaigns.management.commands.proof import FILES, default_folder
from records.models import Import

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Sums = dict[str, dict[str, Decimal]]


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    folder = default_folder()
    for name in FILES.values():
        if not (folder / name).exists():
            pytest.skip(f"{folder / name} is not there: nothing to prove it with")
    return folder


@pytest.fixture(scope="class")
def proven(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """Both campaigns, brought in and folded once for all tests of the class: 114,083 rows. What the import said.

    Each test's transaction is within the one that is taken back here in the end.
    """
    if not all((default_folder() / name).exists() for name in FILES.values()):
        pytest.skip("the files are not there: nothing to prove it with")
    said, whole = StringIO(), transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]  # as in each test: what is durable may stand within
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, ExitStack() as undone:
        undone.enter_context(whole)
        undone.callback(transaction.set_rollback, True)
        call_command("proof", stdout=said)
        call_command("fold", stdout=StringIO())
        connection.check_constraints()  # once, rather than after each test
        undone.pop_all()
    yield said.getvalue().splitlines()
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


def stored(slug: str) -> Sums:
    """What the rollup holds, by variant."""
    return {
        row.variant.name: {
            "recipients": Decimal(row.recipients),
            "deliveries": Decimal(row.deliveries),
            "visits": Decimal(row.visits),
            "responses": Decimal(row.responses),
            "conversions": Decimal(row.conversions),
            "revenue": row.revenue,
            "unknown": Decimal(row.unknown_amounts),
        }
        for row in CampaignVariant.objects.filter(campaign__slug=slug).select_related("variant")
    }


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"cannot read .*charitable.csv.gz: No such file") as refused:
        call_command("proof", data=tmp_path)
    assert type(refused.value).__name__ == "CommandError"


def report(slug: str) -> dict[str, Any]:
    out = StringIO()
    call_command("report", "campaign", slug, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


class TestLoaded:
    def test_the_letters_are_what_was_published(self, proven: list[str], data: Path) -> None:
        expected: Sums = defaultdict(lambda: defaultdict(Decimal))
        for row in rows(data / FILES["charity-letters"]):
            arm = expected["treatment" if row["treatment"] == "1" else "control"]
            arm["recipients"] += 1
            arm["deliveries"] += 1
            arm["visits"] += 0
            arm["conversions"] += 0
            arm["responses"] += row["out_gavedum"] == "1"
            arm["unknown"] += row["out_gavedum"] == "1" and not row["out_amountgive"]
            arm["revenue"] += Decimal(row["out_amountgive"] or 0)
        sums = stored("charity-letters")
        assert sums == expected
        control, treatment = sums["control"], sums["treatment"]
        assert [int(arm["recipients"]) for arm in (control, treatment)] == [16_687, 33_396]
        assert treatment["unknown"] == 2
        assert round(control["responses"] / control["recipients"], 5) == Decimal("0.01786")
        assert round(treatment["responses"] / treatment["recipients"], 5) == Decimal("0.02204")
        assert round(control["revenue"] / control["recipients"], 4) == Decimal("0.8133")
        assert round(treatment["revenue"] / (treatment["recipients"] - treatment["unknown"]), 4) == Decimal("0.9652")

    def test_the_e_mail_is_what_was_published(self, proven: list[str], data: Path) -> None:
        names = {"No E-Mail": "none", "Mens E-Mail": "mens", "Womens E-Mail": "womens"}
        expected: Sums = defaultdict(lambda: defaultdict(Decimal))
        for row in rows(data / FILES["hillstrom-email"]):
            arm = expected[names[row["segment"]]]
            arm["recipients"] += 1
            arm["deliveries"] += row["segment"] != "No E-Mail"
            arm["visits"] += Decimal(row["visit"])
            arm["conversions"] += Decimal(row["conversion"])
            arm["responses"] += 0
            arm["unknown"] += 0
            arm["revenue"] += Decimal(row["spend"])
        sums = stored("hillstrom-email")
        assert sums == expected
        published = {
            "none": ("10.62", "0.57", "0.65"),
            "mens": ("18.28", "1.25", "1.42"),
            "womens": ("15.14", "0.88", "1.08"),
        }
        for name, arm in sums.items():
            people = arm["recipients"]
            shown = (100 * arm["visits"] / people, 100 * arm["conversions"] / people, arm["revenue"] / people)
            assert tuple(str(round(number, 2)) for number in shown) == published[name]

    def test_the_second_proof_imports_nothing(self, proven: list[str]) -> None:
        output = StringIO()
        call_command("proof", stdout=output)
        first, second = Import.objects.order_by("id")
        assert output.getvalue().splitlines() == [
            f"charity-letters is there: import {first.pk}: charitable.csv.gz, 50,083 rows",
            f"hillstrom-email is there: import {second.pk}: hillstrom.csv.gz, 64,000 rows",
        ]

    def test_nothing_of_race_politics_and_neighbourhood_is_taken_in(self, proven: list[str]) -> None:
        assert any(line.startswith("dropped pwhite, pblack") and line.endswith("never collected") for line in proven)
        assert any(line.startswith("dropped perbush, close25, red0") for line in proven)
        assert "dropped zip_code: neighbourhood: not needed, so not collected" in proven

    def test_the_reports_say_what_was_published(self, proven: list[str]) -> None:
        letters = {variant["name"]: variant for variant in report("charity-letters")["variants"]}
        mails = {variant["name"]: variant for variant in report("hillstrom-email")["variants"]}

        assert {name: round(found["response_rate"], 5) for name, found in letters.items()} == {
            "control": 0.01786,
            "treatment": 0.02204,
        }
        assert {name: round(found["revenue_per_recipient"], 4) for name, found in letters.items()} == {
            "control": 0.8133,
            "treatment": 0.9652,
        }
        assert {name: round(100 * found["visit_rate"], 2) for name, found in mails.items()} == {
            "none": 10.62,
            "mens": 18.28,
            "womens": 15.14,
        }
        assert {name: round(100 * found["conversion_rate"], 2) for name, found in mails.items()} == {
            "none": 0.57,
            "mens": 1.25,
            "womens": 0.88,
        }
        assert {name: round(found["revenue_per_recipient"], 2) for name, found in mails.items()} == {
            "none": 0.65,
            "mens": 1.42,
            "womens": 1.08,
        }
        assert letters["treatment"]["lift"]["response_rate"]["ci_low"] > 0
        assert [variant["lift"] for variant in (letters["control"], mails["none"])] == [None, None]

    def test_the_summary_shows_each_figure_beside_what_was_published(self, proven: list[str]) -> None:
        out = StringIO()
        call_command("proof_report", stdout=out)
        head, *lines, last = out.getvalue().splitlines()
        assert head.split() == ["campaign", "figure", "variant", "published", "found", "lift,", "95%", "interval"]
        assert len(lines) == 13
        assert "Matching gift offered" in lines[1]
        assert re.findall(r"\d\.\d\d", lines[1])[:2] == ["2.20", "2.20"]
        assert last == "Every figure is as published. --json prints the whole reports."

    def test_a_figure_that_is_not_as_published_ends_with_an_error(
        self, proven: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tmp_path / "published.toml"
        other.write_text('[charity-letters]\nresponse_rate = { control = "1.80" }\n')
        monkeypatch.setattr(proof_report, "PUBLISHED", other)
        with pytest.raises(CommandError, match=r"^not as published: Standard letter, response, % of recipients$"):
            call_command("proof_report", stdout=StringIO())

    def test_the_summarys_json_is_the_two_reports(self, proven: list[str]) -> None:
        out = StringIO()
        call_command("proof_report", "--json", stdout=out)
        assert re.findall(r'^ {2}"slug": "(.*)",$', out.getvalue(), re.MULTILINE) == [
            "charity-letters",
            "hillstrom-email",
        ]
