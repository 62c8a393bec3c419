"""A version that was published in the program is drafted on, shown, compared and collected under like a file."""

from datetime import date

import pytest
from django.test import Client

from privacy import notice
from privacy.coverage import coverage, homeless
from privacy.datamap import data_map
from privacy.disclosing import authorities
from privacy.disclosures import routine_uses
from privacy.drafts import steps
from privacy.drafts.editing import with_value
from privacy.drafts.impact import obstacles
from privacy.drafts.printing import changes_said, modified_text
from privacy.models import User
from privacy.notice.consistency import Content
from privacy.retention import runs, standing
from privacy.rights.addressees import addressee
from privacy.roles import Role
from privacy.statement import REQUEST, statement_for
from records.forms.attributes import attributes_form
from tests.drafts import EFFECTIVE, edited, publish, whole_draft, with_element, with_period, written
from tests.factories import make_user
from tests.privacy.drafts.conftest import Clock
from tests.retention import approve_all, gone_customer

pytestmark = pytest.mark.django_db
EVE = date(2027, 1, 3)
LONGER = "Other records are retained 5 years after the relationship ends."


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_next_draft_begins_in_its_words_with_it_in_the_history(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, with_element))
    clock.on(EFFECTIVE)
    draft = steps.begin(henrik)
    assert draft.base == "2027-01-04"
    assert draft.content["history"][:2] == [
        {"date": "2026-11-20", "citation": "91 FR 80000"},
        {"date": "2025-04-10", "citation": "90 FR 15370"},
    ]
    assert "HISTORY: November 20, 2026, 91 FR 80000; April 10, 2025, 90 FR 15370;" in modified_text(draft, columns=None)
    supplementary = next(one for one in draft.content["sections"] if one["key"] == "supplementary")
    assert "[WHAT IS MODIFIED]" in supplementary["paragraphs"]
    assert changes_said(draft) == ["-No words of the system."]


def test_it_is_changed_by_the_next_version(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, with_element))
    clock.on(EFFECTIVE)
    second = whole_draft(henrik, with_period("RET-7", 2, "Surveys are retained 2 years."))
    assert obstacles(second) == []
    publish(second, date(2027, 3, 1), date(2027, 1, 4))
    clock.on(date(2027, 3, 1))
    found = notice.in_force()
    assert (found.version, found.retention_rules["RET-7"].count) == ("2027-03-01", 2)
    assert "c10-participant-mood" in found.elements
    assert notice.version("2027-01-04").until == date(2027, 2, 28)


def test_a_draft_that_another_version_overtook_says_so(henrik: User, clock: Clock) -> None:
    late = whole_draft(henrik, with_element)
    publish(whole_draft(henrik))
    clock.on(EFFECTIVE)
    with pytest.raises(steps.Refused, match="started from the version of 2025-05-12, which is no longer in force"):
        publish(late, date(2027, 6, 1), EFFECTIVE)


# Its pages ------------------------------------------------------------------------------------------------------------


def test_anybody_reads_it_before_its_day_and_sees_that_it_is_to_come(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik))
    clock.on(EVE)
    said = " ".join(Client().get("/notice/2027-01-04/").content.decode().split())
    assert "takes effect on January 4, 2027" in said
    assert "in force from May 12, 2025 to January 3, 2027" in " ".join(
        Client().get("/notice/").content.decode().split()
    )
    clock.on(EFFECTIVE)
    assert "in force since January 4, 2027" in " ".join(Client().get("/notice/").content.decode().split())


def test_a_draft_is_read_by_officers_alone(henrik: User) -> None:
    draft = whole_draft(henrik)
    assert Client().get(f"/notice/{draft.name}/").status_code == 404
    assert Client().get(f"/notice/drafts/{draft.key}/").status_code == 302


def test_it_is_compared_like_any_other(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, with_element))
    clock.on(EFFECTIVE)
    said = signed_in(henrik).get("/notice/compare/", {"a": "2025-05-12", "b": "2027-01-04"}).content.decode()
    assert "Element 49 of category 10" in said
    newest = signed_in(henrik).get("/notice/compare/").content.decode()
    assert "Element 49 of category 10" in newest  # the last change, where nothing is asked for


def test_officers_and_auditors_see_on_their_home_that_it_comes(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik))
    clock.on(EVE)
    assert "The notice of 2027-01-04 takes effect on" in signed_in(henrik).get("/").content.decode()
    clock.on(EFFECTIVE)
    assert "The notice of 2027-01-04 takes effect on" not in signed_in(henrik).get("/").content.decode()


# What follows from it -------------------------------------------------------------------------------------------------


def test_the_form_of_its_records_has_the_new_element_from_its_day_on(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, with_element))
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    clock.on(EVE)
    assert "c10-participant-mood" not in attributes_form(10)(grace).fields
    clock.on(EFFECTIVE)
    assert attributes_form(10)(grace).fields["c10-participant-mood"].label == "Participant mood"


def test_coverage_and_data_map_have_its_elements(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, with_element))
    clock.on(EVE)
    assert "c10-participant-mood" not in {row.element.id for row in data_map()}
    clock.on(EFFECTIVE)
    (row,) = [row for row in data_map() if row.element.id == "c10-participant-mood"]
    assert row.places == ("records.Record.attributes",)
    assert homeless(coverage()) == []


def test_a_routine_use_that_it_no_longer_applies_is_refused_from_its_day_on(henrik: User, clock: Clock) -> None:
    def without_labor(content: Content) -> Content:
        at = next(at for at, one in enumerate(content["routine_uses"]) if one["id"] == "SRU-6")
        content = with_value(content, ("routine_uses", at), {**content["routine_uses"][at], "applies": False})
        return with_period("RET-7", 3, "Surveys are retained 3 years.")(content)

    draft = whole_draft(henrik, without_labor)
    assert any(line.startswith("-Removed standard routine use 6: “") for line in changes_said(draft))
    publish(draft)
    clock.on(EVE)
    assert 6 in {use.number for use in routine_uses()}
    clock.on(EFFECTIVE)
    assert 6 not in {use.number for use in routine_uses()}
    assert "use-6" not in {one.name for one in authorities()}
    with pytest.raises(notice.NotInForce, match="Routine use 6 was usable until 2027-01-03"):
        notice.routine_use(6)


def test_statements_and_letters_are_in_its_words(henrik: User, clock: Clock) -> None:
    def moved(content: Content) -> Content:
        content["manager"]["address"] = "1 New Street, Washington, DC 20001"
        for section in content["sections"]:
            if section["key"] == "manager":
                section["paragraphs"] = [f"{content['manager']['title']}, {content['manager']['address']}."]
        content["purposes"][0]["text"] = "To sell and to answer."
        return content

    publish(whole_draft(henrik, moved))
    clock.on(EVE)
    before = addressee("anything else").address
    clock.on(EFFECTIVE)
    assert addressee("anything else").address == "1 New Street, Washington, DC 20001" != before
    assert statement_for(REQUEST).purposes[0].text == "To sell and to answer."


def test_the_administrations_first_page_says_that_the_changed_rule_waits(henrik: User, clock: Clock) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(grace)
    gone_customer()
    publish(whole_draft(henrik, with_period("RET-3", 5, LONGER)))
    clock.on(EFFECTIVE)
    assert not standing.look().is_approved
    said = signed_in(grace).get("/administration/").content.decode()
    assert "<strong>Nothing is disposed of yet:</strong>" in said
    assert "Approve the 1 rules as they stand" in (
        signed_in(grace).get("/administration/privacy/retentionpolicy/").content.decode()
    )


def test_a_list_signed_on_the_eve_stops_on_the_day(henrik: User, clock: Clock) -> None:
    """What was signed by three years is not disposed of when the notice says five."""
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(grace)
    customer = gone_customer()
    publish(whole_draft(henrik, with_period("RET-3", 5, LONGER)))
    clock.on(EVE)
    run = runs.make(made_as="test")
    runs.sign(run, grace)
    clock.on(EFFECTIVE)
    assert runs.carry_on(run) == "stopped"
    run.refresh_from_db()
    assert "has not approved the retention rules 3 yet" in run.said
    customer.refresh_from_db()


def test_what_runs_at_midnight_stops_too(henrik: User, clock: Clock) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(grace)
    for number in range(3):
        gone_customer(f"C-{number}")
    publish(whole_draft(henrik, with_period("RET-3", 5, LONGER)))
    clock.on(EVE)
    run = runs.make(made_as="test")
    runs.sign(run, grace)
    runs.begin(run)
    runs.carry_on(run, batch=1, most=1)
    clock.on(EFFECTIVE)
    assert runs.carry_on(run, batch=1) == "stopped"
    run.refresh_from_db()
    assert run.said == "Rule 3, version 1 was changed while the run was under way; make another list."


def test_the_paragraphs_that_are_left_open_are_named_once_each(henrik: User) -> None:
    draft = steps.begin(henrik)
    said = [one for one in obstacles(draft) if "still has to be written" in one]
    assert said == [
        "SUMMARY: something still has to be written.",
        "SUPPLEMENTARY INFORMATION: something still has to be written.",
    ]
    assert [one for one in obstacles(written(draft)) if "still has to be written" in one] == []


def test_an_identifier_that_stands_twice_is_told_with_its_place(henrik: User) -> None:
    from privacy.drafts.contents import problems_of

    def twice(content: Content) -> Content:
        content["safeguards"][1]["id"] = "SAF-1"
        return content

    draft = edited(steps.begin(henrik), twice)
    assert list(map(str, problems_of(draft))) == ["safeguards 2, id: the identifier SAF-1 stands here a second time"]
