"""What a copy of somebody's records says beside the notice's elements, and what it never does."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from privacy import checks
from privacy.holdings import Holds, declaration_of, holding_models, stored_fields
from privacy.rights.held import everything_about
from privacy.rights.people import reason_of
from records.models import (
    Answer,
    Customer,
    ListMembership,
    MailingList,
    Meeting,
    Message,
    Participation,
    Question,
    Submission,
    Survey,
)
from tests.events import NOON, append, event
from tests.factories import make_campaign, make_customer, make_material, viewer_of

pytestmark = pytest.mark.django_db

# Texts of system data that are of the program's own work: what each is stands beside it in its model.
OF_THE_PROGRAM = {
    "analytics.DepartingFact.of",
    "campaigns.AnswerSheet.token",
    "campaigns.MailMessage.claimed_by",
    "campaigns.MailMessage.identifier",
    "campaigns.Share.passcode",
    "campaigns.Share.token",
    "records.ListMembership.language",
    "records.ListMembership.token",
    "records.MediaFile.data_key",
    "records.Payment.address",
    "records.Payment.kind",
    "records.Payment.language",
    "records.Payment.token",
    "records.PublicationOrder.language",
    "records.PublicationOrder.token",
    "records.Registration.language",
    "records.Registration.token",
    "records.StudyParticipant.language",
    "records.StudyParticipant.token",
    "records.Submission.language",
    "records.Submission.token",
}


def told(customer: Customer, label: str) -> list[dict[str, Any]]:
    """What is said beside the elements of each of the customer's rows of a model."""
    held = next(one for one in everything_about([customer.key]) if one.label == label)
    rows = {row.name: row for category in held.categories for row in held.rows(category)}
    return [{name: value for name, _, value in row.also if name != "created_at"} for row in rows.values()]


def test_a_text_that_is_no_element_is_told_or_is_of_the_programs_own_work() -> None:
    """A choice is a word of the program; any other text may say something of the person."""
    untold = set()
    for model, holds in holding_models():
        for column in stored_fields(model) if not reason_of(model._meta.label) else ():
            is_text = "Char" in type(column).__name__ or "Text" in type(column).__name__
            if column.name in holds.system and is_text and not column.choices and column.name not in holds.told:
                untold.add(f"{model._meta.label}.{column.name}")
    assert untold == OF_THE_PROGRAM


def test_a_membership_tells_since_when_and_why_it_ended() -> None:
    customer, magazine = make_customer(), MailingList.objects.create(slug="m", name="Magazine")
    ListMembership.objects.create(
        customer=customer,
        mailing_list=magazine,
        since=date(2024, 1, 2),
        until=date(2025, 3, 4),
        end_reason="Moved away",
    )
    assert told(customer, "records.ListMembership") == [
        {"since": "2024-01-02", "end_reason": "Moved away", "copies": 1, "way": "By mail"}
    ]


def test_an_answer_tells_its_question_and_a_submission_its_survey() -> None:
    customer, survey = make_customer(), Survey.objects.create(slug="spring", name="Spring survey")
    question = Question.objects.create(survey=survey, number=1, text="How was it?", element="c09-customer-perception")
    sheet = Submission.objects.create(
        survey=survey, customer=customer, number="R-7", submitted_at=NOON, retention_rule="RET-7"
    )
    Answer.objects.create(submission=sheet, question=question, text="Good")
    assert told(customer, "records.Answer") == [{"question": "How was it?"}]
    assert told(customer, "records.Submission") == [{"survey": "Spring survey", "number": "R-7"}]


def test_what_happened_tells_of_which_campaign_and_material_by_two_queries(
    django_assert_num_queries: Any,
) -> None:
    customer, campaign, material = make_customer(), make_campaign(), make_material("guide")
    variant = campaign.variants.get(name="letter")
    viewer = viewer_of(customer)
    append(*(event(viewer, "view", variant=variant, material=material) for _ in range(3)))
    held = next(one for one in everything_about([customer.key]) if one.label == "campaigns.Event")
    with django_assert_num_queries(5):  # the viewers, the rows, and the names of three kinds once
        rows = [{name: value for name, _, value in row.also} for row in held.rows(18)]
    assert len(rows) == 3
    for row in rows:
        assert (row["campaign_id"], row["material_id"]) == (campaign.name, str(material))


def test_what_is_gone_is_named_by_nothing_and_its_row_stays() -> None:
    customer, material = make_customer(), make_material("guide")
    append(event(viewer_of(customer), "view", material=material))
    material.versions.all().delete()
    type(material).objects.all().delete()
    (row,) = told(customer, "campaigns.Event")
    assert "material_id" not in row


def test_another_persons_address_is_withheld_there_too() -> None:
    customer = make_customer(
        relationship_ended_on=date(2025, 1, 1), relationship_end_reason="as boss@firm.example said"
    )
    (row,) = told(customer, "records.Customer")
    assert row["relationship_end_reason"] == "as [withheld: another person's] said"


def test_what_a_model_tells_must_be_its_system_data(monkeypatch: pytest.MonkeyPatch) -> None:
    holds = declaration_of(ListMembership)
    assert isinstance(holds, Holds)
    monkeypatch.setattr(ListMembership, "notice", replace(holds, told=("since", "address")))
    assert [(one.id, one.msg) for one in checks._of_model(ListMembership)] == [
        ("privacy.E022", "records.ListMembership tells address, which is none of its system data.")
    ]


# What somebody wrote in a meeting -------------------------------------------------------------------------------------


@pytest.fixture
def meeting() -> Meeting:
    return Meeting.objects.create(number="98765432100", uid="u-1", started_at=NOON)


def attend(meeting: Meeting, name: str, customer: Customer | None, email: str = "") -> None:
    Participation.objects.create(meeting=meeting, customer=customer, name=name, email=email, joined_at=NOON, seconds=1)


def write(meeting: Meeting, sender: str, text: str) -> None:
    message = Message(meeting=meeting, number=text, sender=sender, sent_at=NOON, retention_rule="RET-4")
    message.text = text
    message.save(force_insert=True)


def texts(customer: Customer) -> set[str]:
    held = next(one for one in everything_about([customer.key]) if one.label == "records.Message")
    return {str(cell.shown) for row in held.rows(10) for cell in row.cells if cell.field == "text"}


def test_a_chat_under_the_name_by_which_somebody_took_part_is_theirs(meeting: Meeting) -> None:
    """A chat names senders alone; that they are this customer is known from the report of who took part."""
    ada = make_customer(name="Ada")
    attend(meeting, "Ada L.", ada)
    attend(meeting, "Ben", make_customer("C-2", name="Ben"))
    write(meeting, "Ada L.", "Good morning to all")
    write(meeting, "Ben", "My own affair")
    assert texts(ada) == {"Good morning to all"}


def test_a_name_that_two_took_part_under_gives_nobody_the_others_words(meeting: Meeting) -> None:
    ada = make_customer(name="Ada")
    attend(meeting, "Ada", ada, "ada@example.com")
    attend(meeting, "Ada", None, "another@example.com")
    write(meeting, "Ada", "Whose words are these")
    assert texts(ada) == set()


def test_the_number_of_a_meeting_is_no_telephone_number(meeting: Meeting) -> None:
    ada = make_customer(name="Ada")
    attend(meeting, "Ada", ada)
    held = next(one for one in everything_about([ada.key]) if one.label == "records.Meeting")
    shown = {cell.field: cell.shown for row in held.rows(11) for cell in row.cells}
    assert shown["number"] == "98765432100"
