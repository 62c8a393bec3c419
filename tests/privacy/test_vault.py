"""Sealing: whatever is not exactly what was sealed here is refused, and never comes out as garbage."""

import logging
import traceback
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from privacy import vault
from privacy.vault import opening
from privacy.vault.wrapping import fingerprint
from tests.privacy.vaults import KINDS, make_key, vault_of

PLACE = "records.Customer.date_of_birth"
PERSON, OTHER = uuid.UUID(int=11), uuid.UUID(int=12)
ROW = uuid.UUID(int=21)
SECRET = "born on May 12, 1980"


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[str]:
    with vault_of(request.param, tmp_path, settings) as url:
        yield url


def execute(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return opening.current().execute(statement, parameters)[0]


# Round trip ----------------------------------------------------------------------------------------------------------
def test_sealed_value_is_read_again_at_its_place_by_uuid_or_its_text(store: str) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    assert vault.unseal(PERSON, PLACE, ROW, sealed) == SECRET
    assert vault.unseal(PERSON, PLACE, str(ROW), sealed) == SECRET


def test_sealed_value_describes_itself_and_is_never_the_same_twice(store: str) -> None:
    first, second = (vault.seal(PERSON, PLACE, ROW, "abc") for _ in range(2))
    assert (first[0], len(first)) == (1, 1 + 12 + 3 + 16)
    assert first != second
    assert b"abc" not in first


@pytest.fixture(scope="module")
def _one_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "VAULT_URL", settings.VAULT_URL)
        patch.setattr(settings, "VAULT_KEYS", settings.VAULT_KEYS)
        with vault_of("sqlite", tmp_path_factory.mktemp("vault"), settings):
            yield


@pytest.mark.usefixtures("_one_vault")
@hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(), place=st.text(min_size=1), row=st.text() | st.uuids(), person=st.uuids().filter(lambda u: u.int))
def test_any_text_comes_back_as_it_was(text: str, place: str, row: uuid.UUID | str, person: uuid.UUID) -> None:
    assert vault.unseal(person, place, row, vault.seal(person, place, row, text)) == text


def test_half_a_surrogate_pair_is_refused_without_the_text(store: str) -> None:
    with pytest.raises(ValueError, match="half a surrogate pair") as caught:
        vault.seal(PERSON, PLACE, ROW, f"{SECRET}\ud800")
    assert caught.value.__context__ is None


def test_nobody_is_the_nil_uuid(store: str) -> None:
    nil = uuid.UUID(int=0)
    for use in (
        lambda: vault.seal(nil, PLACE, ROW, "x"),
        lambda: vault.unseal(nil, PLACE, ROW, b"x"),
        lambda: vault.destroy_key(nil),
    ):
        with pytest.raises(ValueError, match="nil UUID"):
            use()


# Swapped, cut, damaged -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("person", "place", "row"),
    [
        (OTHER, PLACE, ROW),
        (PERSON, "records.Customer.age", ROW),
        (PERSON, PLACE, uuid.UUID(int=22)),
        (PERSON, f"{PLACE}{str(ROW)[0]}", str(ROW)[1:]),  # the same letters, divided otherwise
    ],
    ids=["person", "field", "row", "divided"],
)
def test_value_swapped_to_another_place_is_refused(store: str, person: uuid.UUID, place: str, row: Any) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    vault.seal(OTHER, PLACE, ROW, SECRET)
    with pytest.raises(vault.Tampered):
        vault.unseal(person, place, row, sealed)


def test_cut_or_damaged_value_is_refused_at_every_byte(store: str) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, "abc")
    damaged = [sealed[:length] for length in range(len(sealed))] + [sealed + b"\0"]
    damaged += [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for each in damaged:
        with pytest.raises(vault.Tampered):
            vault.unseal(PERSON, PLACE, ROW, each)


def test_wrapped_key_of_another_person_is_refused(store: str) -> None:
    vault.seal(PERSON, PLACE, ROW, SECRET)
    sealed = vault.seal(OTHER, PLACE, ROW, SECRET)
    ((wrapped,),) = execute("SELECT wrapped FROM vault_key WHERE subject = %s", PERSON.bytes)
    execute("UPDATE vault_key SET wrapped = %s WHERE subject = %s", bytes(wrapped), OTHER.bytes)
    with pytest.raises(vault.Tampered):
        vault.unseal(OTHER, PLACE, ROW, sealed)
    with pytest.raises(vault.Tampered):  # nothing is sealed under a key that is not the person's own
        vault.seal(OTHER, PLACE, ROW, SECRET)


# Keys lost, destroyed, wrong -----------------------------------------------------------------------------------------
def test_lost_key_is_told(store: str) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    assert vault.has_key(PERSON)
    execute("DELETE FROM vault_key")
    with pytest.raises(vault.KeyLost, match="restore the store from its own backup"):
        vault.unseal(PERSON, PLACE, ROW, sealed)
    assert not vault.has_key(PERSON)


def test_destroyed_key_reads_and_seals_nothing_and_is_remembered_with_its_time(store: str) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    vault.destroy_key(PERSON)
    for use in (lambda: vault.unseal(PERSON, PLACE, ROW, sealed), lambda: vault.seal(PERSON, PLACE, ROW, "again")):
        with pytest.raises(vault.KeyDestroyed, match="was destroyed at 20") as caught:
            use()
        assert abs(caught.value.destroyed_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert not vault.has_key(PERSON)
    with pytest.raises(vault.KeyDestroyed):
        vault.seal_many(PLACE, [(OTHER, ROW, "x"), (PERSON, ROW, "x")])


def test_destroying_again_changes_nothing_and_one_who_had_no_key_gets_none(store: str) -> None:
    vault.destroy_key(PERSON)
    execute("UPDATE vault_key SET destroyed_at = '2026-01-02T03:04:05+00:00'")
    vault.destroy_key(PERSON)
    with pytest.raises(vault.KeyDestroyed, match="at 2026-01-02T03:04:05"):
        vault.seal(PERSON, PLACE, ROW, SECRET)


def test_wrong_key_is_named_by_its_fingerprint_and_not_replaced(store: str, settings: Any) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    settings.VAULT_KEYS = [make_key(2)]
    said = f"key {fingerprint(make_key(1))} is not in VAULT_KEYS: add it behind the present one"
    for use in (lambda: vault.unseal(PERSON, PLACE, ROW, sealed), lambda: vault.seal(PERSON, PLACE, ROW, "again")):
        with pytest.raises(vault.WrongKey, match=said):
            use()
    settings.VAULT_KEYS = [make_key(2), make_key(1)]
    assert vault.unseal(PERSON, PLACE, ROW, sealed) == SECRET


def test_key_of_the_same_fingerprint_in_name_only_is_refused(store: str, settings: Any) -> None:
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    settings.VAULT_KEYS = [make_key(2)]
    execute("UPDATE vault_key SET kek = %s", fingerprint(make_key(2)))
    with pytest.raises(vault.Tampered):
        vault.unseal(PERSON, PLACE, ROW, sealed)


# Many ----------------------------------------------------------------------------------------------------------------
def test_many_are_sealed_in_their_order_with_the_keys_that_single_ones_have(store: str) -> None:
    known = vault.seal(PERSON, PLACE, ROW, "known")
    items: list[tuple[uuid.UUID, uuid.UUID | str, str]] = [
        (OTHER, ROW, "first"),
        (PERSON, "row 2", "second"),
        (OTHER, "row 3", "third"),
    ]
    sealed = vault.seal_many(PLACE, items)
    assert [vault.unseal(p, PLACE, r, each) for (p, r, _), each in zip(items, sealed, strict=True)] == [
        "first",
        "second",
        "third",
    ]
    assert vault.unseal(PERSON, PLACE, ROW, known) == "known"
    assert vault.seal_many(PLACE, []) == []


def test_more_than_go_into_one_statement_are_sealed(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy.vault.sealing.ITEMS_AT_ONCE", 1_500)
    items = [(uuid.uuid4(), ROW, str(number)) for number in range(3_100)]
    sealed = vault.seal_many(PLACE, items)
    assert [vault.unseal(p, PLACE, ROW, each) for (p, _, _), each in zip(items, sealed, strict=True)] == [
        text for _, _, text in items
    ]


# Lookup --------------------------------------------------------------------------------------------------------------
def test_lookup_hash_is_stable_and_apart_for_each_kind_and_vault(store: str, tmp_path: Path, settings: Any) -> None:
    meter = vault.lookup_hash("meter number", "12-345")
    assert len(meter) == 32
    assert meter == vault.lookup_hash("meter number", "12-345")
    others = {vault.lookup_hash("account number", "12-345"), vault.lookup_hash("meter number1", "2-345")}
    assert len({meter, *others}) == 3
    assert vault.lookup_hashes("meter number", ["12-345", "x"])[0] == meter
    with vault_of("sqlite", tmp_path / "another", settings):
        assert vault.lookup_hash("meter number", "12-345") != meter


def test_lookup_hash_survives_rotation_and_tells_a_wrong_key(store: str, settings: Any) -> None:
    meter = vault.lookup_hash("meter number", "12-345")
    settings.VAULT_KEYS = [make_key(2), make_key(1)]
    assert vault.rotate() == 1
    settings.VAULT_KEYS = [make_key(2)]
    assert vault.lookup_hash("meter number", "12-345") == meter
    settings.VAULT_KEYS = [make_key(3)]
    with pytest.raises(vault.WrongKey):
        vault.lookup_hash("meter number", "12-345")


# What is said --------------------------------------------------------------------------------------------------------
def test_errors_and_logs_name_no_person_and_no_value(
    store: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sealed = vault.seal(PERSON, PLACE, ROW, SECRET)
    said = []

    def note(use: Any) -> None:
        with pytest.raises(vault.VaultError) as caught:
            use()
        said.append("".join(traceback.format_exception(caught.value)) + repr(caught.value))

    note(lambda: vault.unseal(PERSON, PLACE, "another", sealed))
    note(lambda: vault.unseal(OTHER, PLACE, ROW, sealed))
    settings.VAULT_KEYS = [make_key(2)]
    note(lambda: vault.unseal(PERSON, PLACE, ROW, sealed))
    vault.destroy_key(PERSON)
    note(lambda: vault.seal(PERSON, PLACE, ROW, SECRET))
    everything = "\n".join([*said, caplog.text])
    assert len(said) == 4
    for hidden in (SECRET, str(PERSON), PERSON.hex, str(OTHER), str(ROW)):
        assert hidden not in everything
