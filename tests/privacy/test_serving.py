"""Which records may be read for what: each purpose against each category, each duty, each role on each noun's pages."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from privacy.access import Actor, Refused, reading
from privacy.bases import Parts
from privacy.enums import Duty
from privacy.models import AccessEntry, User
from privacy.notice import in_force
from privacy.places import Place
from privacy.purposes import (
    CYBERSECURITY,
    ENTITLEMENTS,
    Basis,
    bases_of,
    fitting,
    is_served_by,
    purposes_served_by,
    unserved,
)
from privacy.refusing import what_would_do
from privacy.roles import Role
from records.models import (
    AchAccount,
    Customer,
    Gathering,
    Organization,
    Preference,
    Registration,
    SupplierContract,
)
from records.nouns import nouns
from records.nouns.base import Page
from tests.factories import NOON, make_customer, make_team, make_user
from tests.safeguards import make_incident

PLACE = Place("customer", "A customer's page", (1,))

# One row a purpose, one letter a category of records (1 to 18): x where the door opens.
SERVES = {
    #    1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18
    1: " x  x  x  .  x  .  x  x  x  .  .  .  .  .  .  .  x  .",
    2: " x  x  .  .  .  x  .  x  .  .  .  .  .  .  .  .  .  .",
    3: " x  x  .  .  .  x  x  x  .  .  .  .  .  .  .  .  .  .",
    4: " .  .  .  .  .  .  .  .  .  .  .  x  x  x  .  .  .  .",
    5: " .  .  .  .  .  .  .  .  .  x  x  x  .  x  x  .  .  .",
    6: " .  .  .  .  .  .  .  .  .  .  .  x  x  .  x  x  .  .",
    7: " .  .  .  .  .  .  .  .  .  .  .  x  x  .  .  .  .  .",
    8: " .  .  .  .  .  .  .  .  .  x  x  x  x  x  x  x  .  .",
    9: " .  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .",
    10: "x  .  .  .  .  .  .  .  .  x  .  x  .  .  .  .  .  .",
    11: "x  x  x  x  x  .  .  .  x  .  .  .  .  .  .  .  x  x",
    12: "x  x  x  .  .  .  .  .  x  .  .  .  .  .  .  .  x  x",
    13: ".  .  .  .  x  .  .  .  x  .  .  .  .  .  .  .  x  x",
}
PAIRS = [
    (number, category, mark == "x")
    for number, row in SERVES.items()
    for category, mark in enumerate(row.split(), start=1)
]


def lines(*columns: str, **chosen: Any) -> list[tuple[Any, ...]]:
    """The log in the order in which it was written, sign-ins aside."""
    rows = AccessEntry.objects.exclude(kind__in=["sign_in", "sign_out"]).filter(**chosen)
    return list(rows.order_by("at", "id").values_list(*columns))


def basis_for_purpose(number: int) -> Basis:
    return Basis(number, reference="INC-2026-0042" if number == 8 else "")


# The table ------------------------------------------------------------------------------------------------------------


def test_the_table_has_every_purpose_and_every_category() -> None:
    assert list(SERVES) == [purpose.number for purpose in in_force().purposes]
    assert len(PAIRS) == 13 * 18
    assert {category for _, category, opens in PAIRS if opens} == set(range(1, 19)), "a category that nobody may read"


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "category", "opens"), PAIRS)
def test_the_door_opens_for_a_purpose_only_to_what_serves_it(number: int, category: int, opens: bool) -> None:
    basis = basis_for_purpose(number)
    if number == CYBERSECURITY:
        make_incident("INC-2026-0042")
    assert is_served_by(basis, category) is opens
    assert (basis.purpose in [one.purpose for one in purposes_served_by([category])]) is opens
    if opens:
        with reading(Actor.system("test"), basis, place=PLACE, categories=(category,)):
            pass
        assert lines("kind", "purpose", "categories") == [
            ("intent", number, [category]),
            ("shown", number, [category]),
        ]
    else:
        with (
            pytest.raises(Refused) as refused,
            reading(Actor.system("test"), basis, place=PLACE, categories=(category,)),
        ):
            pytest.fail("the door opened")
        assert f"Purpose {number} (" in str(refused.value)
        assert f"({category}), which is shown here. Purpose" in str(refused.value)
        assert lines("kind", "why", "purpose", "categories") == [("refused", "not_served", number, [category])]


@pytest.mark.django_db
@pytest.mark.parametrize("duty", list(Duty))
def test_a_duty_reaches_every_category(duty: Duty) -> None:
    basis = Basis(duty=duty, reference="INC-7" if duty is Duty.SECURITY_INCIDENT else "")
    make_incident("INC-7")
    everything = tuple(range(1, 19))
    assert unserved(basis, everything) == []
    with reading(Actor.system("test"), basis, place=PLACE, categories=everything):
        pass
    assert lines("kind", "duty") == [("intent", duty), ("shown", duty)]


@pytest.mark.parametrize(
    ("role", "categories"),
    [
        (Role.SALES, [*range(1, 10), 17, 18]),
        (Role.SALES_MANAGER, [*range(1, 13), 14, 15, 17, 18]),
        (Role.MARKETING_MANAGER, [*range(1, 10), 17, 18]),
        (Role.SECURITY_INVESTIGATOR, list(range(1, 19))),
        (Role.IT_ADMINISTRATOR, []),
    ],
)
def test_what_a_roles_purposes_reach_together(role: Role, categories: list[int]) -> None:
    bases = ENTITLEMENTS[role].bases
    assert [one for one in range(1, 19) if any(is_served_by(basis, one) for basis in bases)] == categories


# Sentences ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("categories", "role", "sentence"),
    [
        ((6,), Role.SALES, "Purposes 2 or 3 would do: choose one in the page header."),
        ((4,), Role.SALES, "Purpose 11 would do: choose it in the page header."),
        ((7, 8), Role.MARKETING_MANAGER, "Purpose 3 would do: choose it in the page header."),
        ((15, 16), Role.SALES_MANAGER, "Purposes 6 or 8 would do, but your role does not read records for them."),
        ((13, 14), Role.SALES, "Purposes 4 or 8 would do, but your role does not read records for them."),
        ((6, 18), Role.SALES, "No purpose of the notice covers all of them at once."),
        ((1, 2), None, "Purposes 1, 2, 3, 11 or 12 would do."),
    ],
)
def test_the_refusal_says_which_purposes_would_do(
    categories: tuple[int, ...], role: Role | None, sentence: str
) -> None:
    assert what_would_do(categories, [role] if role else None) == sentence


@pytest.mark.django_db
def test_the_refusal_names_what_is_out_of_reach_in_the_notices_words() -> None:
    with (
        pytest.raises(Refused) as refused,
        reading(make_user(Role.SALES), Basis(3), place=PLACE, categories=(1, 3, 18)),
    ):
        pytest.fail("the door opened")
    assert str(refused.value) == (
        "Purpose 3 (To conduct registration for USPS and related events.) does not cover business specific "
        "information (3) and customer sharing and analytics data (18), which are shown here. Purposes 11 or "
        "12 would do: choose one in the page header."
    )


# A page's own purpose -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "categories", "number"),
    [
        (Role.SALES, (7, 8), 3),
        (Role.SALES, (6,), 2),
        (Role.SALES, (8,), 2),
        (Role.SALES, (4,), 11),
        (Role.SALES, (5,), 1),
        (Role.SALES, (5, 6, 7, 8), 3),  # three of four; the fourth is read for another
        (Role.SALES, (10,), None),
        (Role.SALES_MANAGER, (10, 11, 14), 5),
        (Role.MARKETING_MANAGER, (1, 7), 3),
        (Role.MARKETING_MANAGER, (1, 3), 11),
        (Role.PRIVACY_OFFICER, (7,), None),  # duties are not taken for somebody
        (Role.SECURITY_INVESTIGATOR, (10,), None),  # nor what needs an incident's number
    ],
)
def test_a_pages_own_purpose_reaches_most_of_it_and_fewest_others(
    role: Role, categories: tuple[int, ...], number: int | None
) -> None:
    found = fitting(bases_of([role]), categories)
    assert (found.purpose if found else None) == number


@pytest.fixture
def events() -> Gathering:
    return Gathering.objects.create(slug="forum", name="Forum", starts_at=NOON)


def signed_in(client: Client, role: Role, *, chosen: str = "") -> User:
    user = make_user(role)
    client.force_login(user)
    if chosen:
        assert client.post("/basis/", {"basis": chosen}).status_code == 302
    return user


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "usual"), [(Role.SALES, "Purpose 12"), (Role.MARKETING_MANAGER, "Purpose 13")])
def test_a_page_out_of_reach_of_the_usual_purpose_is_read_for_its_own_and_says_so(
    client: Client, events: Gathering, role: Role, usual: str
) -> None:
    signed_in(client, role)
    page = client.get("/records/events/").content.decode()
    assert "Forum" in page
    assert "Purpose 3 here: To conduct registration for …" in page
    assert "That is this page&#x27;s own purpose" in page or "That is this page's own purpose" in page
    assert lines("kind", "purpose", "categories") == [("intent", 3, [7]), ("shown", 3, [7])]
    elsewhere = client.get("/purposes/").content.decode()
    assert f">{usual}:" in elsewhere
    assert "Purpose 3 here" not in elsewhere


@pytest.mark.django_db
def test_what_somebody_chose_themselves_stands_and_is_refused_where_it_does_not_reach(
    client: Client, events: Gathering
) -> None:
    signed_in(client, Role.SALES, chosen="purpose-11")
    answer = client.get("/records/events/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "does not cover event information (7), which is shown here. Purposes 1 or 3 would do" in page
    assert "Forum" not in page
    assert 'name="basis" value="purpose-3"' in page
    assert lines("kind", "why", "purpose", place="events_list") == [("refused", "not_served", 11)]
    client.post("/basis/", {"basis": "purpose-3"})
    assert client.get("/records/events/").status_code == 200


@pytest.mark.django_db
def test_a_change_is_kept_under_the_purpose_that_the_page_was_read_for(client: Client, events: Gathering) -> None:
    from privacy import changes

    signed_in(client, Role.MARKETING_MANAGER)
    sent = {"name": "Fair", "starts_at": "2026-05-11T09:00", "source": "customer", "location": "contractor"}
    sent["read"] = client.get(f"/records/events/{events.key}/edit/").context["read"]
    answer = client.post(f"/records/events/{events.key}/edit/", sent)
    assert answer.status_code == 302
    changed = changes.history(Gathering.objects.get())
    assert "name" in {change.field for change in changed}
    assert {change.basis for change in changed} == {Basis(3)}


# A page in parts ------------------------------------------------------------------------------------------------------


@pytest.fixture
def customer() -> Customer:
    made = make_customer("C-1", name="Zebedee Quill")
    Preference.objects.create(customer=made, badge_name="Zeb")
    account = AchAccount(customer=made, provider="P", token_hash=b"h")
    account.bank_name, account.last_four, account.token = "Bank of Quills", "6789", "t"
    account.save()
    return made


def assigned(client: Client, customer: Customer, chosen: str = "") -> str:
    """The customer's page as the seller sees it."""
    from records.models import CustomerAssignment

    user = signed_in(client, Role.SALES, chosen=chosen)
    CustomerAssignment.objects.create(customer=customer, staff=user)
    answer = client.get(f"/customers/{customer.key}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_a_customers_page_is_read_for_as_many_purposes_as_its_parts_need(client: Client, customer: Customer) -> None:
    page = assigned(client, customer)
    assert "Zeb" in page
    assert "Bank of Quills" in page
    assert "Not shown for your current purpose" not in page
    shown = lines("purpose", "records", kind="shown", place="customer")
    assert {purpose for purpose, _ in shown} > {12}
    assert {records for _, records in shown} == {1}
    for purpose, categories in lines("purpose", "categories", kind="intent", place="customer"):
        assert unserved(Basis(purpose), categories) == []
    every = [one for (categories,) in lines("categories", kind="intent", place="customer") for one in categories]
    assert len(every) == len(set(every)), "no category is read twice"


@pytest.mark.django_db
def test_a_part_that_the_chosen_purpose_does_not_reach_is_withheld_and_says_what_would_do(
    client: Client, customer: Customer
) -> None:
    page = assigned(client, customer, chosen="purpose-11")
    assert "Zebedee Quill" in page
    assert "Bank of Quills" not in page
    assert "Not shown for your current purpose" in page
    assert "Purposes 2 or 3 would do: choose one in the page header." in page
    assert {purpose for (purpose,) in lines("purpose", place="customer")} == {11}


@pytest.mark.django_db
def test_a_duty_reads_a_customers_page_in_one(client: Client, customer: Customer) -> None:
    signed_in(client, Role.PRIVACY_OFFICER)
    page = client.get(f"/customers/{customer.key}/").content.decode()
    assert "Bank of Quills" in page
    assert lines("kind", "duty", "key", place="customer") == [
        ("intent", "access", "customer_id"),
        ("shown", "access", "customer_id"),
    ]


@pytest.mark.django_db
def test_an_organizations_contracts_are_read_for_a_purpose_that_they_serve(client: Client) -> None:
    acme = Organization.objects.create(name="Acme")
    SupplierContract.objects.create(organization=acme, award_number="A-1", starts_on=date(2026, 1, 1))
    signed_in(client, Role.SALES)
    assert "A-1" in client.get(f"/records/organizations/{acme.key}/").content.decode()
    assert lines("purpose", "categories", kind="intent") == [(12, [1, 2, 3]), (11, [4])]


def test_parts_without_a_reading_count_nothing() -> None:
    parts = Parts()
    parts.count(3)
    assert parts.reads == []


# Each role on each noun's pages ---------------------------------------------------------------------------------------

# For which purpose (or duty) the list, or the form of a new one, is read at what is usual for the role; `-` where the
# role may not open it.
READS = {
    #                     sales  manager  marketing  officer   records        auditor
    "awards":           ("1",    "1",     "13",      "access", "-",           "audit"),
    "contracts":        ("11",   "11",    "11",      "access", "-",           "audit"),
    "events":           ("3",    "3",     "3",       "access", "-",           "audit"),
    "fulfilment-entries": ("12", "12", "2",      "access", "-",           "audit"),
    "publication-orders": ("12", "12", "2",      "access", "-",           "audit"),
    "memberships":      ("3",    "3",     "3",       "access", "-",           "audit"),
    "organizations":    ("12",   "12",    "11",      "access", "-",           "audit"),
    "payments":         ("3",    "3",     "3",       "access", "-",           "audit"),
    "registrations":    ("3",    "3",     "3",       "access", "-",           "audit"),
    "submissions":      ("1",    "1",     "13",      "access", "-",           "audit"),
    "study-findings":   ("1",    "1",     "13",      "access", "-",           "audit"),
    "study-participants": ("1",  "1",     "13",      "access", "-",           "audit"),
    "customers":        ("12",   "12",    "-",       "-",      "-",           "-"),
    "meetings":         ("-",    "-",     "-",       "-",      "disposition", "-"),
}  # fmt: skip
READERS = (
    Role.SALES, Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR,
    Role.AUDITOR,
)  # fmt: skip


def page_of(slug: str) -> str:
    noun = next(one for one in nouns() if one.slug == slug)
    return reverse(noun.route(Page.LIST if Page.LIST in noun.pages else Page.NEW))


def test_the_table_has_every_noun_that_a_page_lists_or_makes_by_itself() -> None:
    typed = [noun for noun in nouns() if noun.place and not noun.category]
    own = [noun for noun in typed if Page.LIST in noun.pages or not noun.parent]
    assert {noun.slug for noun in own} == set(READS)


@pytest.mark.django_db
@pytest.mark.parametrize("at", range(len(READERS)), ids=[role.value for role in READERS])
@pytest.mark.parametrize("slug", list(READS))
def test_each_role_reads_each_nouns_page_for_a_purpose_that_its_records_serve(
    client: Client, slug: str, at: int
) -> None:
    signed_in(client, READERS[at])
    expected = READS[slug][at]
    status = client.get(page_of(slug)).status_code
    logged = lines("kind", "purpose", "duty")
    if expected == "-":
        assert (status, logged) == (403, [])
    else:
        purpose, duty = (int(expected), "") if expected.isdigit() else (None, expected)
        assert (status, logged) == (200, [("intent", purpose, duty), ("shown", purpose, duty)])


@pytest.mark.django_db
def test_a_childs_form_is_read_for_a_purpose_that_it_serves(client: Client, customer: Customer) -> None:
    from records.models import CustomerAssignment

    user = signed_in(client, Role.SALES)
    CustomerAssignment.objects.create(customer=customer, staff=user)
    for slug, purpose in {"cards": 2, "ach-accounts": 2, "preferences": 2, "interactions": 12, "contacts": 12}.items():
        assert client.get(f"/records/{slug}/new/{customer.key}/").status_code == 200
        assert lines("purpose", kind="shown")[-1] == (purpose,), slug


@pytest.mark.django_db
def test_marking_a_registration_is_read_and_kept_for_the_events_purpose(client: Client, events: Gathering) -> None:
    from privacy import changes

    registration = Registration.objects.create(gathering=events, customer=make_customer("C-1"), registered_at=NOON)
    signed_in(client, Role.MARKETING_MANAGER)
    assert client.post(f"/records/registrations/{registration.key}/attended/").status_code == 302
    assert lines("purpose", kind="shown") == [(3,)]
    assert [one.basis for one in changes.history(registration)] == [Basis(3)]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [(Role.SALES_MANAGER, 403), (Role.RECORDS_ADMINISTRATOR, 200)])
def test_collaboration_records_are_not_for_those_without_a_purpose_for_them(
    client: Client, role: Role, status: int
) -> None:
    signed_in(client, role)
    sent = {"subject": "collaboration", "key": "organizer_name", "value": "Ann Abbott"}
    answer = client.post("/api/v1/search", sent, content_type="application/json")
    assert answer.status_code == status
    if status == 403:
        assert "Purposes 6 or 8 would do, but your role does not read records for them." in answer.json()["detail"]
        assert lines("kind", "why") == [("refused", "not_served")]


@pytest.mark.django_db
def test_a_sales_manager_finds_meetings_for_the_reports_about_them(client: Client) -> None:
    signed_in(client, Role.SALES_MANAGER)
    assert client.post("/meetings/", {"by": "meeting_id", "text": "812"}).status_code == 200
    assert lines("kind", "purpose", "key") == [("intent", 5, "meeting_id"), ("shown", 5, "meeting_id")]


@pytest.mark.django_db
def test_a_manager_who_reads_for_another_purpose_finds_no_meetings(client: Client) -> None:
    manager = signed_in(client, Role.SALES_MANAGER, chosen="purpose-1")
    make_team(manager=manager)
    assert client.post("/meetings/", {"by": "meeting_id", "text": "812"}).status_code == 403
    assert lines("kind", "why", "purpose", kind="refused") == [("refused", "not_served", 1)]
