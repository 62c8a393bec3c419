"""Keys that a trial makes are forgotten, and keys of what was taken back are withdrawn."""

from uuid import uuid4

import pytest

from privacy.vault import (
    KeyDestroyed,
    KeyLost,
    destroy_key,
    has_key,
    having_keys,
    seal,
    trial,
    unseal,
    withdraw_keys,
)

PLACE = "records.Record.sealed"


def test_what_a_trial_seals_opens_within_it_and_never_after() -> None:
    subject, row = uuid4(), uuid4()
    with trial():
        sealed = seal(subject, PLACE, row, "secret")
        assert unseal(subject, PLACE, row, sealed) == "secret"
        assert seal(subject, PLACE, row, "again") != sealed
    assert not has_key(subject)
    with pytest.raises(KeyLost):
        unseal(subject, PLACE, row, sealed)


def test_a_trial_uses_the_keys_that_are_there() -> None:
    subject, row = uuid4(), uuid4()
    before = seal(subject, PLACE, row, "before")
    with trial():
        assert unseal(subject, PLACE, row, before) == "before"
        within = seal(subject, PLACE, row, "within")
    assert unseal(subject, PLACE, row, within) == "within"


def test_a_trial_that_fails_ends_too() -> None:
    subject = uuid4()
    with pytest.raises(ZeroDivisionError), trial():
        raise ZeroDivisionError
    seal(subject, PLACE, uuid4(), "kept")
    assert has_key(subject)


def test_withdrawn_keys_open_nothing_and_may_be_made_again() -> None:
    mine, other, row = uuid4(), uuid4(), uuid4()
    sealed = seal(mine, PLACE, row, "secret")
    seal(other, PLACE, row, "stays")
    assert having_keys([mine, other, uuid4()]) == {mine, other}
    assert withdraw_keys([mine, uuid4()]) == 1
    assert having_keys([mine, other]) == {other}
    with pytest.raises(KeyLost):
        unseal(mine, PLACE, row, sealed)
    again = seal(mine, PLACE, row, "anew")
    assert unseal(mine, PLACE, row, again) == "anew"


def test_a_destroyed_key_stays_destroyed() -> None:
    subject = uuid4()
    seal(subject, PLACE, uuid4(), "secret")
    destroy_key(subject)
    assert having_keys([subject]) == set()
    assert withdraw_keys([subject]) == 0
    with pytest.raises(KeyDestroyed):
        seal(subject, PLACE, uuid4(), "anew")


def test_nobody_takes_the_key_of_the_hashes_away() -> None:
    with pytest.raises(ValueError, match="nil UUID"):
        withdraw_keys([uuid4().__class__(int=0)])
