"""Looking up by the notice's keys: who is found, by which index, within whose scope, and that it is logged."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from privacy.enums import EntryKind, KeyKind
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.attributes import check
from records.identity.comparing import compare_all
from records.identity.merging import merge
from records.keeping import FoundBy, NewRecord, keep
from records.models import ContactPoint, Customer, Identifier, IndustryCode, Meeting, Organization, Record
from records.models.contact import identifier_hash
from records.retrieval import NotLookedUp, look_up, subject
from tests.api import errors_of
from tests.asked import AskedStatements
from tests.factories import NOON, make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_user(Role.PRIVACY_OFFICER)


def found(user: User, kind: KeyKind, text: str, of: str = "customers") -> list[str]:
    """The numbers of whom the key finds."""
    result = look_up(subject(of).finders[kind], user, text)
    return [str(one.number) for one in result.people] + [str(one.number) for one in result.organizations]


@pytest.fixture
def anne() -> Customer:
    return make_customer(
        "C-1", name="Anne Müller", email="Anne@Example.com", phone="(202) 268-2000 ext. 7", street="12 W. Main St",
        postal_code="60601-1234",
    )  # fmt: skip


# Keys ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (KeyKind.CUSTOMER_NAME, "anne mu"),
        (KeyKind.CUSTOMER_NAME, "ANNE MÜLLER"),
        (KeyKind.CUSTOMER_NAME, "Ann\u0065 Mu\u0308ller"),  # the accent by itself
        (KeyKind.CUSTOMER_ID, "C-1"),
        (KeyKind.EMAIL_ADDRESS, "anne@example.COM"),
        (KeyKind.PHONE_NUMBER, "+1 202.268.2000"),
        (KeyKind.PHONE_NUMBER, "2022682000"),
        (KeyKind.MAIL_ADDRESS, "12 w. main, 60601"),
        (KeyKind.MAIL_ADDRESS, "12 W. Main St, Springfield 60601-9999"),
    ],
)
def test_each_key_finds_the_person_however_it_is_written(
    anne: Customer, officer: User, kind: KeyKind, text: str
) -> None:
    make_customer("C-2", name="Bob", email="b@example.com", phone="202 111 1111", street="12 Hill", postal_code="60601")
    assert found(officer, kind, text) == ["C-1"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (KeyKind.CUSTOMER_NAME, "nne"),
        (KeyKind.CUSTOMER_ID, "C"),
        (KeyKind.EMAIL_ADDRESS, "anne@example"),
        (KeyKind.PHONE_NUMBER, "268 2000"),
        (KeyKind.MAIL_ADDRESS, "12 W. Main St, 60602"),
    ],
)
def test_part_of_a_key_finds_nobody(anne: Customer, officer: User, kind: KeyKind, text: str) -> None:
    assert found(officer, kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (KeyKind.CUSTOMER_NAME, "  ", "Type what to look for."),
        (KeyKind.CUSTOMER_NAME, "a\x00b", "No record holds this: "),
        (KeyKind.CUSTOMER_NAME, "a" * 255, "No record holds this: "),
        (KeyKind.EMAIL_ADDRESS, "anne", "An e-mail address has an @"),
        (KeyKind.PHONE_NUMBER, "2000", "A phone number has 7 digits or more"),
        (KeyKind.MAIL_ADDRESS, "12 Main St", "A mail address is the beginning of the street and the ZIP code"),
        (KeyKind.MAIL_ADDRESS, "60601", "A mail address is the beginning of the street and the ZIP code"),
    ],
)
def test_what_is_no_key_is_said_to_be_none(officer: User, kind: KeyKind, text: str, problem: str) -> None:
    with pytest.raises(NotLookedUp) as refused:
        found(officer, kind, text)
    assert str(refused.value).startswith(problem)


def test_name_is_no_pattern(officer: User) -> None:
    make_customer("C-1", name="Anne")
    make_customer("C-2", name="100% Paper")
    assert found(officer, KeyKind.CUSTOMER_NAME, "%") == []
    assert found(officer, KeyKind.CUSTOMER_NAME, "100%") == ["C-2"]
    assert found(officer, KeyKind.CUSTOMER_NAME, "a_n") == []


def test_further_contacts_and_identifiers_find_the_person(anne: Customer, officer: User) -> None:
    for kind, value in (("phone", "312 555 0100"), ("email", "a.m@example.org"), ("name", "Annika Maurer")):
        ContactPoint.objects.create(customer=anne, kind=kind, value=value, normalized=value)
    Identifier.objects.create(customer=anne, kind="customer id", value="K-77")
    account = Identifier(customer=anne, kind="account", value_hash=identifier_hash("account", "A991"))
    account.sealed_value = "A991"
    account.save()
    for kind, text in (
        (KeyKind.PHONE_NUMBER, "(312) 555-0100"),
        (KeyKind.EMAIL_ADDRESS, "A.M@example.org"),
        (KeyKind.CUSTOMER_NAME, "annika"),
        (KeyKind.CUSTOMER_ID, "K-77"),
        (KeyKind.CUSTOMER_ID, "A991"),
        (KeyKind.CUSTOMER_ID, "a-99 1"),
    ):
        assert found(officer, kind, text) == ["C-1"], kind


def test_who_finds_enough_by_name_is_not_searched_for_elsewhere(officer: User) -> None:
    for number in range(51):
        make_customer(f"C-{number:02}", name=f"Anne {number:02}")
    with AskedStatements(connection) as queries:
        enough = look_up(subject("customers").finders[KeyKind.CUSTOMER_NAME], officer, "anne")
    assert ([one.number for one in enough.people], enough.has_more) == (
        [f"C-{number:02}" for number in range(50)],
        True,
    )
    assert len([query for query in queries if 'FROM "records_' in query["sql"]]) == 1
    Customer.objects.filter(number="C-50").update(name="Zoe")
    ContactPoint.objects.create(customer=make_customer("D", name="Dora"), kind="name", value="Anne", normalized="anne")
    more = look_up(subject("customers").finders[KeyKind.CUSTOMER_NAME], officer, "anne")
    assert (len(more.people), more.has_more) == (50, True)


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("Anne", "anne", "anne"),
        ("Émile ZOLA", "emile zola", None),
        ("ﬁn", "fin", None),
        ("", "", ""),
        ("+13125550142", "+13125550142", "3125550142"),
        ("+13125550142;ext=7", "+13125550142;ext=7", "3125550142"),
        ("(312) 555-0142 x12", "(312) 555-0142 x12", "3125550142"),
        ("+4420876", "+4420876", "4420876"),
        (None, None, None),
    ],
)
def test_names_and_numbers_are_folded(db: None, text: str | None, name: str | None, phone: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_name(%s), fold_phone(%s)", [text, text])
        folded = cursor.fetchone()
    assert folded[0] == name
    if phone is not None and text and text[0] in "+(":
        assert folded[1] == phone


def test_street_written_otherwise_is_found_once_it_was_compared(anne: Customer, officer: User) -> None:
    assert found(officer, KeyKind.MAIL_ADDRESS, "12 West Main Street, 60601") == []
    compare_all()
    assert found(officer, KeyKind.MAIL_ADDRESS, "12 West Main Street, 60601") == ["C-1"]


def test_merged_record_leads_to_the_person(anne: Customer, officer: User) -> None:
    other = make_customer("C-9", name="Annemarie M.", email="am@example.net")
    merge(anne, other, by=officer)
    for kind, text in ((KeyKind.CUSTOMER_ID, "C-9"), (KeyKind.EMAIL_ADDRESS, "am@example.net")):
        assert found(officer, kind, text) == ["C-1"]
    assert found(officer, KeyKind.CUSTOMER_NAME, "anne") == ["C-1"]


def test_organizations_are_found_by_name_and_industry(officer: User) -> None:
    acme = Organization.objects.create(name="Ácme Paper", number="O-1")
    Organization.objects.create(name="Bacme", number="O-2")
    IndustryCode.objects.create(organization=acme, system="NAICS", code="322121")
    IndustryCode.objects.create(organization=acme, system="SIC", code="2621")
    for kind, text in ((KeyKind.COMPANY_NAME, "acme p"), (KeyKind.NAICS, "322121"), (KeyKind.SIC, "2621")):
        assert found(officer, kind, text, "organizations") == ["O-1"]
    assert found(officer, KeyKind.SIC, "322121", "organizations") == []
    with pytest.raises(NotLookedUp, match="A SIC number has two to six digits"):
        found(officer, KeyKind.SIC, "paper", "organizations")


def test_more_than_fifty_are_not_shown_but_said(officer: User) -> None:
    for number in range(52):
        make_customer(f"C-{number:02}", name="Ann")
    result = look_up(subject("customers").finders[KeyKind.CUSTOMER_NAME], officer, "ann")
    assert (len(result.people), result.has_more) == (50, True)


MANY_CUSTOMERS = """
INSERT INTO records_customer (
    key, number, name, email, phone, street, city, state, postal_code, job_title, job_description, role, level,
    relationship_end_reason, source, location, created_at
)
SELECT
    gen_random_uuid(), 'N-' || n, 'Person ' || md5(n::text), n || '@a.org', '+1312555' || n, n || ' Main St', '', '',
    lpad((n %% 1000)::text, 5, '0'), '', '', '', '', '', 'customer', 'facility', now()
FROM generate_series(1, %s) AS n
"""


def many_customers(count: int) -> None:
    """So many that the planner has something to choose by."""
    with connection.cursor() as cursor:
        cursor.execute(MANY_CUSTOMERS, [count])
        cursor.execute("ANALYZE records_customer")


# Meetings and collaboration -------------------------------------------------------------------------------------------
def collaboration_record(organizer: str, text: str) -> Record:
    checked = check(16, {"c16-persistent-message-sender": organizer, "c16-persistent-message-text": text})
    keep([NewRecord(checked, NOON, (organizer, text), FoundBy(organizer=organizer, participant="Bob Lee"))])
    return Record.objects.get(organizer=organizer)


def test_meetings_are_found_by_id_and_host_only(client: Client) -> None:
    Meeting.objects.create(number="81234567890", uid="u-1", host_name="Ann Lee", started_at=NOON)
    client.force_login(make_user(Role.RECORDS_ADMINISTRATOR))
    for by, text in (("meeting_id", "812 3456 7890"), ("host_name", "ann lee")):
        assert "81234567890" in look(client, f"meetings:{by}", text).content.decode()
    asked = {"subject": "meetings", "key": "customer_name", "value": "Ann"}
    answer = client.post("/api/v1/search", asked, content_type="application/json")
    assert (answer.status_code, last_entries(1)) == (403, [("refused", "customer_name", None)])


def test_session_records_are_found_by_meeting_and_host_only(client: Client) -> None:
    checked = check(10, {"c10-participant-name": "Bob Lee"})
    found_by = FoundBy(meeting_number="81234567890", host_name="Ann Lee", host_email="ann@example.com")
    keep([NewRecord(checked, NOON, ("session",), found_by)])
    kept = Record.objects.get(meeting_number="81234567890")
    client.force_login(make_user(Role.RECORDS_ADMINISTRATOR))
    for by, text in (("meeting_id", "812 3456 7890"), ("host_name", "ann lee"), ("host_email", "Ann@example.com")):
        assert f"/records/category-10/{kept.key}/" in look(client, f"sessions:{by}", text).content.decode()
    assert "Nothing found" in look(client, "sessions:meeting_id", "99").content.decode()


def test_collaboration_records_are_found_by_who_organized_or_took_part_and_opened(client: Client) -> None:
    kept = collaboration_record("Ann Lee", "the sealed words")
    client.force_login(make_user(Role.RECORDS_ADMINISTRATOR))
    for by, text in (("organizer_name", "ANN LEE"), ("other_personal_identifier", "bob lee")):
        assert (
            f"/records/category-{kept.category}/{kept.key}/"
            in look(client, f"collaboration:{by}", text).content.decode()
        )
    assert "Nothing found" in look(client, "collaboration:organizer_name", "Ann").content.decode()

    page = client.get(f"/records/category-{kept.category}/{kept.key}/").content.decode()
    assert ("the sealed words" in page, "Persistent Message Text" in page) == (True, True)


def test_subjects_are_offered_to_those_who_may_open_them(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    page = client.get("/search/").content.decode()
    assert ("customers:customer_id" in page, "meetings:meeting_id" in page) == (True, False)
    assert look(client, "meetings:meeting_id", "812").status_code == 422
    asked = {"subject": "meetings", "key": "meeting_id", "value": "812"}
    assert client.post("/api/v1/search", asked, content_type="application/json").status_code == 403


# Indexes -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "text", "index"),
    [
        (KeyKind.CUSTOMER_NAME, "anne", "customer_name_folded"),
        (KeyKind.CUSTOMER_ID, "C-1", "records_customer_number"),
        (KeyKind.EMAIL_ADDRESS, "a@b.org", "customer_email_lower"),
        (KeyKind.PHONE_NUMBER, "2022682000", "customer_phone_folded"),
        (KeyKind.MAIL_ADDRESS, "12 Main, 60601", "customer_mail_address"),
    ],
)
def test_first_statement_of_each_key_uses_its_index(officer: User, kind: KeyKind, text: str, index: str) -> None:
    many_customers(5_000)
    with AskedStatements(
        connection,
    ) as queries:
        found(officer, kind, text)
    statement = next(query["sql"] for query in queries if "records_customer" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan


# Who, and the log ----------------------------------------------------------------------------------------------------
def look(client: Client, by: str, text: str) -> Any:
    return client.post("/search/", {"by": by, "text": text})


def last_entries(count: int) -> list[tuple[str, str, int | None]]:
    rows = AccessEntry.objects.filter(place__in=["search", "api_search"]).order_by("-at", "-id")[:count]
    return [(row.kind, row.key, row.records) for row in reversed(rows)]


def test_page_shows_only_whom_the_reader_sees_and_logs_the_kind_of_key() -> None:
    sales = make_user(Role.SALES)
    make_customer("C-1", sales, name="Anne Own")
    make_customer("C-2", name="Anne Other")
    client = Client()
    client.force_login(sales)

    page = look(client, "customers:customer_name", "anne")
    assert page.status_code == 200
    assert "Anne Own" in page.content.decode()
    assert "Anne Other" not in page.content.decode()
    assert last_entries(2) == [("intent", "customer_name", None), ("shown", "customer_name", 1)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_accessentry AS entry WHERE entry::text ILIKE '%anne%'")
        assert cursor.fetchone() == (0,)


def test_page_says_what_is_wrong_and_who_was_not_found(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    wrong = look(client, "customers:email_address", "anne")
    assert (wrong.status_code, "An e-mail address has an @" in wrong.content.decode()) == (422, True)
    nobody = look(client, "customers:customer_id", "C-0")
    assert "Nothing that you can see has this customer ID" in nobody.content.decode()
    assert look(client, "customers:meeting_id", "1").status_code == 422


def test_key_that_the_notice_does_not_name_is_refused_and_logged(officer: User) -> None:
    make_customer("C-1", phone="202 268 2000")
    client = Client()
    client.force_login(officer)
    asked = {"subject": "insight", "key": "phone_number", "value": "202 268 2000"}
    answer = client.post("/api/v1/search", asked, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Under the notice, no one may be looked up here by phone number.")
    entry = AccessEntry.objects.filter(kind=EntryKind.REFUSED).latest("at")
    assert (entry.key, entry.categories, entry.place) == ("phone_number", [18], "api_search")


def test_api_finds_as_the_page_does(anne: Customer, officer: User) -> None:
    client = Client()
    client.force_login(officer)
    asked = {"key": "phone_number", "value": "202 268 2000"}
    answer = client.post("/api/v1/search", asked, content_type="application/json")
    person: dict[str, object] = {
        "key": str(anne.key),
        "number": "C-1",
        "name": "Anne Müller",
        "organization": None,
        "disagreements": [],
    }
    assert answer.json() == {
        "people": [person],
        "organizations": [],
        "meetings": [],
        "records": [],
        "has_more": False,
    }

    wrong = client.post("/api/v1/search", {**asked, "value": "7"}, content_type="application/json")
    assert (wrong.status_code, list(errors_of(wrong))) == (400, ["value"])


def test_look_up_takes_the_same_statements_however_many_are_found(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    look(client, "customers:customer_name", "zz")
    counts = []
    for number in range(3):
        make_customer(f"C-{number}", name="Ann")
        with AskedStatements(connection) as queries:
            look(client, "customers:customer_name", "ann")
        counts.append(sum("records_customer" in query["sql"] for query in queries))
    assert counts == [2, 2, 2]


@pytest.mark.parametrize("few", [0, 2, 20_000])
def test_whoever_has_few_customers_finds_the_same_by_name_as_whoever_has_many(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Few are looked at one by one, many by the names: the plan differs, never who is found."""
    monkeypatch.setattr("records.retrieval.FEW", few)
    sales = make_user(Role.SALES)
    for number, name in enumerate(["Anne Own", "Bob Own", "Annabel Own"]):
        make_customer(f"C-{number}", sales, name=name)
    former = make_customer("C-4", sales, name="Anne Former")
    former.assignments.update(until=timezone.now())
    make_customer("C-5", name="Anne Other")
    twice = make_customer("C-6", sales, name="Anne Twice")
    merge(Customer.objects.get(number="C-1"), twice, by=sales)

    with AskedStatements(connection) as queries:
        people = found(sales, KeyKind.CUSTOMER_NAME, "ann")

    assert people == ["C-2", "C-0", "C-1"]
    is_by_one = any("= ANY(ARRAY(" in query["sql"] for query in queries)
    assert is_by_one == (few > 3)
