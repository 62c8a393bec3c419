"""What tests of a modified notice need: a draft that is whole, with what it changes, and its publication."""

from collections.abc import Callable
from datetime import date

from privacy.drafts import steps
from privacy.drafts.editing import with_value
from privacy.models import NoticeDraft, User
from privacy.notice.consistency import Content

REPORTED, PUBLISHED, EFFECTIVE = date(2026, 10, 20), date(2026, 11, 20), date(2027, 1, 4)
NEW_ELEMENT = {
    "id": "c10-participant-mood",
    "label": "participant mood",
    "reading": {
        "type": "string",
        "sensitivity": "internal",
        "subject": "participant",
        "handling": "plain",
        "retention": "RET-4",
    },
}


def edited(draft: NoticeDraft, edit: Callable[[Content], Content]) -> NoticeDraft:
    return steps.change(draft, edit, draft.revision, draft.made_by)


def written(draft: NoticeDraft) -> NoticeDraft:
    """With everything written that a new draft leaves open."""

    def write(content: Content) -> Content:
        for section in content["sections"]:
            if "paragraphs" in section:
                section["paragraphs"] = [text.replace("[Say ", "We say ") for text in section["paragraphs"]]
        return content

    return edited(draft, write)


def with_period(rule: str, count: int, words: str) -> Callable[[Content], Content]:
    """A retention rule of another period, in these words."""

    def edit(content: Content) -> Content:
        at = next(at for at, one in enumerate(content["retention"]) if one["id"] == rule)
        one = content["retention"][at]
        return with_value(
            content, ("retention", at), {**one, "text": words, "period": {**one["period"], "count": count}}
        )

    return edit


def longer_insight(content: Content) -> Content:
    return with_period("RET-7", 4, "Records relating to surveys and research are retained 4 years.")(content)


def with_element(content: Content) -> Content:
    """Category 10 with one element more, which its words name."""
    at = 9
    category = content["categories"][at]
    words = {name: one for name, one in category.items() if name != "elements"}
    content = with_value(content, ("categories", at), {**words, "text": f"{category['text']} Participant mood."})
    content["categories"][at]["elements"].append(NEW_ELEMENT)
    return content


def whole_draft(by: User, edit: Callable[[Content], Content] = longer_insight) -> NoticeDraft:
    """A draft that could be published."""
    return edited(written(steps.begin(by)), edit)


def publish(draft: NoticeDraft, effective_on: date = EFFECTIVE, published_on: date = PUBLISHED) -> NoticeDraft:
    steps.report(draft, REPORTED, REPORTED, draft.made_by)
    said = steps.Publication("91 FR 80000", published_on, effective_on, "2026-20001")
    return steps.publish(draft, said, draft.made_by)
