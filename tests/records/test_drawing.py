"""Drawing that anybody can repeat: the same list and seed give the same winners, and a changed file is found out."""

import hashlib
import hmac
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from records.contests import new_entry_number
from records.drawing import NotRepeated, Terms, draw, file_of, ranked, repeat

SEED = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
ENTRIES = [f"AAAA-BBBB-{number:04d}" for number in range(40)]
TERMS = Terms("slogans", SEED, "2026-11-29T08:00:00+00:00", winners=2, alternates=3)


def by_the_book(entries: list[str]) -> list[str]:
    """As docs/contests.md tells it, written once more."""
    listed = hashlib.sha256(("\n".join(sorted(entries)) + "\n").encode()).hexdigest()
    key = bytes.fromhex(SEED)
    return sorted(entries, key=lambda one: hmac.new(key, f"{listed}:{one}".encode(), hashlib.sha256).hexdigest())


def test_entries_are_ranked_as_the_documentation_says_in_whatever_order_they_come() -> None:
    shuffled = ENTRIES[17:] + ENTRIES[16::-1]
    assert ranked(SEED, shuffled) == ranked(SEED, ENTRIES) == by_the_book(ENTRIES)
    assert ranked(SEED, ENTRIES) != ENTRIES


def test_winners_and_alternates_are_the_first_of_the_rank() -> None:
    drawn = draw(TERMS, ENTRIES)
    assert (drawn.winners, drawn.alternates) == (by_the_book(ENTRIES)[:2], by_the_book(ENTRIES)[2:5])
    few = draw(TERMS, ENTRIES[:3])
    assert (len(few.winners), len(few.alternates)) == (2, 1)


def test_one_entry_more_draws_everybody_anew() -> None:
    """Whoever knows the seed cannot give out a number that wins whatever else is in the list."""
    assert [one for one in ranked(SEED, [*ENTRIES, "ZZZZ-ZZZZ-ZZZZ"]) if one in ENTRIES] != ranked(SEED, ENTRIES)


def test_every_entry_wins_as_often_as_any_other() -> None:
    wins = dict.fromkeys(ENTRIES[:4], 0)
    for number in range(2_000):
        seed = hashlib.sha256(str(number).encode()).hexdigest()
        wins[ranked(seed, list(wins))[0]] += 1
    assert sum(wins.values()) == 2_000
    assert all(abs(count - 500) < 5 * 19.4 for count in wins.values())  # five standard deviations


def test_a_published_file_comes_out_again() -> None:
    file = file_of(TERMS, ENTRIES)
    assert repeat(file, committed=hashlib.sha256(bytes.fromhex(SEED)).hexdigest()) == draw(TERMS, ENTRIES)
    assert file == file_of(TERMS, ENTRIES[::-1])


def altered(**changes: object) -> str:
    return json.dumps({**json.loads(file_of(TERMS, ENTRIES)), **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (altered(winners=ENTRIES[:2]), "the winners that come out are"),
        (altered(alternates=[]), "the alternates that come out are"),
        (altered(seed="ff" * 32), "the seed's SHA-256 is"),
        (altered(entries=ENTRIES[1:]), "the list's SHA-256 is"),
        (altered(entries=[*ENTRIES, ENTRIES[0]]), "stands in the list more than once"),
        (altered(winner_count=3), "the winners that come out are"),
        (altered(winner_count=-1), "never below 0"),
        (altered(winner_count=True), "winner_count is missing or of another kind"),
        (altered(seed="xyz"), "not written in hexadecimal digits"),
        (altered(entries=["ä"]), "not written in hexadecimal digits, or an entry number not in ASCII"),
        (altered(entries=[1]), "an entry number is no text"),
        (altered(format="other"), "no drawing of the format"),
        ("[]", "no drawing of the format"),
        ("{", "this is no JSON"),
    ],
)
def test_a_file_that_was_altered_is_found_out_and_where(text: str, said: str) -> None:
    with pytest.raises(NotRepeated, match=said):
        repeat(text)


def test_another_seed_than_the_one_that_was_published_before_is_found_out() -> None:
    with pytest.raises(NotRepeated, match="was published before"):
        repeat(file_of(TERMS, ENTRIES), committed="0" * 64)


def test_the_command_repeats_a_file_without_a_database(tmp_path: Path) -> None:
    """No mark of the database on this test: a query would fail it."""
    path = tmp_path / "drawing.json"
    path.write_text(file_of(TERMS, ENTRIES))
    said = StringIO()
    call_command("contests", "repeat", str(path), stdout=said)
    first = by_the_book(ENTRIES)
    assert said.getvalue().splitlines()[:2] == ["the same comes out", f"winner 1: {first[0]}"]
    path.write_text(altered(winners=ENTRIES[:2]))
    with pytest.raises(CommandError, match="does not come out again"):
        call_command("contests", "repeat", str(path))
    with pytest.raises(CommandError, match="cannot be read: FileNotFoundError"):
        call_command("contests", "repeat", str(tmp_path / "none.json"))


def test_entry_numbers_are_random_and_say_nothing() -> None:
    made = {new_entry_number() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(len(one) == 14 and not set(one) & set("ILOU") for one in made)
