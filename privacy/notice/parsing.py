"""Any agency's notice, as text: its sections by their headings, and which of the required ones it lacks.

Sources of what is required: 5 U.S.C. 552a(e)(4)(A) to (I); OMB Circular A-108, appendix II, for purpose and authority.
"""

import re
from dataclasses import dataclass

# A section's key in our files, and its heading as agencies have worded it over the years.
HEADINGS = {
    "agency": r"AGENCY",
    "action": r"ACTION",
    "summary": r"SUMMARY",
    "dates": r"DATES?",
    "addresses": r"ADDRESS(ES)?",
    "contact": r"FOR FURTHER INFORMATION,? (PLEASE )?CONTACT",
    "supplementary": r"SUPPLEMENTARY INFORMATION",
    "system": r"SYSTEM NAME( AND NUMBER)?",
    "classification": r"SECURITY CLASSIFICATION",
    "location": r"SYSTEM LOCATIONS?",
    "manager": r"SYSTEM MANAGER(S|\(S\))?( AND ADDRESS(ES)?)?",
    "authority": r"AUTHORITY FOR MAINTENANCE OF THE SYSTEM",
    "purposes": r"PURPOSE(S|\(S\))?( OF THE SYSTEM)?",
    "individuals": r"CATEGORIES OF INDIVIDUALS COVERED BY THE SYSTEM( OF RECORDS)?",
    "records": r"CATEGORIES OF RECORDS IN THE SYSTEM( OF RECORDS)?",
    "sources": r"RECORDS? SOURCE CATEGORIES",
    "routine-uses": r"ROUTINE USES OF RECORDS MAINTAINED IN THE SYSTEM[^:.]*",
    "storage": r"(POLICIES (AND|OF) PRACTICES FOR )?STORAGE( OF RECORDS)?",
    "retrieval": r"(POLICIES (AND|OF) PRACTICES FOR )?RETRIEV(AL|ABILITY)( OF RECORDS)?( BY)?",
    "retention": r"(POLICIES (AND|OF) PRACTICES FOR )?RETENTION AND DISPOSAL( OF RECORDS)?",
    "safeguards": r"((ADMINISTRATIVE|TECHNICAL|PHYSICAL|AND|,) ?)*SAFEGUARDS",
    "access": r"RECORDS? ACCESS PROCEDURES?",
    "contesting": r"CONTESTING RECORDS? PROCEDURES?",
    "notification": r"NOTIFICATION PROCEDURES?",
    "exemptions": r"EXEMPTIONS (PROMULGATED|CLAIMED) FOR THE SYSTEM",
    "history": r"HISTORY",
}
REQUIRED = ("system", "location", "manager", "authority", "purposes", "individuals", "records", "sources",
            "routine-uses", "storage", "retrieval", "retention", "safeguards", "access", "contesting",
            "notification")  # fmt: skip
PATTERNS = {key: re.compile(rf"(?P<heading>{words})\s*(:|$)\s*", re.IGNORECASE) for key, words in HEADINGS.items()}


@dataclass(frozen=True)
class FoundSection:
    key: str
    heading: str
    paragraphs: tuple[str, ...]


def sections(text: str) -> list[FoundSection]:
    """The sections of a notice whose text has one paragraph a line; what stands before the first heading has no key."""
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    for line in (line.strip() for line in text.splitlines()):
        key, heading, rest = _parted(line)
        if key:
            found.append((key, heading, []))
        found[-1][2].extend([rest] if rest else [])
    return [FoundSection(key, heading, tuple(paragraphs)) for key, heading, paragraphs in found if key or paragraphs]


def _parted(line: str) -> tuple[str, str, str]:
    """The key of the section that a line opens, its heading and what follows it; without a key where it opens none."""
    for key, pattern in PATTERNS.items():
        if opened := pattern.match(line):
            return key, opened["heading"], line[opened.end() :]
    return "", "", line


def missing(found: list[FoundSection]) -> list[str]:
    """The keys of the required sections that a notice lacks."""
    keys = {section.key for section in found if section.paragraphs}
    return [key for key in REQUIRED if key not in keys]
