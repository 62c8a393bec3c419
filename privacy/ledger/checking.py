"""Checking the proof that something was sealed, with the proof alone: no database, no settings, nothing of the program.

A proof is a JSON object: `words` is what was sealed, `salt` and `position` are hashed with it, `hashes` lead from there
to the root of the signed `checkpoint`; `statement` is the text whose digest the words hold, such as a certificate.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from privacy.ledger.merkle import leaf_hash, root_by_inclusion
from privacy.ledger.notes import BadNote, Checkpoint, Faulty, Verifier, decoded, gettext_noop, opened, parsed

FORMAT = "waymark ledger proof 1"
LARGEST = 4 << 20  # characters
MOST_HASHES = 64
START = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = {"format": str, "words": str, "salt": str, "position": int, "hashes": list, "checkpoint": str}


WHAT = {
    "disposition_done": "A disposition list was carried out",
    "disposition_stopped": "A disposition list was stopped",
    "disposition_withdrawn": "A disposition list was withdrawn",
    "destruction_done": "Boxes or media were destroyed before a witness",
    "hold_placed": "A hold was placed",
    "hold_changed": "A hold was changed",
    "hold_released": "A hold was released",
    "notice_begun": "A version of the notice was begun",
    "notice_changed": "The draft of a version of the notice was changed",
    "notice_reported": "A version of the notice was reported to Congress or OMB",
    "notice_published": "A version of the notice was published",
    "notice_commented": "A comment on a version of the notice was entered",
    "notice_answered": "A comment on a version of the notice was answered",
    "notice_defer": "A version of the notice was deferred",
    "notice_withdraw": "A version of the notice was withdrawn",
    "rule_in_force": "A retention rule was approved",
    "rule_declined": "A change of a retention rule was declined",
}


class BadProof(Faulty):
    """It is no proof, or it proves nothing."""


@dataclass(frozen=True)
class Checked:
    """What a proof proves. `is_signed` where a key was given and has signed the checkpoint."""

    position: int
    checkpoint: Checkpoint
    is_signed: bool
    source: str
    words: list[Any]
    statement: dict[str, Any] | None = None
    kind: str = ""
    reference: str = ""
    at: datetime | None = None
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What was sealed, as people say it."""
        return WHAT.get(self.kind, self.kind or self.source)


def check(text: str, verifiers: Sequence[Verifier]) -> Checked:
    """Check a proof; its checkpoint's signature against the keys, where any are given. Raises BadProof."""
    proof = _read(text)
    checkpoint = _checkpoint(proof["checkpoint"], verifiers)
    words = proof["words"].encode()
    leaf = sealed_hash(_from_hex(proof["salt"]), proof["position"], words)
    hashes = [_from_base64(one) for one in proof["hashes"]]
    if root_by_inclusion(proof["position"], checkpoint.size, leaf_hash(leaf), hashes) != checkpoint.root:
        raise BadProof(
            gettext_noop(
                "The proof does not lead to the checkpoint's root: what it says was not sealed at this "
                "place, or has been changed since."
            )
        )
    return _told(proof, checkpoint, is_signed=bool(verifiers))


def lines_of(found: Checked) -> list[str]:
    """What a proof proves, for a terminal."""
    checkpoint = found.checkpoint
    signed = "whose checkpoint is signed" if found.is_signed else "whose signature nobody looked at"
    lines = [f"Entry {found.position:,} of the {checkpoint.size:,} of {checkpoint.origin}, {signed}."]
    if found.at:
        lines.append(f"{found.what} ({found.reference}), {found.at:%Y-%m-%d %H:%M:%S} UTC")
    if found.statement is not None:
        lines.append(json.dumps(found.statement, indent=2, ensure_ascii=False))
    return [*lines, "The proof holds."]


def sealed_hash(salt: bytes, position: int, words: bytes) -> bytes:
    """The hash that the ledger keeps of a row: of its salt, its position (8 bytes) and its words."""
    return sha256(salt + position.to_bytes(8, "big") + words).digest()


def _read(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise BadProof(gettext_noop("This is too long for a proof."))
    try:
        proof = json.loads(text)
    except (ValueError, RecursionError):
        said = gettext_noop("This is not JSON: provide the whole proof file as it was downloaded.")
        raise BadProof(said) from None
    if not isinstance(proof, dict) or proof.get("format") != FORMAT:
        raise BadProof(
            gettext_noop("This is not a proof from the ledger: its “format” must be “%(format)s”."), format=FORMAT
        )
    wrong = [name for name, kind in FIELDS.items() if type(proof.get(name)) is not kind]
    if wrong or not all(isinstance(one, str) for one in proof["hashes"]):
        raise BadProof(gettext_noop("The proof is not complete: see %(names)s."), names=", ".join(wrong) or "hashes")
    if not 0 <= proof["position"] < 1 << 63 or len(proof["hashes"]) > MOST_HASHES:
        raise BadProof(gettext_noop("The proof's position or the number of its hashes is not possible."))
    if proof.get("statement") is not None and not isinstance(proof["statement"], str):
        raise BadProof(gettext_noop("The proof's statement must be text."))
    return proof


def _checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    try:
        return opened(note, verifiers) if verifiers else parsed(note)[0]
    except BadNote as problem:
        raise BadProof(problem.sentence, **problem.values) from None


def _told(proof: dict[str, Any], checkpoint: Checkpoint, *, is_signed: bool) -> Checked:
    try:
        source, *words = json.loads(proof["words"])
    except (ValueError, TypeError, RecursionError):
        raise BadProof(gettext_noop("What was sealed is not a list of words.")) from None
    checked = {"position": proof["position"], "checkpoint": checkpoint, "is_signed": is_signed, "source": str(source)}
    if source != "act 1" or len(words) != 5 or not isinstance(words[4], dict):
        return Checked(words=words, **checked)
    at, _, kind, reference, told = words
    return Checked(
        words=words, kind=str(kind), reference=str(reference), told=told, at=_moment(at),
        statement=_statement(proof.get("statement"), told), **checked,
    )  # fmt: skip


def _moment(microseconds: Any) -> datetime | None:
    try:
        return START + timedelta(microseconds=microseconds)
    except (TypeError, OverflowError):
        return None


def _statement(text: str | None, told: dict[str, Any]) -> dict[str, Any] | None:
    if text is None:
        return None
    if sha256(text.encode()).hexdigest() != told.get("digest"):
        raise BadProof(gettext_noop("The statement is not the one that was sealed: its digest differs."))
    found = json.loads(text)
    return found if isinstance(found, dict) else None


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadProof(gettext_noop("The proof's salt is not as it should be.")) from None


def _from_base64(text: str) -> bytes:
    found = decoded(text)
    if len(found) != 32:
        raise BadProof(gettext_noop("One of the proof's hashes is not as it should be."))
    return found
