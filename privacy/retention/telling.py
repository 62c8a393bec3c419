"""What a record's retention is: its rule and why, which day started its clock, when it is due, and what keeps it.

Asked of the database by the same statements that a disposition list is made with, so that it cannot say anything else.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from privacy.holdings import Holds, declaration_of
from privacy.models import LegalHold, RetentionPolicy
from privacy.retention.doubt import in_doubt
from privacy.retention.enums import VersionState
from privacy.retention.kinds import LAST, TRIGGER, Kind
from privacy.retention.policies import latest, rules
from privacy.retention.scopes import held
from privacy.retention.triggers import words_of
from privacy.wording import label_words


@dataclass(frozen=True)
class Told:
    """`day` starts the clock and `due_on` is the first day on which the record may go; None while it has not started.

    `holds` are the matters for which it is held; `is_in_doubt` where its person showed life after the end.
    """

    rule: str
    text: str
    period: str
    version: int
    is_approved: bool
    why: str
    trigger: str
    day: date | None
    due_on: date | None
    holds: tuple[str, ...]
    is_in_doubt: bool


def told_of(record: Model) -> Told | None:
    """None for a record that holds nothing of the notice, and for one that goes with a whole month of a log."""
    holds = declaration_of(type(record))
    if not isinstance(holds, Holds) or holds.is_whole:
        return None
    policies = latest()
    for rule in holds.rules:
        kind = Kind(type(record), holds, rule)
        if rule in policies and kind.rows().filter(pk=record.pk).exists():
            return _told(kind, policies[rule], record)
    return None


def _told(kind: Kind, policy: RetentionPolicy, record: Model) -> Told:
    notice = rules()[kind.rule]
    rows = kind.dated(policy).filter(pk=record.pk)
    day, last = rows.values_list(TRIGGER, LAST).get()
    matters = [hold for hold in LegalHold.objects.in_force() if rows.filter(_one(kind, hold)).exists()]
    doubt = in_doubt(kind, policy.trigger) if day else None
    return Told(
        rule=kind.rule.removeprefix("RET-"),
        text=_(notice.text),
        period=_(notice.period),
        version=policy.number,
        is_approved=policy.state == VersionState.IN_FORCE,
        why=why(kind, notice.scope),
        trigger=words_of(policy.trigger),
        day=day,
        due_on=last + timedelta(days=1) if last else None,
        holds=tuple(hold.name for hold in matters),
        is_in_doubt=bool(doubt and rows.filter(doubt).exists()),
    )


def _one(kind: Kind, hold: LegalHold) -> Q:
    return held(kind.model, kind.holds, TRIGGER, [hold])


def why(kind: Kind, scope: str) -> str:
    """Why a record is under its rule: what the rule is for, and that the record itself says so where several may be."""
    of = _("The rule is for %(scope)s.") % {"scope": label_words(scope)} if scope else ""
    is_chosen = len(kind.holds.rules) > 1
    chosen = _("Chosen according to why this record is held.") if is_chosen else _("All %(kind)s are under it.")
    return f"{of} {chosen % {'kind': kind.words}}".lstrip()
