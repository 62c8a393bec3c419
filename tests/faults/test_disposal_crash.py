"""A disposal whose process is killed in the middle: nothing is lost or taken twice, and the next one ends it."""

from datetime import date

import pytest

from privacy.models import DispositionRun, PendingConsequence
from privacy.retention import journal, runs
from privacy.retention.enums import RunState
from privacy.roles import Role
from privacy.vault import has_key
from records.models import Customer
from tests.factories import make_customer, make_user
from tests.processes import running, wait_for
from tests.retention import approve_all, gone_customer, signed_list

pytestmark = pytest.mark.slow

PEOPLE = 12
# Batches of one row, and the death of the process at a place in the middle of one.
WORK = """
import os, signal
from privacy.models import DispositionRun
from privacy.retention import {module}, disposal, runs
real, calls = {module}.{name}, []
def dies(*given, **named):
    calls.append(1)
    if len(calls) == {nth}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
{module}.{name} = dies
runs.carry_on(DispositionRun.objects.get(), batch=1)
"""
# Before a batch's rows go; after they went and before the transaction ends; after it, before and amid what follows.
PLACES = [
    ("disposal", "take_away", 5),
    ("disposal", "_leave_to_do", 20),
    ("consequences", "settle", 34),
    ("journal", "write", 4),
    ("consequences", "destroy_keys", 3),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("module", "name", "nth"), PLACES)
def test_a_killed_process_leaves_what_the_next_one_ends(module: str, name: str, nth: int) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    approve_all(grace)
    people = [gone_customer(f"C-{number}") for number in range(PEOPLE)]
    for customer in people:
        customer.date_of_birth = date(1980, 1, 1)
        customer.save()
    stays = make_customer("D-1")
    run = signed_list(grace)

    with running("manage", "shell", "-v", "0", "-c", WORK.format(module=module, name=name, nth=nth)) as process:
        wait_for(lambda: process.poll() is not None, "the process is dead", seconds=120)
        assert process.returncode == -9
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    disposed = runs.counts(run)["disposed"]
    assert disposed < 2 * PEOPLE

    assert runs.carry_on(run, batch=1) == RunState.DONE
    assert list(Customer.objects.all()) == [stays]
    assert runs.counts(run)["disposed"] == 2 * PEOPLE
    assert [has_key(customer.key) for customer in people] == [False] * PEOPLE
    assert not PendingConsequence.objects.exists()
    named = [row[0] for gone in journal.entries() if gone.run == str(run.key) for row in gone.rows]
    assert sorted(named) == sorted([str(customer.key) for customer in people] * 2)
    assert DispositionRun.objects.get().left_over == 0
