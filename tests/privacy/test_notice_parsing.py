"""Other notices' sections are found by their headings."""

import re
import sys
from html import unescape
from pathlib import Path

import pytest

from privacy.notice import version
from privacy.notice.parsing import REQUIRED, FoundSection, missing, sections
from privacy.publishing import as_text, printed_sections

NOTICES = Path(__file__).resolve().parents[3] / "shared" / "data" / "sorn_notices"


def test_the_printed_notice_is_parted_into_the_sections_that_it_was_made_of() -> None:
    present = version("2025-05-12")
    found = sections(as_text(present, columns=None))
    assert missing(found) == []
    headed = [section for section in printed_sections(present) if section.heading]
    assert [(one.key, one.heading) for one in found if one.key] == [(one.key, one.heading) for one in headed]
    by_key = {one.key: one.paragraphs for one in found}
    assert by_key[""] == ("POSTAL SERVICE", "Privacy Act of 1974; System of Records")
    for section in headed[:-1]:
        items = tuple(f"{item.number}. {item.text}" for item in section.items)
        assert by_key[section.key] == (*items, *section.paragraphs)


def as_lines(xml: str) -> str:
    """Federal Register XML with one paragraph or heading a line."""
    blocks = re.findall(r"<(HD|P|FP)\b[^>]*>(.*?)</\1>", xml, re.DOTALL)
    return "\n".join(" ".join(unescape(re.sub(r"<[^>]+>", "", block)).split()) for _, block in blocks)


def test_the_share_of_other_notices_with_all_required_sections() -> None:
    if not NOTICES.exists():
        pytest.skip(f"there are no other notices at {NOTICES}")
    lacking = {path.name: missing(sections(as_lines(path.read_text()))) for path in sorted(NOTICES.glob("*.xml"))}
    whole = [name for name, keys in lacking.items() if not keys]
    sys.stdout.write(f"{len(whole)} of {len(lacking)} notices have all {len(REQUIRED)} required sections: {lacking}\n")
    assert lacking["sorn.xml"] == []
    # A matching notice is no notice of a system of records.
    assert len(lacking["cma-sorn.xml"]) > len(REQUIRED) / 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RETRIEVABILITY: By name.", FoundSection("retrieval", "RETRIEVABILITY", ("By name.",))),
        ("System Name and Number:", FoundSection("system", "System Name and Number", ())),
        ("PURPOSE(S):", FoundSection("purposes", "PURPOSE(S)", ())),
        ("SAFEGUARDS: Locked.", FoundSection("safeguards", "SAFEGUARDS", ("Locked.",))),
        ("History", FoundSection("history", "History", ())),
        ("History is kept here.", FoundSection("", "", ("History is kept here.",))),
        ("The purpose of the system: none.", FoundSection("", "", ("The purpose of the system: none.",))),
    ],
)
def test_a_heading_is_known_in_each_wording_and_no_sentence_is_taken_for_one(line: str, expected: FoundSection) -> None:
    assert sections(line) == [expected]


def test_a_heading_without_a_word_under_it_is_missing() -> None:
    text = "\n".join(f"{heading}: words" for heading in ("SYSTEM LOCATION", "SYSTEM NAME", "RECORD SOURCE CATEGORIES"))
    assert missing(sections(f"{text}\nNOTIFICATION PROCEDURES:")) == [
        key for key in REQUIRED if key not in {"location", "system", "sources"}
    ]


def test_an_empty_text_has_no_section() -> None:
    assert sections(" \n\n") == []
