"""How a draft begins: in the words of the version in force, with the paragraphs of its own publication written anew."""

from copy import deepcopy
from datetime import date

from privacy.drafts.contents import without_publication
from privacy.notice import Notice
from privacy.notice.consistency import Content
from privacy.notice.published import published
from privacy.notice.versions import shipped_contents

# What begins so is still to be written.
OPEN = "[Say "
# Where the list of what is modified is printed.
CHANGES = "[WHAT IS MODIFIED]"
# OMB Circular A-108 lets a notice say its date by the day of publication, which is not known before.
DATES = (
    "These revisions will become effective without further notice on **[INSERT DATE 30 DAYS AFTER DATE OF PUBLICATION "
    "IN THE FEDERAL REGISTER]**, unless comments received on or before that date result in a contrary determination."
)
INVITED = (
    "Pursuant to 5 U.S.C. 552a(e)(11), interested persons are invited to submit written data, views, or arguments on "
    "this proposal. A report of the proposed revisions has been sent to Congress and to the Office of Management and "
    "Budget for their evaluations."
)


def begun(present: Notice) -> Content:
    """The content of the version, less what was said at its publication, with itself in the history."""
    content = without_publication(deepcopy(_content(present)))
    content["basis"] = "Drafted in the program."
    content.pop("oddities", None)
    if present.status == "published":
        content["history"] = [
            {"date": present.published.isoformat(), "citation": present.citation}, *content["history"],
        ]  # fmt: skip
    written = {**_publication(present), "history": [_history(content)]}
    for section in content["sections"]:
        if section["key"] in written:
            section["paragraphs"] = written[section["key"]]
    return content


def _content(present: Notice) -> Content:
    every = [*shipped_contents(), *published().contents]
    return next(content for content in every if content["effective"] == present.effective.isoformat())


def _publication(present: Notice) -> dict[str, list[str]]:
    system = f"{present.number}, {present.name},"
    proposing = f"The {present.agency} (USPS) is proposing to revise one Customer Privacy Act System of Records."
    return {
        "action": ["Notice of a modified system of records."],
        "summary": [
            f"{proposing} {OPEN}for what these updates are made.]",
        ],
        "dates": [DATES],
        "supplementary": [
            "I. Background",
            f"{OPEN}what is to be done.]",
            "II. Rationale for Changes to USPS Privacy Act Systems of Records",
            f"{OPEN}why the changes are needed.]",
            f"To implement this, {system} will be modified as follows:",
            CHANGES,
            "III. Description of the Modified System of Records",
            f"{INVITED} {OPEN}whether an adverse effect on individual privacy rights is expected.]",
            f"The notice for modifications to {system} is provided below in its entirety:",
        ],
    }


def _history(content: Content) -> str:
    """`April 10, 2025, 90 FR 15370; August 4, 2020, 85 FR 47258.`"""
    told = [f"{date.fromisoformat(one['date']):%B %-d, %Y}, {one['citation']}" for one in content["history"]]
    return "; ".join(told) + "."
