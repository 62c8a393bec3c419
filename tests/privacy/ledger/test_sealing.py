"""Sealing: what is written is taken in once, in the order of its writing, and what the tree is then is signed."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as real_settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from privacy.ledger import merkle, naming, sealing, sending, standing
from privacy.ledger.notes import opened
from privacy.ledger.tiles import Incomplete, Tree
from privacy.ledger.verifying import verify
from privacy.models import LedgerAct, LedgerCheckpoint, LedgerLeaf, LedgerNode, LedgerWaiting, User, WebhookTelling
from privacy.retention.signals import append
from privacy.roles import Role
from privacy.webhooks import endpoints
from tests.factories import make_user
from tests.ledger import AT, act, disclosure, found, log_lines, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def henrik() -> User:
    return make_user(Role.PRIVACY_OFFICER, "Henrik")


def leaves() -> list[tuple[int, int]]:
    return list(LedgerLeaf.objects.order_by("position").values_list("position", "source"))


def test_every_kind_of_row_waits_from_its_own_transaction_on(henrik: User) -> None:
    log_lines(2)
    disclosure(henrik, [uuid4(), uuid4()])
    act()
    assert list(LedgerWaiting.objects.order_by("id").values_list("source", flat=True)) == [1, 1, 2, 3, 3, 4]
    try:
        with transaction.atomic():
            log_lines(1)
            raise RuntimeError
    except RuntimeError:
        pass
    assert LedgerWaiting.objects.count() == 6


def test_a_seal_takes_them_in_in_their_order_and_signs_the_tree(henrik: User) -> None:
    lines = log_lines(2)
    disclosure(henrik, [uuid4()])
    act()
    assert sealing.seal_all() == 5
    assert leaves() == [(0, 1), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert not LedgerWaiting.objects.exists()
    first = LedgerLeaf.objects.get(position=0)
    assert (first.row, first.at, first.number) == (lines[0].id, AT, None)

    growing = merkle.Growing()
    for one in LedgerLeaf.objects.order_by("position").values_list("hash", flat=True):
        growing.add(merkle.leaf_hash(bytes(one)))
    checkpoint = LedgerCheckpoint.objects.get()
    assert (checkpoint.size, bytes(checkpoint.root)) == (5, growing.root())
    note = opened(checkpoint.note, naming.verifiers())
    assert (note.origin, note.size, note.root) == (naming.name(), 5, growing.root())


def test_a_leaf_is_the_hash_of_salt_position_and_words() -> None:
    (line,) = log_lines(1)
    sealing.seal_all()
    leaf = LedgerLeaf.objects.get()
    words = (
        f'["access 1", 1793718245678901, "{line.id}", "sign_out", null, "test_a", [], null, "", "", [], "", "", null, '
        'null, "", ""]'
    )
    assert bytes(leaf.hash) == sha256(bytes(leaf.salt) + bytes(8) + words.encode()).digest()


def test_the_same_words_have_another_hash_each_time() -> None:
    """Salts are drawn, so a hash tells nobody who guesses the words that they were these."""
    log_lines(3)
    sealing.seal_all()
    assert len({bytes(salt) for salt in LedgerLeaf.objects.values_list("salt", flat=True)}) == 3


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Kathmandu"])
def test_no_setting_of_a_session_changes_the_words(zone: str) -> None:
    log_lines(1)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL TIME ZONE '{zone}'")
    sealing.seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Paris'")
    assert verify().is_clean


def test_batches_go_on_where_the_one_before_ended() -> None:
    log_lines(7)
    assert [sealing.seal(3), sealing.seal(3), sealing.seal(3), sealing.seal(3)] == [3, 3, 1, 0]
    assert list(LedgerCheckpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 6, 7]
    assert [position for position, _ in leaves()] == list(range(7))


def test_nothing_to_seal_signs_nothing() -> None:
    assert sealing.seal_all() == 0
    assert not LedgerCheckpoint.objects.exists()


def test_tiles_that_are_full_are_kept_and_the_rest_worked_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_month_partition('privacy_accessentry', '2026-11-01')")
        cursor.execute(
            "INSERT INTO privacy_accessentry (at, id, kind, actor, roles, duty, reference, categories, key, place, "
            "why) SELECT %s, gen_random_uuid(), 'sign_out', 'test', '{}', '', '', '{}', '', '', '' "
            "FROM generate_series(1, 600)",
            [AT],
        )
    for count in (200, 56, 1, 300, 43):
        assert sealing.seal(count) == count
    assert list(LedgerNode.objects.order_by("number").values_list("level", "number")) == [(1, 0), (1, 1)]
    growing, tree = merkle.Growing(), Tree()
    for one in LedgerLeaf.objects.order_by("position").values_list("hash", flat=True):
        growing.add(merkle.leaf_hash(bytes(one)))
        assert merkle.root(growing.size, tree) == growing.root()
    assert bytes(LedgerCheckpoint.objects.latest("size").root) == growing.root()
    with pytest.raises(Incomplete):
        tree(0, 600)


def test_a_proof_reads_a_few_tiles_however_large_the_tree_is(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    test_tiles_that_are_full_are_kept_and_the_rest_worked_out()
    with django_assert_num_queries(3):  # the leaf's own tile, the roots of tiles, and the last one, which is not full
        path = merkle.inclusion(300, 600, Tree())
    leaf = merkle.leaf_hash(bytes(LedgerLeaf.objects.get(position=300).hash))
    assert merkle.root_by_inclusion(300, 600, leaf, path) == merkle.root(600, Tree())


def test_a_seal_is_a_fixed_number_of_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    log_lines(1)
    with django_assert_num_queries(11):
        sealing.seal(10)
    log_lines(3)
    with django_assert_num_queries(11):
        sealing.seal(10)


def test_a_row_that_went_before_its_seal_is_sealed_as_gone(henrik: User) -> None:
    line = log_lines(2)[0]
    tamper("DELETE FROM {table} WHERE id = %s", str(line.id))
    sealing.seal_all()
    assert found() == [f"Entry 0: line of the access log {line.id} of 2026-11-03 15:04:05 UTC is missing"]


@pytest.mark.parametrize("table", ["ledgeract", "ledgerleaf", "ledgernode", "ledgercheckpoint"])
@pytest.mark.parametrize(
    "statement", ["UPDATE privacy_{} SET {} = {}", "DELETE FROM privacy_{}", "TRUNCATE privacy_{}"]
)
def test_the_database_refuses_changes(table: str, statement: str) -> None:
    column = {"ledgeract": "kind", "ledgerleaf": "salt", "ledgernode": "hash", "ledgercheckpoint": "note"}[table]
    refused = pytest.raises(DatabaseError, match=r"append-only|permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


@pytest.mark.parametrize(
    "values",
    [
        ("Kind", "RET-1/1", "{}"),
        ("", "RET-1/1", "{}"),
        ("kind", "Mary Jones", "{}"),
        ("kind", "mary@example.com", "{}"),
        ("kind", "RET-1/1", "[]"),
    ],
)
def test_an_act_holds_words_of_the_program_alone(values: tuple[str, str, str]) -> None:
    with pytest.raises(DatabaseError, match="act_no_content"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO privacy_ledgeract (at, kind, reference, told) VALUES (now(), %s, %s, %s)", values)


def test_what_cannot_be_told_takes_the_act_back() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        append("hold_placed", "somebody's name", by=1)
    assert not LedgerAct.objects.exists()


# Sending -------------------------------------------------------------------------------------------------------------


def test_each_checkpoint_is_written_to_the_folder_once(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER_FOLDER = str(tmp_path)
    log_lines(2)
    sealing.seal_all()
    log_lines(1)
    sealing.seal_all()
    notes = list(LedgerCheckpoint.objects.order_by("size").values_list("note", flat=True))
    assert len(notes) == 2
    assert sending.kept_in(tmp_path) == notes
    assert sending.write_to_folder() == 0
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}


def test_a_folder_that_was_away_gets_what_it_missed(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER_FOLDER = str(tmp_path / "away")
    log_lines(1)
    assert sealing.seal_all() == 1
    assert sending.is_behind()
    log_lines(1)
    sealing.seal_all()
    (tmp_path / "away").mkdir()
    assert sending.write_to_folder() == 2
    assert not sending.is_behind()
    assert len(list((tmp_path / "away").iterdir())) == 2


def test_without_a_folder_nothing_is_written() -> None:
    log_lines(1)
    sealing.seal_all()
    assert (sending.write_to_folder(), sending.is_behind()) == (0, False)


def test_endpoints_that_asked_for_it_are_told_of_each_seal(henrik: User) -> None:
    endpoints.make("Witness", "https://witness.example.gov/", ["ledger.checkpoint"], henrik)
    log_lines(1)
    sealing.seal_all()
    telling = WebhookTelling.objects.select_related("event").get()
    checkpoint = LedgerCheckpoint.objects.get()
    assert telling.event.data == {"size": 1, "checkpoint": checkpoint.note}


# Names and keys ------------------------------------------------------------------------------------------------------


def test_it_is_called_by_its_host(settings: Any) -> None:
    settings.PUBLIC_URL = "https://waymark.example.gov:8443"
    assert naming.origin() == ("waymark.example.gov:8443/ledger", "waymark.example.gov:8443/ledger")


def test_after_a_restore_a_new_line_begins() -> None:
    log_lines(1)
    sealing.seal_all()
    append(naming.RESTORED, "1a2b3c4d", entries=3, rows=2)
    sealing.seal_all()
    origins = [note.split("\n")[0] for note in LedgerCheckpoint.objects.order_by("size").values_list("note", flat=True)]
    assert origins == [naming.name(), f"{naming.name()}/1a2b3c4d"]


def test_a_new_key_signs_and_the_former_one_is_still_known(settings: Any) -> None:
    log_lines(1)
    sealing.seal_all()
    settings.LEDGER_KEYS = [bytes(range(32)), *real_settings.LEDGER_KEYS]
    log_lines(1)
    sealing.seal_all()
    old, new = LedgerCheckpoint.objects.order_by("size").values_list("note", flat=True)
    assert opened(new, naming.verifiers()[:1]).size == 2
    assert opened(old, naming.verifiers()).size == 1


# Standing ------------------------------------------------------------------------------------------------------------


def test_it_is_late_when_a_row_waits_for_more_than_five_minutes() -> None:
    assert (standing.last_seal(), standing.is_late(), standing.lateness()) == (None, False, "")
    log_lines(1)
    LedgerWaiting.objects.update(since=timezone.now() - timedelta(minutes=4, seconds=50))
    assert not standing.is_late()
    LedgerWaiting.objects.update(since=timezone.now() - timedelta(minutes=5, seconds=10))
    assert standing.lateness() == (
        "The ledger is late: rows have waited for more than 5 minutes, and it was never sealed."
    )
    sealing.seal_all()
    assert (standing.is_late(), standing.last_seal()) == (False, LedgerCheckpoint.objects.get().at)
