"""A draft as the content of a file of the notice, checked by the same schema and rules, and as a Notice."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from privacy.agency import agency_today
from privacy.models import NoticeDraft
from privacy.notice import Notice
from privacy.notice.consistency import COMMENT_PERIOD_DAYS, Content, against_itself
from privacy.notice.documents import Where
from privacy.notice.files import NOTICES
from privacy.notice.reading import as_notice
from privacy.notice.schema import against_schema
from privacy.notice.versions import SYSTEM

# What is known only when a version is published: columns of the draft, and no part of its content.
OF_PUBLICATION = ("id", "status", "citation", "document_number", "published", "effective")


@dataclass(frozen=True)
class Problem:
    """What is not right in a draft, and where."""

    where: Where
    reason: str

    @property
    def place(self) -> str:
        """`purposes 3, text`: as people count, from one."""
        told = ""
        for step in self.where:
            told += f" {step + 1}" if isinstance(step, int) else f", {step}"
        return told.removeprefix(", ") or "the whole"

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def published_content(draft: NoticeDraft) -> Content:
    """The content of a version that is published and whose day is set."""
    return _dated(draft.content, draft.citation, draft.document_number, draft.published_on, draft.effective_on)


def content_of(draft: NoticeDraft) -> Content:
    """The content as a file has it; what is not known yet as if it were published today."""
    if draft.published_on is not None and draft.effective_on is not None:
        return published_content(draft)
    today = draft.published_on or agency_today()
    waits = today + timedelta(days=COMMENT_PERIOD_DAYS)
    return _dated(draft.content, draft.citation or "not published yet", draft.document_number, today, waits)


def _dated(content: Content, citation: str, number: str, published: Any, effective: Any) -> Content:
    return {
        **content,
        "id": f"{SYSTEM}@{effective.isoformat()}",
        "status": "published",
        "citation": citation,
        **({"document_number": number} if number else {}),
        "published": published.isoformat(),
        "effective": effective.isoformat(),
    }


def problems_of(draft: NoticeDraft) -> list[Problem]:
    """What is not right by the schema, else by what a schema cannot say: as a file would be told, place by place."""
    content = content_of(draft)
    path = NOTICES / SYSTEM / f"{content['effective']}.yaml"
    found = list(against_schema(content)) or list(against_itself(content, path))
    return [Problem(where, reason) for where, reason in found]


def notice_of(draft: NoticeDraft) -> Notice:
    """The version as a draft is read: under its own name. Only of a draft without problems."""
    notice = as_notice(content_of(draft), next_effective=None)
    if draft.effective_on is not None:
        return notice
    return replace(notice, id=f"{SYSTEM}@{draft.name}", status="draft")


def without_publication(content: Content) -> Content:
    return {name: value for name, value in content.items() if name not in OF_PUBLICATION}
