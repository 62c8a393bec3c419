"""Who may open which address: every address there is, as a stranger and as each role.

An address that is not in the table fails the test: whoever adds one says here whom it is for.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from analytics.folding import fold_all
from privacy.models import User
from privacy.roles import Role
from records.enums import ImportState, UploadState
from records.intake.pipeline import rejects_path
from records.models import (
    BusinessFact,
    ContactPoint,
    Customer,
    Identifier,
    Import,
    IndustryCode,
    Interaction,
    Organization,
    Preference,
    SupplierContract,
    Team,
    Territory,
    Upload,
)
from tests.factories import NOON, enroll, make_campaign, make_customer, make_team, make_user

pytestmark = pytest.mark.django_db

# One letter each for: a stranger, then the roles in the order of privacy.roles.Role (sales, sales manager, marketing
# manager, privacy officer, records administrator, security investigator, auditor, IT administrator).
# o: opens (200; 422 where what was sent lacks something; 503 where the health check finds something wrong)
# s: sent to sign in (302) · r: sent elsewhere (302) · f: forbidden (403) · n: not found (404)
# m: not this method (405) · b: not understood (400)
TABLE = {
    "healthz": "ooooooooo",
    "readyz": "ooooooooo",
    "administration/": "rrrrrrrro",
    "administration/login/": "sfffffffr",
    "administration/logout/": "rrrrrrrrm",
    "administration/password_change/": "rrrrrrrrr",
    "administration/password_change/done/": "rrrrrrrro",
    "administration/autocomplete/": "rrrrrrrrf",
    "administration/jsi18n/": "rrrrrrrro",
    "administration/config/failedtask/": "srrrrrrro",
    "administration/config/failedtask/add/": "srrrrrrrf",
    "administration/config/failedtask/<path:object_id>/history/": "srrrrrrrr",
    "administration/config/failedtask/<path:object_id>/delete/": "srrrrrrrf",
    "administration/config/failedtask/<path:object_id>/change/": "srrrrrrrr",
    "administration/config/failedtask/<path:object_id>/": "srrrrrrrr",
    "administration/records/team/": "srrrrrrro",
    "administration/records/team/add/": "srrrrrrro",
    "administration/records/team/<path:object_id>/history/": "srrrrrrro",
    "administration/records/team/<path:object_id>/delete/": "srrrrrrrf",
    "administration/records/team/<path:object_id>/change/": "srrrrrrro",
    "administration/records/team/<path:object_id>/": "srrrrrrrr",
    "administration/records/territory/": "srrrrrrro",
    "administration/records/territory/add/": "srrrrrrro",
    "administration/records/territory/<path:object_id>/history/": "srrrrrrro",
    "administration/records/territory/<path:object_id>/delete/": "srrrrrrrf",
    "administration/records/territory/<path:object_id>/change/": "srrrrrrro",
    "administration/records/territory/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/user/<id>/password/": "srrrrrrro",
    "administration/privacy/user/": "srrrrrrro",
    "administration/privacy/user/add/": "srrrrrrro",
    "administration/privacy/user/<path:object_id>/history/": "srrrrrrro",
    "administration/privacy/user/<path:object_id>/delete/": "srrrrrrrf",
    "administration/privacy/user/<path:object_id>/change/": "srrrrrrro",
    "administration/privacy/user/<path:object_id>/": "srrrrrrrr",
    "administration/^(?P<app_label>config|records|privacy)/$": "rrrrrrrro",
    "administration/(?P<url>.*)$": "rrrrrrrrn",
    "sign-in/": "orrrrrrrr",
    "sign-out/": "soooooooo",
    "account/inactive/": "srrrrrrrr",
    "account/password/": "soooooooo",
    "account/confirm/": "soooooooo",
    "account/second-factor/": "soooooooo",
    "account/second-factor/authenticate/": "srrrrrrrr",
    "account/second-factor/reauthenticate/": "srrrrrrrr",
    "account/second-factor/totp/activate/": "srrrrrrrr",
    "account/second-factor/totp/deactivate/": "snnnnnnnn",
    "account/second-factor/recovery-codes/": "snnnnnnnn",
    "account/second-factor/recovery-codes/generate/": "srrrrrrrr",
    "account/second-factor/recovery-codes/download/": "snnnnnnnn",
    "basis/": "sbbbbbbbb",
    "purposes/": "soooooooo",
    "access-log/": "sfffoffof",
    "notice/": "soooooooo",
    "notice/compare/": "soooooooo",
    "notice/data-map/": "soooooooo",
    "notice/<str:name>/": "soooooooo",
    "imports/": "sfoofofff",
    "imports/new/": "sfoofofff",
    "imports/<int:number>/": "sfoofofff",
    "imports/<int:number>/rejects/": "sfonfnfff",
    "imports/<int:number>/undo/": "sfonfnfff",
    "imports/files/<uuid:key>/": "sfrnfnfff",
    "imports/files/<uuid:key>/state/": "sfonfnfff",
    "imports/files/<uuid:key>/stop/": "sfrnfnfff",
    "imports/files/<uuid:key>/go-on/": "sfrnfnfff",
    "imports/files/<uuid:key>/use/<uuid:other>/": "sfrnfnfff",
    "imports/files/<uuid:key>/abandon/": "sfrnfnfff",
    "teams/": "sfoffffff",
    "teams/hand-over/": "sfoffffff",
    "records/": "sooooffof",
    "records/interactions/<uuid:key>/done/": "srrffffff",
    "records/interactions/<uuid:key>/open/": "srrffffff",
    "records/interactions/new/<uuid:parent>/": "sooffffff",
    "records/interactions/<uuid:key>/": "soofoffff",
    "records/interactions/<uuid:key>/edit/": "sooffffff",
    "records/interactions/<uuid:key>/history/": "soofoffff",
    "records/contacts/new/<uuid:parent>/": "sooffffff",
    "records/contacts/<uuid:key>/edit/": "sooffffff",
    "records/contacts/<uuid:key>/history/": "soofoffff",
    "records/contracts/": "sooooffof",
    "records/contracts/new/<uuid:parent>/": "sffofffff",
    "records/contracts/<uuid:key>/": "sooooffof",
    "records/contracts/<uuid:key>/edit/": "sffofffff",
    "records/contracts/<uuid:key>/history/": "sooooffof",
    "records/customers/new/": "sooffffff",
    "records/customers/<uuid:key>/edit/": "sooffffff",
    "records/customers/<uuid:key>/history/": "soofoffff",
    "records/business-facts/new/<uuid:parent>/": "sooofffff",
    "records/business-facts/<uuid:key>/edit/": "sooofffff",
    "records/business-facts/<uuid:key>/history/": "sooooffof",
    "records/identifiers/new/<uuid:parent>/": "sooffffff",
    "records/identifiers/<uuid:key>/edit/": "sooffffff",
    "records/identifiers/<uuid:key>/history/": "soofoffff",
    "records/organization-identifiers/new/<uuid:parent>/": "sooofffff",
    "records/organization-identifiers/<uuid:key>/edit/": "sooofffff",
    "records/organization-identifiers/<uuid:key>/history/": "sooooffof",
    "records/industry-codes/new/<uuid:parent>/": "sooofffff",
    "records/industry-codes/<uuid:key>/edit/": "sooofffff",
    "records/industry-codes/<uuid:key>/history/": "sooooffof",
    "records/organizations/": "sooooffof",
    "records/organizations/new/": "sooofffff",
    "records/organizations/<uuid:key>/": "sooooffof",
    "records/organizations/<uuid:key>/edit/": "sooofffff",
    "records/organizations/<uuid:key>/history/": "sooooffof",
    "records/preferences/new/<uuid:parent>/": "sooffffff",
    "records/preferences/<uuid:key>/edit/": "sooffffff",
    "records/preferences/<uuid:key>/history/": "soofoffff",
    "": "soooooooo",
    "customers/": "soofoffff",
    "customers/assign/": "sfrffffff",
    "customers/assign/undo/": "sfbffffff",
    "customers/<uuid:key>/": "soofoffff",
    "campaigns/": "sooooofof",
    "campaigns/<slug:slug>/": "sooooofof",
    "api/v1/imports": "ffbbfbfff",
    "api/v1/imports/<uuid:key>": "ffonfnfff",
    "api/v1/imports/<uuid:key>/rejects": "ffonfnfff",
    "api/v1/imports/<uuid:key>/undo": "ffmmfmfff",
    "api/v1/reports/campaigns/<slug:slug>": "fooooonon",
    "api/v1/reports/customers/<uuid:key>": "foononfnf",
}

ANSWERS = {200: "o", 302: "r", 400: "b", 403: "f", 404: "n", 405: "m", 422: "o", 503: "o"}
# What the walk sends where reading is not what the address is for.
STEPS = {f"records/interactions/<uuid:key>/{done}/" for done in ("done", "open")}
IMPORTING = {f"imports/files/<uuid:key>/{verb}/" for verb in ("stop", "go-on", "use/<uuid:other>", "abandon")} | {
    "api/v1/imports"
}
POSTED = {"basis/", "customers/assign/", "customers/assign/undo/", "teams/hand-over/"} | STEPS | IMPORTING
OF_ORGANIZATIONS = {"business-facts", "industry-codes", "organization-identifiers", "contracts"}


def patterns(within: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in within:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern)


class Place:
    """A house with one of everything that addresses name."""

    def __init__(self) -> None:
        self.users: dict[Role, User] = {role: make_user(role) for role in Role}
        self.team: Team = make_team(self.users[Role.SALES], manager=self.users[Role.SALES_MANAGER])
        self.territory = Territory.objects.create(code="ne", name="Northeast")
        self.customer: Customer = make_customer("C-1", self.users[Role.SALES])
        self.campaign = make_campaign("spring")
        enroll(self.customer, self.campaign.variants.all()[0], "response")
        self.records = make_records(self.customer, self.users[Role.SALES])
        self.brought_in = make_import(self.users[Role.SALES_MANAGER])
        self.upload = make_upload(self.users[Role.SALES_MANAGER], self.brought_in)
        fold_all()

    def address(self, pattern: str) -> str:
        """The pattern filled with what this place holds."""
        object_id = {"team": self.team.pk, "territory": self.territory.pk, "user": self.users[Role.AUDITOR].pk}
        model = pattern.split("/")[2] if pattern.startswith("administration/") and pattern.count("/") > 2 else ""
        noun = pattern.split("/")[1] if pattern.startswith("records/") else ""
        parent = self.records["organizations"] if noun in OF_ORGANIZATIONS else self.customer
        for part, value in {
            "<uuid:parent>": parent.key,
            "<int:number>": self.brought_in.pk,
            "<uuid:other>": self.upload.key,
            "<path:object_id>": object_id.get(model, 1),
            "<id>": self.users[Role.AUDITOR].pk,
            "<uuid:key>": self.upload.key if "imports/" in pattern else self.records.get(noun, self.customer).key,
            "<slug:slug>": self.campaign.slug,
            "notice/<str:name>/": "notice/2023-01-23/",
            "<path:content_type_id>": 1,
            "^(?P<app_label>config|records|privacy)/$": "privacy/",
            "(?P<url>.*)$": "anything",
        }.items():
            pattern = pattern.replace(part, str(value))
        return f"/{pattern}"


def make_import(user: User) -> Import:
    """A finished import of nothing but one rejected row, with its rejects file."""
    counts = {"read": 1, "rejected": 1, "state": ImportState.DONE, "finished_at": NOON}
    made = Import.objects.create(kind="customers", file_name="people.csv", started_by=user, **counts)
    path = rejects_path(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("line,column,reason,value\n")
    return made


def make_upload(user: User, source_import: Import) -> Upload:
    about = {"kind": "customers", "file_name": "people.csv", "size": 1, "state": UploadState.ENDED}
    return Upload.objects.create(sent_by=user, source_import=source_import, **about)


def make_records(customer: Customer, staff: User) -> dict[str, Any]:
    """One record of each noun, by its slug."""
    acme = Organization.objects.create(name="Acme")
    return {
        "organizations": acme,
        "business-facts": BusinessFact.objects.create(organization=acme, kind="url", value="acme.example"),
        "industry-codes": IndustryCode.objects.create(organization=acme, system="NAICS", code="51"),
        "organization-identifiers": Identifier.objects.create(organization=acme, kind="duns", value="123456789"),
        "contracts": SupplierContract.objects.create(organization=acme, award_number="A-1", starts_on=date(2026, 1, 1)),
        "contacts": ContactPoint.objects.create(customer=customer, kind="name", value="x", normalized="x"),
        "identifiers": Identifier.objects.create(customer=customer, kind="customer id", value="7"),
        "preferences": Preference.objects.create(customer=customer, badge_name="x"),
        "interactions": Interaction.objects.create(customer=customer, staff=staff, about="x", next_step="y"),
    }


def answer(client: Client, pattern: str, address: str) -> str:
    got = client.post(address) if pattern in POSTED else client.get(address)
    if got.status_code == 302 and got["Location"].startswith("/sign-in/"):
        return "s"
    return ANSWERS[got.status_code]


def walk(place: Place) -> dict[str, str]:
    found = {}
    clients = [Client(), *(Client() for _ in Role)]
    for pattern in patterns(get_resolver().url_patterns):
        # Signed in anew for each: one of the addresses signs out.
        for client, role in zip(clients[1:], Role, strict=True):
            client.force_login(place.users[role])
        found[pattern] = "".join(answer(client, pattern, place.address(pattern)) for client in clients)
    return found


def test_every_address_answers_each_role_as_the_table_says() -> None:
    found = walk(Place())
    assert found == TABLE


def test_the_administrations_other_answers_lead_to_a_refusal() -> None:
    """Where the table says `r` for a role, the administration sends it to its own login, which refuses."""
    client = Client()
    client.force_login(make_user(Role.SALES))
    page = client.get("/administration/privacy/user/", follow=True)
    assert page.status_code == 403
    assert "This is open to IT administrators." in page.content.decode()


def test_a_refusal_names_the_roles_that_may() -> None:
    client = Client()
    client.force_login(make_user(Role.AUDITOR))
    page = client.get("/customers/")
    assert "This is open to sales, sales manager and privacy officer." in page.content.decode()


SECRET = "Quillfeather"


@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_a_customer_or_campaign_of_others(role: Role) -> None:
    place = Place()
    theirs = make_customer("C-9", make_user(Role.SALES, "Outsider"), name=SECRET, email="quillfeather@example.com")
    campaign = make_campaign("quillfeather-letters")
    enroll(theirs, campaign.variants.all()[0], "response")
    fold_all()
    client = Client()
    client.force_login(place.users[role])
    shown = {address: open_text(client, address) for address in addresses(theirs, campaign.slug)}
    leaking = {address for address, text in shown.items() if SECRET.lower() in text.lower()}
    assert leaking == {address for address in shown if allowed(role, address)}


def addresses(customer: Customer, slug: str) -> list[str]:
    lists = [f"/{name}/{query}" for name in ("customers", "campaigns") for query in ("", "?format=csv")]
    reports = [f"/customers/{customer.key}/{query}" for query in ("", "?format=csv", "?format=json")]
    reports += [f"/campaigns/{slug}/{query}" for query in ("", "?format=json")]
    api = [f"/api/v1/reports/customers/{customer.key}", f"/api/v1/reports/campaigns/{slug}"]
    return ["/", "/teams/", "/customers/?search=quill", *lists, *reports, *api]


def open_text(client: Client, address: str) -> str:
    """What the address shows; nothing where it refuses (the address itself would be in the page)."""
    got = client.get(address)
    body = b"".join(got.streaming_content) if got.streaming else got.content  # type: ignore[attr-defined]
    # The search box repeats what was searched for.
    return body.decode().replace('value="quill"', "") if got.status_code == 200 else ""


def allowed(role: Role, address: str) -> bool:
    """What others' records each role is for: privacy officers all, and all campaigns for those who compare them."""
    if address == "/teams/":
        return False
    if role is Role.PRIVACY_OFFICER:
        # A customer's CSV is the table of what was shared, and nothing was.
        return not (address.startswith("/customers/") and address.count("/") == 3 and address.endswith("csv"))
    if role is Role.MARKETING_MANAGER:
        return "campaigns" in address or address == "/"
    if role in {Role.RECORDS_ADMINISTRATOR, Role.AUDITOR}:
        return ("campaigns" in address and "format" not in address) or address == "/"
    return False
