"""The printed notice holds every word of the published one, and no other."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest

from privacy.notice import Notice, version
from privacy.publishing import as_text, printed_sections

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "notice" / "usps-890.000.txt"
# SHA-256 of the published notice's words, parted by one blank: holds them where its file is not at hand.
WORDS = "b3b277167ef77a7ac2dd5ed73e2a4de73630c58a1135f613df8b2277c4f01ae0"


@pytest.fixture
def present() -> Notice:
    return version("2025-05-12")


def fingerprint(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def differences(published: str, printed: str) -> list[str]:
    lines = unified_diff(published.split(), printed.split(), lineterm="", n=0)
    return [line for line in lines if line[:3] not in {"---", "+++"} and not line.startswith("@@")]


@pytest.mark.parametrize("columns", [None, 100, 40])
def test_the_printed_words_are_the_published_ones(columns: int | None, present: Notice) -> None:
    assert fingerprint(as_text(present, columns=columns)) == WORDS


def test_nothing_is_missing_added_or_changed_word_by_word(present: Notice) -> None:
    if not PUBLISHED.exists():
        pytest.skip(f"the published text is not at {PUBLISHED}: its words' fingerprint alone is compared")
    published = PUBLISHED.read_text()
    assert differences(published, as_text(present)) == []
    assert fingerprint(published) == WORDS


def less_a_purpose(notice: Notice) -> Notice:
    return replace(notice, purposes=notice.purposes[:-1])


def word_added(notice: Notice) -> Notice:
    first, *rest = notice.categories
    return replace(notice, categories=(replace(first, text=f"{first.text} shoe"), *rest))


def slip_mended(notice: Notice) -> Notice:
    one, two, *rest = notice.retrieval
    return replace(notice, retrieval=(one, replace(two, text=two.text.replace("NAISC", "NAICS")), *rest))


def sections_turned(notice: Notice) -> Notice:
    return replace(notice, sections=(*notice.sections[1:], notice.sections[0]))


def rules_turned(notice: Notice) -> Notice:
    first, *rest = notice.retention
    return replace(notice, retention=(*rest, first))


@pytest.mark.parametrize(
    ("alter", "seen"),
    [
        (less_a_purpose, "-13."),
        (word_added, "+shoe"),
        (slip_mended, "-(NAISC)"),
        (sections_turned, "-POSTAL"),
        (rules_turned, "-1."),
    ],
)
def test_each_kind_of_difference_is_caught(alter: Callable[[Notice], Notice], seen: str, present: Notice) -> None:
    printed = as_text(alter(present))
    assert fingerprint(printed) != WORDS
    assert seen in differences(as_text(present), printed)


def test_the_sections_stand_in_the_federal_registers_order(present: Notice) -> None:
    assert [section.heading for section in printed_sections(present) if section.heading] == [
        "AGENCY",
        "ACTION",
        "SUMMARY",
        "DATES",
        "ADDRESSES",
        "FOR FURTHER INFORMATION CONTACT",
        "SUPPLEMENTARY INFORMATION",
        "SYSTEM NAME AND NUMBER",
        "SECURITY CLASSIFICATION",
        "SYSTEM LOCATION",
        "SYSTEM MANAGER(S)",
        "AUTHORITY FOR MAINTENANCE OF THE SYSTEM",
        "PURPOSE(S) OF THE SYSTEM",
        "CATEGORIES OF INDIVIDUALS COVERED BY THE SYSTEM",
        "CATEGORIES OF RECORDS IN THE SYSTEM",
        "RECORD SOURCE CATEGORIES",
        "ROUTINE USES OF RECORDS MAINTAINED IN THE SYSTEM, INCLUDING CATEGORIES OF USERS AND THE PURPOSES OF SUCH USES",
        "POLICIES AND PRACTICES FOR STORAGE OF RECORDS",
        "POLICIES OF PRACTICES FOR RETRIEVAL OF RECORDS",
        "POLICIES AND PRACTICES FOR RETENTION AND DISPOSAL OF RECORDS",
        "ADMINISTRATIVE, TECHNICAL, AND PHYSICAL SAFEGUARDS",
        "RECORD ACCESS PROCEDURES",
        "CONTESTING RECORD PROCEDURES",
        "NOTIFICATION PROCEDURES",
        "EXEMPTIONS PROMULGATED FOR THE SYSTEM",
        "HISTORY",
    ]


def test_headings_run_into_their_paragraph_but_not_into_a_list_or_a_lower_heading(present: Notice) -> None:
    lines = as_text(present, columns=None).splitlines()
    assert "AGENCY: Postal Service®." in lines
    assert "EXEMPTIONS PROMULGATED FOR THE SYSTEM: None." in lines
    assert lines[lines.index("PURPOSE(S) OF THE SYSTEM:") + 2].startswith("1. To understand the needs of customers ")
    assert lines[lines.index("SUPPLEMENTARY INFORMATION:") + 2] == "I. Background"


def test_rules_that_share_a_number_are_printed_as_one(present: Notice) -> None:
    assert (
        "2. ACH records are retained up to 2 years. Records relating to direct marketing, advertising, and promotions"
        " are retained 5 years."
    ) in as_text(present, columns=None).splitlines()


def test_lines_are_wrapped_at_a_hundred_columns(present: Notice) -> None:
    lengths = [len(line) for line in as_text(present).splitlines()]
    assert 95 <= max(lengths) <= 100


def test_the_derived_version_says_so_before_anything_else() -> None:
    first, blank, second, *rest = as_text(version("2023-01-23"), columns=None).splitlines()
    assert first.startswith("[DERIVED, NOT PUBLISHED. The notice of 12 May 2025 less purposes 12 and 13 and category ")
    assert (blank, second) == ("", "SYSTEM NAME AND NUMBER: USPS 890.000, Sales, Marketing, Events, and Publications.")
    assert not any(line.startswith(("12. To anticipate", "18.")) for line in rest)
