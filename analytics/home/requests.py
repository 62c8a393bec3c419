"""What the home page tells of individuals' requests: overdue, due, open, and what could not be made or told."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.home.duties import Duty, Line, Standing, counted
from privacy.agency import agency_today, agency_zone
from privacy.enums import PackageState, RequestState
from privacy.models import User
from privacy.models.rights import GRANTS, OPEN, WITH_LETTER
from privacy.rights.working_days import working_days_after
from privacy.roles import Permit
from records import figures

SOON = 3  # working days


class Waiting(NamedTuple):
    """How many requests are open, of these overdue and due soon; letters to earlier recipients to be sent; packages
    that failed; letters to requesters to be sent, of these written before today; packages to be handed over."""

    open: int
    overdue: int
    soon: int
    letters: int
    packages: int
    answers: int
    late_answers: int
    copies: int


# Relies on request_open_by_due (partial), and on the index of packages by request.
WAITING = """
WITH answers AS (
    SELECT count(*) AS to_be_sent, count(*) FILTER (WHERE at < %(midnight)s) AS late
    FROM privacy_requeststep
    WHERE step IN %(with_letter)s AND letter IS NOT NULL AND sent_at IS NULL
)
SELECT count(*), count(*) FILTER (WHERE due_on < %(today)s),
    count(*) FILTER (WHERE due_on BETWEEN %(today)s AND %(soon)s),
    (SELECT count(*) FROM privacy_correction WHERE sent_on IS NULL),
    (
        SELECT count(*)
        FROM privacy_package AS package
        JOIN privacy_request AS asked ON asked.id = package.request_id
        WHERE package.state = %(failed)s AND asked.state IN %(open)s
    ),
    (SELECT to_be_sent FROM answers), (SELECT late FROM answers),
    (
        SELECT count(DISTINCT package.request_id)
        FROM privacy_package AS package
        JOIN privacy_request AS asked ON asked.id = package.request_id
        WHERE package.state IN %(coming)s AND asked.state <> %(withdrawn)s
            AND EXISTS (
                SELECT FROM privacy_requeststep AS step
                WHERE step.request_id = package.request_id AND step.step IN %(grants)s
            )
            AND NOT EXISTS (
                SELECT FROM privacy_package AS other
                WHERE other.request_id = package.request_id AND other.downloaded_at IS NOT NULL
            )
    )
FROM privacy_request
WHERE state IN %(open)s
"""


def waiting() -> Waiting:
    """One query: Django's writing of three took longer than all else of them."""
    today = agency_today()
    values: dict[str, Any] = {
        "today": today, "soon": working_days_after(today, SOON),
        "open": tuple(state.value for state in OPEN), "failed": PackageState.FAILED.value,
        "midnight": datetime.combine(today, time.min, agency_zone()),
        "with_letter": tuple(step.value for step in WITH_LETTER),
        "coming": (PackageState.WAITING.value, PackageState.RUNNING.value, PackageState.READY.value),
        "grants": tuple(step.value for step in GRANTS), "withdrawn": RequestState.WITHDRAWN.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WAITING, values)
        return Waiting(*cursor.fetchone())


def requests_of_individuals(user: User) -> Iterable[Line]:
    """Those that are due, the letters that are to be sent, the packages that failed."""
    counts = waiting()
    yield from due_requests(counts)
    yield from unsent_answers(counts)
    yield from untold_corrections(counts.letters)
    yield from failed_packages(counts.packages)


def due_requests(counts: Waiting) -> Iterable[Line]:
    """Individuals' requests: those that are overdue, those that are due within the days of a reminder, the others."""
    address = reverse("requests")
    if overdue := counts.overdue:
        said = ngettext(
            "%(count)s request from individuals overdue", "%(count)s requests from individuals overdue", overdue
        )
        note = _("The legal deadline has passed: answer these first.")
        yield Line(counted(said, overdue), address, note, is_bad=True, standing=Standing.DUE)
    if soon := counts.soon:
        said = ngettext(
            "%(count)s request from individuals due within %(days)s working days",
            "%(count)s requests from individuals due within %(days)s working days",
            soon,
        )
        note = _("Each says what is to be done, and by when.")
        yield Line(said % {"count": figures.count(soon), "days": SOON}, address, note, standing=Standing.DUE)
    if others := counts.open - counts.overdue - counts.soon:
        said = ngettext(
            "%(count)s other request from individuals open", "%(count)s other requests from individuals open", others
        )
        note = _("They are still within the deadline, or waiting for the requester's answer.")
        yield Line(counted(said, others), address, note)


def unsent_answers(counts: Waiting) -> Iterable[Line]:
    """What was written or made for requesters and has not gone out, whatever state its request is in."""
    address = reverse("requests")
    if letters := counts.answers:
        said = ngettext(
            "%(count)s letter to requesters to be sent", "%(count)s letters to requesters to be sent", letters
        )
        note = _("Written but not sent: nobody has been answered until it goes out.")
        is_bad = counts.late_answers > 0
        yield Line(counted(said, letters), address, note, is_bad=is_bad, standing=Standing.DUE)
    if copies := counts.copies:
        said = ngettext(
            "%(count)s access package to be handed over", "%(count)s access packages to be handed over", copies
        )
        note = _("Its request was granted, but no copy was handed over.")
        yield Line(counted(said, copies), address, note, standing=Standing.DUE)


def untold_corrections(count: int) -> Iterable[Line]:
    """Earlier recipients who are to be told of a correction or of a statement of disagreement."""
    if count:
        said = ngettext(
            "%(count)s letter to earlier recipients to be sent",
            "%(count)s letters to earlier recipients to be sent",
            count,
        )
        note = _("They were given a value that was corrected or is disputed.")
        yield Line(counted(said, count), reverse("requests"), note, standing=Standing.DUE)


def failed_packages(count: int) -> Iterable[Line]:
    """Copies of a person's records that could not be made, of requests that are still open."""
    if count:
        said = ngettext(
            "%(count)s access package could not be made", "%(count)s access packages could not be made", count
        )
        note = _("Its request says why; have it made again there.")
        yield Line(counted(said, count), reverse("requests"), note, is_bad=True)


DUTIES = (Duty(requests_of_individuals, permits=(Permit.ANSWER_REQUESTS,)),)
