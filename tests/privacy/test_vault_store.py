"""The store of keys: private, shared by processes, rotated while they run, and whole after a kill."""

import signal
import stat
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from privacy import vault
from privacy.vault import opening
from privacy.vault.wrapping import fingerprint
from tests.privacy.vaults import KINDS, make_key, vault_of
from tests.processes import CHECKOUT, environment

PLACE = "records.Customer.date_of_birth"
PERSON = uuid.UUID(int=11)
OLD, NEW = make_key(1), make_key(2)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path, settings: Any) -> Iterator[str]:
    with vault_of(kind, tmp_path, settings) as url:
        yield url


def execute(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return opening.current().execute(statement, parameters)[0]


def program(code: str) -> "subprocess.Popen[str]":
    """A process of the program with this vault that runs the code."""
    start = "import django, sys, uuid; django.setup(); from privacy import vault; from privacy.vault import opening\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + code], cwd=CHECKOUT, env=environment(), text=True, stdin=-1, stdout=-1
    )


# Several processes ---------------------------------------------------------------------------------------------------
SEAL_WHEN_TOLD = f"""
print("ready", flush=True)
sys.stdin.readline()
for number in range(1, 51):
    sealed = vault.seal(uuid.UUID(int=number), {PLACE!r}, "row", f"of {{number}}")
    print(sealed.hex(), flush=True)
"""


def test_two_processes_that_make_the_first_keys_at_once_agree(store: str) -> None:
    assert not Path(store.removeprefix("sqlite:///")).exists()
    processes = [program(SEAL_WHEN_TOLD) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [len(answer) for answer in answers] == [50, 50, 50]
    for answer in answers:
        for number, sealed in enumerate(answer, start=1):
            assert vault.unseal(uuid.UUID(int=number), PLACE, "row", bytes.fromhex(sealed)) == f"of {number}"
    assert execute("SELECT count(*) FROM vault_key") == [(50,)]


def test_key_destroyed_by_another_process_is_gone_at_once(store: str) -> None:
    sealed = vault.seal(PERSON, PLACE, "row", "x")
    assert vault.unseal(PERSON, PLACE, "row", sealed) == "x"
    process = program(f"vault.destroy_key(uuid.UUID(int={PERSON.int}))")
    assert process.wait(timeout=60) == 0
    process.communicate()
    with pytest.raises(vault.KeyDestroyed):
        vault.unseal(PERSON, PLACE, "row", sealed)


def test_threads_and_forked_children_have_connections_of_their_own(store: str) -> None:
    sealed = vault.seal(PERSON, PLACE, "row", "x")
    mine, theirs = opening.current(), []

    def work() -> None:
        theirs.append((opening.current(), vault.unseal(PERSON, PLACE, "row", sealed)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert theirs[0][1] == "x"
    assert theirs[0][0] is not mine
    child = program(
        f"sealed = bytes.fromhex({sealed.hex()!r}); import os; parent = opening.current()\n"
        f"read = lambda: vault.unseal(uuid.UUID(int={PERSON.int}), {PLACE!r}, 'row', sealed)\n"
        "assert read() == 'x'; pid = os.fork()\n"
        "if pid == 0: os._exit(0 if read() == 'x' and opening.current() is not parent else 1)\n"
        "assert os.waitpid(pid, 0)[1] == 0 and read() == 'x' and opening.current() is parent"
    )
    child.communicate(timeout=60)
    assert child.returncode == 0


# Rotation ------------------------------------------------------------------------------------------------------------
def test_rotation_rewraps_every_key_and_leaves_values_and_destroyed_keys(store: str, settings: Any) -> None:
    people = [uuid.uuid4() for _ in range(2_500)]
    sealed = vault.seal_many(PLACE, [(person, "row", str(person)) for person in people])
    vault.destroy_key(people[0])
    settings.VAULT_KEYS = [NEW, OLD]
    told: list[int] = []
    assert vault.rotate(told.append) == 2_499
    assert told == [1_000, 2_000, 2_499]
    assert opening.current().counts() == {fingerprint(NEW): 2_499}
    settings.VAULT_KEYS = [NEW]
    for person, each in zip(people[1:], sealed[1:], strict=True):
        assert vault.unseal(person, PLACE, "row", each) == str(person)
    with pytest.raises(vault.KeyDestroyed):
        vault.unseal(people[0], PLACE, "row", sealed[0])
    assert vault.rotate() == 0


def test_rotation_tells_unknown_keys_after_it_rewrapped_the_others(store: str, settings: Any) -> None:
    vault.seal(PERSON, PLACE, "row", "x")
    settings.VAULT_KEYS = [make_key(3)]
    vault.seal(uuid.uuid4(), PLACE, "row", "x")
    settings.VAULT_KEYS = [NEW, OLD]
    with pytest.raises(vault.WrongKey, match=fingerprint(make_key(3))):
        vault.rotate()
    assert opening.current().counts() == {fingerprint(NEW): 1, fingerprint(make_key(3)): 1}


def test_rotation_leaves_a_damaged_key_and_tells_it_after_the_others(store: str, settings: Any) -> None:
    vault.seal_many(PLACE, [(uuid.UUID(int=number), "row", "x") for number in (1, 2, 3)])
    execute("UPDATE vault_key SET wrapped = %s WHERE subject = %s", b"\x01" + bytes(60), uuid.UUID(int=2).bytes)
    settings.VAULT_KEYS = [NEW, OLD]
    with pytest.raises(vault.Tampered):
        vault.rotate()
    assert opening.current().counts() == {fingerprint(NEW): 2, fingerprint(OLD): 1}


def test_key_destroyed_while_it_is_rewrapped_stays_destroyed(store: str, settings: Any) -> None:
    vault.seal(PERSON, PLACE, "row", "x")
    settings.VAULT_KEYS = [NEW, OLD]
    ((key,),) = opening.current().under(fingerprint(OLD))
    from privacy.vault.wrapping import unwrap, wrap

    vault.destroy_key(PERSON)
    assert opening.current().replace([(key, wrap(PERSON, unwrap(key)))]) == 0
    assert not vault.has_key(PERSON)


# Ends by kill -9 within the transaction of its fifth batch: written, not committed.
ROTATE_AND_DIE = """
import os, signal
from privacy.vault import store
store.Store.under.__defaults__ = (10,)
kind, updates = type(opening.current()), []
execute = kind.execute
def dying(self, statement, parameters=()):
    answer = execute(self, statement, parameters)
    updates.extend([statement] if "UPDATE vault_key" in statement else [])
    if len(updates) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
kind.execute = dying
vault.rotate()
"""


def test_rotation_killed_in_the_middle_is_resumed_and_loses_nothing(store: str, settings: Any) -> None:
    people = [uuid.uuid4() for _ in range(100)]
    sealed = vault.seal_many(PLACE, [(person, "row", str(person)) for person in people])
    settings.VAULT_KEYS = [NEW, OLD]
    process = program(ROTATE_AND_DIE)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert opening.current().counts() == {fingerprint(NEW): 40, fingerprint(OLD): 60}
    for person, each in zip(people, sealed, strict=True):
        assert vault.unseal(person, PLACE, "row", each) == str(person)
    assert vault.rotate() == 60
    settings.VAULT_KEYS = [NEW]
    for person, each in zip(people, sealed, strict=True):
        assert vault.unseal(person, PLACE, "row", each) == str(person)


# The file ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Iterator[Path]:
    with vault_of("sqlite", tmp_path, settings) as url:
        yield Path(url.removeprefix("sqlite:///"))


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_file_is_this_users_alone(file: Path) -> None:
    vault.seal(PERSON, PLACE, "row", "x")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {path.name for path in file.parent.iterdir()} == {"keys.sqlite", "keys.sqlite-wal", "keys.sqlite-shm"}
    assert modes(file.parent) == {0o600}


@pytest.mark.parametrize("which", ["folder", "file", "folder before the file"])
def test_place_that_others_can_read_is_refused(file: Path, which: str) -> None:
    if which == "folder before the file":
        file.parent.mkdir(mode=0o755)
    else:
        vault.seal(PERSON, PLACE, "row", "x")
        (file if which == "file" else file.parent).chmod(0o755)
        opening.close_all()
    with pytest.raises(vault.StoreUnavailable, match=r"is open to other users: chmod [67]00 /"):
        vault.has_key(PERSON)


def test_destroyed_key_is_left_nowhere_in_the_files(file: Path) -> None:
    vault.seal_many(PLACE, [(uuid.UUID(int=number), "row", "x") for number in range(1, 500)])
    ((wrapped,),) = execute("SELECT wrapped FROM vault_key WHERE subject = %s", PERSON.bytes)

    def everything() -> bytes:
        return b"".join(path.read_bytes() for path in file.parent.iterdir())

    assert wrapped in everything()
    vault.destroy_key(PERSON)
    assert wrapped not in everything()


def test_file_that_was_put_back_is_used_without_a_restart(file: Path, tmp_path: Path) -> None:
    sealed = vault.seal(PERSON, PLACE, "row", "x")
    opening.close_all()
    file.rename(tmp_path / "kept")
    assert not vault.has_key(PERSON)
    opening.current().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (tmp_path / "kept").replace(file)
    assert vault.unseal(PERSON, PLACE, "row", sealed) == "x"


def test_file_that_is_no_store_is_told(file: Path) -> None:
    file.parent.mkdir(mode=0o700)
    file.touch(mode=0o600)
    file.write_text("no database at all, but long enough to look like one" * 20)
    with pytest.raises(vault.StoreUnavailable, match="does not answer: file is not a database"):
        vault.has_key(PERSON)


def test_path_with_odd_letters_is_found(tmp_path: Path, settings: Any) -> None:
    with vault_of("sqlite", tmp_path, settings):
        settings.VAULT_URL = f"sqlite:///{tmp_path}/a%20%3Fvault%23/keys.sqlite"
        vault.seal(PERSON, PLACE, "row", "x")
        assert (tmp_path / "a ?vault#" / "keys.sqlite").is_file()


# The database --------------------------------------------------------------------------------------------------------
@pytest.fixture
def database(tmp_path: Path, settings: Any) -> Iterator[str]:
    with vault_of("postgresql", tmp_path, settings) as url:
        yield url


def test_connection_that_was_cut_is_made_anew(database: str) -> None:
    sealed = vault.seal(PERSON, PLACE, "row", "x")
    ((server_process,),) = execute("SELECT pg_backend_pid()")
    with closing(psycopg2.connect(database)) as other:
        other.cursor().execute("SELECT pg_terminate_backend(%s)", (server_process,))
    assert vault.unseal(PERSON, PLACE, "row", sealed) == "x"


def destroy_two_and_cut_in_between(database: str) -> None:
    store = opening.current()
    with store.transaction():
        store.destroy(PERSON)
        ((server_process,),) = execute("SELECT pg_backend_pid()")
        with closing(psycopg2.connect(database)) as other:
            other.cursor().execute("SELECT pg_terminate_backend(%s)", (server_process,))
        store.destroy(uuid.UUID(int=12))


def test_connection_cut_within_a_transaction_is_told_and_keeps_nothing(database: str) -> None:
    with pytest.raises(vault.StoreUnavailable, match="does not answer: "):
        destroy_two_and_cut_in_between(database)
    assert opening.current().count_destroyed() == 0


@pytest.mark.parametrize("url", ["postgresql:///nothing?host=/nowhere", "sqlite:////proc/nothing/keys.sqlite"])
def test_store_that_is_away_is_told_in_a_line(settings: Any, url: str) -> None:
    settings.VAULT_URL = url
    with pytest.raises(vault.StoreUnavailable, match="does not answer: ") as caught:
        vault.seal(PERSON, PLACE, "row", "x")
    assert "\n" not in str(caught.value)
    opening.close_all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vault_key SET wrapped = NULL",
        "UPDATE vault_key SET destroyed_at = 'now'",
        "UPDATE vault_key SET kek = NULL",
        "UPDATE vault_key SET subject = wrapped",
    ],
)
def test_state_that_makes_no_sense_is_refused_by_the_store(store: str, statement: str) -> None:
    vault.seal(PERSON, PLACE, "row", "x")
    with pytest.raises(vault.StoreUnavailable, match=r"(?i)constraint"):
        execute(statement)
