"""For what each role may read, the page of the purposes, and the choice in the page's head."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from privacy import notice
from privacy.enums import Duty, KeyKind
from privacy.models import AccessEntry
from privacy.places import declare_place, places
from privacy.purposes import ENTITLEMENTS, Basis, bases_of, basis_named, is_incident_number, users_of, usual_basis
from privacy.roles import Role
from privacy.views.purposes import purpose_rows
from records.retrieval import SEARCHERS, SUBJECTS
from tests.factories import make_user
from tests.safeguards import make_incident

ROLES = {
    Role.SALES: (["purpose-1", "purpose-2", "purpose-3", "purpose-11", "purpose-12"], "purpose-12"),
    Role.SALES_MANAGER: (
        ["purpose-1", "purpose-2", "purpose-3", "purpose-5", "purpose-11", "purpose-12"],
        "purpose-12",
    ),
    Role.MARKETING_MANAGER: (["purpose-2", "purpose-3", "purpose-11", "purpose-13"], "purpose-13"),
    Role.PRIVACY_OFFICER: (["duty-access", "duty-amendment", "duty-accounting"], "duty-access"),
    Role.RECORDS_ADMINISTRATOR: (["duty-disposition"], "duty-disposition"),
    Role.SECURITY_INVESTIGATOR: (["purpose-8", "duty-security_incident"], None),
    Role.AUDITOR: (["duty-audit"], "duty-audit"),
    Role.IT_ADMINISTRATOR: ([], None),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_for_these_and_usually_for_one_of_them(role: Role) -> None:
    usual = usual_basis([role])
    assert ([basis.name for basis in bases_of([role])], usual.name if usual else None) == ROLES[role]


def test_somebody_of_two_roles_may_what_either_may_each_once() -> None:
    both = [Role.SALES, Role.SALES_MANAGER, Role.PRIVACY_OFFICER]
    assert [basis.name for basis in bases_of(both)] == [*ROLES[Role.SALES_MANAGER][0], *ROLES[Role.PRIVACY_OFFICER][0]]
    assert usual_basis([Role.IT_ADMINISTRATOR, Role.AUDITOR]) == Basis(duty=Duty.AUDIT)


def test_every_purpose_that_a_role_may_use_is_in_the_notice_and_needs_what_it_needs() -> None:
    for entitlement in ENTITLEMENTS.values():
        assert all(basis.text for basis in entitlement.bases)
        assert entitlement.usual is None or (entitlement.usual in entitlement.bases and entitlement.usual.is_referenced)


def test_every_key_of_the_notice_is_a_kind_of_key() -> None:
    named = {key for version in notice.versions() for rule in version.retrieval for key in rule.keys}
    assert named == set(KeyKind.values) - {"list"}


@pytest.mark.parametrize("text", ["INC-2026-0042", "7731", "sec/2026.11"])
def test_a_number_of_an_incident(text: str) -> None:
    assert is_incident_number(text)


@pytest.mark.parametrize(
    "text", ["", "7", "incident", "the one of Ann Abbott 2026", "-2026", "ann@example.com1", "9" * 41]
)
def test_no_number_of_an_incident(text: str) -> None:
    assert not is_incident_number(text)


def test_a_basis_is_a_purpose_or_a_duty() -> None:
    for wrong in ({}, {"purpose": 1, "duty": Duty.AUDIT}):
        with pytest.raises(ValueError, match="either a purpose or a duty"):
            Basis(**wrong)  # type: ignore[arg-type]


def test_a_form_names_only_what_is_in_force() -> None:
    assert basis_named("purpose-8", "INC-1") == Basis(8, reference="INC-1")
    assert basis_named("duty-audit") == Basis(duty=Duty.AUDIT)
    assert [basis_named(name) for name in ("", "purpose-14", "purpose-0", "duty-curiosity", "12")] == [None] * 5


def test_the_page_tells_each_purpose_its_records_roles_and_since_when() -> None:
    rows = {row.purpose.number: row for row in purpose_rows()}
    assert list(rows) == list(range(1, 14))
    assert [category.number for category in rows[12].categories] == [1, 2, 3, 9, 17, 18]
    assert rows[12].roles == ["Sales", "Sales manager"]
    assert {number: row.since for number, row in rows.items()} == {
        **dict.fromkeys(range(1, 12), date(2023, 1, 23)),
        12: date(2025, 5, 12),
        13: date(2025, 5, 12),
    }
    assert [number for number, row in rows.items() if row.is_of_the_conference_service] == [4, 5, 6, 7, 8, 9, 10]
    assert [number for number, row in rows.items() if not row.roles] == [4, 6, 7, 9, 10]


def test_a_place_stands_with_the_purposes_that_its_records_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy.places._places", {})
    declare_place("customers", "Customers", (1, 2), is_page=True)
    declare_place("nowhere", "Payments", (6,))
    assert [place.label for place in places()] == ["Customers", "Payments"]
    shown = {row.purpose.number: [place.label for place in row.places] for row in purpose_rows()}
    assert {number for number, labels in shown.items() if labels == ["Customers"]} == {1, 11, 12}
    assert {number for number, labels in shown.items() if labels == ["Customers", "Payments"]} == {2, 3}
    assert {number for number, labels in shown.items() if labels == []} == {4, 5, 6, 7, 8, 9, 10, 13}
    assert [place.address for place in places()] == ["/customers/", ""]


@pytest.mark.django_db
def test_a_place_is_a_link_for_those_who_may_go_there_and_a_name_for_others(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    page = client.get("/purposes/").content.decode()
    assert 'href="/customers/">The list of customers' in page
    assert 'href="/requests/"' not in page
    assert "Requests from individuals: who asks for what" in page
    client.force_login(make_user(Role.IT_ADMINISTRATOR))
    page = client.get("/purposes/").content.decode()
    assert 'href="/customers/">The' not in page
    assert "The list of customers, also as a file" in page
    assert 'href="/search/">Looking' not in page


def test_who_may_look_up_is_who_may_see_one_of_the_subjects() -> None:
    assert set(SEARCHERS) == {permit for one in SUBJECTS for permit in one.permits}


@pytest.mark.django_db
def test_the_page_is_open_to_every_role_and_says_who_runs_the_conference_service(client: Client) -> None:
    client.force_login(make_user(None))
    page = client.get("/purposes/").content.decode()
    assert page.count('<tr id="purpose-') == 13
    assert page.count("Waymark does not run that service, but keeps its records.") == 7
    assert "Assigning customers" in page
    assert 'href="/customers/assign/"' not in page
    assert users_of(Basis(8)) == [Role.SECURITY_INVESTIGATOR]
    assert "Security investigator, with an incident number" in page


def choose(client: Client, **sent: str) -> Any:
    return client.post("/basis/", sent, follow=True)


@pytest.mark.django_db
def test_a_sign_in_sets_the_usual_purpose_and_the_head_shows_it(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    page = client.get("/purposes/").content.decode()
    assert 'title="Purpose 12: To anticipate customer needs and provide appropriate recommendations."' in page
    assert ">Purpose 12: To anticipate customer needs …</span>" in page
    assert page.count('name="basis" value="purpose-') == 5


@pytest.mark.django_db
def test_one_click_changes_the_purpose_goes_back_to_the_page_and_is_logged(client: Client) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)
    answer = client.post("/basis/", {"basis": "purpose-11", "next": "/customers/?sort=-views"})
    assert answer["Location"] == "/customers/?sort=-views"
    assert "Purpose 11: To facilitate and support" in client.get("/").content.decode()
    line = AccessEntry.objects.get(kind="change_of_basis")
    assert (line.user_id, line.purpose, line.roles) == (user.pk, 11, ["sales"])
    assert AccessEntry.objects.filter(kind="shown", place="home").get().purpose == 11


@pytest.mark.django_db
def test_a_click_never_leads_to_another_site(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    assert client.post("/basis/", {"basis": "purpose-2", "next": "https://example.org/"})["Location"] == "/"


@pytest.mark.django_db
def test_a_purpose_of_another_role_is_refused_and_the_old_one_stays(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    answer = choose(client, basis="purpose-13")
    assert answer.status_code == 403
    assert "is for marketing managers. Choose one of yours in the page header." in answer.content.decode()
    assert AccessEntry.objects.filter(kind="refused").values_list("purpose", "why").get() == (13, "not_for_role")
    assert "Purpose 12:" in client.get("/purposes/").content.decode()


@pytest.mark.django_db
def test_what_is_no_purpose_is_not_understood(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    assert choose(client, basis="purpose-14").status_code == 400


@pytest.mark.django_db
def test_an_investigator_types_an_incidents_number_once(client: Client) -> None:
    investigator = make_user(Role.SECURITY_INVESTIGATOR)
    make_incident("INC-2026-0042", investigator)
    client.force_login(investigator)
    assert "No purpose chosen" in client.get("/").content.decode()
    missing = choose(client, basis="purpose-8", reference="Ann Abbott did it")
    assert "needs the number of the incident, such as INC-2026-0042" in missing.content.decode()
    assert "No purpose chosen" in missing.content.decode()
    done = choose(client, basis="purpose-8", reference=" INC-2026-0042 ")
    assert "incident INC-2026-0042" in done.content.decode()
    logged = AccessEntry.objects.filter(purpose=8).order_by("at").values_list("kind", "why", "reference")
    assert list(logged) == [("refused", "no_incident", ""), ("change_of_basis", "", "INC-2026-0042")]


@pytest.mark.django_db
def test_a_new_sign_in_begins_with_the_usual_purpose_again(client: Client) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)
    choose(client, basis="purpose-1")
    assert "Purpose 1:" in client.get("/purposes/").content.decode()
    client.force_login(user)  # in the same session
    assert "Purpose 12:" in client.get("/purposes/").content.decode()
