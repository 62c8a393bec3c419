"""What was there before the ledger came, what goes lawfully, and the tasks and acts around it."""

from datetime import UTC, date, datetime
from importlib import import_module
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
from django.db import connection

from config.schedule import SCHEDULE
from privacy.agency import agency_today
from privacy.disclosures import remove
from privacy.ledger import logmonths, naming, sealing
from privacy.ledger.checking import check
from privacy.ledger.lawful import forget
from privacy.ledger.proofs import as_file, proof_of_certificate
from privacy.ledger.verifying import verify
from privacy.models import (
    AccessEntry,
    DispositionRun,
    LedgerAct,
    LedgerLeaf,
    LedgerWaiting,
    LegalHold,
    RetentionClock,
    RetentionPolicy,
    User,
)
from privacy.retention import holding, standing
from privacy.retention.certificates import certificate_of, pdf_of
from privacy.retention.replaying import replay
from privacy.roles import Role
from privacy.tasks import seal_ledger
from tests.factories import make_user
from tests.ledger import disclosure, found, log_lines
from tests.retention import approve_all, dispose, gone_customer, hold_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace")


def test_what_was_written_before_the_ledger_came_is_sealed_first(grace: User) -> None:
    lines = log_lines(3)
    disclosure(grace, [uuid4()])
    LedgerWaiting.objects.all().delete()
    assert len(found()) == 5  # rows without a seal, and none waits
    with connection.cursor() as cursor:
        cursor.execute(import_module("privacy.migrations.0015_ledger").WRITTEN_BEFORE)
    assert sealing.seal_all() == 5
    first = LedgerLeaf.objects.filter(source=1).order_by("position").values_list("row", flat=True)
    assert list(first) == sorted((line.id for line in lines), key=str)  # of one moment, by their ids
    assert verify().is_clean


def test_the_schedule_seals_every_minute() -> None:
    entry = SCHEDULE["seal the ledger"]
    assert (entry["task"], entry["schedule"].total_seconds()) == ("privacy.tasks.seal_ledger", 60)
    log_lines(2)
    seal_ledger()
    seal_ledger()
    assert LedgerLeaf.objects.count() == 2


def test_what_was_made_up_goes_without_being_missed(grace: User) -> None:
    approve_all(grace)
    hold_on(grace, categories=[3])
    gone_customer()
    dispose(grace)
    made = disclosure(grace, [uuid4()])
    sealing.seal_all()
    for model in (DispositionRun, LegalHold, RetentionPolicy):
        forget(model.objects.all())
        assert not model.objects.exists()
    remove([made.pk], "demo")
    sealing.seal_all()
    assert (verify().findings, verify().gone) == ([], 2)
    assert set(LedgerAct.objects.filter(told__why="demo").values_list("kind", flat=True)) == {
        "accounting_removed", "disposition_removed", "hold_removed", "rule_removed",
    }  # fmt: skip


def test_a_replay_begins_a_line_of_its_own(grace: User) -> None:
    approve_all(grace)
    gone_customer()
    dispose(grace)
    sealing.seal_all()
    done = replay()
    act = LedgerAct.objects.get(kind="restored")
    assert act.told == {"entries": done.entries, "rows": 0}
    assert naming.origin()[1] == f"{naming.name()}/{act.reference}"
    sealing.seal_all()
    assert verify().is_clean


def test_the_document_of_a_certificate_has_its_place_and_proof(grace: User) -> None:
    approve_all(grace)
    gone_customer()
    run = dispose(grace)
    assert certificate_of(run).ledger == "Not sealed yet: the ledger is sealed every minute."
    sealing.seal_all()
    made = certificate_of(run)
    assert made.sealed is not None
    text = "".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(pdf_of(made)))
    words = "".join(text.split())
    assert f"Entry{made.sealed.position}of{made.sealed.size},sealedon" in words
    assert all(one in words for one in made.sealed.hashes)
    assert "".join(made.sealed.checkpoint.split()) in words
    proof = proof_of_certificate(run)
    assert (proof["position"], proof["hashes"]) == (made.sealed.position, made.sealed.hashes)
    assert check(as_file(proof), naming.verifiers()).is_signed


def test_holds_tell_each_change_of_theirs(grace: User) -> None:
    reference, person = uuid4(), uuid4()
    for review in (date(2027, 1, 1), date(2027, 2, 1)):
        holding.open_request_hold(reference, [person], grace, review)
    holding.release_request_hold(reference, grace)
    kinds = list(LedgerAct.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["hold_placed", "hold_changed", "hold_released"]
    assert found() == []


# Months of the access log --------------------------------------------------------------------------------------------


def at_the_month(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(logmonths, "agency_today", lambda: day)


def test_months_that_nobody_accounts_for_any_more_go_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    for month in (2, 3, 4):
        log_lines(month, datetime(2021, month, 9, tzinfo=UTC))
    sealing.seal_all()
    at_the_month(monkeypatch, date(2026, 3, 31))
    assert logmonths.drop_expired() == ["2021-02"]
    at_the_month(monkeypatch, date(2026, 4, 1))  # five years after the last day of March
    assert logmonths.drop_expired() == ["2021-03"]
    assert logmonths.drop_expired() == []
    sealing.seal_all()
    assert (verify().findings, verify().gone) == ([], 5)
    assert AccessEntry.objects.count() == 4


def test_a_month_whose_lines_wait_for_their_seal_goes_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    log_lines(1, datetime(2021, 2, 9, tzinfo=UTC))
    at_the_month(monkeypatch, date(2026, 11, 28))
    assert logmonths.drop_expired() == []
    sealing.seal_all()
    assert logmonths.drop_expired() == ["2021-02"]


@pytest.mark.parametrize(("doubt", "is_approved", "left"), [("", True, 0), ("The clock.", True, 1), ("", False, 1)])
def test_the_clock_drops_them_where_it_is_believed_and_the_rules_are_approved(
    grace: User, doubt: str, left: int, *, is_approved: bool
) -> None:
    if is_approved:
        approve_all(grace)
    log_lines(1, datetime(2020, 2, 9, tzinfo=UTC))
    sealing.seal_all()
    RetentionClock.objects.create(day=agency_today(), doubt=doubt)
    standing.tick()
    assert AccessEntry.objects.filter(at__year=2020).count() == left
