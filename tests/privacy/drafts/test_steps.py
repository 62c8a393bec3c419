"""A version from its first draft to the day on which it takes effect, or does not."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from privacy import notice
from privacy.drafts import steps
from privacy.drafts.editing import without
from privacy.drafts.steps import Refused
from privacy.ledger import sealing, statements
from privacy.ledger.checking import WHAT
from privacy.ledger.verifying import verify
from privacy.models import LedgerAct, NoticeDraft, User
from privacy.retention.signals import to_be_sealed
from privacy.roles import Role
from tests.drafts import EFFECTIVE, PUBLISHED, edited, longer_insight, publish, whole_draft, written
from tests.factories import make_user
from tests.ledger import unprotected
from tests.privacy.drafts.conftest import Clock

pytestmark = pytest.mark.django_db


def refused(said: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=said)


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


def test_a_draft_begins_in_the_words_of_the_notice_in_force(henrik: User) -> None:
    draft = steps.begin(henrik)
    assert (draft.base, draft.state, draft.revision, draft.name) == ("2025-05-12", "draft", 0, f"draft-{draft.pk}")
    assert [one["id"] for one in draft.content["purposes"]] == [f"PUR-{number}" for number in range(1, 14)]
    assert draft.content["history"][0] == {"date": "2025-04-10", "citation": "90 FR 15370"}
    history = next(one for one in draft.content["sections"] if one["key"] == "history")
    assert history["paragraphs"][0].startswith("April 10, 2025, 90 FR 15370; August 4, 2020, 85 FR 47258; ")
    assert not {"id", "citation", "effective", "published", "status"} & draft.content.keys()


def test_what_two_change_at_once_is_refused_to_the_second(henrik: User) -> None:
    draft = steps.begin(henrik)
    other = make_user(Role.PRIVACY_OFFICER, "Ada")
    steps.change(draft, longer_insight, 0, other)
    with refused("Ada has changed the draft in the meantime"):
        steps.change(draft, longer_insight, 0, henrik)
    assert NoticeDraft.objects.get().revision == 1


def test_a_publication_is_recorded_with_its_days(henrik: User) -> None:
    told: list[tuple[str, str]] = []

    def seal(sender: object, kind: str, reference: str, **_more: object) -> None:
        told.append((kind, reference))

    to_be_sealed.connect(seal)
    draft = publish(whole_draft(henrik))
    to_be_sealed.disconnect(seal)
    assert (draft.state, draft.citation, draft.published_on, draft.effective_on) == (
        "published", "91 FR 80000", PUBLISHED, EFFECTIVE,
    )  # fmt: skip
    assert told[0] == ("notice_begun", str(draft.key))
    assert told[-1] == ("notice_published", str(draft.key))


@pytest.mark.parametrize(
    ("published_on", "effective_on", "said"),
    [
        (date(2026, 11, 29), date(2027, 1, 4), "cannot have been published on a day in the future"),
        (date(2026, 11, 20), date(2026, 12, 19), r"30 days after .* on December 20, 2026\."),
        (date(2026, 10, 1), date(2026, 11, 27), "That day has passed"),
        (date(2025, 1, 1), date(2025, 5, 12), "That day has passed"),
    ],
)
def test_a_day_on_which_it_cannot_take_effect_is_refused(
    henrik: User, published_on: date, effective_on: date, said: str
) -> None:
    draft = whole_draft(henrik)
    with refused(said):
        publish(draft, effective_on, published_on)
    assert NoticeDraft.objects.get().state == "draft"


def test_thirty_days_are_enough(henrik: User) -> None:
    assert publish(whole_draft(henrik), date(2026, 12, 20)).effective_on == date(2026, 12, 20)


def test_two_versions_of_one_day_are_refused(henrik: User, clock: Clock) -> None:
    first, second = whole_draft(henrik), whole_draft(henrik)
    publish(first)
    clock.on(date(2026, 11, 28))
    with refused("Another version takes effect on January 4, 2027"):
        publish(second)
    with refused("The version of January 4, 2027 comes after that day"):
        publish(second, date(2026, 12, 30))


def test_the_database_refuses_what_no_published_version_is(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    kept = "a published version of the notice keeps its words"
    changes: list[tuple[dict[str, object], str]] = [
        ({"effective_on": date(2026, 12, 19)}, "draft_waits_for_comments"),
        ({"published_by": None}, "draft_published_whole"),
        ({"state": "draft"}, "draft_published_whole"),
        ({"state": "gone"}, "draft_state"),
        ({"content": {}}, kept),
        ({"citation": "91 FR 2"}, kept),
        ({"published_on": date(2026, 11, 1)}, kept),
    ]
    for change, said in changes:
        with pytest.raises(IntegrityError, match=said), transaction.atomic():
            NoticeDraft.objects.filter(pk=draft.pk).update(**change)


def test_what_is_no_notice_is_not_published_and_says_where(henrik: User) -> None:
    draft = edited(whole_draft(henrik), lambda content: without(content, ("purposes", 2)))
    with refused("purposes 3, id: PUR-4 stands where number 3 of purposes belongs"):
        publish(draft)


def test_what_stands_in_the_way_is_said_and_nothing_is_published(henrik: User) -> None:
    with refused("It cannot take effect as it is. It changes nothing."):
        publish(written(steps.begin(henrik)))
    with refused("SUMMARY: something still has to be written. SUPPLEMENTARY INFORMATION: something"):
        publish(edited(steps.begin(henrik), longer_insight))


def test_the_words_of_what_is_published_are_not_changed(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    with refused("The version is now published"):
        steps.change(draft, longer_insight, draft.revision, henrik)


def test_what_is_modified_stands_in_the_published_words_for_good(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    said = next(one for one in draft.content["sections"] if one["key"] == "supplementary")["paragraphs"]
    assert "[WHAT IS MODIFIED]" not in said
    assert any("becomes “Records relating to surveys and research are retained 4 years.”" in line for line in said)


# Reports and comments -------------------------------------------------------------------------------------------------


def test_the_reports_to_congress_and_omb_are_written_down(henrik: User) -> None:
    draft = steps.begin(henrik)
    steps.report(draft, date(2026, 10, 1), None, henrik)
    steps.report(draft, date(2026, 10, 1), date(2026, 10, 2), henrik)
    draft.refresh_from_db()
    assert (draft.congress_on, draft.omb_on) == (date(2026, 10, 1), date(2026, 10, 2))
    with refused("in the future"):
        steps.report(draft, date(2026, 11, 29), None, henrik)


def unreported(draft: NoticeDraft, because: str = "") -> NoticeDraft:
    said = steps.Publication("91 FR 80000", PUBLISHED, EFFECTIVE, unreported_because=because)
    return steps.publish(draft, said, draft.made_by)


def test_a_version_is_published_after_both_reports(henrik: User) -> None:
    draft = whole_draft(henrik)
    with refused("record both reports first, or state why none is required"):
        unreported(draft)
    steps.report(draft, date(2026, 11, 1), None, henrik)
    with refused("record both reports first"):
        unreported(draft)
    steps.report(draft, date(2026, 11, 1), date(2026, 11, 21), henrik)
    with refused("before the publication of November 20, 2026, not after it"):
        unreported(draft)
    with refused("A report is recorded: remove it, or leave out why none is required"):
        unreported(draft, "No significant change.")
    steps.report(draft, date(2026, 11, 1), date(2026, 11, 20), henrik)
    assert unreported(draft).state == "published"


def test_the_reports_of_a_published_version_are_not_taken_back(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    with refused("record both reports first"):
        steps.report(draft, None, None, henrik)
    draft.refresh_from_db()
    assert draft.congress_on is not None


def test_a_change_that_is_not_significant_says_why_no_report_is_due(henrik: User) -> None:
    draft = unreported(whole_draft(henrik), " A word is spelt right. ")
    assert draft.unreported_because == "A word is spelt right."
    assert statements.of_notice(draft)["unreported_because"] == "A word is spelt right."
    steps.report(draft, date(2026, 11, 27), date(2026, 11, 27), henrik)
    draft.refresh_from_db()
    assert draft.congress_on == date(2026, 11, 27)


def test_what_was_sealed_without_a_reason_stays_as_it_was_sealed(henrik: User) -> None:
    assert "unreported_because" not in statements.of_notice(publish(whole_draft(henrik)))


def test_a_comment_is_written_down_and_answered(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    made = steps.comment(draft, "USPS-2026-0007-0001", date(2026, 11, 25), "Four years are too long.", henrik)
    steps.answer(made, "Research spans two censuses of customers.", henrik)
    made.refresh_from_db()
    assert (made.answer, made.answered_on) == ("Research spans two censuses of customers.", date(2026, 11, 28))
    with refused("Enter what the agency answers"):
        steps.answer(made, " ", henrik)
    with refused("has already been entered"):
        steps.comment(draft, "USPS-2026-0007-0001", date(2026, 11, 25), "Once more.", henrik)
    for day in (date(2026, 11, 19), date(2026, 11, 29)):
        with refused("A comment comes after publication"):
            steps.comment(draft, "USPS-2026-0007-0002", day, "Early.", henrik)


def test_a_draft_has_no_comments(henrik: User) -> None:
    with refused("Comments come once the version is published"):
        steps.comment(steps.begin(henrik), "1", date(2026, 11, 25), "Early.", henrik)


# Contrary determinations ----------------------------------------------------------------------------------------------


def test_a_contrary_determination_defers_it(henrik: User, clock: Clock) -> None:
    draft = publish(whole_draft(henrik))
    steps.defer(draft, date(2027, 3, 1), "A comment is still to be answered.", henrik)
    clock.on(date(2027, 2, 28))
    assert notice.in_force().version == "2025-05-12"
    clock.on(date(2027, 3, 1))
    assert notice.in_force().version == "2027-03-01"
    made = draft.determinations.get()
    assert (made.kind, made.was_effective_on, made.effective_on) == ("defer", EFFECTIVE, date(2027, 3, 1))


def test_deferred_until_further_notice_it_does_not_take_effect(henrik: User, clock: Clock) -> None:
    draft = publish(whole_draft(henrik))
    steps.defer(draft, None, "The General Counsel looks at it.", henrik)
    clock.on(date(2028, 1, 1))
    assert notice.in_force().version == "2025-05-12"
    draft.refresh_from_db()
    steps.defer(draft, date(2028, 2, 1), "It has been looked at.", henrik)
    clock.on(date(2028, 2, 1))
    assert notice.in_force().version == "2028-02-01"


def test_withdrawn_it_does_not_take_effect(henrik: User, clock: Clock) -> None:
    draft = publish(whole_draft(henrik))
    with refused("State why"):
        steps.withdraw(draft, "", henrik)
    steps.withdraw(draft, "The comments convinced us.", henrik)
    clock.on(date(2027, 6, 1))
    assert [one.version for one in notice.versions()] == ["2023-01-23", "2025-05-12"]
    with refused("The version is now withdrawn"):
        steps.defer(draft, date(2027, 7, 1), "Too late.", henrik)


def test_what_has_taken_effect_is_not_withdrawn(henrik: User, clock: Clock) -> None:
    draft = publish(whole_draft(henrik))
    clock.on(EFFECTIVE)
    with refused("It has taken effect: draft another version"):
        steps.withdraw(draft, "Too late.", henrik)
    with refused("It has taken effect"):
        steps.defer(draft, date(2027, 7, 1), "Too late.", henrik)


def test_a_draft_is_given_up_and_not_deferred(henrik: User) -> None:
    draft = steps.begin(henrik)
    with refused("not published yet: there is nothing to defer"):
        steps.defer(draft, date(2027, 7, 1), "Early.", henrik)
    steps.withdraw(draft, "Another way was found.", henrik)
    assert NoticeDraft.objects.get().state == "withdrawn"
    assert list(NoticeDraft.objects.begun()) == []


def test_a_deferral_keeps_the_days_of_the_law(henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    with refused("30 days after its publication"):
        steps.defer(draft, date(2026, 12, 1), "Sooner.", henrik)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_noticedetermination")
        assert cursor.fetchone() == (0,)


# Sealed ---------------------------------------------------------------------------------------------------------------


def acts_of(draft: NoticeDraft) -> list[str]:
    return list(LedgerAct.objects.filter(reference=str(draft.key)).order_by("id").values_list("kind", flat=True))


def test_each_act_on_a_version_is_sealed_with_all_that_it_says(henrik: User) -> None:
    draft = steps.begin(henrik)
    steps.change(draft, longer_insight, 0, henrik)
    steps.report(draft, date(2026, 10, 1), None, henrik)
    other = publish(whole_draft(henrik))
    made = steps.comment(other, "USPS-2026-0007-0001", date(2026, 11, 25), "Four years are too long.", henrik)
    steps.answer(made, "They are what research asks for.", henrik)
    steps.defer(other, None, "Comments are being read.", henrik)
    steps.withdraw(other, "Not needed.", henrik)
    assert acts_of(draft) == ["notice_begun", "notice_changed", "notice_reported"]
    assert acts_of(other)[-5:] == [
        "notice_published", "notice_commented", "notice_answered", "notice_defer", "notice_withdraw",
    ]  # fmt: skip
    sealing.seal_all()
    assert verify().is_clean
    assert {name for name in WHAT if name.startswith("notice_")} == {*acts_of(draft), *acts_of(other)}


def past_the_program(statement: str) -> None:
    with unprotected("privacy_noticedraft"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE privacy_noticedraft SET citation = '91 FR 1'",
        "UPDATE privacy_noticedraft SET content = jsonb_set(content, '{name}', '\"Another\"')",
        "UPDATE privacy_noticecomment SET gist = 'Fine.'",
        "UPDATE privacy_noticedetermination SET reason = 'None.'",
    ],
)
def test_what_is_changed_past_the_program_is_found(henrik: User, statement: str) -> None:
    draft = publish(whole_draft(henrik))
    steps.comment(draft, "USPS-2026-0007-0001", date(2026, 11, 25), "Four years are too long.", henrik)
    steps.defer(draft, None, "Comments are being read.", henrik)
    sealing.seal_all()
    assert verify().is_clean
    past_the_program(statement)
    assert [one.said.partition(" was altered")[0] for one in verify().findings] == [
        f"The version of the notice {draft.key}"
    ]
