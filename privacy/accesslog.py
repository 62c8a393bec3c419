"""Writing the access log. What cannot be logged is not shown: a failing insert raises NotLogged, which ends the request
with one page (503) that says so."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from privacy.models import AccessEntry, User
from privacy.purposes import Basis, is_incident_number
from privacy.roles import Role

log = structlog.get_logger(__name__)

COLUMNS = {
    "at": "%s", "id": "%s", "kind": "%s", "user_id": "%s", "actor": "%s", "roles": "%s::varchar[]", "purpose": "%s",
    "duty": "%s", "reference": "%s", "categories": "%s::smallint[]", "key": "%s", "place": "%s", "records": "%s",
    "intent_id": "%s", "why": "%s", "api_key": "%s",
}  # fmt: skip
INSERT = f'INSERT INTO "privacy_accessentry" ({", ".join(COLUMNS)}) VALUES '
LAGGING = "SET LOCAL synchronous_commit TO off; "
LINE = f"({', '.join(COLUMNS.values())})"


class NotLogged(Exception):
    """The access log could not be written, so nothing is shown."""


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, or a part of the program under its own name (`Actor.system("report")`)."""

    user_id: int | None = None
    name: str = ""
    roles: tuple[Role, ...] = ()
    # The shown part of the API key by which the account acts.
    api_key: str = ""

    @classmethod
    def of(cls, user: User) -> "Actor":
        return cls(user_id=user.pk, roles=tuple(user.roles), api_key=user.acting_key)

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A command or task that acts by itself; `name` in lower case, with underscores."""
        return cls(name=name)

    @property
    def is_system(self) -> bool:
        return bool(self.name)


def entry(kind: str, actor: Actor, basis: Basis | None = None, **columns: Any) -> AccessEntry:
    """A line of the log, not yet written."""
    roles = [role.value for role in actor.roles]
    by = {"user_id": actor.user_id, "actor": actor.name, "roles": roles, "api_key": actor.api_key}
    return AccessEntry(kind=kind, **by | stated(basis) | columns)


def stated(basis: Basis | None) -> dict[str, Any]:
    """The columns that say for what. A reference that is no incident's number is left out: it may be anything."""
    if basis is None:
        return {}
    reference = basis.reference if is_incident_number(basis.reference) else ""
    return {"purpose": basis.purpose, "duty": basis.duty or "", "reference": reference}


def write(*lines: AccessEntry, awaits_disk: bool = True) -> None:
    """Commit lines at once, in a transaction of their own; a month's partition is made when its first line needs it.

    Not to await the disk is for lines that others follow before anything leaves the program: the next commit that does,
    or `settle`, takes all that was committed before it to the disk (PostgreSQL's "Asynchronous Commit").
    Raises NotLogged where the database refuses them, and RuntimeError within a transaction, which could roll them back.
    """
    _write(lines, lambda: transaction.atomic(durable=True), INSERT if awaits_disk else LAGGING + INSERT)


def settle() -> None:
    """Return when every line that was committed is on the disk. Raises NotLogged."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_logical_emit_message(true, 'waymark', '')")  # a commit with something to flush
    except DatabaseError as error:
        raise NotLogged(gettext("The access log could not be written.")) from error


def write_along(line: AccessEntry) -> None:
    """Write a line in whatever transaction there is: it stands if what it tells of stands. Raises NotLogged."""
    _write((line,), transaction.atomic)


def _write(
    lines: Sequence[AccessEntry], begin: Callable[[], AbstractContextManager[Any]], statement: str = INSERT
) -> None:
    try:
        try:
            with begin() if connection.in_atomic_block else nullcontext():
                _insert(lines, statement)
        except IntegrityError as error:
            if not _lacks_partition(error):
                raise
            with begin():
                for line in lines:
                    _make_partition(line)
                _insert(lines, statement)
    except DatabaseError as error:
        raise NotLogged(gettext("The access log could not be written.")) from error


def _insert(lines: Sequence[AccessEntry], statement: str) -> None:
    """One message, which is a transaction of its own where there is none: each page that shows records waits for two,
    and `bulk_create`, which opens one around it, waited for the database three times as often."""
    values = [getattr(line, name) for line in lines for name in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(statement + ", ".join([LINE] * len(lines)), values)


def _lacks_partition(error: IntegrityError) -> bool:
    """Whether the row was refused because no partition takes it: a check violation (23514) that names no constraint."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis is not None and diagnosis.sqlstate == "23514" and not diagnosis.constraint_name


def _make_partition(line: AccessEntry) -> None:
    month = line.at.astimezone(UTC).date().replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_month_partition(%s, %s)", [AccessEntry._meta.db_table, month])


class NotLoggedMiddleware:
    """Answers with 503 and what to do where a request could not be logged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotLogged):
            return None
        log.error("access_not_logged", cause=type(exception.__cause__).__name__)
        answer = render(request, "503.html", status=503)
        answer["Retry-After"] = "60"
        return answer
