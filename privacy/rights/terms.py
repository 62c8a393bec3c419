"""Days, counts and prices of the procedure that a privacy officer may change, with a reason that is kept.

Each names its source, and whether we could read it (docs/rights.md). What the law itself fixes has no entry.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from privacy.models import Term, User


@dataclass(frozen=True)
class Kind:
    """`name` in the database and in code; `unit` what it counts. Labels are told in the reader's language."""

    name: str
    label: str
    usual: Decimal
    unit: str
    source: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("acknowledge", _("Acknowledge a request within"), Decimal(10), _("working days"),
             "5 U.S.C. 552a(d)(2)(A)"),
        Kind("amend", _("Decide a request for amendment within"), Decimal(30), _("working days"),
             "39 CFR 266; AS-353 3-6"),
        Kind("answer", _("Answer any other request within"), Decimal(20), _("working days"),
             _("Our choice: no source sets it")),
        Kind("appeal_window", _("Time to appeal after the decision"), Decimal(30), _("calendar days"),
             "39 CFR 266 (2015)"),
        Kind("appeal_unanswered", _("Time to appeal after a request that nobody answered"), Decimal(90),
             _("calendar days"), "39 CFR 266 (2015)"),
        Kind("decide_appeal", _("Decide an appeal within"), Decimal(30), _("working days"), "5 U.S.C. 552a(d)(3)"),
        Kind("extension", _("Extend the time for good cause by"), Decimal(30), _("working days"),
             "5 U.S.C. 552a(d)(3)"),
        Kind("remind", _("Remind officers before a date"), Decimal(3), _("working days"), _("Our choice")),
        Kind("free_pages", _("Free pages in a first copy"), Decimal(100), _("pages"), "39 CFR 266 (2015)"),
        Kind("fee_a_page", _("Fee for each further page"), Decimal("0.15"), _("dollars"), "39 CFR 266 (2015)"),
        Kind("silence", _("Propose the end of a relationship after a silence of"), Decimal(24), _("months"),
             _("Our choice: the notice leaves open how the end of a relationship is known")),
        Kind("download", _("A package may be downloaded for"), Decimal(7), _("calendar days"), _("Our choice")),
    )
}  # fmt: skip


class BadTerm(ValueError):
    """A term cannot be set so. The message says what would do."""


def term(name: str) -> Decimal:
    """As it holds today. One query."""
    latest = Term.objects.filter(name=name).order_by("-id").first()
    return latest.value if latest else KINDS[name].usual


def days(name: str) -> int:
    return int(term(name))


# Relies on term_latest.
LATEST = "SELECT DISTINCT ON (name) name, value FROM privacy_term ORDER BY name, id DESC"


def all_terms() -> dict[str, Decimal]:
    """Every term as it holds today. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST)
        return {name: kind.usual for name, kind in KINDS.items()} | dict(cursor.fetchall())


def set_term(name: str, value: Decimal, reason: str, by: User) -> Term:
    """From now on it is this. Dates that run already stay. Raises BadTerm."""
    kind = KINDS[name]
    said = {"term": gettext(kind.label), "unit": gettext(kind.unit)}
    if not reason.strip():
        raise BadTerm(gettext("Enter the reason for the change: it is kept."))
    if value < 0 or (kind.unit != "dollars" and value != int(value)):
        raise BadTerm(gettext("%(term)s must be a whole number of %(unit)s, not less than 0.") % said)
    if kind.unit == "months" and value < 1:
        raise BadTerm(gettext("%(term)s must be at least one month.") % said)
    if kind.unit.endswith("days") and not 1 <= value <= 365:
        raise BadTerm(gettext("%(term)s must be between 1 and 365 %(unit)s.") % said)
    if value == term(name):
        raise BadTerm(gettext("That is already set."))
    return Term.objects.create(name=name, value=value, reason=reason.strip(), set_by=by)
