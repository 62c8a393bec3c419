"""Full card and bank account numbers in any text: they are recognised, cut out and counted, and never kept.

A card number is 13 to 19 digits, in one piece or in groups, with an issuer's prefix and a right check digit (ISO/IEC
7812-1, annex B: Luhn). A bank account is a routing number whose check digit is right (ABA routing number policy) beside
an account number. Only what the notice allows of a card is kept: brand, expiry, last four digits, token.
"""

import re
from dataclasses import dataclass

CARD, BANK = "card number", "bank account number"
REMOVED = {CARD: "[card number removed]", BANK: "[bank account number removed]"}

# Groups of digits with one and the same separator between them, or digits in one piece.
RUN = re.compile(r"(?<![0-9])[0-9]+(?:([ .\-\u00a0\u2007\u202f\u2010\u2011\u2013])[0-9]+(?:\1[0-9]+)*)?(?![0-9])")
# How cards are printed: Visa, Mastercard and most others; American Express; Diners Club; 19 digits.
PRINTED = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3))
SHORTEST, LONGEST = 13, 19
# A run of digits within a word of hexadecimal letters is part of a hash or UUID.
HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
WORD_BEFORE, WORD_AFTER = re.compile(r"[0-9A-Za-z]*\Z"), re.compile(r"[0-9A-Za-z]*")

# (first, last, lengths): issuer identification numbers as the card schemes publish them.
ISSUERS = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),  # Mastercard
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14, 16, 19)),  # Diners Club
    ("36", "36", (14, 16, 19)),
    ("38", "39", (14, 16, 19)),
    ("3528", "3589", (16, 17, 18, 19)),  # JCB
    ("6011", "6011", (16, 19)),  # Discover
    ("644", "649", (16, 19)),
    ("65", "65", (16, 19)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("5018", "5018", (13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("5020", "5020", (13, 14, 15, 16, 17, 18, 19)),
    ("5038", "5038", (13, 14, 15, 16, 17, 18, 19)),
    ("6304", "6304", (16, 17, 18, 19)),
    ("6759", "6763", (16, 17, 18, 19)),
)
BRANDS = (("4", "visa"), ("51", "mastercard"), ("52", "mastercard"), ("53", "mastercard"), ("54", "mastercard"),
          ("55", "mastercard"), ("2", "mastercard"), ("34", "amex"), ("37", "amex"), ("6011", "discover"),
          ("64", "discover"), ("65", "discover"))  # fmt: skip

ROUTING_WORDS = re.compile(r"\b(?:routing|aba|rtn)\b", re.IGNORECASE)
ACCOUNT_WORDS = re.compile(r"\b(?:account|acct)\b", re.IGNORECASE)
NINE_DIGITS = re.compile(r"(?<![0-9A-Za-z\-])[0-9]{9}(?![0-9A-Za-z\-])")
ACCOUNT_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ \-]?[0-9]){3,16}(?![0-9A-Za-z])")
PAIR = re.compile(r"\s*([0-9]{9})[\s/:;,|\-]{1,3}([0-9]{6,8}|[0-9]{10,17})\s*")
# Letters made small and each digit made a nought: then a search finds what may be a number.
LOOK = bytes.maketrans(b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"000000000abcdefghijklmnopqrstuvwxyz")
SEPARATORS = b" .-:#/"
# What is left, once the separators are gone, of a card number, of words about routing numbers, of uncommon separators.
SIGNS = (b"0" * SHORTEST, b"routing", b"aba0", b"rtn0", b"\xc2\xa0", b"\xe2\x80")


@dataclass(frozen=True)
class Remnants:
    """What the notice allows of a card number: its brand (a value of records.enums.CardBrand) and last four digits."""

    brand: str
    last_four: str


def may_hold_payment_numbers(data: bytes) -> bool:
    """A quick look at much text (UTF-8): False says for certain that it is not worth a closer one.

    One translation in C and a few searches: 10 ms a megabyte on a busy machine, where a regular expression takes 230.
    """
    left = data.translate(LOOK, SEPARATORS)
    return any(sign in left for sign in SIGNS)


def payment_number_in(text: str, label: str = "") -> str | None:
    """CARD or BANK where the text holds a full number of that kind; `label` is what the field or column is called."""
    if any(True for _ in _cards(text)):
        return CARD
    return BANK if _bank_spans(text, label) else None


def without_payment_numbers(text: str, label: str = "") -> tuple[str, int]:
    """The text with each number replaced by a mark that says what was removed, and how many were."""
    spans = [(start, end, CARD) for start, end in _cards(text)]
    taken = [(start, end) for start, end, _ in spans]
    free = [
        span for span in _bank_spans(text, label) if not any(span[0] < end and start < span[1] for start, end in taken)
    ]
    spans += [(start, end, BANK) for start, end in free]
    for start, end, kind in sorted(spans, reverse=True):
        text = text[:start] + REMOVED[kind] + text[end:]
    return text, len(spans)


def _overlaps(start: int, end: int, spans: "list[tuple[int, int, str]]") -> bool:
    return any(start < other_end and other_start < end for other_start, other_end, _ in spans)


def remnants(text: str) -> Remnants | None:
    """What may be kept of the one card number in the text; None where it holds none."""
    for start, end in _cards(text):
        digits = re.sub("[^0-9]", "", text[start:end])
        brand = next((name for prefix, name in BRANDS if digits.startswith(prefix)), "other")
        return Remnants(brand, digits[-4:])
    return None


def is_removed(text: str) -> bool:
    """Whether nothing but a mark was left of the text."""
    return text.strip() in REMOVED.values()


def is_routing_number(digits: str) -> bool:
    """Nine digits with a Federal Reserve prefix and a right check digit (weights 3, 7, 1)."""
    prefix = int(digits[:2])
    if not (prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80) or digits == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, digits, strict=True)) % 10 == 0


def is_card_number(digits: str) -> bool:
    return _has_issuer(digits) and _passes_luhn(digits)


def _cards(text: str) -> "list[tuple[int, int]]":
    """Where card numbers begin and end."""
    return [span for run in RUN.finditer(text) for span in _cards_of_run(run) if not _is_in_hexadecimal(text, span)]


def _cards_of_run(run: "re.Match[str]") -> "list[tuple[int, int]]":
    groups = list(re.finditer("[0-9]+", run[0]))
    digits = [group[0] for group in groups]
    if SHORTEST <= sum(map(len, digits)) <= LONGEST and is_card_number("".join(digits)):
        return [run.span()]
    return [
        (run.start() + groups[first].start(), run.start() + groups[first + len(form) - 1].end())
        for first in range(len(groups))
        for form in PRINTED
        if _is_printed(digits, first, form)
    ]


def _is_printed(digits: list[str], first: int, form: tuple[int, ...]) -> bool:
    """Whether groups printed as on a card stand here, and no group of four beside them makes them part of more."""
    last = first + len(form)
    if tuple(map(len, digits[first:last])) != form or not is_card_number("".join(digits[first:last])):
        return False
    return not any(len(group) == 4 for group in digits[max(0, first - 1) : first] + digits[last : last + 1])


def _is_in_hexadecimal(text: str, span: tuple[int, int]) -> bool:
    before, after = WORD_BEFORE.search(text, max(0, span[0] - 40), span[0]), WORD_AFTER.match(text, span[1])
    word = (before[0] if before else "") + (after[0] if after else "")
    return bool(word) and HEXADECIMAL.fullmatch(word) is not None


def _has_issuer(digits: str) -> bool:
    return any(first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in ISSUERS)


def _passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    total = sum(int(digit) for digit in digits[-1::-2]) + sum(value - 9 if value > 9 else value for value in doubled)
    return total % 10 == 0 and len(set(digits)) > 1


def _bank_spans(text: str, label: str) -> "list[tuple[int, int]]":
    """Where a routing number and the account numbers beside it stand: the text or its label says so, or the text is
    nothing but the two."""
    if (pair := PAIR.fullmatch(text)) and is_routing_number(pair[1]):
        return [pair.span(1), pair.span(2)]
    if not ROUTING_WORDS.search(f"{label.replace('_', ' ')} {text}"):
        return []
    routing = [found.span() for found in NINE_DIGITS.finditer(text) if is_routing_number(found[0])]
    if not routing:
        return []
    accounts = [found.span() for found in ACCOUNT_DIGITS.finditer(text) if found.span() not in routing]
    return routing + accounts
