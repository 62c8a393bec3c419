"""`manage.py vault` and what the doctor says of the vault."""

import base64
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.doctor import vault as doctor
from config.doctor.findings import fail, ok, warn
from privacy import vault
from privacy.vault import checking, opening
from privacy.vault.errors import KeyLost
from privacy.vault.wrapping import fingerprint
from tests.privacy.vaults import make_key, vault_of

pytestmark = pytest.mark.django_db

OLD, NEW = make_key(1), make_key(2)
PEOPLE = [uuid.UUID(int=number) for number in range(1, 4)]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    with vault_of("sqlite", tmp_path, settings):
        yield tmp_path / "vault" / "keys.sqlite"


def seal_three() -> None:
    vault.seal_many("a.B.c", [(person, "row", "x") for person in PEOPLE])


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    call_command("vault", *arguments)
    return capsys.readouterr().out.splitlines()


def test_new_key_is_printed_alone_and_the_steps_beside_it(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("vault", "new-key")
    printed = capsys.readouterr()
    key, *nothing = printed.out.splitlines()
    assert (len(base64.b64decode(key)), nothing) == (32, [])
    assert "manage.py vault rotate" in printed.err
    assert run("new-key", capsys=capsys) != [key]
    settings.VAULT_KEYS = [base64.b64decode(key), OLD]
    assert vault.rotate() == 0


def test_check_counts_the_keys_by_what_wraps_them(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    seal_three()
    vault.destroy_key(PEOPLE[0])
    settings.VAULT_KEYS = [NEW, OLD]
    assert run("check", capsys=capsys) == [
        f"{fingerprint(NEW)}             1 keys  wraps",  # the key of lookups
        f"{fingerprint(OLD)}             2 keys  still unwraps",
        "destroyed                1 keys",
        "3 unwrapped as a sample",
        "the newest value of each sealed field can be read",
    ]


def test_check_fails_where_a_key_is_missing_or_damaged(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    seal_three()
    settings.VAULT_KEYS = [NEW]
    with pytest.raises(CommandError, match=f"not in VAULT_KEYS: {fingerprint(OLD)}. See docs/vault.md"):
        call_command("vault", "check")
    assert f"{fingerprint(OLD)}             3 keys  not in VAULT_KEYS" in capsys.readouterr().out
    settings.VAULT_KEYS = [OLD, NEW]
    opening.current().execute("UPDATE vault_key SET wrapped = %s WHERE id = 2", (bytes(61),))
    with pytest.raises(CommandError, match="is damaged"):
        call_command("vault", "check")


def test_check_fails_where_a_value_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [checking.Unreadable("records.Customer.born", KeyLost())]
    monkeypatch.setattr("privacy.management.commands.vault.unreadable_fields", lambda: found)
    with pytest.raises(CommandError, match=r"records.Customer.born: the key of this value's person is not in"):
        call_command("vault", "check")


def test_rotate_says_how_many_and_under_which(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    seal_three()
    settings.VAULT_KEYS = [NEW, OLD]
    assert run("rotate", capsys=capsys) == [f"3 rewrapped under {fingerprint(NEW)}"]
    assert run("rotate", capsys=capsys) == [f"0 rewrapped under {fingerprint(NEW)}"]
    settings.VAULT_KEYS = [OLD]
    with pytest.raises(CommandError, match=f"key {fingerprint(NEW)} is not in VAULT_KEYS"):
        call_command("vault", "rotate")


# Doctor --------------------------------------------------------------------------------------------------------------
def test_doctor_finds_a_vault_that_is_well() -> None:
    assert doctor.look_at_vault() == ok("1 key, all under the newest key-encryption key")
    seal_three()
    assert doctor.look_at_vault() == ok("4 keys, all under the newest key-encryption key")
    assert doctor.look_at_sealed_values() == ok("can be read")


def test_doctor_tells_of_keys_under_an_older_key(settings: Any) -> None:
    seal_three()
    settings.VAULT_KEYS = [NEW, OLD]
    assert doctor.look_at_vault() == warn(
        "3 of 4 keys are still under an older key-encryption key.",
        "Run manage.py vault rotate, then take the older one out of VAULT_KEYS.",
    )


def test_doctor_tells_of_a_key_that_is_missing(settings: Any) -> None:
    seal_three()
    settings.VAULT_KEYS = [NEW]
    assert doctor.look_at_vault() == fail(
        f"3 keys are wrapped by {fingerprint(OLD)}, which is not in VAULT_KEYS.", "See docs/vault.md, Losing a key."
    )
    settings.VAULT_KEYS = [OLD]
    found = doctor.look_at_vault()  # the key of lookups was made under the new one
    assert (found.level, found.said.startswith(f"The key-encryption key {fingerprint(NEW)} is not")) == ("fail", True)


def test_doctor_tells_of_a_store_that_cannot_be_reached_or_written(store: Path, settings: Any) -> None:
    seal_three()
    opening.current().execute("PRAGMA query_only = 1")
    found = doctor.look_at_vault()
    assert (found.level, found.advice) == ("fail", doctor.STORE_ADVICE)
    assert found.said == f"The vault's store {store} does not answer: attempt to write a readonly database."
    settings.VAULT_URL = "postgresql:///nothing?host=/nowhere"
    assert doctor.look_at_vault().said.startswith("The vault's store does not answer: connection to server")


@pytest.mark.parametrize(
    ("problem", "said"),
    [(KeyLost(), "a.B.c cannot be read: the key of this"), (vault.StoreUnavailable("gone"), "Gone.")],
)
def test_doctor_tells_of_values_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, problem: vault.VaultError, said: str
) -> None:
    def look() -> Iterator[checking.Unreadable]:
        if isinstance(problem, vault.StoreUnavailable):
            raise problem
        yield checking.Unreadable("a.B.c", problem)

    monkeypatch.setattr(doctor, "unreadable_fields", look)
    found = doctor.look_at_sealed_values()
    assert (found.level, found.said.startswith(said)) == ("fail", True)
