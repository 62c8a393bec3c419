"""Seals and what may befall them: transactions that commit late, two workers at once, a process that is killed."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from privacy.ledger import sealing
from privacy.ledger.verifying import verify
from privacy.models import LedgerCheckpoint, LedgerLeaf, LedgerWaiting
from tests.ledger import log_lines
from tests.processes import running, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Seals in batches of ten, and dies at the second time that it comes to a place.
WORK = """
import os, signal
from privacy.ledger import {module}, sealing
real, calls = {module}.{name}, []
def dies(*given, **named):
    calls.append(1)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
{module}.{name} = dies
sealing.BATCH = 10
sealing.seal_all()
"""
# After the leaves of a batch, before its nodes; before its checkpoint; before it is told; between two batches.
PLACES = [("sealing", "complete"), ("sealing", "_sign"), ("sending", "tell"), ("sealing", "seal")]


def in_thread(act: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        return bool(cursor.fetchone()[0])


def test_what_commits_after_the_seal_has_passed_its_number_is_sealed_next() -> None:
    written, go_on = threading.Event(), threading.Event()

    def commit_late() -> None:
        with transaction.atomic():
            log_lines(1)
            written.set()
            assert go_on.wait(60)

    log_lines(1)  # makes the month's partition, which two would wait for
    late = in_thread(commit_late)
    assert written.wait(60)
    log_lines(1)
    assert sealing.seal_all() == 2
    go_on.set()
    late.join()
    assert sealing.seal_all() == 1
    report = verify()
    assert (report.findings, report.size) == ([], 3)


def test_two_workers_seal_one_after_the_other() -> None:
    log_lines(30)
    with transaction.atomic():
        assert sealing.seal(10) == 10
        other = in_thread(lambda: sealing.seal(10))
        wait_for(waits_for_a_lock, "the other one waits")
    other.join()
    assert list(LedgerCheckpoint.objects.order_by("size").values_list("size", flat=True)) == [10, 20]
    assert sealing.seal_all() == 10
    assert verify().is_clean


@pytest.mark.parametrize(("module", "name"), PLACES)
def test_a_killed_process_leaves_what_the_next_one_seals(module: str, name: str) -> None:
    log_lines(25)
    with running("manage", "shell", "-v", "0", "-c", WORK.format(module=module, name=name)) as process:
        wait_for(lambda: process.poll() is not None, "the process is dead", seconds=120)
        assert process.returncode == -9
    assert (LedgerLeaf.objects.count(), LedgerWaiting.objects.count()) == (10, 15)
    assert verify().is_clean
    assert sealing.seal_all() == 15
    report = verify()
    assert (report.findings, report.size, report.checkpoints) == ([], 25, 2)
