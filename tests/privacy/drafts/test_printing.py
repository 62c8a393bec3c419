"""The text of a modified system, and what the command says of drafts."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from privacy.drafts import steps
from privacy.drafts.contents import published_content
from privacy.drafts.editing import with_more, without
from privacy.drafts.printing import changes_said, modified_text
from privacy.models import User
from privacy.notice import published
from privacy.notice.consistency import Content
from privacy.notice.files import read_all
from privacy.notice.parsing import missing, sections
from tests.drafts import edited, publish, whole_draft, with_element, with_period
from tests.privacy.drafts.conftest import Clock

pytestmark = pytest.mark.django_db
SHORTER = "Records relating to surveys and research are retained 2 years."


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("notice", *arguments, stdout=out)
    return out.getvalue()


def test_the_text_says_what_is_modified_and_has_every_section(henrik: User) -> None:
    text = modified_text(whole_draft(henrik, with_period("RET-7", 2, SHORTER)), columns=None)
    assert missing(sections(text)) == []
    lines = text.split("\n\n")
    at = lines.index("To implement this, USPS 890.000, Sales, Marketing, Events, and Publications, will be modified as "
                     "follows:")  # fmt: skip
    assert lines[at + 1].startswith("-Changed retention rule 7: “")
    assert lines[at + 1].endswith(f"becomes “{SHORTER}”")
    assert lines[at + 2] == "III. Description of the Modified System of Records"
    assert "ACTION: Notice of a modified system of records." in lines
    assert f"7. {SHORTER}" in lines
    assert "HISTORY: April 10, 2025, 90 FR 15370; August 4, 2020" in text
    assert "DERIVED" not in text


def test_each_kind_of_change_is_said(henrik: User) -> None:
    def edit(content: Content) -> Content:
        content = with_element(content)
        content = with_more(
            content, ("purposes",), {"id": "PUR-14", "text": "To answer.", "reading": {"categories": [1]}}
        )
        return without(content, ("safeguards", 6))

    said = changes_said(whole_draft(henrik, edit))
    assert said[0] == "-New purpose 14: “To answer.”"
    assert said[1].startswith("-Changed category of records 10: “")
    assert said[2] == "-New element 49 of category 10: “participant mood”"
    assert said[-1].startswith("-Removed safeguard 7: “")
    assert changes_said(steps.begin(henrik)) == ["-No words of the system."]


def test_the_command_prints_lists_compares_and_covers_a_draft(henrik: User) -> None:
    draft = whole_draft(henrik, with_element)
    assert f"{draft.name}  draft      begun from 2025-05-12" in run("list")
    assert run("print", draft.name) == modified_text(draft)
    assert "+ Element 49 of category 10: participant mood" in run("diff", "2025-05-12", draft.name)
    assert "c10-participant-mood: records.Record.attributes[c10-participant-mood]" in run("coverage", draft.name)
    assert "443 elements" in run("coverage", draft.name)
    assert "442 elements" in run("coverage")


def test_a_published_version_is_had_as_the_file_of_a_release(henrik: User, tmp_path: Path) -> None:
    draft = publish(whole_draft(henrik, with_element))
    published.look_again()
    text = run("file", "2027-01-04")
    folder = tmp_path / "usps-890.000"
    folder.mkdir()
    (folder / "2027-01-04.yaml").write_text(text)
    (content,) = read_all(folder)
    assert content == published_content(draft)
    with pytest.raises(CommandError, match="There is no version '2025-05-12' that was published in the program"):
        run("file", "2025-05-12")


def test_the_command_names_the_place_of_what_is_not_right(henrik: User) -> None:
    draft = edited(steps.begin(henrik), lambda content: without(content, ("purposes", 2)))
    with pytest.raises(CommandError, match=rf"{draft.name} is no notice yet:\npurposes 3, id: PUR-4 stands where"):
        run("print", draft.name)
    with pytest.raises(CommandError, match=rf"There are: 2023-01-23, 2025-05-12, {draft.name}\."):
        run("print", "draft-0")


def test_the_command_knows_what_is_published_by_its_day(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    published.look_again()
    assert "2027-01-04  published  2027-01-04 to further notice  91 FR 80000" in run("list")
    assert "draft-" not in run("list")
    assert run("print", "2027-01-04") == modified_text(draft)
    steps.defer(draft, None, "Looked at again.", henrik)
    published.look_again()
    assert f"draft-{draft.pk}  published  begun from 2025-05-12" in run("list")
