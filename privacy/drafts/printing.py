"""The text of a modified system for the Federal Register: the whole notice, and what is modified said in words.

Source: OMB Circular A-108, section 6.e: a notice of a modified system says what changes, and prints the system whole.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace

from privacy.drafts.beginning import CHANGES, OPEN
from privacy.drafts.contents import notice_of
from privacy.models import NoticeDraft
from privacy.notice import Notice, version
from privacy.notice.comparing import Change, Comparison, Kind, PartChanges, compare
from privacy.notice.consistency import Content
from privacy.publishing import COLUMNS, as_text

WORDS = {Kind.ADDED: "New", Kind.CHANGED: "Changed", Kind.RENUMBERED: "Renumbered", Kind.REMOVED: "Removed"}


def comparison_of(draft: NoticeDraft) -> Comparison:
    """What the draft changes of the version that it was begun from. Only of a draft without problems."""
    return compare(version(draft.base), notice_of(draft))


def modified_text(draft: NoticeDraft, *, columns: int | None = COLUMNS) -> str:
    """The text as it goes to the Federal Register."""
    return as_text(printed_notice(draft), columns=columns)


def printed_notice(draft: NoticeDraft) -> Notice:
    """The draft with what is modified said in its place."""
    notice, said = notice_of(draft), changes_said(draft)
    sections = (replace(one, paragraphs=tuple(_filled(one.paragraphs, said))) for one in notice.sections)
    return replace(notice, sections=tuple(sections))


def with_changes_said(draft: NoticeDraft) -> Content:
    """The content as it is printed: what is modified stands in it for good."""
    content, said = deepcopy(draft.content), changes_said(draft)
    for section in content["sections"]:
        if "paragraphs" in section:
            section["paragraphs"] = list(_filled(section["paragraphs"], said))
    return dict(content)


def _filled(paragraphs: Iterable[str], said: list[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from said if paragraph == CHANGES else [paragraph]


def changes_said(draft: NoticeDraft) -> list[str]:
    """A paragraph a change, in the order of the notice."""
    found = comparison_of(draft)
    return [_said(part, change) for part in found.parts for change in part.changes] or ["-No words of the system."]


def _said(part: PartChanges, change: Change) -> str:
    name = f"{change.item.name[:1].lower()}{change.item.name[1:]}" if part.name != "sections" else change.item.name
    if change.kind is Kind.CHANGED and change.before:
        return f"-{WORDS[change.kind]} {name}: “{change.before.text}” becomes “{change.item.text}”"
    if change.kind is Kind.RENUMBERED and change.before:
        return f"-{WORDS[change.kind]} {name}, formerly {change.before.name.lower()}: “{change.item.text}”"
    return f"-{WORDS[change.kind]} {name}: “{change.item.text}”"


def open_paragraphs(draft: NoticeDraft) -> list[str]:
    """The headings of the sections in which something is still to be written."""
    return [
        section["heading"] or section["key"]
        for section in draft.content["sections"]
        if any(OPEN in text for text in section.get("paragraphs", ()))
    ]
