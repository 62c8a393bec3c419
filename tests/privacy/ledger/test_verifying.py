"""Looking whether all is as it was sealed: whatever somebody who owns the database does to it is found and named."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.disclosures import forget_accounting, remove
from privacy.ledger import logmonths, naming, sealing
from privacy.ledger.notes import Checkpoint, signed
from privacy.ledger.sources import words_of
from privacy.ledger.verifying import verify
from privacy.models import DispositionRun, LedgerAct, LedgerCheckpoint, RetentionPolicy, User
from privacy.retention import policies
from privacy.retention.signals import append
from privacy.roles import Role
from tests.factories import make_user
from tests.ledger import AT, act, disclosure, found, log_lines, tamper, unprotected
from tests.retention import approve_all, dispose, gone_customer, hold_on

pytestmark = pytest.mark.django_db
CUT_OFF = (
    "A checkpoint of 2 entries was kept elsewhere, and 1 are here: entries were cut off, or a backup was restored "
    "(then: manage.py retention replay)"
)
PAST = "was never sealed: it was put there past the program"
LEAF, NODE, CHECKPOINT = "privacy_ledgerleaf", "privacy_ledgernode", "privacy_ledgercheckpoint"


@pytest.fixture
def henrik() -> User:
    return make_user(Role.PRIVACY_OFFICER, "Henrik")


@pytest.fixture
def grace() -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace")


def seal_rows(henrik: User) -> dict[str, Any]:
    """Two lines, a disclosure with its person, an act: entries 0 to 4."""
    rows = {"lines": log_lines(2), "disclosure": disclosure(henrik, [uuid4()]), "act": act(reference="RET-9/1")}
    assert sealing.seal_all() == 5
    return rows


def test_what_nobody_touched_is_clean(henrik: User) -> None:
    seal_rows(henrik)
    report = verify()
    assert (report.findings, report.size, report.rows, report.checkpoints, report.gone) == ([], 5, 5, 1, 0)
    log_lines(1)
    assert (verify().is_clean, verify().waiting) == (True, 1)


def test_an_empty_ledger_is_clean() -> None:
    assert verify().is_clean


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "'sign_in'"), ("user_id", "3"), ("actor", "'other'"), ("roles", "'{Sales}'"), ("purpose", "2"),
        ("duty", "'audit'"), ("reference", "'A-1'"), ("categories", "'{1,2}'"), ("key", "'list'"),
        ("place", "'home'"), ("why", "'error'"), ("api_key", "'abc'"), ("records", "4"),
        ("intent_id", "gen_random_uuid()"),
    ],
)  # fmt: skip
def test_any_column_of_a_line_that_is_altered_is_found(column: str, value: str) -> None:
    with connection.cursor() as cursor:  # some of the values break a rule of the table: who owns it can lift that
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'privacy_accessentry'::regclass")
        for (name,) in [row for row in cursor.fetchall() if row[0].startswith("access_")]:
            cursor.execute(f"ALTER TABLE privacy_accessentry DROP CONSTRAINT {name}")
    lines = log_lines(3)
    sealing.seal_all()
    assert tamper(f"UPDATE {{table}} SET {column} = {value} WHERE id = %s", str(lines[1].id)) == 1
    assert found() == [f"Entry 1: line of the access log {lines[1].id} of 2026-11-03 15:04:05 UTC was altered"]


def test_a_moment_that_is_altered_is_a_missing_line_and_one_that_was_never_sealed() -> None:
    (line,) = log_lines(1)
    sealing.seal_all()
    tamper("UPDATE {table} SET at = at + interval '1 microsecond'")
    assert found() == [
        f"Entry 0: line of the access log {line.id} of 2026-11-03 15:04:05 UTC is missing",
        f"Line of the access log {line.id} of 2026-11-03 15:04:05 UTC {PAST}",
    ]


def test_a_line_that_is_missing_is_found() -> None:
    lines = log_lines(3)
    sealing.seal_all()
    tamper("DELETE FROM {table} WHERE id = %s", str(lines[2].id))
    assert found() == [f"Entry 2: line of the access log {lines[2].id} of 2026-11-03 15:04:05 UTC is missing"]


def test_a_line_that_was_put_there_past_the_program_is_found() -> None:
    log_lines(1)
    sealing.seal_all()
    row = uuid4()
    tamper("INSERT INTO {table} SELECT at, %s, kind, user_id, actor, roles, purpose, duty, reference, categories, key, "
           "place, records, intent_id, why, api_key FROM {table}", str(row))  # fmt: skip
    assert found() == [f"Line of the access log {row} of 2026-11-03 15:04:05 UTC {PAST}"]


def test_contents_that_change_places_are_both_altered() -> None:
    lines = log_lines(2)
    sealing.seal_all()
    tamper("UPDATE {table} SET actor = CASE actor WHEN 'test_a' THEN 'test_b' ELSE 'test_a' END")
    assert [said.rpartition(" ")[2] for said in found()] == ["altered", "altered"]
    assert all(str(line.id) in said for line, said in zip(lines, found(), strict=True))


def test_the_other_sources_are_checked_alike(henrik: User) -> None:
    rows = seal_rows(henrik)
    number, person = rows["disclosure"].pk, rows["disclosure"].people.get().pk
    tamper("UPDATE {table} SET recipient_name = 'Another'", table="privacy_disclosure")
    tamper("UPDATE {table} SET person = gen_random_uuid()", table="privacy_disclosedperson")
    tamper("UPDATE {table} SET told = '{}'", table="privacy_ledgeract")
    assert found() == [
        f"Entry 2: disclosure {number} was altered",
        f"Entry 3: person of a disclosure {number}, number {person} was altered",
        f"Entry 4: act {rows['act'].pk} was altered",
    ]


# The ledger itself ---------------------------------------------------------------------------------------------------


def test_leaves_that_change_places_are_named_as_reordered() -> None:
    lines = log_lines(3)
    sealing.seal_all()
    tamper("UPDATE {table} SET position = position + 100 WHERE position IN (0, 2)", table=LEAF)
    tamper("UPDATE {table} SET position = 102 - position WHERE position IN (100, 102)", table=LEAF)
    named = [f"line of the access log {line.id} of 2026-11-03 15:04:05 UTC" for line in lines]
    assert found() == [
        f"The first 3 entries are not those whose root was signed on {LedgerCheckpoint.objects.get().at:%Y-%m-%d}",
        f"Entry 0: {named[2]} was sealed as entry 2: reordered",
        f"Entry 2: {named[0]} was sealed as entry 0: reordered",
    ]


def test_a_leaf_that_is_missing_or_too_many_is_found() -> None:
    log_lines(4)
    sealing.seal_all()
    tamper("UPDATE {table} SET position = 9 WHERE position = 1", table=LEAF)
    assert (
        found()[:2] == ["Entry 1 is missing from the ledger itself"]
        or "Entry 1 is missing from the ledger itself" in found()
    )
    tamper("UPDATE {table} SET position = 1 WHERE position = 9", table=LEAF)
    assert found() == []
    tamper("UPDATE {table} SET position = 4 WHERE position = 3", table=LEAF)
    assert "Entry 3 is missing from the ledger itself" in found()


def test_an_entry_behind_the_last_checkpoint_is_found() -> None:
    log_lines(2)
    sealing.seal_all()
    tamper("INSERT INTO {table} SELECT 2, source, at, gen_random_uuid(), number, part, salt, hash FROM {table} LIMIT 1",
           table=LEAF)  # fmt: skip
    assert found() == ["1 entries stand behind the last checkpoint, and no seal made them"]


def test_who_makes_row_and_leaf_agree_again_is_found_by_the_signature() -> None:
    (line,) = log_lines(1)
    sealing.seal_all()
    tamper("UPDATE {table} SET actor = 'other'")
    with unprotected(LEAF), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {LEAF} AS leaf SET hash = sha256(salt || int8send(position) || {words_of('leaf')})")
    signed_on = LedgerCheckpoint.objects.get().at
    assert found() == [f"The first 1 entries are not those whose root was signed on {signed_on:%Y-%m-%d}"]
    assert line.actor == "test_a"


def test_who_signs_anew_with_another_key_is_found() -> None:
    log_lines(1)
    sealing.seal_all()
    checkpoint = LedgerCheckpoint.objects.get()
    note = signed(Checkpoint(naming.name(), 1, bytes(checkpoint.root)), naming.name(), bytes(range(32)))
    tamper("UPDATE {table} SET note = %s", note, table=CHECKPOINT)
    assert found() == ["Checkpoint of 1 entries: No known key has signed the checkpoint."]


def test_a_note_that_says_something_else_than_its_row_is_found() -> None:
    log_lines(1)
    sealing.seal_all()
    log_lines(1)
    sealing.seal_all()
    first = LedgerCheckpoint.objects.get(size=1)
    tamper("UPDATE {table} SET note = %s WHERE size = 2", first.note, table=CHECKPOINT)
    assert found()[0] == "Checkpoint of 2 entries: its note says something else"


def test_a_kept_root_that_was_changed_or_put_there_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO privacy_ledgeract (at, kind, reference, told) "
                       "SELECT now(), 'test', '', '{}' FROM generate_series(1, 520)")  # fmt: skip
    sealing.seal_all()
    assert found() == []
    tamper("UPDATE {table} SET hash = sha256(hash) WHERE number = 1", table=NODE)
    assert found() == ["Entries 256 to 511 are not those that were sealed, or not in order"]
    tamper("DELETE FROM {table} WHERE number = 1", table=NODE)
    assert found() == ["Entries 256 to 511 are not those that were sealed, or not in order"]
    tamper("INSERT INTO {table} SELECT 3, 0, hash FROM {table} WHERE number = 0", table=NODE)
    assert found()[-1] == "The ledger's tree holds a root that no entries have: level 3, number 0"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
def test_whatever_bit_of_whatever_leaf_changes_is_found(data: st.DataObject) -> None:
    """Of 70 entries in several seals, one bit anywhere in a salt or hash."""
    with transaction.atomic():
        log_lines(70)
        while sealing.seal(data.draw(st.integers(1, 40))):
            pass
        position, column = data.draw(st.integers(0, 69)), data.draw(st.sampled_from(["salt", "hash"]))
        bit = data.draw(st.integers(0, 127))
        tamper(f"UPDATE {{table}} SET {column} = set_bit({column}, {bit}, 1 - get_bit({column}, {bit})) "
               "WHERE position = %s", position, table=LEAF)  # fmt: skip
        assert any(said.startswith(f"Entry {position}: ") and said.endswith("was altered") for said in found())
        transaction.set_rollback(True)


# What went lawfully --------------------------------------------------------------------------------------------------


def test_a_month_of_the_log_that_was_dropped_is_told_from_one_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    old = log_lines(2, datetime(2021, 3, 9, tzinfo=UTC))
    log_lines(1)
    sealing.seal_all()
    monkeypatch.setattr(logmonths, "agency_today", lambda: date(2026, 11, 28))
    assert logmonths.drop(date(2021, 3, 1)) == 2
    sealing.seal_all()
    report = verify()
    assert (report.findings, report.gone, report.size) == ([], 2, 4)
    assert old[0].id != old[1].id


def test_without_the_act_the_same_month_is_missing() -> None:
    log_lines(2, datetime(2021, 3, 9, tzinfo=UTC))
    sealing.seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TABLE privacy_accessentry_2021_03")
    assert [said.rpartition(" ")[2] for said in found()] == ["missing", "missing"]


@pytest.mark.parametrize(("month", "said"), [
    (date(2021, 12, 1), "The access log is kept for 5 years: December 2021 is more recent."),
    (date(2021, 10, 1), "There is no access log for October 2021."),
    (date(2021, 3, 1), "Lines of this month are still waiting to be sealed: run it again in a minute."),
])  # fmt: skip
def test_a_month_that_stays(month: date, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logmonths, "agency_today", lambda: date(2026, 11, 28))
    log_lines(1, datetime(2021, 3, 9, tzinfo=UTC))
    with pytest.raises(logmonths.Refused) as refused:
        logmonths.drop(month)
    assert str(refused.value) == said


def test_accounting_whose_time_is_over_is_told_from_what_is_missing(henrik: User) -> None:
    gone, stays = disclosure(henrik, [uuid4(), uuid4()]), disclosure(henrik, [uuid4()])
    sealing.seal_all()
    assert forget_accounting(date(2031, 11, 2)) == 0
    assert found() == []
    remove([gone.pk], "period_over")
    sealing.seal_all()
    assert (verify().findings, verify().gone) == ([], 3)
    with unprotected("privacy_disclosedperson"):
        stays.people.all().delete()
    assert [said.rpartition(" ")[2] for said in found()] == ["missing"]


# Runs, holds and rules -----------------------------------------------------------------------------------------------


def test_a_certificate_that_says_something_else_now_is_found(grace: User) -> None:
    approve_all(grace)
    gone_customer()
    run = dispose(grace)
    sealing.seal_all()
    assert found() == []
    run.steps.filter(disposed__gt=0).update(disposed=0)
    assert found()[0].startswith(f"The disposition list {run.key} was altered since act ")
    DispositionRun.objects.filter(pk=run.pk).delete()
    assert found()[0].startswith(f"The disposition list {run.key} is missing, of which act ")


def test_a_hold_that_is_changed_past_the_program_is_found(grace: User) -> None:
    hold = hold_on(grace, categories=[3])
    assert found() == []
    hold.review_on = date(2028, 1, 1)
    hold.save()
    assert found() == [f"The hold {hold.key} was altered since act {act_number('hold_placed')}"]


def test_a_rule_is_what_was_approved_and_may_be_replaced(grace: User) -> None:
    approve_all(grace)
    assert found() == []
    RetentionPolicy.objects.filter(rule="RET-3").update(state="replaced")
    assert found() == []
    RetentionPolicy.objects.filter(rule="RET-3").update(count=1)
    assert [said.partition(" was ")[0] for said in found()] == ["The rule RET-3/1"]
    assert policies.latest()


def act_number(kind: str) -> int:
    return int(LedgerAct.objects.filter(kind=kind).latest("id").pk)


# What others kept ----------------------------------------------------------------------------------------------------


def kept_notes() -> tuple[str, ...]:
    return tuple(LedgerCheckpoint.objects.values_list("note", flat=True))


def test_what_was_kept_elsewhere_agrees() -> None:
    log_lines(2)
    sealing.seal_all()
    notes = kept_notes()
    log_lines(1)
    sealing.seal_all()
    report = verify(notes)
    assert (report.is_clean, report.kept, report.notes) == (True, 1, [])


def test_a_ledger_that_was_made_anew_is_found_by_what_was_kept(henrik: User) -> None:
    """Whoever has the key and the database can make all of it agree; not what others have."""
    log_lines(2)
    sealing.seal_all()
    notes = kept_notes()
    for table in (LEAF, NODE, CHECKPOINT):
        tamper("TRUNCATE {table}", table=table)
    tamper("UPDATE {table} SET actor = 'other'")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO privacy_ledgerwaiting (source, at, row) SELECT 1, at, id FROM privacy_accessentry")
    sealing.seal_all()
    assert found() == []
    assert found(notes) == ["A checkpoint of 2 entries that was kept elsewhere tells of other ones"]


def test_entries_that_were_cut_off_are_found_by_what_was_kept() -> None:
    log_lines(1)
    sealing.seal_all()
    log_lines(1)
    sealing.seal_all()
    notes = kept_notes()
    tamper("DELETE FROM {table} WHERE position = 1", table=LEAF)
    tamper("DELETE FROM {table} WHERE size = 2", table=CHECKPOINT)
    tamper("DELETE FROM {table} WHERE actor = 'test_a' AND NOT EXISTS (SELECT FROM privacy_ledgerleaf WHERE row = id)")
    assert found() == []
    assert found(notes) == [CUT_OFF]
    append(naming.RESTORED, "1a2b3c4d", rows=0)
    sealing.seal_all()
    report = verify(notes)
    assert (report.is_clean, len(report.notes)) == (True, 1)
    assert report.notes[0].startswith(f"A checkpoint of 2 entries is of the line {naming.name()}, before a restore")


def test_what_is_no_checkpoint_of_ours_is_told() -> None:
    log_lines(1)
    sealing.seal_all()
    forged = signed(Checkpoint(naming.name(), 9, bytes(32)), naming.name(), bytes(range(32)))
    assert found((forged,)) == ["A checkpoint that was kept elsewhere: No known key has signed the checkpoint."]
    assert AT.year == 2026
