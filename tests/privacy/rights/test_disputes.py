"""Amendment: contested values, corrections, who is told of them, and statements that stand beside the value."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.rendering import as_json
from privacy import changes
from privacy.agency import agency_today
from privacy.enums import DisputeState, Duty, RequestKind, Step
from privacy.models import Correction, Dispute, User
from privacy.rights import beside
from privacy.rights.disputes import contest, correct, refuse, sent
from privacy.rights.procedure import NotNow
from privacy.rights.stepping import Said, take
from privacy.rights.values import value_at, values_of
from privacy.roles import Role
from records.keeping import make_partitions
from records.models import ContactPoint, Customer, Record
from tests.api import Program
from tests.events import NOON, append, event
from tests.factories import make_customer, make_share, make_user, viewer_of
from tests.requesting import contested, disclosed, make_officer, make_request, verified

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_disputed() -> Iterator[None]:
    cache.delete(beside.DISPUTED_MODELS)
    yield
    cache.set(beside.DISPUTED_MODELS, [], timeout=None)


@pytest.fixture
def officer() -> User:
    return make_officer()


def amendment(officer: User, customer: Customer) -> Any:
    return verified(make_request(RequestKind.AMENDMENT), officer, customer)


def disagree(officer: User, customer: Customer, text: str = "I never lived there") -> Dispute:
    """The customer's city is contested and refused, and the person's statement filed."""
    request = amendment(officer, customer)
    made = contested(request, customer)
    refuse(made, "The card says so", officer)
    take(request, Step.REFUSE, officer, Said(reason="The card says so"))
    take(request, Step.DISAGREE, officer, Said(reason=text))
    beside.refresh()
    made.refresh_from_db()
    return made


def test_a_correction_is_kept_in_the_records_history_for_the_duty_of_amendment(officer: User) -> None:
    customer = make_customer(city="Dover", email="ada@example.com")
    made = contested(amendment(officer, customer), customer)
    assert (made.before, made.wanted, made.label) == ("Dover", "Chicago", "Customers: City")
    correct(made, "Chicago", "As on the licence", officer)
    customer.refresh_from_db()
    assert (customer.city, customer.email) == ("Chicago", "ada@example.com")
    change = changes.history(customer)[0]
    assert (change.field, change.before, change.after, change.basis.duty) == (
        "city",
        "Dover",
        "Chicago",
        Duty.AMENDMENT,
    )
    assert (made.state, made.after, made.reason) == (DisputeState.CORRECTED, "Chicago", "As on the licence")


def test_a_correction_is_checked_as_the_records_own_form_checks(officer: User) -> None:
    customer = make_customer(email="ada@example.com", phone="+13125550142")
    made = contested(amendment(officer, customer), customer, "phone", "312 555 0199")
    with pytest.raises(ValidationError, match="is not a phone number"):
        correct(made, "12", "x", officer)
    correct(made, "(312) 555-0199", "As she says", officer)
    customer.refresh_from_db()
    assert customer.phone == "+13125550199"


def test_what_is_derived_from_a_value_follows_its_correction(officer: User) -> None:
    customer = make_customer()
    contact = ContactPoint.objects.create(
        customer=customer, kind="email", value="Old@example.com", normalized="old@example.com"
    )
    request = amendment(officer, customer)
    value = value_at(customer.key, "records.ContactPoint", str(contact.pk), "value")
    assert value is not None
    correct(contest(request, value, "new@example.com"), "New@example.com", "x", officer)
    contact.refresh_from_db()
    assert contact.normalized == "new@example.com"


def test_an_element_of_the_long_tail_is_corrected_where_it_is_sealed(officer: User) -> None:
    make_partitions([NOON])
    customer = make_customer()
    record = Record(
        collected_at=NOON, category=9, source="customer", location="headquarters", retention_rule="RET-7",
        attributes={"c09-habits": "Reads at night"}, customer=customer, subject=customer.key,
    )  # fmt: skip
    record.sealed = {"c09-feelings": "Likes it"}
    record.save(force_insert=True)
    value = value_at(customer.key, "records.Record", str(record.key), "c09-feelings")
    assert value is not None
    assert value.text == "Likes it"
    correct(contest(amendment(officer, customer), value, "Loves it"), "Loves it", "x", officer)
    again = Record.objects.get(key=record.key)
    assert again.sealed == {"c09-feelings": "Loves it"}
    assert again.attributes == {"c09-habits": "Reads at night"}


def test_what_happened_is_not_corrected_and_may_be_disagreed_with(officer: User) -> None:
    customer = make_customer()
    request = amendment(officer, customer)
    value = value_at(customer.key, "campaigns.Viewer", str(viewer_of(customer).pk), "customer")
    assert value is not None
    assert value.is_fixed
    made = contest(request, value, "Somebody else")
    with pytest.raises(NotNow, match="cannot be changed: refuse it"):
        correct(made, "Somebody else", "x", officer)
    refuse(made, "It was she", officer)


@pytest.mark.parametrize("field", ["id", "merged_into", "nothing"])
def test_only_what_holds_an_element_can_be_contested(field: str) -> None:
    customer = make_customer()
    assert value_at(customer.key, "records.Customer", str(customer.pk), field) is None


@pytest.mark.parametrize(("model", "row"), [("records.Customer", "x"), ("records.Nothing", "1"), ("auth.Group", "1")])
def test_a_place_that_is_none_gives_no_value(model: str, row: str) -> None:
    assert value_at(make_customer(city="Dover").key, model, row, "city") is None


def test_another_persons_value_is_not_reached_through_ones_own_request(officer: User) -> None:
    mine, other = make_customer("C-1"), make_customer("C-2", city="Dover")
    assert value_at(mine.key, "records.Customer", str(other.pk), "city") is None
    request = amendment(officer, mine)
    client = Client()
    client.force_login(officer)
    address = f"/requests/{request.key}/disputes/new/?model=records.Customer&row={other.pk}&field=city"
    assert client.get(address).status_code == 404


def test_a_value_is_contested_once_at_a_time(officer: User) -> None:
    customer = make_customer(city="Dover")
    request = amendment(officer, customer)
    made = contested(request, customer)
    with pytest.raises(NotNow, match="already contested"):
        contested(request, customer)
    twin = Dispute(request=request, person=customer.key, model=made.model, row=made.row, field=made.field, category=1)
    twin.before = twin.wanted = "x"
    with pytest.raises(IntegrityError, match="dispute_open_once"), transaction.atomic():
        twin.save()


def test_nothing_is_contested_before_the_identity_is_verified(officer: User) -> None:
    customer = make_customer(city="Dover")
    request = make_request(RequestKind.AMENDMENT)
    with pytest.raises(NotNow, match="identity is verified"):
        contested(request, customer)


def test_values_are_contested_in_a_request_for_amendment_alone(officer: User) -> None:
    customer = make_customer(city="Dover")
    with pytest.raises(NotNow, match="request for amendment"):
        contested(verified(make_request(), officer, customer), customer)


def test_a_decided_value_is_not_decided_again_but_by_an_appeal(officer: User) -> None:
    customer = make_customer(city="Dover")
    request = amendment(officer, customer)
    made = contested(request, customer)
    refuse(made, "The card says so", officer)
    with pytest.raises(NotNow, match="has already been decided"):
        correct(made, "Chicago", "x", officer)
    take(request, Step.REFUSE, officer, Said(reason="The card says so"))
    take(request, Step.APPEAL, officer, Said(reason="The card is old", came_on=agency_today()))
    with pytest.raises(NotNow, match="Correct the contested values first"):
        take(request, Step.GRANT_APPEAL, officer)
    correct(made, "Chicago", "A newer card", officer)
    letter = take(request, Step.GRANT_APPEAL, officer).letter
    assert "- City: it was “Dover” and is “Chicago” now." in letter


def test_granting_needs_each_value_corrected_and_in_part_some_refused(officer: User) -> None:
    customer = make_customer(city="Dover", street="1 Way")
    request = amendment(officer, customer)
    first, second = contested(request, customer), contested(request, customer, "street", "2 Way")
    with pytest.raises(NotNow, match="Correct each contested value first"):
        take(request, Step.GRANT, officer)
    correct(first, "Chicago", "x", officer)
    with pytest.raises(NotNow, match="Decide each contested value first"):
        take(request, Step.GRANT_PARTLY, officer, Said(reason="y"))
    refuse(second, "The card says 1 Way", officer)
    letter = take(request, Step.GRANT_PARTLY, officer, Said(reason="Only the city was wrong")).letter
    assert "- City: it was “Dover” and is “Chicago” now.\n- Street: not changed." in letter


def test_refusing_the_request_refuses_what_is_open(officer: User) -> None:
    customer = make_customer(city="Dover")
    request = amendment(officer, customer)
    made = contested(request, customer)
    take(request, Step.REFUSE, officer, Said(reason="The card says so"))
    made.refresh_from_db()
    assert (made.state, made.reason) == (DisputeState.REFUSED, "The card says so")


# Earlier recipients --------------------------------------------------------------------------------------------------


def test_earlier_recipients_of_the_category_are_told_of_a_correction(officer: User) -> None:
    customer = make_customer(city="Dover")
    disclosed(customer, officer)
    disclosed(customer, officer, recipient_name="Survey House", categories=(9,))
    disclosed(make_customer("C-2"), officer, recipient_name="Other House")
    correct(contested(amendment(officer, customer), customer), "Chicago", "x", officer)
    (told,) = Correction.objects.all()
    assert told.disclosure.recipient_name == "Print Works"
    assert "Print Works\n1 Press Lane, Dover, DE 19901\n" in told.letter
    assert "- City: it was “Dover” and is “Chicago” now." in told.letter
    assert f"a correction of one of them, which is about {customer.name}." in told.letter


def test_a_letter_to_a_recipient_goes_out_once_and_not_tomorrow(officer: User) -> None:
    customer = make_customer(city="Dover")
    disclosed(customer, officer)
    correct(contested(amendment(officer, customer), customer), "Chicago", "x", officer)
    told = Correction.objects.get()
    with pytest.raises(NotNow, match="in the future"):
        sent(told, officer, agency_today() + timedelta(days=1))
    sent(told, officer, agency_today())
    with pytest.raises(NotNow, match="has already been sent"):
        sent(told, officer, agency_today())


def test_earlier_recipients_are_sent_the_statement_of_disagreement(officer: User) -> None:
    customer = make_customer(city="Dover")
    disclosed(customer, officer)
    disagree(officer, customer)
    letter = Correction.objects.get().letter
    assert "The person's statement of disagreement: I never lived there" in letter.replace("’", "'")
    assert f"552a(d)(4) has us tell you that {customer.name}, whom one of them is about, disputes a value" in letter
    assert "- City: “Dover”" in letter


def test_letters_say_which_value_is_disputed_and_that_one_was_taken_out(officer: User) -> None:
    customer = make_customer(city="Dover", street="1 Way")
    request = amendment(officer, customer)
    correct(contested(request, customer), "", "She lives nowhere now", officer)
    refuse(contested(request, customer, "street", "2 Way"), "The card says 1 Way", officer)
    partly = take(request, Step.GRANT_PARTLY, officer, Said(reason="Only the city was wrong")).letter
    assert "- City: it was “Dover” and was taken out.\n" in partly
    filed = take(request, Step.DISAGREE, officer, Said(reason="I moved")).letter
    assert "- Street: “1 Way”\n" in filed


# The statement beside the value --------------------------------------------------------------------------------------


def opened(officer: User, address: str) -> str:
    client = Client()
    client.force_login(officer)
    answer = client.get(address)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body.decode()


@pytest.mark.parametrize("address", ["/customers/{key}/", "/records/customers/{key}/history/", "/customers/"])
def test_the_statement_stands_beside_the_value_on_every_page(officer: User, address: str) -> None:
    customer = make_customer(city="Dover")
    assert "I never lived there" not in opened(officer, address.format(key=customer.key))
    disagree(officer, customer)
    assert "I never lived there" in opened(officer, address.format(key=customer.key))


@pytest.mark.parametrize("away", ["get", "add"])
def test_it_stands_there_while_the_cache_is_away(officer: User, monkeypatch: pytest.MonkeyPatch, away: str) -> None:
    customer = make_customer(city="Dover")
    disagree(officer, customer)
    cache.delete(beside.DISPUTED_MODELS)

    def nobody_answers(*_args: object, **_named: object) -> None:
        raise RedisError

    monkeypatch.setattr(cache, away, nobody_answers)
    beside.mark_disputed([customer])

    assert [statement.text for statement in customer.disagreements] == ["I never lived there"]  # type: ignore[attr-defined]


def test_a_statement_is_filed_while_the_cache_is_away(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_answers(*_args: object, **_named: object) -> None:
        raise RedisError

    with capture_logs() as logs, monkeypatch.context() as patched:
        patched.setattr(cache, "set", nobody_answers)
        beside.refresh()

    assert [entry["event"] for entry in logs] == ["disputed_models_not_told"]


def test_it_stands_beside_a_value_of_a_section_too(officer: User) -> None:
    customer = make_customer()
    contact = ContactPoint.objects.create(customer=customer, kind="name", value="Old", normalized="old")
    request = amendment(officer, customer)
    value = value_at(customer.key, "records.ContactPoint", str(contact.pk), "value")
    assert value is not None
    refuse(contest(request, value, "New"), "x", officer)
    take(request, Step.REFUSE, officer, Said(reason="x"))
    take(request, Step.DISAGREE, officer, Said(reason="That was never my name"))
    beside.refresh()
    assert "That was never my name" in opened(officer, f"/customers/{customer.key}/")


def test_it_goes_out_beside_the_value_with_an_export(officer: User) -> None:
    customer, other = make_customer("C-1", city="Dover"), make_customer("C-2")
    disagree(officer, customer)
    from django.utils import timezone

    from analytics.exports.sources import source_of

    table = source_of(officer, "customers", "").table(timezone.now(), ())
    assert (table.heads[-1].label, table.copied) == ("Statement of disagreement", "")
    beside_it = {row[0]: row[-1] for row in table.rows}
    assert beside_it[customer.name] == f"City: I never lived there ({agency_today().isoformat()})"
    assert beside_it[other.name] == ""


def test_a_list_without_disagreement_is_exported_as_before(officer: User) -> None:
    from django.utils import timezone

    from analytics.exports.sources import source_of

    make_customer()
    table = source_of(officer, "customers", "").table(timezone.now(), ())
    assert table.heads[-1].label != "Statement of disagreement"
    assert table.copied


def test_it_goes_out_with_each_answer_of_the_api(officer: User) -> None:
    customer, other = make_customer("C-1", city="Dover"), make_customer("C-2")
    disagree(officer, customer)
    said = [
        {
            "field": "city",
            "label": "City",
            "statement": "I never lived there",
            "filed_on": agency_today().isoformat(),
        }
    ]
    program = Program(officer)
    assert program.get(f"/customers/{customer.key}").json()["disagreements"] == said
    assert program.get(f"/customers/{other.key}").json()["disagreements"] == []
    listed = {row["number"]: row["disagreements"] for row in program.get("/customers").json()["results"]}
    assert listed == {"C-1": said, "C-2": []}
    found = program.post("/search", {"key": "customer_id", "value": "C-1"}).json()
    assert [one["disagreements"] for one in found["people"]] == [said]
    assert program.get(f"/reports/customers/{customer.key}").json()["disagreements"] == said


def test_it_goes_out_with_the_recipient_of_a_share(officer: User) -> None:
    staff = make_user(Role.SALES_MANAGER, "Mona")
    for number in ("C-1", "C-2"):
        make_share(make_customer(number, staff, city="Dover"), staff, number.lower())
    disagree(officer, Customer.objects.get(number="C-1"))
    rows = Program(staff).get("/shares").json()["results"]
    said = {row["customer"]["number"]: len(row["customer"]["disagreements"]) for row in rows}
    assert said == {"C-1": 1, "C-2": 0}


def test_it_goes_out_with_a_record_of_the_api(officer: User) -> None:
    customer = make_customer()
    contact = ContactPoint.objects.create(customer=customer, kind="name", value="Old", normalized="old")
    request = amendment(officer, customer)
    value = value_at(customer.key, "records.ContactPoint", str(contact.pk), "value")
    assert value is not None
    refuse(contest(request, value, "New"), "x", officer)
    take(request, Step.REFUSE, officer, Said(reason="x"))
    take(request, Step.DISAGREE, officer, Said(reason="That was never my name"))
    beside.refresh()
    program = Program(officer)
    for path in (f"/records/contacts/{contact.key}", f"/records/contacts?customer={customer.key}"):
        answer = program.get(path).json()
        (one,) = answer.get("results", [answer])
        assert [said["statement"] for said in one["disagreements"]] == ["That was never my name"], path


def test_it_goes_out_with_the_report_of_the_customer(officer: User) -> None:
    from django.utils import timezone

    from analytics.exports.sources import source_of

    customer = make_customer(city="Dover")
    told = source_of(officer, f"customer/{customer.key}", "").table(timezone.now(), ()).notes
    assert not any(label.startswith("The person disagrees") for label, _ in told)
    disagree(officer, customer)
    told = source_of(officer, f"customer/{customer.key}", "").table(timezone.now(), ()).notes
    said = ("The person disagrees with “City”", f"I never lived there ({agency_today().isoformat()})")
    assert said in told
    assert "I never lived there" in as_json(customer_report(CustomerQuery(customer.key)))


def test_it_stands_in_the_package(officer: User) -> None:
    from django.utils import timezone

    from privacy.rights.package.content import whole_of

    customer = make_customer(city="Dover")
    made = disagree(officer, customer)
    whole = whole_of(made.request, timezone.now())
    held = next(one for one in whole.held if one.label == "records.Customer")
    (row,) = [whole.row(held, one) for one in held.rows(1)]
    (city,) = [value for value in row["values"] if value["field"] == "city"]
    assert city["disputed"] == [{"statement": "I never lived there", "filed_on": agency_today().isoformat()}]
    assert "I never lived there" in json.dumps(row)


def test_pages_of_what_nobody_disputes_ask_nothing_more(officer: User, django_assert_num_queries: Any) -> None:
    customer = make_customer()
    beside.refresh()
    with django_assert_num_queries(0):
        beside.mark_disputed([customer])
    assert customer.disagreements == []  # type: ignore[attr-defined]
    disagree(officer, make_customer("C-2", city="Dover"))
    with django_assert_num_queries(1):
        beside.mark_disputed([customer])


def test_a_statement_needs_a_refused_value(officer: User) -> None:
    customer = make_customer(city="Dover")
    request = amendment(officer, customer)
    take(request, Step.REFUSE, officer, Said(reason="Nothing was named"))
    with pytest.raises(NotNow, match="nothing for the statement to appear next to"):
        take(request, Step.DISAGREE, officer, Said(reason="Still"))


def test_reports_follow_the_corrected_value(officer: User) -> None:
    from analytics.folding import fold_all
    from analytics.reports.customer import CustomerQuery, customer_report

    customer = make_customer(name="Ada Wrong")
    append(event(viewer_of(customer), "view", page=1))
    fold_all()
    correct(contested(amendment(officer, customer), customer, "name", "Ada Right"), "Ada Right", "x", officer)
    assert "Ada Right" in opened(officer, f"/customers/{customer.key}/")
    assert "Ada Right" in opened(officer, "/customers/")
    assert customer_report(CustomerQuery(customer.key)) is not None


def test_values_to_choose_from_are_those_of_the_category(officer: User) -> None:
    customer = make_customer(city="Dover")
    assert [kind.name for kind in values_of([customer.key], 1)] == ["Customers"]
    assert [kind.name for kind in values_of([customer.key], 2)] == ["Customers"]
    assert values_of([customer.key], 5) == []
