"""Signed checkpoints: the known example of signed notes, and everything that is none."""

import base64

import pytest

from privacy.ledger.notes import BadNote, Checkpoint, Verifier, opened, parsed, signed, verifier_of

SEED = bytes(range(32))
NAME = "waymark.example.gov/ledger"
ROOT = bytes(range(100, 132))
NOTE = signed(Checkpoint(NAME, 42, ROOT), NAME, SEED)
VERIFIER = verifier_of(NAME, SEED)
# The example of the Go package golang.org/x/mod/sumdb/note: its key, and a text that this key signed.
KNOWN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_known_key_is_read_with_its_number() -> None:
    verifier = Verifier.of(KNOWN)
    assert (verifier.name, verifier.key_id.hex(), verifier.text) == ("PeterNeumann", "c74f20a3", KNOWN)


def test_the_text_is_origin_size_and_root_and_a_signature() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [NAME, "42", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"— {NAME} ")
    assert lines[5:] == [""]
    assert base64.b64decode(lines[4].rpartition(" ")[2])[:4] == VERIFIER.key_id


def test_it_opens_with_the_key_that_signed_it() -> None:
    assert opened(NOTE, [VERIFIER]) == Checkpoint(NAME, 42, ROOT)
    assert opened(NOTE, [verifier_of(NAME, bytes(32)), Verifier.of(VERIFIER.text)]).size == 42
    assert opened(NOTE.replace("\n", "\r\n"), [VERIFIER]).size == 42  # as a form of a browser sends it


def test_another_signature_beside_it_does_no_harm() -> None:
    both = NOTE + signed(Checkpoint(NAME, 42, ROOT), "witness.example", bytes(32)).rpartition("\n\n")[2]
    assert opened(both, [VERIFIER]).size == 42


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(BadNote, match="No known key"):
        opened(NOTE, [verifier_of(NAME, bytes(32))])
    with pytest.raises(BadNote, match="No known key"):
        opened(NOTE, [verifier_of("somebody else", SEED)])


def test_a_changed_word_does_not_open() -> None:
    for changed in (NOTE.replace("\n42\n", "\n43\n"), NOTE.replace("waymark.example.gov/ledger\n42", "waymark\n42")):
        with pytest.raises(BadNote, match="made up"):
            opened(changed, [VERIFIER])


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "three lines"),
        ("a\n1\nb\n", "three lines"),
        (NOTE.replace("\n42\n", "\n-1\n"), "three lines"),
        (NOTE.replace("\n42\n", "\n٤٢\n"), "three lines"),
        (NOTE.replace("\n42\n", "\n042\n"), "size or root"),
        (NOTE.replace("\n42\n", "\n42\nmore\n"), "three lines"),
        (NOTE.replace(base64.b64encode(ROOT).decode(), "AAAA"), "size or root"),
        (NOTE.replace("— ", "- "), "signature line must read"),
        (NOTE.replace(f"— {NAME} ", "— "), "signature line must read"),
    ],
)
def test_what_is_no_checkpoint_is_told(note: str, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        parsed(note)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "must read like"),
        ("name", "must read like"),
        (VERIFIER.text.partition("+")[2], "must read like"),
        (VERIFIER.text[:-8], "must read like"),
        (KNOWN.replace("c74f20a3", "c74f20a4"), "mistyped"),
        (KNOWN.replace("Peter", "Petra"), "mistyped"),
    ],
)
def test_what_is_no_key_is_told(key: str, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        Verifier.of(key)
