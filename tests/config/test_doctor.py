"""The doctor, at installations that lack something each."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import current_app
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import dateformat, timezone

from campaigns.models import EventBatch
from config import certificates, doctor, heartbeats
from config.doctor import ledger, machine, processes, retention, servers
from config.doctor.findings import Finding, Level, duration, fail, ok, warn
from config.embedded import uses_embedded_database
from config.models import FailedTask
from privacy.agency import agency_today
from privacy.ledger import sealing
from privacy.models import LedgerCheckpoint, LedgerWaiting, RetentionClock, RetentionPolicy
from privacy.roles import Role
from tests.factories import make_user
from tests.ledger import log_lines
from tests.processes import running, wait_for, worker
from tests.retention import approve_all

MANIFEST = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def test_table_names_each_check_once_and_after_what_it_needs() -> None:
    names = [check.name for check in doctor.CHECKS]
    assert len(set(names)) == len(names)
    for place, check in enumerate(doctor.CHECKS):
        assert check.needs in ["", *names[:place]]


# Command -------------------------------------------------------------------------------------------------------------
def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    try:
        call_command("doctor", *arguments)
    except SystemExit as end:
        return int(str(end.code)), capsys.readouterr().out
    return 0, capsys.readouterr().out


@pytest.fixture
def _two_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (doctor.Check("one", lambda: ok("fine")), doctor.Check("two", lambda: fail("Broken.", "Mend it.")))
    needy = doctor.Check("three", lambda: ok("never looked at"), needs="two")
    monkeypatch.setattr(doctor, "CHECKS", (*checks, needy))


@pytest.mark.usefixtures("_two_checks")
def test_command_prints_a_line_a_check_and_ends_with_1_where_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    status, output = run(capsys=capsys)
    assert status == 1
    assert output.splitlines() == [
        "ok    one           fine",
        "FAIL  two           Broken. Mend it.",
        "FAIL  three         Not looked at: two failed. See the line of what it needs.",
    ]


@pytest.mark.usefixtures("_two_checks")
def test_command_looks_only_at_what_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("one", capsys=capsys) == (0, "ok    one           fine\n")
    with pytest.raises(CommandError, match="there is no check 'four'"):
        call_command("doctor", "four")


@pytest.mark.usefixtures("_two_checks")
def test_command_speaks_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    status, output = run("--json", "one", "two", capsys=capsys)
    assert status == 1
    assert json.loads(output) == {
        "status": "fail",
        "checks": [
            {"name": "one", "level": "ok", "said": "fine", "advice": ""},
            {"name": "two", "level": "fail", "said": "Broken.", "advice": "Mend it."},
        ],
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_all_is_well_with_a_worker_and_a_beat(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cache.clear()
    beat = ("celery", "-A", "config.celery", "--quiet", "beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    with worker(), running(*beat):
        wait_for(lambda: heartbeats.age(heartbeats.SCHEDULED) is not None, "a scheduled task is done")
        wait_for(lambda: heartbeats.age(heartbeats.WORKER) is not None, "the worker gives a sign")
        status, output = run(capsys=capsys)
    assert [line for line in output.splitlines() if not line.startswith("ok")] == []
    assert status == 0
    assert len(output.splitlines()) == len(doctor.CHECKS)


# Servers -------------------------------------------------------------------------------------------------------------
@contextmanager
def connected(monkeypatch: pytest.MonkeyPatch, **changed: str) -> Iterator[None]:
    """The program's connection, to another database or as another role."""
    connection.close()
    with monkeypatch.context() as patch:
        for name, value in changed.items():
            patch.setitem(connection.settings_dict, name, value)
        yield
        connection.close()


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db
def test_database_is_new_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    name = servers.look_at_database().said
    assert name.startswith("PostgreSQL 18.")
    monkeypatch.setattr(servers, "OLDEST_POSTGRESQL", 99)
    assert servers.look_at_database() == fail(f"{name} is too old.", "Upgrade to PostgreSQL 99 or newer.")


@pytest.mark.django_db(transaction=True)
def test_database_that_sorts_otherwise_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{connection.settings_dict['NAME']}_c"
    execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    try:
        with connected(monkeypatch, NAME=name):
            found = servers.look_at_database()
    finally:
        execute(f"DROP DATABASE {name}")
    assert (found.level, "its collation is C, so lists may sort otherwise" in found.said) == ("warn", True)


@pytest.mark.django_db(transaction=True)
def test_database_that_does_not_answer_fails_and_what_needs_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict["OPTIONS"], "host", "/nowhere")
        patch.setitem(connection.settings_dict, "HOST", "")
        first, second = doctor.examine([check for check in doctor.CHECKS if check.name in ("database", "roles")])
    connection.close()
    assert first.finding.said.startswith('Does not answer: connection to server on socket "/nowhere/')
    assert second.finding.said == "Not looked at: database failed."


@pytest.mark.skipif(not uses_embedded_database(), reason="makes roles, which only the tests' own PostgreSQL is for")
class TestRoles:
    @pytest.fixture
    def _other(self, transactional_db: None) -> Iterator[None]:
        execute("DROP ROLE IF EXISTS waymark_other", "CREATE ROLE waymark_other LOGIN")
        yield
        execute("REVOKE ALL ON SCHEMA public FROM waymark_other", "DROP ROLE waymark_other")

    @pytest.mark.django_db
    def test_the_programs_own_role_is_right(self) -> None:
        assert servers.look_at_roles() == ok("waymark, which can become waymark_keeper")

    @pytest.mark.django_db(transaction=True)
    def test_superuser_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with connected(monkeypatch, USER="postgres"):
            assert servers.look_at_roles().said == "The role postgres is a superuser: no privilege holds for it."

    @pytest.mark.usefixtures("_other")
    def test_role_that_cannot_migrate_or_become_the_keeper_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with connected(monkeypatch, USER="waymark_other"):
            assert "may not create tables" in servers.look_at_roles().said
        execute("GRANT CREATE ON SCHEMA public TO waymark_other")
        with connected(monkeypatch, USER="waymark_other"):
            assert servers.look_at_roles().said == "The role waymark_other cannot become waymark_keeper."

    @pytest.mark.django_db
    @pytest.mark.parametrize("privilege", ["UPDATE", "DELETE", "TRUNCATE"])
    def test_event_log_that_can_be_changed_is_told(self, privilege: str) -> None:
        execute(f"GRANT {privilege} ON campaigns_event TO CURRENT_USER")
        assert servers.look_at_roles().said == "The role waymark may change the event log."


@pytest.mark.django_db
def test_migrations_that_wait_are_named() -> None:
    assert servers.look_at_migrations() == ok("all applied")
    MigrationRecorder(connection).record_unapplied("config", "0001_initial")
    assert servers.look_at_migrations() == fail(
        "1 not applied, the first is config.0001_initial.", "Run manage.py migrate."
    )


@pytest.fixture
def configured(settings: Any) -> Iterator[redis.Redis]:
    """The tests' Redis, whose settings are put back afterwards."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    names = ("appendonly", "maxmemory", "maxmemory-policy")
    before = {name: str(value) for name in names for value in client.config_get(name).values()}
    yield client
    for name, value in before.items():
        client.config_set(name, value)
    client.close()


def test_redis_that_forgets_or_throws_away_is_told(configured: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.config_set("appendonly", "yes")
    assert servers.look_at_redis().level == "ok"
    configured.config_set("maxmemory", "1gb")
    configured.config_set("maxmemory-policy", "allkeys-lru")
    assert "throws tasks away when its memory is full" in servers.look_at_redis().said
    configured.config_set("appendonly", "no")
    assert "loses what waits in it when it restarts" in servers.look_at_redis().said
    monkeypatch.setattr(servers, "OLDEST_REDIS", 99)
    assert "is too old" in servers.look_at_redis().said


def test_redis_that_does_not_answer_fails(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    (examined,) = doctor.examine([check for check in doctor.CHECKS if check.name == "redis"])
    assert examined.finding.level == "fail"
    assert examined.finding.said.startswith("Does not answer: ")


@pytest.mark.parametrize(
    ("days", "level", "said"), [(400, "ok", "good until"), (20, "warn", "ends on"), (-1, "fail", "has ended on")]
)
def test_certificate_that_ends_is_told_in_time(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, level: str, said: str
) -> None:
    life = timedelta(days=days) if days > 0 else timedelta(minutes=-1)
    monkeypatch.setattr(certificates, "LIFE", life)
    certificates.make(tmp_path)
    settings.REDIS_URL = f"rediss://redis/0?ssl_ca_certs={tmp_path}/authority/authority.pem"
    found = servers.look_at_certificates()
    assert (found.level, said in found.said) == (level, True)
    assert f"{datetime.now(UTC) + life:%Y-%m-%d}" in found.said


def test_certificate_that_is_missing_or_none_fails(settings: Any, tmp_path: Path) -> None:
    assert servers.look_at_certificates().said == "none of our own to look after"
    settings.REDIS_URL = f"rediss://redis/0?ssl_ca_certs={tmp_path}/missing.pem"
    (examined,) = doctor.examine([check for check in doctor.CHECKS if check.name == "certificates"])
    assert "No such file" in examined.finding.said
    (tmp_path / "missing.pem").write_text("no certificate")
    (examined,) = doctor.examine([check for check in doctor.CHECKS if check.name == "certificates"])
    assert "holds no certificate" in examined.finding.said


class MailServer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.startswith(b"quit") else b"250 fine\r\n")


@pytest.fixture
def mail_port() -> Iterator[int]:
    with socketserver.TCPServer(("127.0.0.1", 0), MailServer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def use_mail(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def test_mail_server_that_takes_mail_is_well(settings: Any, mail_port: int) -> None:
    use_mail(settings, mail_port)
    assert servers.look_at_mail() == ok(f"127.0.0.1:{mail_port}")


def test_mail_server_that_does_not_take_mail_fails(settings: Any) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), MailServer) as taken:
        port = taken.server_address[1]
    use_mail(settings, port)
    assert servers.look_at_mail().said == f"127.0.0.1:{port} does not take mail: [Errno 111] Connection refused"


@pytest.mark.parametrize(("embedded", "level"), [(True, "ok"), (False, "warn")])
def test_mail_that_is_printed_is_told_in_production(settings: Any, embedded: bool, level: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.EMBEDDED_DATABASE = embedded
    assert servers.look_at_mail().level == level


# Processes -----------------------------------------------------------------------------------------------------------
def test_missing_worker_fails(settings: Any) -> None:
    assert processes.look_at_worker() == fail("No worker answers.", processes.START_WORKER)


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        (["fold@here"], fail("No worker answers.", processes.START_WORKER)),
        (["celery@here", "fold@here"], ok("1 answers")),
        (["celery@here", "celery@there", "fold@here"], ok("2 answer")),
    ],
)
def test_a_worker_that_only_folds_does_not_count(nodes: list[str], found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [{node: {"ok": "pong"}} for node in nodes]
    monkeypatch.setattr(current_app.control, "ping", lambda timeout: answers)
    assert processes.look_at_worker() == found


@pytest.mark.parametrize(
    ("look", "sign", "never"),
    [
        (processes.look_at_beat, heartbeats.BEAT, fail("It has never run.", processes.START_BEAT)),
        (
            processes.look_at_schedule,
            heartbeats.SCHEDULED,
            fail("No scheduled task was done ever.", "See worker and beat, and whether more workers are needed."),
        ),
    ],
)
def test_silence_fails(look: Any, sign: str, never: Finding, settings: Any) -> None:
    cache.clear()
    settings.EMBEDDED_DATABASE = False
    assert look() == never
    cache.set(sign, time.time() - 7200)
    assert (look().level, "2 h" in look().said) == ("fail", True)
    heartbeats.leave(sign)
    assert look().level == "ok"


@pytest.mark.parametrize(
    ("look", "sign"),
    [(processes.look_at_beat, heartbeats.BEAT), (processes.look_at_schedule, heartbeats.SCHEDULED)],
)
def test_a_beat_that_only_began_is_waited_for(look: Any, sign: str) -> None:
    cache.clear()
    cache.set(sign, time.time() - 7200)  # of the day before
    heartbeats.leave_beats_start()
    assert look().level is not Level.FAIL
    assert processes.look_at_schedule() == warn("Beat began 0 s ago; no task is done yet.", "Look again in 15 s.")
    cache.set(heartbeats.STARTED, time.time() - 61)
    cache.set(sign, time.time() - 7200)
    assert look().level is Level.FAIL


def test_a_beat_that_never_ran_is_a_warning_on_the_embedded_database(settings: Any) -> None:
    cache.clear()
    settings.EMBEDDED_DATABASE = True
    said = "It starts with make run; look again in 15 s."
    assert processes.look_at_beat() == warn("It has never run.", said)
    assert processes.look_at_schedule() == warn("No scheduled task was done ever.", said)


@pytest.mark.django_db
def test_fold_that_is_behind_fails() -> None:
    assert processes.look_at_fold() == ok("nothing to fold so far")
    EventBatch.objects.create(event_count=1, folded_at=timezone.now() - timedelta(minutes=12, seconds=1))
    assert processes.look_at_fold() == ok("last fold 12 min ago")
    EventBatch.objects.create(event_count=1)
    assert processes.look_at_fold() == ok("last fold 12 min ago; the oldest batch has waited 0 s")
    EventBatch.objects.filter(folded_at=None).update(received_at=timezone.now() - timedelta(hours=3, seconds=1))
    assert processes.look_at_fold().level is Level.FAIL
    assert processes.look_at_fold().said == "The oldest batch has waited 3 h; last fold 12 min ago."


@pytest.mark.django_db
def test_failed_tasks_are_counted_until_settled() -> None:
    assert processes.look_at_failed_tasks() == ok("none to look at")
    now = timezone.now()
    times = {"first_failed_at": now, "failed_at": now}
    FailedTask.objects.create(task="one", call="1", **times)
    FailedTask.objects.create(task="two", call="2", state="dismissed", settled_at=now, **times)
    assert processes.look_at_failed_tasks().said == "1 to look at."


# Machine -------------------------------------------------------------------------------------------------------------
def test_unsafe_settings_fail(settings: Any) -> None:
    assert machine.look_at_settings() == ok("nothing unsafe")
    settings.EMBEDDED_DATABASE, settings.DEBUG = False, True
    found = machine.look_at_settings()
    assert found.level == "fail"
    assert found.said.startswith("DEBUG is on for a database that is not the embedded one. (")


def test_storage_is_really_written_and_left_clean(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    assert machine.look_at_storage() == ok(f"{tmp_path}/media can be written")
    assert list((tmp_path / "media").iterdir()) == []
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert machine.look_at_storage().said == f"{tmp_path}/file/media cannot be written: Not a directory."


def test_disk_that_fills_is_told(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "not made yet"
    assert machine.look_at_disk().said.split(" at ")[0].endswith("GB free")
    monkeypatch.setattr(machine, "SCARCE_PERCENT", 101)
    assert machine.look_at_disk().level == "warn"
    monkeypatch.setattr(machine, "EXHAUSTED_BYTES", 10**18)
    assert machine.look_at_disk().level == "fail"


@pytest.mark.django_db
@pytest.mark.parametrize("off", [3600, -3600])
def test_clock_that_is_off_is_told(monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    assert machine.look_at_clock().level == "ok"
    right = time.time
    monkeypatch.setattr("config.doctor.machine.time.time", lambda: right() + off)
    assert machine.look_at_clock().said == "It is 3600 s off the database's."


def test_static_files_that_were_not_collected_fail(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    assert machine.look_at_static_files() == ok("served where they lie")
    settings.STORAGES = {**settings.STORAGES, **MANIFEST}
    assert machine.look_at_static_files().said == f"None in {tmp_path}."
    (tmp_path / "staticfiles.json").write_text('{"version": "1.1", "paths": {"a.css": "a.1.css"}, "hash": ""}')
    settings.STORAGES = {**settings.STORAGES}  # read anew
    assert machine.look_at_static_files() == ok("1 collected")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119.4, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_durations_are_said_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_finding_is_what_was_said() -> None:
    assert Finding(*fail("a", "b")) == ("fail", "a", "b")


@pytest.mark.django_db
def test_ledger_says_when_it_was_sealed_and_what_is_late(settings: Any, tmp_path: Path) -> None:
    assert ledger.look_at_ledger() == ok("nothing has been written yet that is to be sealed")
    log_lines(2)
    sealing.seal_all()
    last = LedgerCheckpoint.objects.get().at
    assert ledger.look_at_ledger() == ok(f"2 entries, the last sealed on {last:%Y-%m-%d at %H:%M} UTC")
    settings.LEDGER_FOLDER = str(tmp_path / "away")
    advice = "Check that it is there and may be written to: LEDGER_FOLDER."
    assert ledger.look_at_ledger() == warn(f"The folder {tmp_path / 'away'} lacks the newest checkpoint.", advice)
    log_lines(1)
    LedgerWaiting.objects.update(since=timezone.now() - timedelta(minutes=6))
    ago = f"the last seal was on {dateformat.format(last.astimezone(UTC), 'M j, Y, g:i A')} UTC."
    said = f"The ledger is late: rows have waited for more than 5 minutes, and {ago}"
    assert ledger.look_at_ledger() == fail(said, "See worker and beat; manage.py ledger seal makes it up.")


@pytest.mark.django_db
def test_retention_says_what_the_program_owes_and_what_waits_for_people() -> None:
    waiting = "nothing is disposed of before the rules are approved: Administration, Retention"
    assert retention.look_at_retention() == ok(waiting)
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR))
    assert retention.look_at_retention().said.startswith("the next disposition list is made on ")
    RetentionClock.objects.create(day=agency_today(), doubt="The clock went back.")
    assert retention.look_at_retention() == warn("The clock went back.", "See Administration, Retention.")
    RetentionPolicy.objects.update(decided_at="2026-01-01T00:00Z")
    assert retention.look_at_retention().level is Level.FAIL
