"""The first run's checklist: what the notice's data mark as ours, and what the privacy officer says of it."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.db import DatabaseError, transaction
from django.test import Client

from privacy.models import ReadingDecision, Term, User
from privacy.notice import in_force
from privacy.notice.files import NOTICES
from privacy.readings import deciding, listing
from privacy.readings.deciding import Refused
from privacy.readings.listing import Reading, State
from privacy.rights.terms import KINDS, term
from privacy.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
STATEMENTS = 4


@pytest.fixture
def olga() -> User:
    return make_user(Role.PRIVACY_OFFICER, "Olga")


def marked(content: Any) -> int:
    """How many places of the notice's file say `reading`, however deep."""
    if isinstance(content, dict):
        return ("reading" in content) + sum(marked(value) for value in content.values())
    return sum(map(marked, content)) if isinstance(content, list) else 0


def lines(name: str) -> dict[str, listing.Line]:
    return {line.reading.key: line for line in listing.group(name).lines}


def reading(key: str) -> Reading:
    return next(one for one in listing.readings() if one.key == key)


# What is listed -----------------------------------------------------------------------------------------------------


def test_each_place_that_the_data_mark_as_ours_is_a_reading_and_each_open_number(olga: User) -> None:
    notice = in_force()
    content = yaml.safe_load((NOTICES / "usps-890.000" / f"{notice.version}.yaml").read_text())
    keys = [one.key for one in listing.readings()]
    assert len(keys) == len(set(keys)) == marked(content) + len(KINDS) + 1
    assert sum(key.startswith("element/") for key in keys) == len(notice.elements)
    assert max(map(len, keys)) <= 80


def test_they_stand_in_groups_in_the_words_of_the_notice_with_what_we_read(olga: User) -> None:
    groups = {group.name: group for group in listing.groups()}
    assert list(groups)[:8] == ["notice", *listing.LISTS]
    assert sum(name.startswith("elements-") for name in groups) == 18
    purpose = lines("purposes")["purposes/PUR-13"].reading
    assert purpose.label == in_force().purpose(13).text
    assert purpose.value == f"categories {', '.join(map(str, in_force().purpose(13).categories))}"
    rule = lines("retention")["retention/RET-3"].reading.value
    assert "trigger relationship_ends" in rule
    assert lines("terms")["term/fee_a_page"].reading.value == "0.15 dollars"
    assert {line.state for group in groups.values() for line in group.lines} == {State.OPEN}
    assert groups["terms"].open == len(KINDS)


# What is decided ----------------------------------------------------------------------------------------------------


def test_a_reading_is_confirmed_with_a_reason_as_it_stands(olga: User) -> None:
    assert deciding.confirm([reading("purposes/PUR-1"), reading("purposes/PUR-2")], "As we do it.", olga) == 2
    found = lines("purposes")
    assert found["purposes/PUR-1"].state is State.CONFIRMED
    assert found["purposes/PUR-3"].state is State.OPEN
    decision = ReadingDecision.objects.get(reading="purposes/PUR-1")
    assert (decision.value, decision.reason, decision.decided_by) == (
        reading("purposes/PUR-1").value, "As we do it.", olga,
    )  # fmt: skip


def test_what_changes_after_it_was_confirmed_is_asked_again(olga: User) -> None:
    old = Reading("purposes/PUR-1", "purposes", "Words", "categories 1")
    deciding.confirm([old], "Fine.", olga)
    assert lines("purposes")["purposes/PUR-1"].state is State.AGAIN
    deciding.confirm([reading("purposes/PUR-1")], "Fine too.", olga)
    assert lines("purposes")["purposes/PUR-1"].state is State.CONFIRMED


def test_a_reading_of_the_data_is_wanted_otherwise_until_the_data_say_so(olga: User) -> None:
    deciding.want([reading("purposes/PUR-1")], "categories 1, 2, 3", "Events too.", olga)
    line = lines("purposes")["purposes/PUR-1"]
    assert (line.state, line.decision and line.decision.wanted) == (State.WANTED, "categories 1, 2, 3")
    assert listing.group("purposes").wanted == 1


def test_a_number_of_the_procedure_changes_at_once_with_its_reason(olga: User) -> None:
    assert deciding.want([reading("term/answer")], "15 working days", "The board wants it.", olga) == 1
    assert term("answer") == Decimal(15)
    assert Term.objects.get().reason == "The board wants it."
    line = lines("terms")["term/answer"]
    assert (line.reading.value, line.state) == ("15 working days", State.CONFIRMED)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("soon", "Enter a number for"),
        ("0", "must be between 1 and 365 working days"),
        ("20", "That is already set."),
        ("NaN", "Enter a number for"),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_nothing_is_decided(olga: User, wanted: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        deciding.want([reading("term/answer")], wanted, "Why not.", olga)
    assert not ReadingDecision.objects.exists()
    assert term("answer") == Decimal(20)


def test_nothing_is_decided_without_a_reason_or_of_nothing(olga: User) -> None:
    one = [reading("purposes/PUR-1")]
    acts: list[tuple[Any, str]] = [
        (lambda: deciding.confirm(one, " ", olga), "State why"),
        (lambda: deciding.confirm([], "Fine.", olga), "Select what is decided"),
        (lambda: deciding.want(one, " ", "Fine.", olga), "Write what it should say"),
    ]
    for act, said in acts:
        with pytest.raises(Refused, match=said):
            act()
    assert not ReadingDecision.objects.exists()


def test_what_was_decided_stays_as_it_was_written(olga: User) -> None:
    deciding.confirm([reading("purposes/PUR-1")], "Fine.", olga)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReadingDecision.objects.update(reason="Otherwise.")


# Pages --------------------------------------------------------------------------------------------------------------


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_officer_goes_through_a_group(client: Client, olga: User) -> None:
    client.force_login(olga)
    page = text(client.get("/readings/"))
    assert f"<strong>{len(listing.readings())} to look at</strong>" in page
    group = text(client.get("/readings/safeguards/"))
    assert group.count('name="reading"') == group.count(" checked>") == 4
    refused = client.post("/readings/safeguards/", {"reading": ["safeguards/SAF-3"], "confirm": "1"})
    assert (refused.status_code, "State why: the reason is kept." in text(refused)) == (422, True)
    assert text(refused).count(" checked>") == 1
    sent = {"reading": ["safeguards/SAF-3", "safeguards/SAF-4"], "reason": "Right."}
    assert "2 confirmed." in text(client.post("/readings/safeguards/", {**sent, "confirm": "1"}, follow=True))
    other = {"reading": ["safeguards/SAF-7"], "reason": "Internal links too.", "wanted": "TLS 1.3", "want": "1"}
    said = text(client.post("/readings/safeguards/", other, follow=True))
    assert "1 marked to be changed." in said
    assert "should say: TLS 1.3" in said
    assert "Internal links too." in text(client.get("/readings/"))


def test_a_group_that_is_none_is_not_found_and_another_groups_reading_is_not_decided(
    client: Client, olga: User
) -> None:
    client.force_login(olga)
    assert client.get("/readings/nothing/").status_code == 404
    sent = {"reading": ["purposes/PUR-1"], "reason": "Right.", "confirm": "1"}
    assert client.post("/readings/safeguards/", sent).status_code == 422
    assert not ReadingDecision.objects.exists()


@pytest.mark.parametrize("decided", [1, 3])
def test_the_page_takes_the_same_statements_whatever_is_decided(
    client: Client, olga: User, django_assert_num_queries: Any, decided: int
) -> None:
    client.force_login(olga)
    for number in range(1, decided + 1):
        deciding.confirm([reading(f"purposes/PUR-{number}")], "Fine.", olga)
    client.get("/readings/")
    with django_assert_num_queries(STATEMENTS):
        client.get("/readings/")


def test_a_reading_says_the_same_in_whatever_order_it_is_kept() -> None:
    """JSON in the database orders keys anew: a published version must not ask again for what was confirmed."""
    assert listing.words({"retention": "RET-3", "retrieval": ["RTV-1"]}) == "retrieval RTV-1; retention RET-3"
    assert listing.words({"retrieval": ["RTV-1"], "retention": "RET-3"}) == "retrieval RTV-1; retention RET-3"
