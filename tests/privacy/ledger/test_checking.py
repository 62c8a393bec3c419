"""Proofs that others check: of a certificate and of any entry, by function, command and page, without a database."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from privacy.ledger import naming, proofs, sealing
from privacy.ledger.checking import BadProof, check
from privacy.ledger.notes import verifier_of
from privacy.models import AccessEntry, DispositionRun, LedgerLeaf, User
from privacy.retention import runs
from privacy.roles import Role
from tests.factories import make_user
from tests.ledger import log_lines, tamper
from tests.retention import approve_all, dispose, gone_customer

# A proof as it was made once, by the key of these bytes: what is given out today must be checked for years.
SEED = bytes(range(32))
KEY = verifier_of("waymark.example.gov/ledger", SEED)
KEPT = (Path(__file__).parent / "proof.json").read_text()


@pytest.fixture
def grace(db: None) -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace")


@pytest.fixture
def run(grace: User) -> DispositionRun:
    approve_all(grace)
    sealing.seal_all()
    gone_customer()
    made = dispose(grace)
    log_lines(1)
    sealing.seal_all()
    return made


def proof_of(run: DispositionRun) -> dict[str, Any]:
    return json.loads(proofs.as_file(proofs.proof_of_certificate(run)))  # type: ignore[no-any-return]


def refused(text: str) -> str:
    with pytest.raises(BadProof) as problem:
        check(text, [])
    return str(problem.value)


# Without a database --------------------------------------------------------------------------------------------------


def test_a_proof_of_years_ago_still_holds() -> None:
    found = check(KEPT, [KEY])
    assert (found.position, found.checkpoint.size, found.is_signed) == (2, 5, True)
    assert (found.kind, found.reference) == ("disposition_done", "0d6f2a38-8f5c-4d0c-a1b4-3f1d2c5b7a90")
    assert (found.at and found.at.isoformat(), found.told["disposed"]) == ("2026-11-28T15:04:05.678901+00:00", 12)
    assert found.statement == {"key": "0d6f2a38-8f5c-4d0c-a1b4-3f1d2c5b7a90", "disposed": 12, "note": "née Ünal"}


def test_without_a_key_it_says_that_nobody_looked_at_the_signature() -> None:
    assert check(KEPT, []).is_signed is False


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(BadProof, match="No known key"):
        check(KEPT, [verifier_of("waymark.example.gov/ledger", bytes(32))])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_character_of_what_it_says_can_be_changed(data: st.DataObject) -> None:
    """In the words, the statement, the salt, the hashes, the checkpoint's root: one character for another."""
    proof = json.loads(KEPT)
    name = data.draw(st.sampled_from(["words", "statement", "salt", "hashes", "checkpoint"]))
    text = proof["hashes"][1] if name == "hashes" else proof[name]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0aZ9 ").filter(lambda one: one != text[at].lower() and one != text[at]))
    changed = text[:at] + other + text[at + 1 :]
    if name == "hashes":
        proof["hashes"][1] = changed
    else:
        proof[name] = changed
    with pytest.raises(BadProof):
        check(json.dumps(proof), [KEY])


@pytest.mark.parametrize("position", [0, 1, 3, 4, 5, -1])
def test_it_is_of_one_place_alone(position: int) -> None:
    assert refused(json.dumps(json.loads(KEPT) | {"position": position})).startswith("The proof")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"format": "another"},
            ("This is not a proof from the ledger: its “format” must be “waymark ledger proof 1”."),
        ),
        ({"words": 3}, "The proof is not complete: see words."),
        ({"position": True}, "The proof is not complete: see position."),
        ({"position": 1 << 63}, "The proof's position or the number of its hashes is not possible."),
        ({"hashes": [3]}, "The proof is not complete: see hashes."),
        ({"hashes": ["AAAA"]}, "One of the proof's hashes is not as it should be."),
        ({"hashes": ["ä"]}, "One of the proof's hashes is not as it should be."),
        ({"hashes": [""] * 65}, "The proof's position or the number of its hashes is not possible."),
        ({"salt": "no"}, "The proof's salt is not as it should be."),
        ({"statement": 3}, "The proof's statement must be text."),
        ({"statement": "{}"}, "The statement is not the one that was sealed: its digest differs."),
        ({"words": "[]"}, "The proof does not lead to the checkpoint's root"),
    ],
)
def test_what_is_no_proof_is_told(change: dict[str, Any], said: str) -> None:
    assert refused(json.dumps(json.loads(KEPT) | change)).startswith(said)


@pytest.mark.parametrize("text", ["", "nothing", "[]", "null", "[" * 100_000, '{"format": "waymark ledger proof 1"}'])
def test_what_is_no_json_of_a_proof_is_told(text: str) -> None:
    assert refused(text).startswith("This is not") or refused(text).startswith("The proof is not complete")


def test_what_is_too_long_is_not_read() -> None:
    assert refused(" " * (4 << 20) + "{}") == "This is too long for a proof."


# Of a certificate ----------------------------------------------------------------------------------------------------


def test_a_certificate_carries_its_place_and_all_that_it_says(run: DispositionRun) -> None:
    proof = proof_of(run)
    found = check(json.dumps(proof), naming.verifiers())
    assert (found.kind, found.reference, found.is_signed) == ("disposition_done", str(run.key), True)
    assert found.told["disposed"] == 2
    assert found.statement is not None
    assert (found.statement["key"], found.statement["fingerprint"]) == (str(run.key), run.fingerprint)
    assert {line["model"]: line["disposed"] for line in found.statement["lines"] if line["disposed"]} == {
        "campaigns.Viewer": 1, "records.Customer": 1,
    }  # fmt: skip
    assert "Grace" not in json.dumps(proof)  # accounts are named by number


def test_the_certificate_of_a_run_that_changed_since_proves_nothing(run: DispositionRun) -> None:
    run.steps.filter(disposed=1).update(disposed=0)
    assert refused(json.dumps(proof_of(run))) == "The statement is not the one that was sealed: its digest differs."


def test_what_is_not_sealed_yet_says_so(grace: User) -> None:
    approve_all(grace)
    run = runs.make(made_as="test")
    with pytest.raises(proofs.NotSealed, match="when it has ended"):
        proofs.proof_of_certificate(run)
    runs.withdraw(run, grace, "Not now.")
    with pytest.raises(proofs.NotSealed, match="every minute"):
        proofs.proof_of_certificate(run)
    sealing.seal_all()
    assert check(proofs.as_file(proofs.proof_of_certificate(run)), naming.verifiers()).kind == "disposition_withdrawn"


@pytest.mark.django_db
def test_any_entry_can_be_proved_as_long_as_its_row_is_there() -> None:
    (line, _) = log_lines(2)
    sealing.seal_all()
    found = check(proofs.as_file(proofs.proof_of(0)), naming.verifiers())
    assert (found.source, found.words[1], found.kind) == ("access 1", str(line.id), "")
    tamper("DELETE FROM {table} WHERE id = %s", str(line.id))
    with pytest.raises(proofs.NotSealed, match="is gone"):
        proofs.proof_of(0)
    assert check(proofs.as_file(proofs.proof_of(1)), naming.verifiers()).position == 1
    for nothing in (2, -1):
        with pytest.raises(proofs.NotSealed, match="no such entry"):
            proofs.proof_of(nothing)


# The command ---------------------------------------------------------------------------------------------------------


def test_the_command_checks_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No database is asked: this test has none."""
    path = tmp_path / "proof.json"
    path.write_text(KEPT)
    call_command("ledger", "check", str(path), "--key", KEY.text)
    said = capsys.readouterr().out
    assert "Entry 2 of the 5 of waymark.example.gov/ledger, whose checkpoint is signed." in said
    when = "2026-11-28 15:04:05 UTC"
    assert f"A disposition list was carried out (0d6f2a38-8f5c-4d0c-a1b4-3f1d2c5b7a90), {when}" in said
    assert "née Ünal" in said
    assert said.endswith("The proof holds.\n")
    with pytest.raises(CommandError, match="No known key"):
        call_command("ledger", "check", str(path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("ledger", "check", str(tmp_path / "nothing"))
    with pytest.raises(CommandError, match="must read like"):
        call_command("ledger", "check", str(path), "--key", "nothing")


def test_it_is_checked_where_nothing_of_the_program_runs(tmp_path: Path) -> None:
    """By a process without settings, in which Django itself is missing."""
    path = tmp_path / "proof.json"
    path.write_text(KEPT)
    without = "import sys, runpy; sys.modules['django'] = None; runpy.run_module('privacy.ledger', run_name='__main__')"

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", without, *arguments], cwd=Path(__file__).parents[3], env={"PYTHONUTF8": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = run(str(path), KEY.text)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("The proof holds.\n")
    for arguments, said in (
        ((str(path), naming.verifiers()[0].text), "No known key has signed the checkpoint.\n"),
        ((str(path), "nothing"), "The key must read like name+1a2b3c4d+BASE64, as `manage.py ledger key` prints it.\n"),
        ((str(path),), "Give the proof's file and the key"),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert done.stderr.startswith(said)


def test_the_command_gives_proofs(run: DispositionRun, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call_command("ledger", "proof", "--run", str(run.pk))
    path = tmp_path / "proof.json"
    path.write_text(capsys.readouterr().out)
    call_command("ledger", "check", str(path))
    assert "The proof holds." in capsys.readouterr().out
    call_command("ledger", "proof", "--entry", "0")
    assert json.loads(capsys.readouterr().out)["position"] == 0
    call_command("ledger", "proof", "--from", "8", str(sealing.sealed_size()))
    assert json.loads(capsys.readouterr().out)["to"] == sealing.sealed_size()
    with pytest.raises(CommandError, match="no disposition list 0"):
        call_command("ledger", "proof", "--run", "0")
    with pytest.raises(CommandError, match="No checkpoint of 3 entries was signed"):
        call_command("ledger", "proof", "--from", "3", "8")


@pytest.mark.django_db
def test_the_command_seals_writes_the_checkpoint_and_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: Any
) -> None:
    with pytest.raises(CommandError, match="Nothing has been sealed yet"):
        call_command("ledger", "checkpoint")
    lines = log_lines(2)
    call_command("ledger", "seal")
    assert capsys.readouterr().out == "2 entries sealed; 2 in all.\n"
    call_command("ledger", "checkpoint")
    note = capsys.readouterr().out
    call_command("ledger", "checkpoint", "--out", str(tmp_path / "checkpoint-1.txt"))
    assert (tmp_path / "checkpoint-1.txt").read_text() == note
    call_command("ledger", "verify", "--kept", str(tmp_path))
    assert capsys.readouterr().out == (
        "2 entries, 1 signed checkpoints, 1 kept elsewhere; 0 rows disposed of since; 0 wait for the next seal.\n"
        "Everything is as it was sealed.\n"
    )
    call_command("ledger", "key")
    assert capsys.readouterr().out == f"{naming.verifiers()[0].text}\n"
    tamper("UPDATE {table} SET actor = 'other' WHERE id = %s", str(lines[0].id))
    settings.LEDGER_FOLDER = str(tmp_path)
    with pytest.raises(CommandError, match="1 things are not as they were sealed"):
        call_command("ledger", "verify")
    altered = f"Entry 0: line of the access log {lines[0].id} of 2026-11-03 15:04:05 UTC was altered."
    assert altered in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_drops_an_old_month(capsys: pytest.CaptureFixture[str]) -> None:
    log_lines(2, datetime(2020, 3, 9, tzinfo=UTC))
    sealing.seal_all()
    call_command("ledger", "drop-month", "2020-03")
    assert capsys.readouterr().out == "2 lines of the access log of 2020-03 are gone.\n"
    assert not AccessEntry.objects.exists()
    assert LedgerLeaf.objects.count() == 2
    with pytest.raises(CommandError, match="as in 2021-03"):
        call_command("ledger", "drop-month", "March")
    with pytest.raises(CommandError, match="no access log for March 2020"):
        call_command("ledger", "drop-month", "2020-03")


# The page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def warm(db: None, client: Client) -> Client:
    client.get("/ledger/check/")
    return client


def test_a_stranger_checks_a_proof_and_nothing_is_looked_up(
    warm: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = warm.post("/ledger/check/", {"text": KEPT, "key": KEY.text})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The proof holds" in page
    assert "entry 2 of the 5 entries that the ledger waymark.example.gov/ledger held when it was sealed" in page
    assert "What this does not show" in page
    assert "z3rjJwd8dfANltUaNeRYiip2IVCi7GUiQ8kJAp3PTgM=" in page
    assert "A disposition list was carried out" in page
    assert "née Ünal" in page
    assert not answer.cookies


def test_a_file_does_as_well(warm: Client) -> None:
    file = SimpleUploadedFile("proof.json", KEPT.encode(), "application/json")
    assert "The proof holds" in warm.post("/ledger/check/", {"file": file, "key": KEY.text}).content.decode()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({}, "Provide the proof’s file or its text"),
        ({"text": "nothing"}, "This is not JSON"),
        ({"text": KEPT}, "No known key has signed"),
        ({"text": KEPT, "key": "nothing"}, "The key must read like"),
        ({"file": SimpleUploadedFile("a", b"\xff\xfe")}, "This file is not text"),
    ],
)  # fmt: skip
def test_what_proves_nothing_is_told(warm: Client, given_: dict[str, Any], said: str) -> None:
    answer = warm.post("/ledger/check/", given_)
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert "The proof holds" not in answer.content.decode()


def test_the_page_of_a_run_says_its_place_and_gives_the_proof(run: DispositionRun, client: Client, grace: User) -> None:
    client.force_login(grace)
    page = client.get(f"/administration/privacy/dispositionrun/{run.pk}/change/").content.decode()
    position = proofs.position_of(proofs.act_of(run))
    assert f"Entry {position} of {sealing.sealed_size()}, sealed on " in page
    answer = client.get(f"/administration/privacy/dispositionrun/{run.pk}/proof/")
    assert answer["Content-Disposition"] == f'attachment; filename="proof-of-disposal-{run.pk}.json"'
    assert check(answer.content.decode(), naming.verifiers()).reference == str(run.key)


def test_the_first_page_says_when_the_last_seal_was(run: DispositionRun, client: Client, grace: User) -> None:
    client.force_login(grace)
    assert "<dt>Ledger</dt><dd>sealed on " in client.get("/administration/").content.decode()
