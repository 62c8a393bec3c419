"""Disclosures outside the agency: under what, what that demands, what is refused, and an accounting nobody changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from privacy.agency import agency_today
from privacy.disclosing import SALE_IS_REFUSED, Refused, authorities, authority_named
from privacy.disclosures import accounting_for, accounting_of, forget_accounting, years_after
from privacy.enums import EntryKind, RequestKind, Step
from privacy.models import AccessEntry, Correction, DisclosedPerson, Disclosure, Dispute, MatchingAgreement, User
from privacy.rights.disputes import refuse
from privacy.rights.stepping import Said, take
from records.models import Customer
from tests.factories import make_customer
from tests.requesting import contested, disclosed, evidence_for, make_officer, make_request, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_officer()


def test_the_routine_uses_that_apply_and_the_numbered_exceptions_are_all_there_is() -> None:
    names = [one.name for one in authorities()]
    uses = [f"use-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 10, 11)]
    assert names == [*uses, *(f"exception-{number}" for number in range(4, 13)), "consent"]


@pytest.mark.parametrize("name", ["use-8", "use-9", "use-12", "exception-1", "exception-2", "exception-13", "x", ""])
def test_nothing_else_can_be_relied_on(name: str) -> None:
    assert authority_named(name) is None


@pytest.mark.parametrize("name", ["use-4", "exception-7", "exception-8", "exception-12", "consent"])
def test_each_demands_something_and_is_refused_without_any_of_it(officer: User, name: str) -> None:
    customer, authority = make_customer(), authority_named(name)
    assert authority is not None
    assert authority.demands
    for number in range(len(authority.demands)):
        evidence = list(evidence_for(authority))
        evidence[number] = (evidence[number][0], " ")
        with pytest.raises(Refused, match="requires: "):
            disclosed(customer, officer, under=name, evidence=tuple(evidence))
    assert not Disclosure.objects.exists()
    made = disclosed(customer, officer, under=name)
    assert made.evidence == [list(pair) for pair in evidence_for(authority)]


def test_law_enforcement_demands_the_head_of_the_agencys_written_request() -> None:
    authority = authority_named("exception-7")
    assert authority is not None
    assert [one.label for one in authority.demands] == [
        "Head of the agency who signed the written request",
        "Day of the written request",
        "Portion of the record that is wanted",
        "Law enforcement activity for which it is wanted",
    ]


def test_names_are_neither_sold_nor_rented_to_anybody(officer: User) -> None:
    for authority in authorities():
        with pytest.raises(Refused, match=r"39 U\.S\.C\. 412"):
            disclosed(make_customer(f"C-{authority.name}"), officer, under=authority.name, is_for_pay=True)
    assert not Disclosure.objects.exists()


def agreement(officer: User, **fields: Any) -> MatchingAgreement:
    told = {"agency": "Agency of X", "purpose": "Addresses", "filed_at": "folder 3", "entered_by": officer}
    days = {"effective_on": date(2026, 1, 1), "ends_on": date(2027, 6, 30)}
    return MatchingAgreement.objects.create(**{**told, **days, **fields})


def test_a_bulk_comparison_needs_an_agreement_in_force_on_its_day(officer: User) -> None:
    customer = make_customer()
    with pytest.raises(Refused, match="needs a matching agreement on file"):
        disclosed(customer, officer, is_comparison=True)
    over = agreement(officer, effective_on=date(2024, 1, 1), ends_on=date(2025, 6, 30))
    with pytest.raises(Refused, match="in force from January 1, 2024 to June 30, 2025, not on that day"):
        disclosed(customer, officer, is_comparison=True, agreement=over)
    assert disclosed(customer, officer, is_comparison=True, agreement=agreement(officer)).agreement is not None


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"on": agency_today() + timedelta(days=1)}, "is in the future"),
        ({"categories": ()}, "Choose the categories of the records"),
    ],
)
def test_what_makes_no_sense_is_refused(officer: User, fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        disclosed(make_customer(), officer, **fields)


# The accounting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["privacy_disclosure", "privacy_disclosedperson"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nobody_changes_the_accounting(officer: User, table: str, statement: str) -> None:
    disclosed(make_customer(), officer)
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert Disclosure.objects.count() == DisclosedPerson.objects.count() == 1


def test_the_database_wants_one_authority(officer: User) -> None:
    made = disclosed(make_customer(), officer)
    for fields in (
        {"routine_use": None},
        {"exception": 7},
        {"is_by_consent": True},
        {"routine_use": None, "exception": 3},
    ):
        twin = Disclosure.objects.get(pk=made.pk)
        twin.pk, twin.reference = None, None  # type: ignore[assignment]
        for name, value in fields.items():
            setattr(twin, name, value)
        with pytest.raises(DatabaseError), transaction.atomic():
            twin.save(force_insert=True)


def test_the_person_is_shown_all_but_what_the_written_request_of_law_enforcement_was_given(officer: User) -> None:
    customer, other = make_customer("C-1"), make_customer("C-2")
    shown = {disclosed(customer, officer, under=name) for name in ("use-4", "use-2", "exception-8", "consent")}
    hidden = disclosed(customer, officer, under="exception-7")
    disclosed(other, officer)
    assert set(accounting_for([customer.key])) == shown
    assert set(accounting_of(customer.key)) == {*shown, hidden}
    assert {one.is_for_law_enforcement for one in accounting_of(customer.key) if one.routine_use == 2} == {True}
    client = signed_in(officer)
    assert client.get("/disclosures/").content.decode().count("not shown to the person") == 1
    assert client.get("/disclosures/new/").content.decode().count("Not shown to the person.") == 1


def test_an_accounting_requests_page_shows_them_before_the_letter_once_they_may_be_told(officer: User) -> None:
    customer = make_customer()
    disclosed(customer, officer)
    disclosed(customer, officer, under="exception-7", recipient_name="Marshal of Z")
    made = make_request(RequestKind.ACCOUNTING)
    page = f"/requests/{made.key}/"
    assert "Print Works" not in signed_in(officer).get(page).content.decode()
    verified(made, officer, customer)
    shown = signed_in(officer).get(page).content.decode()
    assert "Print Works" in shown
    assert "Marshal" not in shown


def test_an_accounting_request_tells_them_in_its_letter(officer: User) -> None:
    from privacy.enums import RequestKind, Step
    from privacy.rights.stepping import take
    from tests.requesting import make_request, verified

    customer = make_customer()
    disclosed(customer, officer)
    disclosed(customer, officer, under="use-2", recipient_name="Sheriff of Y")
    disclosed(customer, officer, under="exception-7", recipient_name="Marshal of Z")
    request = verified(make_request(RequestKind.ACCOUNTING), officer, customer)
    letter = take(request, Step.GRANT, officer).letter
    assert (
        "- March 2, 2026, to Print Works, 1 Press Lane, Dover, DE 19901. What: Mailing list. For: Printing of labels. "
        "Under: routine use 4 (Disclosure to Agents or Contractors)." in letter
    )
    assert "to Sheriff of Y" in letter
    assert "Marshal" not in letter


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2021, 3, 2), date(2026, 3, 2)),
        (date(2024, 2, 29), date(2029, 3, 1)),
        (date(2020, 2, 29), date(2025, 3, 1)),
    ],
)
def test_five_years_later_by_the_calendar(day: date, after: date) -> None:
    assert years_after(day, 5) == after


def test_it_is_kept_five_years_or_as_long_as_the_record_whichever_is_longer(officer: User) -> None:
    living, gone = make_customer("C-1"), make_customer("C-2")
    stays = disclosed(living, officer, on=date(2021, 3, 2))
    goes = disclosed(gone, officer, on=date(2021, 3, 2))
    young = disclosed(gone, officer, on=date(2021, 3, 3))
    gone.viewers.all().delete()
    Customer.objects.filter(pk=gone.pk).delete()
    assert forget_accounting(date(2026, 3, 2)) == 0
    assert forget_accounting(date(2026, 3, 3)) == 1
    assert set(Disclosure.objects.all()) == {stays, young}
    assert not DisclosedPerson.objects.filter(disclosure_id=goes.pk).exists()


def test_the_accounting_holds_nothing_of_the_record(officer: User) -> None:
    customer = make_customer(name="Canary Name", email="canary@example.com")
    disclosed(customer, officer)
    with connection.cursor() as cursor:
        for table in ("privacy_disclosure", "privacy_disclosedperson"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert "anary" not in str(cursor.fetchall())


# Pages ---------------------------------------------------------------------------------------------------------------


def signed_in(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


FORM = {
    "on": "2026-03-02", "nature": "Labels", "purpose": "Printing", "recipient_name": "Print Works",
    "recipient_address": "1 Press Lane", "categories": ["1"], "persons": "C-1\nC-1", "is_for_pay": "no",
    "demand_0": "Contract 7", "demand_1": "Labels",
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"use-4", "exception-8", "consent"}),
        ("to=print", {"use-4", "exception-8", "consent"}),
        ("to=Nobody", set()),
        ("under=use-4", {"use-4"}),
        ("under=exception-8", {"exception-8"}),
        ("under=consent", {"consent"}),
        ("first=2026-03-02&last=2026-03-02", {"use-4", "exception-8", "consent"}),
        ("first=2026-03-03", set()),
        ("last=2026-03-01", set()),
    ],
)
def test_the_accounting_is_filtered_by_whom_under_what_and_when(officer: User, query: str, shown: set[str]) -> None:
    ann = make_customer()
    made = {name: disclosed(ann, officer, under=name) for name in ("use-4", "exception-8", "consent")}
    answer = signed_in(officer).get(f"/disclosures/?{query}")
    assert {row.pk for row in answer.context["rows"]} == {made[name].pk for name in shown}
    page = answer.content.decode()
    assert ("No disclosure matches" in page) == (not shown)
    assert 'aria-label="Filter the disclosures"' in page


def test_filters_that_make_no_sense_choose_nothing_and_say_why(officer: User) -> None:
    disclosed(make_customer(), officer)
    page = signed_in(officer).get("/disclosures/?first=2026-03-02&last=2026-03-01").content.decode()
    assert "The first day is after the last one." in page
    assert "Nothing is shown until the filter is fixed." in page


def test_the_form_accounts_for_each_person_once(officer: User) -> None:
    customer = make_customer("C-1")
    answer = signed_in(officer).post("/disclosures/new/?under=use-4", FORM, follow=True)
    assert "The disclosure is accounted for. Signed by Petra Officer on " in answer.content.decode()
    made = Disclosure.objects.get()
    assert [one.person for one in made.people.all()] == [customer.key]
    assert made.disclosed_at == datetime(2026, 3, 2, 17, tzinfo=UTC)
    page = signed_in(officer).get("/disclosures/").content.decode()
    assert "Contract number: Contract 7" in page
    assert "Routine use 4" in page
    assert "1 Customer information" in page


def disputed(officer: User, customer: Customer) -> Dispute:
    """The customer's city, refused, with a statement of today beside it."""
    request = verified(make_request(RequestKind.AMENDMENT), officer, customer)
    made = contested(request, customer)
    refuse(made, "As the post has it", officer)
    take(request, Step.REFUSE, officer, Said(reason="As the post has it"))
    take(request, Step.DISAGREE, officer, Said(reason="I have lived in Chicago since 2020"))
    return made


def test_a_statement_of_disagreement_goes_with_a_later_disclosure(officer: User) -> None:
    customer = make_customer("C-1", city="Dover")
    request = disputed(officer, customer).request
    form = FORM | {"on": agency_today().isoformat()}
    asked = signed_in(officer).post("/disclosures/new/?under=use-4", form)
    assert asked.status_code == 422
    for words in ("I have lived in Chicago since 2020", "send each statement along", f"/requests/{request.key}/"):
        assert words in asked.content.decode()
    assert not Disclosure.objects.exists()
    read = AccessEntry.objects.get(place="disclosure_new", kind=EntryKind.SHOWN)
    assert (read.duty, read.key, read.records) == ("accounting", "customer_id", 1)
    answer = signed_in(officer).post("/disclosures/new/?under=use-4", form | {"with_statements": "on"}, follow=True)
    assert f"Statements of disagreement sent along: {request.number}" in answer.content.decode()
    assert not Correction.objects.exists()


@pytest.mark.parametrize("changed", [{"categories": ["2"]}, {"persons": "C-2"}])
def test_other_records_are_disclosed_without_a_word_of_it(officer: User, changed: dict[str, Any]) -> None:
    disputed(officer, make_customer("C-1", city="Dover"))
    make_customer("C-2")
    form = FORM | {"on": agency_today().isoformat()} | changed
    assert signed_in(officer).post("/disclosures/new/?under=use-4", form).status_code == 302


def test_who_was_given_it_before_the_statement_is_told_though_that_is_entered_late(officer: User) -> None:
    made = disputed(officer, make_customer("C-1", city="Dover"))
    page = f"/requests/{made.request.key}/"
    assert "shows nobody who was given the value before" in signed_in(officer).get(page).content.decode()
    assert signed_in(officer).post("/disclosures/new/?under=use-4", FORM).status_code == 302
    letter = Correction.objects.get()
    assert (letter.dispute, letter.sent_on) == (made, None)
    assert "I have lived in Chicago since 2020" in letter.letter
    shown = signed_in(officer).get(page).content.decode()
    assert "goes with every later disclosure of it" in shown
    assert "shows nobody who was given the value before" not in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"is_for_pay": "yes"}, SALE_IS_REFUSED),
        ({"persons": "C-1 C-404"}, "No customer has the ID C-404."),
        ({"demand_0": ""}, "This field is required."),
        ({"is_comparison": "on"}, "needs a matching agreement on file"),
        ({"on": "2999-01-01"}, "The day of the disclosure is in the future."),
        ({"categories": []}, "This field is required."),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
    officer: User, changed: dict[str, Any], said: str
) -> None:
    make_customer("C-1")
    answer = signed_in(officer).post("/disclosures/new/?under=use-4", FORM | changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "1 Press Lane" in answer.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends_on": "2027-07-01"}, "It can last at most 18 months."),
        ({"ends_on": "2027-01-01", "is_extension": "on"}, "It can last at most 12 months."),
        ({"ends_on": "2025-01-01"}, "The last day is before the first."),
        ({"ends_on": "2027-06-30"}, ""),
    ],
)
def test_an_agreement_lasts_as_long_as_the_law_says(officer: User, changed: dict[str, str], said: str) -> None:
    form = {"agency": "X", "purpose": "Y", "filed_at": "Z", "effective_on": "2026-01-01"}
    answer = signed_in(officer).post("/disclosures/agreements/", form | changed)
    assert answer.status_code == (422 if said else 302)
    assert said in answer.content.decode()
    assert MatchingAgreement.objects.count() == (0 if said else 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_reads_as_many_statements_for_one_as_for_three(
    officer: User, count: int, django_assert_num_queries: Any
) -> None:
    client = signed_in(officer)
    client.get("/disclosures/")
    for number in range(count):
        disclosed(make_customer(f"C-{number}"), officer)
    with django_assert_num_queries(LIST_STATEMENTS):
        assert client.get("/disclosures/").content.decode().count("Print Works") == count


LIST_STATEMENTS = 9  # the user, the door's two lines with a savepoint each, count and rows


@pytest.mark.parametrize(
    ("ticked", "said"),
    [("is_for_pay", SALE_IS_REFUSED), ("is_comparison", "needs a matching agreement on file"), ("", "")],
)
def test_an_export_that_leaves_the_agency_is_neither_sold_nor_compared_without_agreement(
    officer: User, ticked: str, said: str
) -> None:
    from analytics.exports.forms import PurposeForm
    from privacy.enums import Duty
    from privacy.purposes import Basis

    told = {"basis": "duty-access", "leaves": "on", "recipient_name": "X", "recipient_address": "Y", "routine_use": "4"}
    form = PurposeForm([Basis(duty=Duty.ACCESS)], told | ({ticked: "on"} if ticked else {}))
    assert form.is_valid() is not bool(ticked)
    assert said in str(form.errors)
    if ticked == "is_comparison":
        agreement(officer, ends_on=agency_today() + timedelta(days=1))
        assert PurposeForm([Basis(duty=Duty.ACCESS)], told | {ticked: "on"}).is_valid()
