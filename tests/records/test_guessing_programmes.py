"""The columns of programmes' files as the programs that write them call them."""

import pytest

from records.intake.drafting import fields_of
from records.intake.fields import Field, Text
from records.intake.gatherings import registration_fields
from records.intake.guessing import guess_fields
from records.intake.kinds import description_of
from records.intake.lists import FIELDS as LIST_FIELDS
from records.intake.payments import MEANS
from records.intake.people import moment_field, person_fields

SURVEY_FIELDS: dict[str, Field] = {
    **person_fields(),
    "survey": Text(200),
    "submitted_at": moment_field(),
    "number": Text(40),
}
FIELDS: dict[str, dict[str, Field]] = {
    "lists": LIST_FIELDS,
    "gatherings": registration_fields(),
    "surveys": SURVEY_FIELDS,
    "payments": {name: field for means in MEANS.values() for name, field in means.fields.items()},
}


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (  # an audience of a mailing service
            "lists",
            {"Email Address": "email", "First Name": "name", "Last Name": "name", "OPTIN_TIME": "since",
             "UNSUB_TIME": "until", "UNSUB_REASON": "end_reason", "Phone Number": "phone", "MEMBER_RATING": ""},
        ),
        (  # a list provider's file
            "lists",
            {"List Name": "list", "Full Name": "name", "Address Line 1": "street", "City": "city", "State": "state",
             "Zip": "postal_code", "Date Added": "since", "Opt Out Date": "until"},
        ),
        (  # orders of a ticket service
            "gatherings",
            {"Order Date": "registered_at", "Event Name": "gathering", "Email": "email", "Ticket Type": "role",
             "Dietary Restrictions": "accommodations", "Checked In": "attended", "Order #": ""},
        ),
        (  # a sheet made by hand
            "gatherings",
            {"Customer ID": "customer", "Event": "gathering", "Registration Date": "registered_at",
             "Badge": "badge_name", "Travel": "itinerary", "Cancelled On": "cancelled_at", "Registration Type": "role"},
        ),
        (  # answers of an online form
            "surveys",
            {"Timestamp": "submitted_at", "Email Address": "email", "How was it?": ""},
        ),
        (  # a survey service's export
            "surveys",
            {"Respondent ID": "number", "Date Modified": "submitted_at", "Email": "email", "Survey Title": "survey"},
        ),
        (  # a payment service's customers
            "payments",
            {"Customer Email": "email", "Card Brand": "brand", "Card Last4": "last_four", "Card Expiry": "expires",
             "Card ID": "token", "Processor": "provider"},
        ),
        (
            "payments",
            {"Account Number": "customer", "Bank": "bank_name", "Account Last 4": "last_four",
             "Payment Token": "token"},
        ),
    ],
)  # fmt: skip
def test_the_columns_of_a_realistic_file_are_known(kind: str, columns: dict[str, str]) -> None:
    header = list(columns)
    guesses = guess_fields(header, [[] for _ in header], FIELDS[kind], description_of(kind))
    assert {column: guess.field for column, guess in zip(header, guesses, strict=True)} == columns


@pytest.mark.parametrize(("kind", "categories"), [
    ("lists", (1, 2, 7)), ("gatherings", (1, 2, 7, 8)), ("surveys", (5, 9, 17)), ("payments", (1, 2, 6)),
    ("organizations", (1, 2, 3)),
])  # fmt: skip
def test_each_kind_says_which_records_its_rows_hold(kind: str, categories: tuple[int, ...]) -> None:
    assert description_of(kind).categories == categories


@pytest.mark.parametrize("kind", ["lists", "gatherings"])
def test_files_about_what_is_known_here_need_no_mapping_file(kind: str) -> None:
    assert set(fields_of(kind)) == set(FIELDS[kind])


@pytest.mark.parametrize("kind", list(FIELDS))
def test_a_description_speaks_of_fields_that_its_kind_has(kind: str) -> None:
    others = {"question", "answer"} if kind == "surveys" else set()
    assert set(description_of(kind).fields) <= set(FIELDS[kind]) | others


def test_a_category_is_guessed_by_the_notices_words() -> None:
    header = [
        "Customer number",
        "Collected",
        "User Department",
        "c12-user-creation-date",
        "User Email Address",
        "Shoe size",
    ]
    guesses = guess_fields(header, [[] for _ in header], fields_of("category-12"), description_of("category-12"))
    assert [guess.field for guess in guesses] == [
        "customer", "collected_at", "c12_user_department", "c12_user_creation_date", "c12_user_email_address", "",
    ]  # fmt: skip
