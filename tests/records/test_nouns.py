"""The pages that every noun has, walked through with organizations."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy import changes
from privacy.models import User
from privacy.roles import Role
from records.forms.conflicts import told
from records.models import Organization, Question
from records.nouns import nouns
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CARD = "4111 1111 1111 1111"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def sent(**values: str) -> dict[str, str]:
    return {"name": "Acme", "source": "customer", "location": "post office", **values}


def make(client: Client, **values: str) -> Organization:
    assert client.post("/records/organizations/new/", sent(**values)).status_code == 302
    return Organization.objects.latest("id")


def edit_page(client: Client, found: Organization) -> dict[str, str]:
    """What the form of the record would send back as it stands."""
    page = client.get(f"/records/organizations/{found.key}/edit/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {
        "read": page.context["read"],
        **{name: "" if value is None else str(value) for name, value in values.items()},
    }


def test_a_new_record_keeps_who_made_it_its_source_and_location(client: Client, sales: User) -> None:
    found = make(client, revenue="1200000.50", number="O-1")
    assert (found.name, found.number, found.source, found.location) == ("Acme", "O-1", "customer", "post office")
    assert (str(found.revenue), found.created_by, found.source_import) == ("1200000.50", sales, None)
    page = client.get(f"/records/organizations/{found.key}/").content.decode()
    assert all(text in page for text in ("Acme", "$1,200,000.50", "Post Offices", "Sales"))


def test_an_edit_is_kept_with_its_history(client: Client, sales: User) -> None:
    found = make(client)
    values = edit_page(client, found) | {"city": "Peoria", "revenue": "7"}
    assert client.post(f"/records/organizations/{found.key}/edit/", values).status_code == 302
    history = [(entry.field, entry.before, entry.after, entry.by) for entry in changes.history(found)]
    assert sorted(history[:2]) == [("city", "", "Peoria", "Sales"), ("revenue", None, "7", "Sales")]
    page = client.get(f"/records/organizations/{found.key}/history/").content.decode()
    assert "Peoria" in page
    assert "Made" in page


def test_a_history_has_the_labels_of_stored_words_in_the_readers_language(client: Client, sales: User) -> None:
    found = make(client)
    values = edit_page(client, found) | {"location": "contractor", "name": "customer"}
    assert client.post(f"/records/organizations/{found.key}/edit/", values).status_code == 302
    address = f"/records/organizations/{found.key}/history/"
    assert "<td>Post Offices</td><td>Contractor sites</td>" in client.get(address).content.decode()
    User.objects.filter(pk=sales.pk).update(language="es")
    page = client.get(address).content.decode()
    assert "<td>Oficinas de correos</td><td>Lugares de contratistas</td>" in page
    assert "<td>Acme</td><td>customer</td>" in page  # what somebody typed stays
    entry = next(one for one in changes.history(found) if one.field == "location")
    assert (entry.before, entry.after) == ("post office", "contractor")


def test_a_later_edit_is_shown_what_changed_meanwhile_and_saves_nothing(client: Client, sales: User) -> None:
    found = make(client, city="Peoria", state="IL")
    values = edit_page(client, found)
    client.post(f"/records/organizations/{found.key}/edit/", values | {"city": "Pekin", "sales": "1200"})
    late = client.post(f"/records/organizations/{found.key}/edit/", values | {"state": "IA"})
    assert late.status_code == 409
    told_of = [(one.label, one.now, one.by) for one in late.context["meanwhile"]]
    assert told_of == [("Sales in US dollars", "1200", "Sales"), ("City", "Pekin", "Sales")]
    form = late.context["form"]
    assert (form["city"].value(), form["state"].value()) == ("Pekin", "IA")
    found.refresh_from_db()
    assert (found.city, found.state) == ("Pekin", "IL")
    again = {name: str(form[name].value() or "") for name in form.fields} | {"read": late.context["read"]}
    assert client.post(f"/records/organizations/{found.key}/edit/", again).status_code == 302
    found.refresh_from_db()
    assert (found.city, found.state) == ("Pekin", "IA")


def test_an_edit_without_what_was_read_overwrites_nothing(client: Client, sales: User) -> None:
    found = make(client, city="Peoria")
    answer = client.post(f"/records/organizations/{found.key}/edit/", sent(city="Pekin"))
    assert answer.status_code == 409
    found.refresh_from_db()
    assert found.city == "Peoria"


def test_a_form_with_a_card_number_is_refused_and_repeats_nothing_of_it(client: Client, sales: User) -> None:
    answer = client.post("/records/organizations/new/", sent(size=f"pays with {CARD}"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This held a full card number, which Waymark never keeps." in page
    assert CARD not in page
    assert not Organization.objects.exists()


def test_what_does_not_fit_is_told_beside_its_field(client: Client, sales: User) -> None:
    answer = client.post("/records/organizations/new/", sent(name="", employees="many"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "name": ["This field is required."],
        "employees": ["Enter a whole number."],
    }


def test_ended_ones_are_listed_when_asked_for(client: Client, sales: User) -> None:
    make(client, name="Here")
    make(client, name="Gone", relationship_ended_on="2025-01-31")
    assert listed(client, "") == ["Here"]
    assert listed(client, "?ended=on") == ["Gone", "Here"]
    assert listed(client, "?search=gO&ended=on") == ["Gone"]


def listed(client: Client, query: str) -> list[str]:
    return [row["row"]["name"] for row in client.get(f"/records/organizations/{query}").context["rows"]]


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 403), (Role.IT_ADMINISTRATOR, 403), (Role.SALES, 200)])
def test_those_who_may_not_keep_records_are_refused(client: Client, role: Role, status: int) -> None:
    client.force_login(make_user(role))
    assert client.get("/records/organizations/new/").status_code == status


def test_an_empty_list_says_what_would_be_there(client: Client, sales: User) -> None:
    assert "Firms: their business" in client.get("/records/organizations/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    for number in range(count):
        Organization.objects.create(name=f"Firm {number}")
    client.get("/records/organizations/")
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/records/organizations/").context["rows"]) == count
    # The user, the two lines of the access log 2 × 3, what is kept of the list, the count, the rows.
    assert len(queries) == 10


def test_the_page_of_all_records_says_what_they_are_and_an_empty_list_that_there_are_none(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/records/").content.decode()
    assert "Who registered for which event" in page
    kinds = re.findall(r'<li><a href="/records/[^"]+">([^<]*)</a>', page)
    numbers = [int(found[1]) for kind in kinds if (found := re.match(r"Category (\d+):", kind))]
    things = kinds[: len(kinds) - len(numbers)]
    assert numbers == [4, 5, 7, 9, 17]
    assert things == sorted(things)
    assert things[0] == "Contests"
    assert not [said for noun in nouns() if noun.none and (said := noun.none) in page]
    assert "Nobody has registered yet." in client.get("/records/registrations/").content.decode()


def test_changed_choices_of_a_question_are_told_as_they_are_now() -> None:
    question = Question(choices=["Letters", "Parcels"])
    assert [(one.label, one.now) for one in told(question, ["choices"])] == [("Choices", "Letters, Parcels")]
