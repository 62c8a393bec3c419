"""Drawing winners so that anybody can repeat it: nothing here reads a clock, a database or a random number.

The seed is 32 random bytes whose SHA-256 was public before anybody entered. Of the sorted list of entry numbers, one a
line, the SHA-256 is taken; each entry is ranked by HMAC-SHA-256 (RFC 2104) of `LIST:NUMBER` under the seed, the
smallest first. The list's digest is in it, so that whoever knows the seed before cannot give out a number that wins.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

FORMAT = "waymark-drawing-1"
HOW = (
    "entries_sha256 = SHA-256 of the sorted entry numbers, each followed by a line feed. seed_sha256 = SHA-256 of the"
    " bytes that the seed's hexadecimal digits stand for. Rank the entries by HMAC-SHA-256 with these bytes as the key"
    " and entries_sha256:NUMBER as the message, both in ASCII, in ascending order: first the winners, then the"
    " alternates."
)
KEYS = {
    "format": str, "contest": str, "drawn_at": str, "how": str, "seed_sha256": str, "seed": str, "entries_sha256": str,
    "winner_count": int, "alternate_count": int, "winners": list, "alternates": list, "entries": list,
}  # fmt: skip


class NotRepeated(Exception):
    """The file is no drawing, or says something else than what comes out of it: the message says where."""


@dataclass(frozen=True)
class Drawn:
    winners: list[str]
    alternates: list[str]


@dataclass(frozen=True)
class Terms:
    """What a drawing is of. `seed` are hexadecimal digits, `drawn_at` is a moment in ISO 8601."""

    contest: str
    seed: str
    drawn_at: str
    winners: int
    alternates: int


def digest_of_seed(seed: str) -> str:
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def digest_of_list(entries: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{number}\n" for number in sorted(entries)).encode("ascii")).hexdigest()


def ranked(seed: str, entries: Iterable[str]) -> list[str]:
    """All entries in the order in which they are drawn. The order in which they are given does not matter."""
    numbers = sorted(entries)
    key, listed = bytes.fromhex(seed), digest_of_list(numbers)

    def score(number: str) -> bytes:
        return hmac.digest(key, f"{listed}:{number}".encode("ascii"), "sha256")

    return sorted(numbers, key=score)


def draw(terms: Terms, entries: Iterable[str]) -> Drawn:
    """Fewer than are wanted where fewer entered."""
    order = ranked(terms.seed, entries)
    return Drawn(order[: terms.winners], order[terms.winners : terms.winners + terms.alternates])


def file_of(terms: Terms, entries: Iterable[str]) -> str:
    """The file that is published: JSON, with random numbers of entries alone."""
    numbers = sorted(entries)
    drawn = draw(terms, numbers)
    told = {
        "format": FORMAT,
        "contest": terms.contest,
        "drawn_at": terms.drawn_at,
        "how": HOW,
        "seed_sha256": digest_of_seed(terms.seed),
        "seed": terms.seed,
        "entries_sha256": digest_of_list(numbers),
        "winner_count": terms.winners,
        "alternate_count": terms.alternates,
        "winners": drawn.winners,
        "alternates": drawn.alternates,
        "entries": numbers,
    }
    return json.dumps(told, indent=1, ensure_ascii=True) + "\n"


def repeat(text: str, *, committed: str = "") -> Drawn:
    """Draw again from a published file and compare. `committed` is the seed's digest as it was published before.

    Raises NotRepeated.
    """
    told = _read(text)
    terms = Terms(told["contest"], told["seed"], told["drawn_at"], told["winner_count"], told["alternate_count"])
    try:
        seed_digest, list_digest = digest_of_seed(terms.seed), digest_of_list(told["entries"])
    except ValueError:
        raise NotRepeated("the seed is not written in hexadecimal digits, or an entry number not in ASCII") from None
    if len(set(told["entries"])) != len(told["entries"]):
        raise NotRepeated("an entry stands in the list more than once")
    if seed_digest != told["seed_sha256"]:
        raise NotRepeated(f"the seed's SHA-256 is {seed_digest}, and the file says {told['seed_sha256']}")
    if committed and seed_digest != committed.strip().lower():
        raise NotRepeated(f"the seed's SHA-256 is {seed_digest}, and {committed} was published before")
    if list_digest != told["entries_sha256"]:
        raise NotRepeated(f"the list's SHA-256 is {list_digest}, and the file says {told['entries_sha256']}")
    drawn = draw(terms, told["entries"])
    for name, found in (("winners", drawn.winners), ("alternates", drawn.alternates)):
        if found != told[name]:
            raise NotRepeated(f"the {name} that come out are {', '.join(found) or 'nobody'}, and the file says others")
    return drawn


def _read(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        raise NotRepeated("this is no JSON") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NotRepeated(f"this is no drawing of the format {FORMAT}")
    for name, kind in KEYS.items():
        if not isinstance(told.get(name), kind) or isinstance(told.get(name), bool):
            raise NotRepeated(f"{name} is missing or of another kind")
    if any(told[name] < 0 for name in ("winner_count", "alternate_count")):
        raise NotRepeated("winner_count and alternate_count are never below 0")
    if not all(isinstance(one, str) for name in ("entries", "winners", "alternates") for one in told[name]):
        raise NotRepeated("an entry number is no text")
    return told
