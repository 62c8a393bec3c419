"""Security incidents as cases, and the door that reads for them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from privacy.access import Basis, Refused, reading
from privacy.accesslog import Actor
from privacy.enums import Duty
from privacy.models import AccessEntry, Incident, IncidentReader, User
from privacy.places import declare_place
from privacy.roles import Role
from privacy.safeguards import incidents
from tests.factories import make_user
from tests.safeguards import make_incident

pytestmark = pytest.mark.django_db
PLACE = declare_place("test_incident", "A test", (10,))
LIST = 2  # statements
EIGHT = Basis(8, reference="INC-7")


@pytest.fixture
def ida() -> User:
    return make_user(Role.SECURITY_INVESTIGATOR, "Ida")


@pytest.fixture
def officer(client: Client) -> User:
    """A privacy officer who is signed in."""
    user = make_user(Role.PRIVACY_OFFICER, "Olga")
    client.force_login(user)
    return user


def refusal(reader: User | Actor, basis: Basis = EIGHT, categories: tuple[int, ...] = (10,)) -> tuple[str, str]:
    """What the reader is told, and the word that was logged."""
    with (
        pytest.raises(Refused) as refused,
        reading(reader, basis, place=PLACE, categories=categories),
    ):
        pytest.fail("the door opened")
    return str(refused.value), AccessEntry.objects.filter(kind="refused").latest("at").why


def test_a_reader_of_an_open_incident_reads_under_its_number(ida: User) -> None:
    make_incident("INC-7", ida)
    with reading(ida, EIGHT, place=PLACE) as read:
        read.count = 1
    assert AccessEntry.objects.values_list("purpose", "reference", "records").get(kind="shown") == (8, "INC-7", 1)


@pytest.mark.parametrize("basis", [EIGHT, Basis(duty=Duty.SECURITY_INCIDENT, reference="INC-7")])
def test_a_number_that_no_case_has_opens_nothing_and_is_logged(ida: User, basis: Basis) -> None:
    said, why = refusal(ida, basis)
    assert (said[:27], why) == ("There is no incident INC-7.", "incident_unknown")


def test_who_is_not_named_reads_nothing(ida: User) -> None:
    make_incident("INC-7", make_user(Role.SECURITY_INVESTIGATOR, "Other"))
    assert refusal(ida) == ("You are not among those who may read records for incident INC-7.", "not_its_reader")


def test_who_was_a_reader_and_is_not_any_more_reads_nothing(ida: User) -> None:
    incident = make_incident("INC-7", ida)
    row = incident.readers.get()
    assert incidents.end_reader(incident, row.pk, incident.opened_by)
    assert not incidents.end_reader(incident, row.pk, incident.opened_by)
    assert refusal(ida)[1] == "not_its_reader"
    incidents.name_reader(incident, ida, incident.opened_by)
    with reading(ida, EIGHT, place=PLACE):
        pass
    assert IncidentReader.objects.filter(ended_at=None).count() == 1


def test_a_closed_incident_opens_nothing_to_anybody_the_program_included(ida: User) -> None:
    incident = make_incident("INC-7", ida)
    incidents.close(incident, incident.opened_by, "Found again.")
    sentence = "Incident INC-7 is closed: no one reads records for it anymore."
    assert refusal(ida) == (sentence, "incident_closed")
    assert refusal(Actor.system("report"))[0] == sentence


def test_the_program_reads_for_an_open_case_without_being_named() -> None:
    make_incident("INC-7")
    with reading(Actor.system("report"), EIGHT, place=PLACE):
        pass
    assert AccessEntry.objects.filter(kind="shown", reference="INC-7").count() == 1


def test_records_outside_the_scope_are_refused_and_those_within_are_not(ida: User) -> None:
    make_incident("INC-7", ida, categories=[10, 12])
    with reading(ida, EIGHT, place=PLACE, categories=(12,)):
        pass
    said, why = refusal(ida, Basis(duty=Duty.SECURITY_INCIDENT, reference="INC-7"), categories=(3, 10, 11))
    assert said == "Incident INC-7 is not about records of category 3 and 11, which are shown here."
    assert why == "outside_incident"


def test_a_session_that_reads_for_a_case_ends_with_the_case(client: Client, ida: User) -> None:
    incident = make_incident("INC-7", ida)
    client.force_login(ida)
    client.post("/basis/", {"basis": "purpose-8", "reference": "INC-7"})
    asked = {"by": "host_name", "text": "Hal"}
    assert client.post("/meetings/", asked).status_code == 200
    incidents.close(incident, incident.opened_by, "Found again.")
    refused = client.post("/meetings/", asked)
    assert (refused.status_code, "Incident INC-7 is closed" in refused.content.decode()) == (403, True)


def test_a_number_that_is_not_ones_own_is_told_on_the_page_and_another_may_be_typed(client: Client, ida: User) -> None:
    make_incident("INC-7")
    make_incident("INC-8", ida)
    client.force_login(ida)
    choose = {"basis": "purpose-8", "next": "/"}
    said = client.post("/basis/", {**choose, "reference": "INC-7"}, follow=True)
    assert "You are not among those who may read records for incident INC-7." in said.content.decode()
    said = client.post("/basis/", {**choose, "reference": "INC-8"}, follow=True)
    assert "incident INC-8" in said.content.decode()


# Cases --------------------------------------------------------------------------------------------------------------


def test_a_case_is_closed_once(ida: User) -> None:
    incident = make_incident("INC-7", ida)
    other = Incident.objects.get(pk=incident.pk)
    incidents.close(incident, incident.opened_by, "Found again.")
    with pytest.raises(incidents.AlreadyClosed):
        incidents.close(other, incident.opened_by, "Lost for good.")
    assert Incident.objects.get().outcome == "Found again."


def test_a_case_is_not_closed_without_an_outcome_nor_by_the_database(ida: User) -> None:
    incident = make_incident("INC-7", ida)
    with pytest.raises(ValueError, match="Enter the outcome"):
        incidents.close(incident, incident.opened_by, "  ")
    with pytest.raises(IntegrityError, match="incident_closed_whole"), transaction.atomic():
        Incident.objects.update(closed_at=incident.opened_at)


@pytest.mark.parametrize("number", ["incident", "Ann Abbott 7", "-7", "7"])
def test_a_number_is_a_word_with_a_digit(number: str) -> None:
    with pytest.raises(IntegrityError, match="incident_number_is_a_word"), transaction.atomic():
        make_incident(number)


def test_nobody_names_themselves_and_only_investigators_are_named(ida: User) -> None:
    incident = make_incident("INC-7")
    with pytest.raises(incidents.NotReader, match="is not a security investigator"):
        incidents.name_reader(incident, make_user(Role.SALES), incident.opened_by)
    with pytest.raises(incidents.NotReader, match="You cannot name yourself"):
        incidents.name_reader(incident, ida, ida)
    with pytest.raises(IntegrityError, match="incident_reader_named_by_another"), transaction.atomic():
        IncidentReader.objects.create(incident=incident, user=ida, named_by=ida)


def test_nobody_is_named_for_a_closed_case(ida: User) -> None:
    incident = make_incident("INC-7")
    incidents.close(incident, incident.opened_by, "Found again.")
    with pytest.raises(incidents.AlreadyClosed):
        incidents.name_reader(incident, ida, incident.opened_by)


# Pages --------------------------------------------------------------------------------------------------------------


def test_an_officer_opens_a_case_and_closes_it(client: Client, officer: User, ida: User) -> None:
    given = {"number": "INC-2026-1", "scope": "A lost laptop.", "readers": [ida.pk], "categories": [10]}
    page = client.post("/incidents/new/", given, follow=True).content.decode()
    assert "Incident INC-2026-1 is open." in page
    assert "Only records of category 10." in page
    incident = Incident.objects.get()
    assert [one.user for one in incident.readers.all()] == [ida]
    closing = f"/incidents/{incident.pk}/close/"
    assert client.post(closing, {"outcome": " "}).status_code == 422
    said = client.post(closing, {"outcome": "Found again."}, follow=True).content.decode()
    assert "nobody reads for it anymore" in said
    again = client.post(closing, {"outcome": "Once more."}, follow=True).content.decode()
    assert "This incident is already closed: nothing in it can change." in again
    assert Incident.objects.get().outcome == "Found again."
    named = client.post(f"/incidents/{incident.pk}/readers/", {"user": ida.pk}, follow=True).content.decode()
    assert "Choose a security investigator who does not read for it yet." in named


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"number": "lost laptop"}, "A number must be one word with a digit, such as INC-2026-0042."),
        ({"number": "INC-7"}, "This number is taken. A closed case cannot be reopened: open another one."),
        ({"readers": []}, "Choose who may read for it: security investigators."),
        ({"scope": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_a_new_case_is_said(
    client: Client, officer: User, ida: User, given: dict[str, object], said: str
) -> None:
    make_incident("INC-7")
    page = client.post("/incidents/new/", {"number": "INC-8", "scope": "A.", "readers": [ida.pk], **given})
    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert Incident.objects.count() == 1


def test_readers_are_added_and_ended_on_the_page(client: Client, officer: User, ida: User) -> None:
    incident, other = make_incident("INC-7", ida), make_user(Role.SECURITY_INVESTIGATOR, "Otto")
    readers = f"/incidents/{incident.pk}/readers/"
    assert "Otto may read for it." in client.post(readers, {"user": other.pk}, follow=True).content.decode()
    first = incident.readers.get(user=ida)
    page = client.post(readers, {"end": first.pk}, follow=True).content.decode()
    assert "They no longer read for it." in page
    assert {one.user for one in incident.readers.filter(ended_at=None)} == {other}


def test_an_investigator_sees_their_own_cases_alone(client: Client, ida: User) -> None:
    own, other = make_incident("INC-7", ida), make_incident("INC-8")
    client.force_login(ida)
    page = client.get("/incidents/").content.decode()
    assert ("INC-7" in page, "INC-8" in page, "Open an incident" in page) == (True, False, False)
    assert client.get(f"/incidents/{own.pk}/").status_code == 200
    assert client.get(f"/incidents/{other.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_one_and_three(
    client: Client, officer: User, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        make_incident(f"INC-{number}")
    client.get("/incidents/")
    with django_assert_num_queries(LIST):
        client.get("/incidents/")
