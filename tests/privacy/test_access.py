"""The door: what it refuses, what it logs, and that nothing is shown that is not logged."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory

from analytics.exports import tables
from analytics.folding import fold_all
from analytics.places import CUSTOMER
from privacy import access
from privacy.access import Actor, Basis, KeyKind, NotLogged, Refused, reading, reading_each
from privacy.bases import reading_of
from privacy.enums import Duty
from privacy.models import AccessEntry, User
from privacy.places import Place, places
from privacy.purposes import is_served_by
from privacy.roles import Role
from tests.factories import engage, make_customer, make_material, make_share, make_team, make_user
from tests.safeguards import make_incident

pytestmark = pytest.mark.django_db

PLACE = Place("customer", "A customer's page", (1, 2, 18))
TWELVE = Basis(12)


def lines(*columns: str, **chosen: Any) -> list[tuple[Any, ...]]:
    """The log in the order in which it was written, sign-ins aside."""
    rows = AccessEntry.objects.exclude(kind__in=["sign_in", "sign_out"]).filter(**chosen)
    return list(rows.order_by("at", "id").values_list(*columns))


def refusal(user: User | Actor, basis: Basis | None, **wish: Any) -> Refused:
    """Why the door stays shut, after which its only line says so."""
    with pytest.raises(Refused) as refused, reading(user, basis, **{"place": PLACE, **wish}):
        pytest.fail("the door opened")
    (line,) = AccessEntry.objects.all()
    assert (line.kind, line.why) == ("refused", refused.value.why)
    assert isinstance(refused.value, PermissionDenied)
    return refused.value


def test_a_reading_is_an_intent_and_its_outcome() -> None:
    user = make_user(Role.SALES)
    with reading(user, TWELVE, place=PLACE, key=KeyKind.CUSTOMER_ID) as read:
        (intent,) = AccessEntry.objects.all()
        assert (intent.kind, intent.records) == ("intent", None)
        read.count = 3
    outcome = AccessEntry.objects.exclude(kind="intent").get()
    assert (outcome.kind, outcome.records, outcome.intent_id) == ("shown", 3, intent.id)
    for line in (intent, outcome):
        assert (line.user_id, line.roles, line.purpose, line.duty) == (user.pk, ["sales"], 12, "")
        assert (line.categories, line.key, line.place) == ([1, 2, 18], "customer_id", "customer")


def test_a_reading_that_breaks_off_showed_nothing() -> None:
    def break_off() -> None:
        with reading(make_user(Role.SALES), TWELVE, place=PLACE) as read:
            read.count = 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert lines("kind", "why", "records") == [("intent", "", None), ("failed", "error", 0)]


def test_a_page_in_parts_is_a_reading_for_each_with_intents_before_and_outcomes_after() -> None:
    user, parts = make_user(Role.SALES), [(TWELVE, (1, 2)), (Basis(1), (5,))]
    with reading_each(user, parts, place=PLACE, key=KeyKind.CUSTOMER_ID) as reads:
        assert lines("kind", "purpose", "categories") == [("intent", 12, [1, 2]), ("intent", 1, [5])]
        for read in reads:
            read.count = 1
    intents = dict(lines("purpose", "id", kind="intent"))
    shown = lines("purpose", "records", "intent_id", kind="shown")
    assert shown == [(12, 1, intents[12]), (1, 1, intents[1])]


def test_where_one_part_is_refused_none_is_read() -> None:
    opened, parts = False, [(TWELVE, (1, 2)), (Basis(13), (5,))]
    with pytest.raises(Refused), reading_each(make_user(Role.SALES), parts, place=PLACE):
        opened = True
    assert not opened
    assert lines("kind", "purpose") == [("refused", 13)]


def test_a_page_in_parts_that_breaks_off_says_so_of_each() -> None:
    parts = [(TWELVE, (1, 2)), (Basis(1), (5,))]
    with pytest.raises(ZeroDivisionError), reading_each(make_user(Role.SALES), parts, place=PLACE):
        raise ZeroDivisionError
    assert lines("purpose", "why", "records", kind="failed") == [(12, "error", 0), (1, "error", 0)]


def test_nobody_reads_within_a_transaction_that_could_take_back_the_log() -> None:
    user = make_user(Role.SALES)
    opened = False
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), reading(user, TWELVE, place=PLACE):
        opened = True
    assert not opened
    assert lines("kind") == []


@pytest.mark.parametrize(
    ("role", "basis"),
    [
        (Role.SALES, Basis(13)),
        (Role.SALES, Basis(duty=Duty.ACCESS)),
        (Role.MARKETING_MANAGER, Basis(12)),
        (Role.PRIVACY_OFFICER, Basis(12)),
        (Role.RECORDS_ADMINISTRATOR, Basis(duty=Duty.AUDIT)),
        (Role.AUDITOR, Basis(duty=Duty.DISPOSITION)),
        (Role.IT_ADMINISTRATOR, Basis(1)),
        (None, Basis(1)),
    ],
)
def test_what_is_not_for_the_role_is_refused(role: Role | None, basis: Basis) -> None:
    refused = refusal(make_user(role), basis)
    assert "Choose one of yours in the page header." in str(refused)
    assert lines("purpose", "duty", "why") == [(basis.purpose, basis.duty or "", "not_for_role")]


def test_a_purpose_of_nobody_says_so() -> None:
    assert "is not for any role here" in str(refusal(make_user(Role.SALES), Basis(4)))


def test_whoever_says_nothing_is_refused_with_what_to_do() -> None:
    assert "choose a purpose in the page header" in str(refusal(make_user(Role.SECURITY_INVESTIGATOR), None))


def test_a_role_without_purpose_and_duty_reads_nothing() -> None:
    assert str(refusal(make_user(Role.IT_ADMINISTRATOR), None)).startswith("Your role reads no identifiable records")


def on_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    module = sys.modules["privacy.notice.versions"]  # the package's function of that name hides it
    monkeypatch.setattr(module, "agency_today", lambda: date.fromisoformat(day))


def test_a_purpose_is_refused_the_day_before_it_takes_effect_and_not_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(Role.SALES)
    on_day(monkeypatch, "2025-05-12")
    with reading(user, TWELVE, place=PLACE, categories=(1,)):
        pass
    on_day(monkeypatch, "2025-05-11")
    with pytest.raises(Refused, match="Purpose 12 is usable from 2025-05-12 only"):
        reading(user, TWELVE, place=PLACE, categories=(1,)).__enter__()
    assert lines("kind", "why")[-1] == ("refused", "not_in_force")


def test_a_category_is_refused_the_day_before_it_takes_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(Role.SALES)
    on_day(monkeypatch, "2025-05-11")
    refused = refusal(user, Basis(1), categories=(1, 18))
    assert "Category of records 18 is usable from 2025-05-12 only" in str(refused)
    assert lines("categories", "why") == [([1, 18], "category_not_in_force")]


def test_what_is_no_category_is_refused() -> None:
    assert "Category of records 19 applies in no version" in str(
        refusal(make_user(Role.SALES), TWELVE, categories=(19,))
    )


@pytest.mark.parametrize(
    ("categories", "key", "opens"),
    [
        ((1, 2, 18), KeyKind.CUSTOMER_ID, True),
        ((1, 2, 18), KeyKind.EMAIL_ADDRESS, True),
        ((18,), KeyKind.EMAIL_ADDRESS, True),
        ((18,), KeyKind.CUSTOMER_ID, False),
        ((1,), KeyKind.MEETING_ID, False),
        ((1, 10), KeyKind.MEETING_ID, True),
        ((10,), KeyKind.CUSTOMER_NAME, False),
        ((4,), KeyKind.NAICS, True),
        ((15,), KeyKind.HOST_NAME, False),
        ((10,), KeyKind.LIST, True),
        ((), KeyKind.LIST, True),
        ((), KeyKind.CUSTOMER_ID, False),
    ],
)
def test_a_look_up_is_by_a_key_of_one_of_the_categories(categories: tuple[int, ...], key: KeyKind, opens: bool) -> None:
    user, audit = make_user(Role.AUDITOR), Basis(duty=Duty.AUDIT)  # a duty, which every category serves
    if opens:
        with reading(user, audit, place=PLACE, key=key, categories=categories):
            pass
        assert lines("kind", "key") == [("intent", key), ("shown", key)]
    else:
        refused = refusal(user, audit, key=key, categories=categories)
        assert f"no one may be looked up here by {key.label}. Look them up by" in str(refused)
        assert lines("key", "why") == [(key, "key_not_named")]


@pytest.mark.parametrize("basis", [Basis(8), Basis(duty=Duty.SECURITY_INCIDENT)])
def test_an_investigation_needs_its_number(basis: Basis) -> None:
    user = make_user(Role.SECURITY_INVESTIGATOR)
    refused = refusal(user, basis, categories=(10,))
    assert "needs the number of the incident, such as INC-2026-0042. Type it in the page header." in str(refused)
    make_incident("INC-7", user)
    numbered = Basis(basis.purpose, basis.duty, "INC-7")
    with reading(user, numbered, place=PLACE, categories=(10,)):
        pass
    assert lines("reference", kind="shown") == [("INC-7",)]


def test_the_program_itself_reads_under_its_own_name_for_what_is_in_force() -> None:
    with reading(Actor.system("fold"), Basis(duty=Duty.DISPOSITION), place=PLACE):
        pass
    assert lines("kind", "user_id", "actor", "roles") == [("intent", None, "fold", []), ("shown", None, "fold", [])]


def test_the_program_itself_needs_a_purpose_of_the_notice_too() -> None:
    assert "Purpose 14 applies in no version of the notice." in str(refusal(Actor.system("fold"), Basis(14)))


# What the pages log -------------------------------------------------------------------------------------------------


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def open_whole(client: Client, address: str) -> int:
    """Open the address and take in all that it sends."""
    answer = client.post(address, {"basis": "purpose-12"}) if "/exports/new/" in address else client.get(address)
    if answer.streaming:
        list(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


@pytest.mark.parametrize(
    ("address", "place", "key", "count"),
    [
        ("/", "home", "list", 2),
        ("/customers/", "customers", "list", 3),
        ("/exports/new/?of=customers&format=csv", "customers", "list", 3),
        ("/exports/new/?of=customers&format=xlsx", "customers", "list", 3),
        ("/customers/?search=Zebedee", "customers", "customer_name", 1),
        (
            "/exports/new/?of=customers&search=zebedee@example.com&format=csv",
            "customers",
            "email_address",
            1,
        ),
        ("/customers/?search=C-0", "customers", "customer_id", 1),
        ("/customers/{key}/", "customer", "customer_id", 1),
        ("/exports/new/?of=customer/{key}&format=csv", "customer", "customer_id", 1),
        ("/exports/new/?of=customer/{key}&format=jsonl", "customer", "customer_id", 1),
        ("/exports/new/?of=customer/{key}&format=xlsx", "customer", "customer_id", 1),
        ("/api/v1/reports/customers/{key}", "api_customer_report", "customer_id", 1),
    ],
)
def test_every_page_and_file_of_customers_is_logged_with_its_count(
    client: Client, sales: User, address: str, place: str, key: str, count: int
) -> None:
    seen = make_customer("C-0", sales, name="Zebedee Quill", email="zebedee@example.com")
    engage(seen, "view", material=make_material("card"))
    make_customer("C-1", sales)
    make_share(make_customer("C-2", sales), sales)
    fold_all()
    assert open_whole(client, address.format(key=seen.key)) == 200
    (declared,) = (one for one in places() if one.name == place)
    categories = list(declared.categories)
    shown = ("place", "key", "purpose", "categories")
    # Home shows next steps (3) too, and a customer's page what the nouns put there.
    more = {"/": [1, 2, 3, 18], "/customers/{key}/": reached_by(TWELVE)}
    categories = more.get(address, [1, 2, 18])
    assert lines("kind", "records", *shown, purpose=12) == [
        ("intent", None, place, key, 12, categories),
        ("shown", count, place, key, 12, categories),
    ]
    # What does not serve purpose 12 is read for others.
    others = {number for (numbers,) in lines("categories", kind="shown") for number in numbers} - set(categories)
    assert others == (set(CUSTOMER.categories) - set(categories) if address == "/customers/{key}/" else set())


def reached_by(basis: Basis) -> list[int]:
    """The categories of a customer's page that serve it."""
    return [category for category in CUSTOMER.categories if is_served_by(basis, category)]


def test_a_customer_whom_the_reader_does_not_see_is_logged_as_not_found(client: Client, sales: User) -> None:
    other = make_customer("C-9")
    assert open_whole(client, f"/customers/{other.key}/") == 404
    assert open_whole(client, f"/api/v1/reports/customers/{other.key}") == 404
    logged = lines("kind", "why", "records", purpose=12)
    assert logged == [("intent", "", None), ("failed", "not_found", 0)] * 2
    assert set(lines("kind", "why", "records")) == set(logged)


def test_a_file_that_may_not_be_exported_is_no_reading(client: Client) -> None:
    client.force_login(make_user(Role.AUDITOR))
    assert open_whole(client, "/exports/new/?of=campaigns&format=csv") == 403
    assert lines("kind") == []


def test_reports_and_lists_of_campaigns_hold_nobody_and_are_not_logged(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert open_whole(client, "/campaigns/") == 200
    assert open_whole(client, "/") == 200
    assert lines("kind") == []


def test_choosing_customers_to_assign_is_logged_with_the_count_alone(client: Client) -> None:
    ann, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES_MANAGER)
    make_team(ann, manager=manager)
    make_customer("C-1", ann, name="Zoe")
    client.force_login(manager)
    client.post("/customers/assign/", {"all": "1", "filters": "search=zoe"})
    assert lines("kind", "place", "key", "records")[-1] == ("shown", "assign_customers", "customer_name", 1)


@pytest.fixture
def without_basis(client: Client, sales: User) -> None:
    """The session says something that the role may not read for, as after a change of roles."""
    session = client.session
    session["basis"] = {"purpose": None, "duty": "audit", "reference": ""}
    session.save()


@pytest.mark.usefixtures("without_basis")
@pytest.mark.parametrize("address", ["/customers/", "/customers/{key}/"])
def test_whoever_may_not_read_gets_a_page_that_says_what_to_do_and_a_line(
    client: Client, sales: User, address: str
) -> None:
    customer = make_customer("C-1", sales, name="Zebedee Quill")
    answer = client.get(address.format(key=customer.key))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Zebedee" not in page
    assert "is for auditors. Choose one of yours in the page header." in page
    assert "<h1>These records stay closed</h1>" in page
    assert "An IT administrator assigns roles" not in page  # the reader needs no other role
    assert 'name="basis" value="purpose-12"' in page
    assert lines("kind", "why", "duty") == [("refused", "not_for_role", "audit")]


@pytest.mark.usefixtures("without_basis")
def test_the_api_and_home_refuse_too(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Zebedee Quill")
    engage(customer, "view", material=make_material("card"))
    api = client.get(f"/api/v1/reports/customers/{customer.key}")
    assert (api.status_code, "is for auditor" in api.json()["detail"]) == (403, True)
    home = client.get("/")
    assert home.status_code == 200
    assert "No customers are shown." in home.content.decode()
    assert "Zebedee" not in home.content.decode()
    assert lines("kind", "place") == [("refused", "api_customer_report"), ("refused", "home")]


def test_content_cut_off_says_how_many_rows_were_sent(sales: User) -> None:
    with reading(sales, TWELVE, place=PLACE) as read:
        sent = read.streamed(read.counted(range(5)))
    for _ in range(2):
        next(sent)
    sent.close()  # as the server does when the reader has gone
    assert lines("kind", "why", "records") == [("intent", "", None), ("failed", "cut_off", 2)]


def test_a_file_that_fails_on_its_way_is_logged_so(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_customer("C-1", sales)
    monkeypatch.setattr(tables, "in_zone", lambda cell: 1 / 0)
    with suppress(ZeroDivisionError):
        open_whole(client, "/exports/new/?of=customers&format=jsonl")
    assert lines("kind", "why") == [("intent", ""), ("failed", "error")]


# What is shown is logged on the disk --------------------------------------------------------------------------------


def is_on_disk(place: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", [place])
        return bool(cursor.fetchone()[0])


def written_until() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        return str(cursor.fetchone()[0])


@pytest.fixture
def commits_to_disk(transactional_db: None) -> Iterator[None]:
    """As an installation does; the tests' servers do not wait for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")


@pytest.mark.usefixtures("commits_to_disk")
def test_a_page_waits_for_the_disk_once_before_it_is_sent() -> None:
    """The intent's commit does not, so one that does must follow: the outcome's."""
    with reading(make_user(Role.SALES), TWELVE, place=PLACE, shows_at_end=True):
        intent = written_until()
        assert lines("kind") == [("intent",)]
    assert is_on_disk(intent)
    assert lines("kind") == [("intent",), ("shown",)]


@pytest.mark.usefixtures("commits_to_disk")
def test_the_intent_of_whatever_may_show_something_before_its_end_is_on_the_disk_at_once() -> None:
    with reading(make_user(Role.SALES), TWELVE, place=PLACE):
        assert is_on_disk(written_until())


@pytest.mark.usefixtures("commits_to_disk")
def test_the_intent_of_what_is_streamed_is_on_the_disk_before_its_first_part() -> None:
    with reading(make_user(Role.SALES), TWELVE, place=PLACE, shows_at_end=True) as read:
        intent = written_until()
        sent = read.streamed(read.counted(range(2)))
        assert is_on_disk(intent)
    assert list(sent) == [0, 1]


@pytest.mark.parametrize(("method", "waits"), [("get", False), ("head", False), ("post", True)])
def test_a_request_that_changes_something_waits_for_the_intent(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, method: str, waits: bool
) -> None:
    """It may send what it reads elsewhere before its answer."""
    asked: list[bool] = []
    monkeypatch.setattr(access, "write", lambda *lines, awaits_disk=True: asked.append(awaits_disk), raising=True)
    request = getattr(rf, method)("/")
    request.user, request.session = make_user(Role.SALES), {}
    with reading_of(request, PLACE):
        pass
    assert asked == [waits, True]


# What cannot be logged is not shown ---------------------------------------------------------------------------------


def break_log(when: str = "true") -> None:
    """From here on the database refuses such lines."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE privacy_accessentry ADD CONSTRAINT broken CHECK (NOT ({when})) NOT VALID")


@pytest.mark.parametrize("kind", ["intent", "shown"])
@pytest.mark.parametrize("address", ["/", "/customers/", "/customers/{key}/", "/api/v1/reports/customers/{key}"])
def test_what_cannot_be_logged_is_not_shown(client: Client, sales: User, address: str, kind: str) -> None:
    customer = make_customer("C-1", sales, name="Zebedee Quill")
    break_log(f"kind = '{kind}'")
    answer = client.get(address.format(key=customer.key))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    page = answer.content.decode()
    assert "the log could not be written. So nothing was shown" in page
    assert "Zebedee" not in page
    assert {line for (line,) in lines("kind")} - {"failed"} == (set() if kind == "intent" else {"intent"})


def test_a_file_is_not_sent_without_its_intent(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Zebedee Quill")
    break_log("kind = 'intent'")
    assert open_whole(client, "/exports/new/?of=customers&format=csv") == 503


def test_a_missing_maker_of_partitions_shows_nothing() -> None:
    user = make_user(Role.SALES)
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION make_month_partition(text, date)")
    with pytest.raises(NotLogged), reading(user, TWELVE, place=PLACE):
        pytest.fail("the door opened")


def test_what_went_wrong_is_told_even_where_its_line_fails() -> None:
    def break_off() -> None:
        with reading(make_user(Role.SALES), TWELVE, place=PLACE):
            break_log("kind = 'failed'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert lines("kind") == [("intent",)]


# No content ---------------------------------------------------------------------------------------------------------


def test_no_name_address_or_search_ever_stands_in_the_log(client: Client, sales: User) -> None:
    customer = make_customer("CANARY-7", sales, name="Quillfeather", email="quillfeather@example.com")
    engage(customer, "view", material=make_material("card"))
    for search in ("Quillfeather", "quillfeather@example.com", "CANARY-7"):
        open_whole(client, f"/customers/?search={search}")
        open_whole(client, f"/exports/new/?of=customers&search={search}&format=csv")
    open_whole(client, f"/customers/{customer.key}/")
    client.post("/basis/", {"basis": "purpose-8", "reference": "Quillfeather"})
    client.post("/sign-in/", {"login": "quillfeather@example.com", "password": "quillfeather"})
    call_command("report", "customer", "CANARY-7", "--purpose=12")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), string_agg(entry::text, ' ') FROM privacy_accessentry AS entry")
        count, everything = cursor.fetchone()
    assert count >= 18
    for canary in ("quillfeather", "canary", str(customer.key)):
        assert canary not in everything.lower()


@pytest.mark.parametrize(
    "column",
    [
        "place = 'Ann Abbott'",
        "reference = 'for Ann'",
        "actor = 'Ann'",
        "why = 'ann@x'",
        "key = 'C 1'",
        "roles = '{\"@\"}'",
    ],
)
def test_the_database_refuses_content(column: str) -> None:
    name, value = column.split(" = ")
    columns = {"kind": "'intent'", "actor": "''", "roles": "'{}'", "duty": "''", "reference": "''", "key": "''"}
    columns |= {"categories": "'{}'", "place": "''", "why": "''", "at": "now()", "id": "gen_random_uuid()"}
    columns[name] = value
    with reading(Actor.system("fold"), TWELVE, place=PLACE):  # so that the month is there
        pass
    statement = f"INSERT INTO privacy_accessentry ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"
    with pytest.raises(Exception, match="access_no_content"), connection.cursor() as cursor:
        cursor.execute(statement)


# The command --------------------------------------------------------------------------------------------------------


def test_the_command_reads_as_the_program_for_what_its_options_say(capsys: pytest.CaptureFixture[str]) -> None:
    make_customer("C-1", name="Zebedee Quill")
    make_incident("INC-7")
    call_command("report", "customer", "C-1", "--duty", "security_incident", "--reference", "INC-7")
    assert "Zebedee Quill" in capsys.readouterr().out
    assert lines("kind", "actor", "duty", "reference", "place", "key", "records") == [
        ("intent", "report", "security_incident", "INC-7", "report_customer", "customer_id", None),
        ("shown", "report", "security_incident", "INC-7", "report_customer", "customer_id", 1),
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "add --purpose 12 or --duty access"),
        (["--purpose=14"], "Purpose 14 applies in no version of the notice"),
        (["--purpose=8"], "needs the number of the incident"),
        (["--purpose=8", "--reference=for Ann"], "needs the number of the incident"),
    ],
)
def test_the_command_refuses_without_a_sound_basis(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_customer("C-1", name="Zebedee Quill")
    with pytest.raises(CommandError, match=said):
        call_command("report", "customer", "C-1", *options)
    assert capsys.readouterr().out == ""
    assert lines("kind") == ([("refused",)] if options else [])


def test_the_command_logs_that_nobody_was_found() -> None:
    with pytest.raises(CommandError, match="There is no customer with the ID 'C-9'"):
        call_command("report", "customer", "C-9", "--purpose=12")
    assert lines("kind", "why") == [("intent", ""), ("failed", "not_found")]
