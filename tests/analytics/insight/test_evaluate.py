"""`manage.py evaluate`: each method on a file, and the proofs on published data where they lie beside the checkout."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from analytics.insight.evaluating.base import plain, shares
from analytics.insight.proofs import PROOFS, alarms
from analytics.insight.proofs.base import Figure, Rule, at_least, at_most, near

ABOVE = Path(__file__).resolve().parents
DATA = next((folder / "shared/data" for folder in ABOVE if (folder / "shared/data").exists()), None)
published = pytest.mark.skipif(DATA is None, reason="shared/data is not beside the checkout")

Evaluate = Callable[..., Any]


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluate:
    """Write the files, run the command on them with --json, and give what it printed."""

    def run(kind: str, *files: str, **options: object) -> Any:
        paths = []
        for number, text in enumerate(files):
            (path := tmp_path / f"{number}.csv").write_text(text)
            paths.append(str(path))
        out = StringIO()
        call_command("evaluate", kind, *paths, stdout=out, json=True, **options)
        return json.loads(out.getvalue())

    return run


def lines(head: str, *rows: str) -> str:
    return "\n".join([head, *rows]) + "\n"


TEST = lines("arm;bought", *["none;no"] * 90, *["none;yes"] * 10, *["letter;no"] * 60, *["letter;yes"] * 40)


def test_experiment_is_judged_with_its_words(evaluate: Evaluate) -> None:
    found = evaluate("experiment", TEST, arm="arm", outcome=["bought"], control="none")

    assert found["balance"]["observed"] == {"letter": 100, "none": 100}
    assert found["comparisons"][0]["verdict"] == "clear"
    assert found["comparisons"][0]["lift"]["absolute"] == pytest.approx(0.3)
    assert found["words"][0].startswith("bought, letter: 40.00% against 10.00% in none")
    assert found["blocked"] == ""


def test_experiment_prints_words_for_people(tmp_path: Path) -> None:
    (path := tmp_path / "t.csv").write_text(TEST)
    out = StringIO()
    call_command(
        "evaluate",
        "experiment",
        str(path),
        "--arm",
        "arm",
        "--outcome",
        "bought",
        "--shares",
        "none=1,letter=3",
        stdout=out,
    )

    assert out.getvalue().splitlines()[:4] == [
        "arm     people  expected",
        "letter     100       150",
        "none       100        50",
        "divided as meant: p = 3.215e-16",
    ]
    assert "No verdict. The people were not divided as intended" in out.getvalue()


def test_archive_is_judged_test_by_test(evaluate: Evaluate) -> None:
    rows = [f"{test},{arm},50,1000" for test in range(4) for arm in "ab"]
    found = evaluate(
        "experiment", lines("test,arm,clicks,shown", *rows), arm="arm", outcome=["clicks"], trials="shown", by="test"
    )

    assert (found["tests"], found["blocked"], found["clear"]) == (4, 0, 0)


def test_propensity_refuses_forbidden_fields_by_name(evaluate: Evaluate) -> None:
    rows = [f"{number % 7},{30 + number % 50},{'yes' if number % 7 > 4 else 'no'}" for number in range(400)]
    found = evaluate("propensity", lines("opened,age,responded", *rows), target="responded")

    assert found["refused"] == {"age": "says a person's age, which is never used to choose whom to write to"}
    assert found["boosted"]["auc"] == 1.0


def test_recommendations_are_learnt_and_held_against_the_test(evaluate: Evaluate) -> None:
    train = [f"u{user},i{(user + step) % 6}" for user in range(30) for step in range(2)]
    test = [f"u{user},i{(user + 2) % 6}" for user in range(30)]
    found = evaluate("recommendations", lines("user,item", *train), lines("user,item", *test))

    assert (found["users"], found["items"], found["test_pairs"]) == (30, 6, 30)
    assert {one["name"] for one in found["candidates"]} >= {"popularity", "item-kNN", "EASE 100"}
    assert all(one["measured"]["recall"]["5"] == 1.0 for one in found["candidates"])


def test_activity_is_foretold(evaluate: Evaluate) -> None:
    rows = [f"c{number},2026-01-{1 + number % 20:02}" for number in range(60)]
    again = [f"c{number},2026-02-{1 + number % 20:02}" for number in range(0, 60, 3)]
    found = evaluate("activity", lines("customer,date", *rows, *again), weeks=4.0)

    assert (found["people"], found["until"], found["came"]) == (60, "2026-02-20", None)
    assert found["expected"] > 0


def test_attribution_shares_out_every_conversion(evaluate: Evaluate) -> None:
    rows = [
        "c1,spring,2026-01-01,0",
        "c1,summer,2026-01-05,",
        "c1,,2026-01-06,1",
        "c2,spring,2026-01-03,1",
        "c3,,2026-01-03,2",
    ]
    found = evaluate(
        "attribution",
        lines("who,campaign,day,sold", *rows),
        customer="who",
        campaign="campaign",
        date="day",
        conversions="sold",
    )

    assert (found["conversions"], found["untouched"]) == (4, 2)
    assert found["credit"]["first"] == {"spring": 2, "summer": 0}
    assert all(sum(credit.values()) == pytest.approx(2) for credit in found["credit"].values())


def test_uplift_is_told_by_people_ranked(evaluate: Evaluate) -> None:
    rows = [
        f"{'letter' if place % 2 else 'none'},{place % 3},{int(place % 5 == 0 or (place % 2 == 1 and place % 3 == 0))}"
        for place in range(1200)
    ]
    found = evaluate("uplift", lines("arm,kind,y", *rows), arm="arm", outcome="y", treatment="letter", control="none")

    assert found["people"] == 1200
    assert found["by_uplift"]["area"] > found["random_high"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "arm,bought\nnone,yes\nletter,perhaps\n",
            r"line 3, column 'bought': 'perhaps' is neither a number nor yes or no",
        ),
        ("arm,sold\nnone,1\nletter,1\n", r"has no column 'bought': there are 'arm', 'sold'"),
        ("", "is empty"),
    ],
)
def test_bad_file_is_told_in_one_line(evaluate: Evaluate, text: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        evaluate("experiment", text, arm="arm", outcome=["bought"])


def test_shares_are_read_and_refused() -> None:
    assert shares("No E-Mail=1, a=b=2.5") == {"No E-Mail": 1.0, "a=b": 2.5}
    for wrong in ("control", "control=many", "=1", "control=nan"):
        with pytest.raises(Exception, match="is no share as in control=1"):
            shares(wrong)


def test_plain_values_are_what_json_can_hold() -> None:
    assert plain({"a": (float("nan"), Rule.NEAR), 2: [Figure("x", 1.0)]}) == {
        "a": [None, "within"],
        "2": [{"name": "x", "ours": 1.0, "beside": None, "allowed": 0.0, "rule": "shown only"}],
    }


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (near("x", 1.05, 1.0, 0.05), True), (near("x", 1.06, 1.0, 0.05), False), (near("x", 0.94, 1.0, 0.05), False),
        (at_least("x", 0.9, 1.0, 0.1), True), (at_least("x", 0.8, 1.0, 0.1), False), (at_least("x", 5, 1.0), True),
        (at_most("x", 1.1, 1.0, 0.1), True), (at_most("x", 1.2, 1.0, 0.1), False), (Figure("x", 9, 1.0), True),
    ],
)  # fmt: skip
def test_figure_holds_as_near_as_its_rule_allows(figure: Figure, holds: bool) -> None:
    assert figure.holds is holds


def test_folder_without_the_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot read .*CDNOW_sample\.txt\.gz"):
        call_command("evaluate", "all", data=tmp_path, only=["cdnow"])


@published
@pytest.mark.parametrize("name", ["hillstrom", "charity", "cdnow", "msweb"])
def test_published_figures_come_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the made-up tests, which `manage.py evaluate all` repeats 2,000 times."""
    monkeypatch.setattr(alarms, "RUNS", 0)
    monkeypatch.setattr(alarms, "figures", lambda found: ())
    monkeypatch.setattr(alarms, "simulated", lambda *_args, **_options: {})
    assert DATA is not None

    figures = list(PROOFS[name].show(DATA).figures)
    assert [figure.name for figure in figures if not figure.holds] == []
    assert any(figure.rule is not Rule.SHOWN for figure in figures)


def test_figure_that_is_not_as_published_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.insight.evaluating import everything
    from analytics.insight.proofs.base import Proof, Shown

    proof = Proof("made up", "nobody", lambda _data: Shown([near("speed", 2.0, 1.0, 0.5)]))
    monkeypatch.setattr(everything, "PROOFS", {"made up": proof})
    out = StringIO()

    with pytest.raises(CommandError, match="not as published: made up: speed"):
        call_command("evaluate", "all", stdout=out, data=Path(), json=True)
    assert json.loads(out.getvalue())["proofs"]["made up"]["figures"][0]["difference"] == 1.0
