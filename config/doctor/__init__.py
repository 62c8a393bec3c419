"""The doctor: what is wrong with this installation and what to do about it, one line a check (`manage.py doctor`).

A new check is one function and one line of CHECKS.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from config.doctor import ledger, machine, processes, retention, servers, vault
from config.doctor.findings import FAILURES, Finding, Level, fail, in_a_line

ADVICE_WHERE_NEEDED = "See the line of what it needs."


class Check(NamedTuple):
    """`look` is not called where the check named `needs` failed."""

    name: str
    look: Callable[[], Finding]
    needs: str = ""


class Examined(NamedTuple):
    name: str
    finding: Finding


CHECKS = (
    Check("settings", machine.look_at_settings),
    Check("database", servers.look_at_database),
    Check("roles", servers.look_at_roles, needs="database"),
    Check("migrations", servers.look_at_migrations, needs="database"),
    Check("redis", servers.look_at_redis),
    Check("certificates", servers.look_at_certificates),
    Check("worker", processes.look_at_worker, needs="redis"),
    Check("beat", processes.look_at_beat, needs="redis"),
    Check("schedule", processes.look_at_schedule, needs="redis"),
    Check("fold", processes.look_at_fold, needs="migrations"),
    Check("failed tasks", processes.look_at_failed_tasks, needs="migrations"),
    Check("mail", servers.look_at_mail),
    Check("vault", vault.look_at_vault),
    Check("sealed values", vault.look_at_sealed_values, needs="migrations"),
    Check("retention", retention.look_at_retention, needs="migrations"),
    Check("ledger", ledger.look_at_ledger, needs="migrations"),
    Check("storage", machine.look_at_storage),
    Check("store", machine.look_at_store),
    Check("disk", machine.look_at_disk),
    Check("clock", machine.look_at_clock, needs="database"),
    Check("static files", machine.look_at_static_files),
)


def examine(checks: Iterable[Check] = CHECKS) -> Iterator[Examined]:
    """Make the checks, one after the other."""
    failed: set[str] = set()
    for check in checks:
        finding = fail(f"Not looked at: {check.needs} failed.", ADVICE_WHERE_NEEDED)
        if check.needs not in failed:
            finding = _look(check)
        if finding.level is Level.FAIL:
            failed.add(check.name)
        yield Examined(check.name, finding)


def _look(check: Check) -> Finding:
    try:
        return check.look()
    except FAILURES as problem:
        connection.close()
        return fail(f"Does not answer: {in_a_line(problem)}", "Check that it runs, and the address in the settings.")
