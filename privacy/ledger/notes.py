"""Signed checkpoints: what a tree was at a time, in a text that anybody can keep and check.

Sources: C2SP signed-note (a text, an empty line, signatures by Ed25519) and C2SP tlog-checkpoint (origin, size, root).
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"

KEY_ID_BYTES = 4
MARK = "— "


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation. Django's own is missing where nothing of the program runs, and proofs are
    checked there too."""
    return sentence


class Faulty(ValueError):
    """Something is not as it should be: the message says what, in English. `sentence` is a marked one; `values` go into
    its places."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence, self.values = sentence, values

    def told(self, translated: Callable[[str], str]) -> str:
        """The message in the language that `translated` gives."""
        sentence = translated(self.sentence)
        return sentence % self.values if self.values else sentence


class BadNote(Faulty):
    """What was given is no signed checkpoint, or not of this key."""


@dataclass(frozen=True)
class Checkpoint:
    """The tree of `origin` (host and name of the log, and its line) had so many entries and this root."""

    origin: str
    size: int
    root: bytes

    @property
    def checksum(self) -> str:
        """The root, as the note writes it."""
        return coded(self.root)

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{self.checksum}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key under the name of its log."""

    name: str
    key: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """As others are given it: `name+key id+key`."""
        return f"{self.name}+{self.key_id.hex()}+{coded(ED25519 + self.key)}"

    @classmethod
    def of(cls, coded: str) -> "Verifier":
        """Raises BadNote."""
        name, _, rest = coded.strip().partition("+")
        key_id, _, key = rest.partition("+")
        found = decoded(key)
        if not name or len(found) != 33 or found[:1] != ED25519:
            said = gettext_noop("The key must read like name+1a2b3c4d+BASE64, as `manage.py ledger key` prints it.")
            raise BadNote(said)
        made = cls(name, found[1:])
        if made.key_id.hex() != key_id:
            raise BadNote(gettext_noop("The key is mistyped: its number does not match it."))
        return made


@cache
def verifier_of(name: str, seed: bytes) -> Verifier:
    """The public half of a private key (its 32 bytes)."""
    return Verifier(name, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def signed(checkpoint: Checkpoint, name: str, seed: bytes) -> str:
    """The checkpoint as a note, signed by the key of these 32 bytes."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n{MARK}{name} {coded(verifier_of(name, seed).key_id + signature)}\n"


def opened(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint of a note that one of the keys signed. Raises BadNote."""
    checkpoint, signatures = parsed(note)
    for verifier in verifiers:
        for name, key_id, signature in signatures:
            if (name, key_id) == (verifier.name, verifier.key_id):
                _check(verifier, checkpoint, signature)
                return checkpoint
    raise BadNote(gettext_noop("No known key has signed the checkpoint."))


def parsed(note: str) -> tuple[Checkpoint, list[tuple[str, bytes, bytes]]]:
    """The checkpoint of a note, and name, key id and signature of each of its signatures. Raises BadNote."""
    text, separator, rest = note.replace("\r\n", "\n").strip("\n").partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 3 or not lines[1].isascii() or not lines[1].isdigit():
        raise BadNote(
            gettext_noop(
                "A checkpoint is three lines (origin, size, root), an empty line, and a line for each signature."
            )
        )
    root = decoded(lines[2])
    if len(root) != 32 or str(int(lines[1])) != lines[1] or not lines[0]:
        raise BadNote(gettext_noop("The checkpoint's size or root is not as it should be."))
    return Checkpoint(lines[0], int(lines[1]), root), [_signature(line) for line in rest.split("\n")]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, coded = line.removeprefix(MARK).partition(" ")
    found = decoded(coded)
    if not line.startswith(MARK) or not name or len(found) <= KEY_ID_BYTES:
        raise BadNote(gettext_noop("A signature line must read like “— name BASE64”."))
    return name, found[:KEY_ID_BYTES], found[KEY_ID_BYTES:]


def _check(verifier: Verifier, checkpoint: Checkpoint, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.key).verify(signature, checkpoint.text.encode())
    except InvalidSignature:
        said = gettext_noop("The checkpoint's signature is not the key's: it was changed, or made up.")
        raise BadNote(said) from None


def coded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def decoded(text: str) -> bytes:
    """The bytes, or none where it is no base64 in the one way that there is to write them."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if coded(found) == text else b""
