"""The log itself: nobody changes it, its months come by themselves, sign-ins stand in it, and its page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacy.accesslog import Actor, entry, write
from privacy.agency import agency_today
from privacy.enums import Duty, EntryKind
from privacy.models import AccessEntry, Change, Incident, User
from privacy.purposes import Basis
from privacy.roles import Role
from tests.factories import PASSWORD, make_user
from tests.privacy.test_signin import code_of, wrong_code

pytestmark = pytest.mark.django_db

LOG, CHANGES = "privacy_accessentry", "privacy_change"


def a_line(at: datetime | None = None, **columns: Any) -> AccessEntry:
    line = entry(EntryKind.SIGN_OUT, Actor(user_id=columns.pop("user_id", 1)), **columns)
    line.at = at or timezone.now()
    write(line)
    return line


def month_of(line: AccessEntry) -> str:
    return f"{LOG}_{line.at.astimezone(UTC):%Y_%m}"


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Append-only --------------------------------------------------------------------------------------------------------

STATEMENTS = ("UPDATE {} SET at = at", "UPDATE {} SET at = at WHERE false", "DELETE FROM {}", "TRUNCATE {}")


def change_line() -> None:
    Change.objects.create(model="records.Customer", row="1", field="", actor="test", purpose=12)


@pytest.fixture(params=["parent", "partition", CHANGES])
def table(request: pytest.FixtureRequest) -> str:
    """The log, one month of it, and the changes: each with a line."""
    line = a_line()
    change_line()
    return {"parent": LOG, "partition": month_of(line)}.get(str(request.param), CHANGES)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_programs_role_though_it_owns_the_log_has_no_right_to_change_it(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        run(statement.format(table))
    assert (AccessEntry.objects.count(), Change.objects.count()) == (1, 1)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_whoever_has_the_right_all_the_same_is_refused_by_the_table_itself(table: str, statement: str) -> None:
    """As a superuser has, or an owner who takes it back."""
    run(f"GRANT ALL ON {table} TO CURRENT_USER")
    with pytest.raises(DatabaseError, match=r"^privacy_\w+ is append-only: (UPDATE|DELETE|TRUNCATE) is refused"):
        run(statement.format(table))
    assert (AccessEntry.objects.count(), Change.objects.count()) == (1, 1)


def test_the_owner_drops_a_whole_month() -> None:
    old, new = a_line(datetime(2020, 1, 15, tzinfo=UTC)), a_line()
    run(f"ALTER TABLE {LOG} DETACH PARTITION {month_of(old)}")
    run(f"DROP TABLE {month_of(old)}")
    assert list(AccessEntry.objects.values_list("id", flat=True)) == [new.id]


def test_the_keeper_alone_takes_changes_out_and_may_not_alter_them() -> None:
    change_line()
    with pytest.raises(DatabaseError, match="permission denied"):
        run(f"SET LOCAL ROLE waymark_keeper; UPDATE {CHANGES} SET at = at")
    with pytest.raises(DatabaseError, match="permission denied"):
        run(f"SET LOCAL ROLE waymark_keeper; DELETE FROM {LOG}")
    run(f"SET LOCAL ROLE waymark_keeper; DELETE FROM {CHANGES}; RESET ROLE")
    assert Change.objects.count() == 0


# Partitions ---------------------------------------------------------------------------------------------------------


def partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname || ' ' || pg_get_expr(relpartbound, oid) FROM pg_class "
            "WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass) ORDER BY 1",
            [LOG],
        )
        return [name for (name,) in cursor.fetchall()]


def test_a_months_partition_is_made_by_its_first_line_in_utc() -> None:
    assert partitions() == []
    for day in (31, 31):
        a_line(datetime(2027, 12, day, 23, 59, 59, tzinfo=UTC))
    a_line(datetime.fromisoformat("2027-12-31T23:00:00-05:00"))  # January in UTC
    assert partitions() == [
        f"{LOG}_2027_12 FOR VALUES FROM ('2027-12-01 00:00:00+00') TO ('2028-01-01 00:00:00+00')",
        f"{LOG}_2028_01 FOR VALUES FROM ('2028-01-01 00:00:00+00') TO ('2028-02-01 00:00:00+00')",
    ]


def test_the_maker_takes_any_table_and_any_day_and_makes_only_what_is_to_be_append_only_so() -> None:
    run("CREATE TABLE gathered (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
    for _ in range(2):
        run("SELECT make_month_partition('gathered', date '2026-11-25')")
    run("INSERT INTO gathered VALUES ('2026-11-30 23:59:59Z'); DELETE FROM gathered_2026_11; TRUNCATE gathered")


# Sign-ins -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_former_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def signs() -> list[tuple[Any, ...]]:
    rows = AccessEntry.objects.filter(kind__in=["sign_in", "failed_sign_in", "lockout", "sign_out"])
    return list(rows.order_by("at", "id").values_list("kind", "user_id", "why"))


def sign_in(client: Client, email: str, password: str) -> None:
    client.post("/sign-in/", {"login": email, "password": password})


@pytest.mark.usefixtures("no_former_attempts")
def test_sign_ins_failures_and_sign_outs_are_logged(client: Client) -> None:
    user = make_user(Role.SALES)
    sign_in(client, "Sales@Example.com", "wrong")
    sign_in(client, "quillfeather@example.com", "wrong")
    sign_in(client, user.email, PASSWORD)
    client.post("/sign-out/")
    assert signs() == [
        ("failed_sign_in", user.pk, "password"),
        ("failed_sign_in", None, "password"),
        ("sign_in", user.pk, ""),
        ("sign_out", user.pk, ""),
    ]
    assert AccessEntry.objects.get(kind="sign_in").purpose == 12


@pytest.mark.usefixtures("no_former_attempts")
def test_a_lockout_is_logged_each_time_it_refuses(client: Client) -> None:
    user = make_user(Role.SALES)
    for _ in range(5):
        sign_in(client, user.email, "wrong")
    sign_in(client, user.email, PASSWORD)
    assert signs() == [("failed_sign_in", user.pk, "password")] * 5 + [("lockout", user.pk, "")]


@pytest.mark.usefixtures("no_former_attempts")
def test_a_wrong_second_factor_is_a_failed_sign_in(client: Client, settings: Any) -> None:
    settings.MFA_TOTP_TOLERANCE = 1  # the half minute may end while this runs
    user = make_user(Role.SALES)
    sign_in(client, user.email, PASSWORD)
    client.get("/account/second-factor/totp/activate/")
    client.post("/account/confirm/", {"password": PASSWORD})
    secret = client.get("/account/second-factor/totp/activate/").context["form"].secret
    client.post("/account/second-factor/totp/activate/", {"code": code_of(secret)})
    other = Client()
    sign_in(other, user.email, PASSWORD)
    other.post("/account/second-factor/authenticate/", {"code": wrong_code(secret)})
    assert signs()[-1] == ("failed_sign_in", user.pk, "second_factor")


def test_a_session_that_is_over_is_a_sign_out(client: Client) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)
    session = client.session
    session["session_started"] = 0
    session.save()
    client.get("/")
    assert signs() == [("sign_in", user.pk, ""), ("sign_out", user.pk, "")]


# The page -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def auditor(client: Client) -> User:
    user = make_user(Role.AUDITOR)
    client.force_login(user)
    return user


def shown(client: Client, address: str = "/access-log/") -> list[str]:
    """Kind and person of each line of the page, reading the log itself aside."""
    answer = client.get(address)
    assert answer.status_code == 200
    lines = [line for line in answer.context["lines"] if line.entry.place != "access_log"]
    return [f"{line.entry.kind} {line.who}" for line in lines]


def test_reading_the_log_is_itself_logged(client: Client, auditor: User) -> None:
    client.get("/access-log/")
    logged = AccessEntry.objects.filter(place="access_log").order_by("at").values_list("kind", "duty", "records", "key")
    assert list(logged) == [("intent", "audit", None, "list"), ("shown", "audit", 2, "list")]


def test_a_privacy_officer_reads_it_too(client: Client) -> None:
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert shown(client) == ["sign_in Privacy officer"]


def test_the_page_names_people_programs_and_places(client: Client, auditor: User) -> None:
    a_line(user_id=None)
    a_line(user_id=987_654)
    basis = Basis(8, reference="INC-7")
    write(entry(EntryKind.REFUSED, Actor.system("report"), basis, place="report_customer", key="customer_id"))
    page = client.get("/access-log/").content.decode()
    for words in ("no account", "account 987654", "Waymark: report", "Purpose 8, INC-7", "Auditor", "Duty: Audit how"):
        assert words in page
    assert "A customer&#x27;s report by command" in page


def test_a_line_leads_to_its_page_and_incident_where_the_reader_may_open_them(client: Client, auditor: User) -> None:
    write(entry(EntryKind.REFUSED, Actor.of(auditor), Basis(duty=Duty.AUDIT), place="auditing"))
    write(entry(EntryKind.REFUSED, Actor.of(auditor), Basis(duty=Duty.ACCESS), place="requests"))
    opened = Incident.objects.create(number="INC-7", scope="Logins", opened_by=auditor)
    write(entry(EntryKind.REFUSED, Actor.system("report"), Basis(8, reference="INC-7"), place="report_customer"))
    for address in ("/access-log/", f"/auditing/?last={agency_today() + timedelta(days=1)}"):
        page = client.get(address).content.decode()
        assert '<a href="/auditing/">The auditor&#x27;s console: who read what</a>' in page
        assert f'<a href="/incidents/{opened.pk}/">Purpose 8, INC-7</a>' in page
        assert 'href="/requests/"' not in page
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert (
        '<a href="/requests/">Requests from individuals: who asks for what</a>'
        in client.get("/access-log/").content.decode()
    )


def test_filters_choose_by_person_purpose_kind_and_day(client: Client, auditor: User) -> None:
    ann = make_user(Role.SALES, "Ann")
    today = agency_today()
    yesterday = today - timedelta(days=1)
    old = entry(EntryKind.INTENT, Actor.of(ann), Basis(12))
    old.at = timezone.now() - timedelta(days=1)
    write(old)
    write(entry(EntryKind.REFUSED, Actor.of(ann), Basis(13)))
    for query, found in {
        f"user={ann.pk}": ["refused Ann", "intent Ann"],
        "basis=purpose-13": ["refused Ann"],
        "basis=duty-audit": ["sign_in Auditor"],
        "kind=intent&basis=purpose-12": ["intent Ann"],
        f"user={ann.pk}&last={yesterday}": ["intent Ann"],
        f"user={ann.pk}&first={today}": ["refused Ann"],
        f"user={ann.pk}&first={yesterday}&last={today}": ["refused Ann", "intent Ann"],
        "kind=lockout": [],
    }.items():
        assert (query, shown(client, f"/access-log/?{query}")) == (query, found)


def test_a_day_is_the_agencys(client: Client, auditor: User) -> None:
    for hour in (3, 4):  # UTC: before and after midnight in New York
        a_line(datetime(2026, 7, 2, hour, 30, tzinfo=UTC), user_id=auditor.pk)
    assert shown(client, "/access-log/?first=2026-07-02&last=2026-07-02") == ["sign_out Auditor"]


def test_pages_follow_one_another_without_gap_or_repetition(client: Client, auditor: User) -> None:
    moment = datetime(2026, 7, 2, 12, tzinfo=UTC)
    made = {a_line(moment).id for _ in range(70)} | {a_line(moment + timedelta(seconds=one)).id for one in range(60)}
    address, found, sizes = "/access-log/?kind=sign_out", [], []
    while address:
        context = client.get(address).context
        found += [line.entry.id for line in context["lines"]]
        sizes.append(len(context["lines"]))
        assert context["count"] == 130
        older = context["older"].replace("+", "%2B")
        address = f"/access-log/?kind=sign_out&before={older}" if older else ""
    assert sizes == [50, 50, 30]
    assert len(found) == 130
    assert set(found) == made


def test_the_link_to_older_lines_keeps_the_filter(client: Client, auditor: User) -> None:
    for _ in range(51):
        a_line()
    page = client.get("/access-log/?kind=sign_out").content.decode()
    assert "<strong>51</strong> lines match, the newest first" in page
    assert 'href="?kind=sign_out&amp;before=' in page


@pytest.mark.parametrize("before", ["yesterday", "2026-07-02", "2026-07-02T00:00:00Z,7", "0001-01-01T00:00:00+14:00,"])
def test_what_is_no_place_in_the_log_is_not_understood(client: Client, auditor: User, before: str) -> None:
    assert client.get("/access-log/", {"before": before}).status_code == 400


def test_filters_that_make_no_sense_show_nothing_and_say_so(client: Client, auditor: User) -> None:
    page = client.get("/access-log/?first=2026-07-02&last=2026-07-01").content.decode()
    assert "The first day is after the last one. Nothing is shown until the filter is fixed." in page
    assert "Enter a valid date." in client.get("/access-log/?first=soon").content.decode()
    assert "Enter a day on or after 1900-01-01." in client.get("/access-log/?last=0001-01-01").content.decode()


def test_until_the_last_day_there_is_all_is_shown(client: Client, auditor: User) -> None:
    assert shown(client, "/access-log/?last=9999-12-31") == shown(client, "/access-log/") == ["sign_in Auditor"]


def test_where_nothing_matches_the_page_says_so(client: Client, auditor: User) -> None:
    page = client.get("/access-log/?kind=lockout").content.decode()
    assert "Nothing in the log matches all of these filters." in page
    assert "A reading makes two lines" in page


def test_more_lines_than_are_counted_are_told_as_more(
    client: Client, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.views.access_log.COUNTED", 2)
    for _ in range(3):
        a_line()
    assert "more than 2</strong> lines" in client.get("/access-log/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_for_any_number(client: Client, auditor: User, count: int) -> None:
    for _ in range(count):
        a_line(user_id=make_user(Role.SALES, f"Sales {_}").pk)
    client.get("/access-log/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/access-log/")
    # The user, lines, their people, count, people of the filter; the two lines of the log, each
    # in a transaction of its own within the test's.
    assert len(queries) == 5 + 2 * 3
