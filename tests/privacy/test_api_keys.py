"""API keys: what they open, what they never open, what is kept of them, and their page."""

import hmac
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from privacy.enums import Duty, EntryKind
from privacy.keys import another, digest, found, make, revoke
from privacy.models import AccessEntry, ApiKey, User
from privacy.purposes import Basis
from privacy.refusing import Refused
from privacy.roles import Role
from records.models import Customer
from tests.api import Program, in_days, make_key, problem_of
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db

PAGE = "/api/keys/"


@pytest.fixture
def customer(manager: User) -> Customer:
    return make_customer("C-1", manager)


def last(kind: EntryKind) -> AccessEntry:
    return AccessEntry.objects.filter(kind=kind).latest("at")


# Kept ----------------------------------------------------------------------------------------------------------------
def test_a_key_is_kept_as_a_hash_with_its_beginning(manager: User) -> None:
    made = make(manager, "Nightly", ["customers:read"], Basis(12), in_days(30))
    mark, prefix, secret = made.text.split("_", 2)
    row = ApiKey.objects.get()
    assert (mark, prefix, len(prefix)) == ("wm", row.prefix, 10)
    assert len(secret) == 43
    assert bytes(row.digest) == digest(secret)
    stored = "".join(str(value) for value in ApiKey.objects.values_list().get())
    assert secret not in stored
    assert (row.scopes, row.basis, row.last_used_at) == (["customers:read"], Basis(12), None)


def test_two_keys_share_nothing(manager: User) -> None:
    first, second = make_key(manager), make_key(manager)
    assert first.key.prefix != second.key.prefix
    secrets = [made.text.partition(f"_{made.key.prefix}_")[2] for made in (first, second)]
    assert len(set(secrets)) == 2
    assert all(len(secret) == 43 for secret in secrets)


def test_making_and_revoking_stand_in_the_access_log(manager: User) -> None:
    made = make_key(manager, basis=Basis(1))
    revoke(made.key, manager)
    for kind, basis in ((EntryKind.KEY_MADE, 1), (EntryKind.KEY_REVOKED, None)):
        line = last(kind)
        assert (line.user_id, line.api_key, line.place, line.purpose) == (
            manager.pk,
            made.key.prefix,
            "api_keys",
            basis,
        )


def test_a_key_is_made_by_those_who_may_and_for_their_own_purposes(manager: User) -> None:
    with pytest.raises(Refused):
        make(manager, "Other", ["customers:read"], Basis(13), in_days(30))
    with pytest.raises(Exception, match="This is open to sales managers, marketing managers"):
        make(make_user(Role.SALES), "Mine", ["customers:read"], Basis(12), in_days(30))
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("days", [-1, 367])
def test_a_key_lives_from_now_on_and_a_year_at_most(manager: User, days: int) -> None:
    with pytest.raises(ValueError, match="366 days at most"):
        make(manager, "Long", ["customers:read"], Basis(12), in_days(days))


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"name": ""}, "api_key_has_name"),
        ({"scopes": []}, "api_key_has_scope"),
        ({"duty": Duty.AUDIT}, "api_key_one_basis"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "api_key_expires_after"),
        ({"revoked_at": timezone.now()}, "api_key_revoked_by_somebody"),
    ],
)
def test_the_database_refuses_keys_that_make_no_sense(manager: User, columns: dict[str, Any], constraint: str) -> None:
    key = make_key(manager).key
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).update(**columns)


# Used ----------------------------------------------------------------------------------------------------------------
def test_a_key_acts_as_its_owner_and_the_log_says_purpose_actor_and_key(manager: User, customer: Customer) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"))
    program = Program(manager, basis=Basis(1))
    assert program.get(f"/customers/{customer.key}").json()["name"] == "Customer C-1"
    assert problem_of(program.get(f"/customers/{theirs.key}")) == (404, "not-found")
    shown = [line for line in AccessEntry.objects.order_by("at") if line.place == "api_customers"]
    assert [(line.kind, line.user_id, line.purpose, line.api_key, line.records) for line in shown] == [
        ("intent", manager.pk, 1, program.key.prefix, None),
        ("shown", manager.pk, 1, program.key.prefix, 1),
        ("intent", manager.pk, 1, program.key.prefix, None),
        ("failed", manager.pk, 1, program.key.prefix, 0),
    ]


def test_in_the_browser_the_log_names_no_key(manager: User, customer: Customer) -> None:
    client = Client()
    client.force_login(manager)
    assert client.get(f"/api/v1/customers/{customer.key}").status_code == 200
    assert last(EntryKind.SHOWN).api_key == ""


def test_a_key_reads_for_what_it_was_made_for_and_no_other_purpose_is_taken_for_it(manager: User) -> None:
    """In the browser the page's own purpose is taken where the usual one does not reach; a key stands by its own."""
    program = Program(manager, basis=Basis(5))
    answer = program.get("/customers")
    assert problem_of(answer) == (403, "purpose-refused")
    assert "another purpose needs another key" in answer.json()["detail"]
    line = last(EntryKind.REFUSED)
    assert (line.purpose, line.api_key, line.why) == (5, program.key.prefix, "not_served")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/customers", "customers:read"),
        ("POST", "/customers", "customers:write"),
        ("GET", "/organizations", "organizations:read"),
        ("GET", "/campaigns", "campaigns:read"),
        ("GET", "/materials", "materials:read"),
        ("GET", "/shares", "shares:read"),
        ("POST", "/shares", "shares:write"),
        ("GET", "/web-pages", "web-pages:read"),
        ("POST", "/events", "events:write"),
        ("GET", "/reports/campaigns/none", "reports:read"),
        ("GET", "/records", "records:read"),
        ("POST", "/search", "records:read"),
        ("POST", "/imports", "imports:write"),
    ],
)
def test_each_noun_needs_its_scope(manager: User, method: str, path: str, scope: str) -> None:
    from privacy.api.scopes import SCOPES

    without = Program(manager, *(one for one in SCOPES if one != scope))
    answer = without.get(path) if method == "GET" else without.post(path)
    assert problem_of(answer) == (403, "scope-missing")
    assert answer["WWW-Authenticate"] == f'Bearer realm="Waymark API", error="insufficient_scope", scope="{scope}"'
    with_it = Program(manager, scope)
    again = with_it.get(path) if method == "GET" else with_it.post(path)
    assert again.status_code != 403


def test_scopes_widen_nothing_that_the_owner_may_not(customer: Customer) -> None:
    program = Program(make_user(Role.MARKETING_MANAGER))
    answer = program.get("/customers")
    assert problem_of(answer) == (403, "forbidden")
    assert answer.json()["detail"] == "This is open to sales staff, sales managers and privacy officers."


def test_what_the_owner_may_no_more_the_key_may_no_more(manager: User, customer: Customer) -> None:
    program = Program(manager)
    assert program.get("/customers").status_code == 200
    manager.groups.clear()
    assert problem_of(program.get("/customers")) == (401, "unauthenticated")


def test_who_is_nobody_is_told_how_to_sign_in_and_who_may_not_is_refused(manager: User) -> None:
    answer = Client().get("/api/v1/customers")
    assert problem_of(answer) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Waymark API"'
    client = Client()
    client.force_login(make_user(Role.IT_ADMINISTRATOR))
    refused = client.get("/api/v1/customers")
    assert problem_of(refused) == (403, "forbidden")
    assert "WWW-Authenticate" not in refused


@pytest.mark.parametrize("change", ["secret", "prefix", "mark", "cut", "empty", "accents", "case"])
def test_a_key_that_is_not_the_key_opens_nothing(manager: User, change: str) -> None:
    text = make_key(manager).text
    mark, prefix, secret = text.split("_", 2)
    wrong = {
        "secret": f"{mark}_{prefix}_{secret[:-1]}{'x' if secret[-1] != 'x' else 'y'}",
        "prefix": f"{mark}_0000000000_{secret}",
        "mark": f"xx_{prefix}_{secret}",
        "cut": f"{mark}_{prefix}",
        "empty": "",
        "accents": "ü",
        "case": text.upper(),
    }[change]
    answer = Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {wrong}"})
    assert problem_of(answer) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Waymark API", error="invalid_token"'
    assert answer.json()["detail"] == "This key is unknown, has been revoked, or is over."


def test_secrets_are_compared_in_constant_time(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    same = hmac.compare_digest

    def compare(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return same(first, second)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    text = make_key(manager).text
    assert found(text) is not None
    assert found("wm_0000000000_secret") is None
    assert [len(one) for pair in compared for one in pair] == [32, 32, 32, 32]


def test_a_key_ends_at_its_time_when_revoked_and_with_its_owners_account(manager: User) -> None:
    over, revoked, left = Program(manager), Program(manager), Program(manager)
    ApiKey.objects.filter(pk=over.key.pk).update(
        made_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert revoke(revoked.key, manager) is True
    assert revoke(revoked.key, manager) is False
    assert [problem_of(one.get("/customers"))[0] for one in (over, revoked)] == [401, 401]
    assert left.get("/customers").status_code == 200
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert problem_of(left.get("/customers")) == (401, "unauthenticated")


def test_when_it_was_last_used_is_kept_to_the_minute(manager: User, customer: Customer) -> None:
    program = Program(manager)
    assert program.get("/customers").status_code == 200
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    program.get("/customers")
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=1))
    program.get("/customers")
    last_used_at = ApiKey.objects.get().last_used_at
    assert last_used_at is not None
    assert last_used_at >= first


def test_a_key_is_asked_before_the_session(manager: User, customer: Customer) -> None:
    client = Client()
    client.force_login(make_user(Role.SALES, "Other"))
    program = Program(manager, client=client)
    assert [one["number"] for one in program.get("/customers").json()["results"]] == ["C-1"]


def test_a_key_needs_no_token_against_forged_requests_and_a_session_does(manager: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(manager)
    answer = strict.post("/api/v1/customers", {"number": "1"}, content_type="application/json")
    assert problem_of(answer) == (403, "forbidden")
    assert Program(manager, client=strict).post("/customers", {"number": "1"}).status_code == 400


def test_a_key_opens_no_page(manager: User) -> None:
    text = make_key(manager).text
    answer = Client().get("/customers/", headers={"Authorization": f"Bearer {text}"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/customers/")


# The page ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def test_the_form_says_what_a_key_may_do_in_words_and_as_the_api_names_it(client: Client) -> None:
    client.force_login(make_user(Role.SALES_MANAGER))
    said = client.get("/api/keys/").content.decode()
    assert "What it may do" in said
    assert "Customers: read (customers:read)" in said
    assert "Customers: add and change (customers:write)" in said


NEW = {"name": "Nightly", "scopes": ["customers:read", "shares:write"], "basis": "purpose-2", "days": "30"}


def text_in(answer: Any) -> str:
    """The key that the page shows; empty where it shows none."""
    found = re.search(r'<code class="secret"[^>]*>([^<]+)</code>', answer.content.decode())
    return found[1] if found else ""


def test_the_form_of_a_key_sent_again_says_that_it_was_shown_once(browser: Client) -> None:
    form = NEW | {"once": f"abc:{PAGE}"}
    assert text_in(browser.post(PAGE, form)) != ""
    again = browser.post(PAGE, form, follow=True)
    page = again.content.decode()
    made = ApiKey.objects.get()
    assert (again.redirect_chain, text_in(again)) == ([(f"{PAGE}{made.key}/shown/", 302)], "")
    assert ("was shown once" in page, "was already saved" in page) == (True, False)
    assert f'action="{PAGE}{made.key}/another/"' in page


def test_a_reload_of_the_new_key_leads_to_the_page_that_says_so(browser: Client) -> None:
    """A browser with script forgets that a form was sent (static/waymark/once.js)."""
    page = browser.post(PAGE, NEW).content.decode()
    assert f'data-shown="{PAGE}{ApiKey.objects.get().key}/shown/"' in page


def test_another_key_takes_the_place_of_one_that_nobody_kept(browser: Client, manager: User) -> None:
    browser.post(PAGE, NEW)
    former = ApiKey.objects.get()
    form = {"once": f"abc:{PAGE}{former.key}/shown/"}
    answer = browser.post(f"{PAGE}{former.key}/another/", form)
    made = ApiKey.objects.exclude(pk=former.pk).get()
    former.refresh_from_db()
    assert (answer.status_code, found(text_in(answer)), former.revoked_by) == (201, made, manager)
    same = ("owner", "name", "scopes", "purpose", "duty", "reference", "expires_at")
    assert [getattr(made, name) for name in same] == [getattr(former, name) for name in same]
    assert [last(kind).api_key for kind in (EntryKind.KEY_REVOKED, EntryKind.KEY_MADE)] == [former.prefix, made.prefix]
    # Loaded again, it is not made again.
    again = browser.post(f"{PAGE}{former.key}/another/", form, follow=True)
    assert again.redirect_chain == [(f"{PAGE}{made.key}/shown/", 302)]
    assert ApiKey.objects.count() == 2


def test_of_a_key_that_has_ended_there_is_no_other(browser: Client, manager: User) -> None:
    key = make_key(manager).key
    revoke(key, manager)
    assert "/another/" not in browser.get(f"{PAGE}{key.key}/shown/").content.decode()
    refused = browser.post(f"{PAGE}{key.key}/another/", follow=True)
    assert "It has ended: make a new key." in refused.content.decode()
    assert ApiKey.objects.count() == 1


def test_who_may_not_make_another_keeps_the_one_there_is(manager: User) -> None:
    key = make_key(manager, basis=Basis(5)).key
    manager.groups.clear()
    manager.give_role(Role.MARKETING_MANAGER)
    with pytest.raises(Refused):
        another(ApiKey.objects.get(), User.objects.get(pk=manager.pk))
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_new_key_is_shown_once_and_works(browser: Client, manager: User, customer: Customer) -> None:
    answer = browser.post(PAGE, NEW)
    assert answer.status_code == 201
    (text,) = re.findall(r"wm_[0-9a-f]{10}_[\w-]{43}", answer.content.decode())
    row = ApiKey.objects.get()
    assert (row.name, row.owner, row.scopes, row.basis) == ("Nightly", manager, NEW["scopes"], Basis(2))
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    key = found(text)
    assert key is not None
    assert key.pk == row.pk
    page = browser.get(PAGE).content.decode()
    assert f"wm_{row.prefix}_…" in page
    assert text not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["everything"]}, "Select a valid choice. everything is not one of the available choices."),
        ({"basis": "purpose-13"}, "Select a valid choice. purpose-13 is not one of the available choices."),
        ({"days": "4000"}, "Select a valid choice. 4000 is not one of the available choices."),
        ({"reference": "INC-1"}, "Only an incident has a number: leave it out."),
    ],
)
def test_what_is_wrong_is_said_and_no_key_is_made(browser: Client, change: dict[str, Any], said: str) -> None:
    answer = browser.post(PAGE, {**NEW, **change})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not ApiKey.objects.exists()


def test_ones_own_keys_are_listed_and_revoked_and_nobody_elses(browser: Client, manager: User) -> None:
    mine = make_key(manager, name="Mine").key
    other = make_user(Role.MARKETING_MANAGER)
    theirs = make_key(other, name="Theirs").key
    page = browser.get(PAGE).content.decode()
    assert ("Mine" in page, "Theirs" in page) == (True, False)
    assert browser.post(f"{PAGE}{theirs.key}/revoke/").status_code == 404
    assert browser.post(f"{PAGE}{mine.key}/revoke/").status_code == 302
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.revoked_by, theirs.revoked_at) == (manager, None)
    assert ">Revoked<" in browser.get(PAGE).content.decode()


def test_who_manages_accounts_ends_everybodys_keys_and_makes_none() -> None:
    key = make_key(make_user(Role.MARKETING_MANAGER), name="Theirs").key
    administrator = make_user(Role.IT_ADMINISTRATOR)
    client = Client()
    client.force_login(administrator)
    page = client.get(PAGE).content.decode()
    assert ("Theirs" in page, "Make the key" in page) == (True, False)
    assert client.post(PAGE, NEW).status_code == 403
    assert client.post(f"{PAGE}{key.key}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_by == administrator


def test_no_purpose_is_offered_to_who_reads_nothing_and_their_key_opens_no_records() -> None:
    user = make_user(Role.MARKETING_MANAGER)
    key = make(user, "Plain", ["campaigns:read", "customers:read"], None, in_days(1))
    assert key.key.basis is None
    answer = Client().get("/api/v1/campaigns", headers={"Authorization": f"Bearer {key.text}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_for_any_number(
    browser: Client, manager: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make_key(manager)
    browser.get(PAGE)
    with django_assert_num_queries(4):
        assert browser.get(PAGE).status_code == 200


def test_the_access_log_shows_the_key(customer: Customer, manager: User) -> None:
    program = Program(manager)
    program.get(f"/customers/{customer.key}")
    client = Client()
    client.force_login(make_user(Role.AUDITOR))
    assert f"key wm_{program.key.prefix}" in client.get("/access-log/").content.decode()
