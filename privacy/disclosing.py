"""Disclosing records outside the agency by hand: under what, what that one demands, and what is refused outright.

Sources: 5 U.S.C. 552a(b) and the notice's routine uses (the system applies 1 to 7, 10 and 11); (o) for comparisons;
39 U.S.C. 412 for names and addresses. (b)(1), staff who need the records, and (b)(2), FOIA, are not accounted for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from privacy.agency import agency_today, agency_zone
from privacy.disclosures import LAW_ENFORCEMENT_USE, routine_uses
from privacy.models import Disclosure, MatchingAgreement, User
from privacy.models.disclosure import LAW_ENFORCEMENT_EXCEPTION
from privacy.notice import RoutineUse
from privacy.wording import day, label_words

SALE_IS_REFUSED = _("39 U.S.C. 412 forbids selling or renting names or addresses: this is refused, no matter who asks.")


class Refused(ValueError):
    """It may not be disclosed so. The message says why, by which law."""


@dataclass(frozen=True)
class Demand:
    """What an authority demands: a text, or a day. `label` is English, as it is kept with the answer."""

    label: str
    is_day: bool = False

    @property
    def words(self) -> str:
        """In the reader's language."""
        return gettext(self.label)


@dataclass(frozen=True)
class Authority:
    """Under what something may be disclosed. `name` is what forms and addresses call it: `use-4`, `exception-7`."""

    name: str
    label: str
    demands: tuple[Demand, ...]
    routine_use: int | None = None
    exception: int | None = None

    @property
    def is_for_law_enforcement(self) -> bool:
        return self.routine_use == LAW_ENFORCEMENT_USE or self.is_withheld

    @property
    def is_withheld(self) -> bool:
        """Whether the person is not shown a disclosure under it."""
        return self.exception == LAW_ENFORCEMENT_EXCEPTION


USE_DEMANDS = {
    1: (Demand(_("Proceeding: court or tribunal, and number")), Demand(_("Why the records are relevant to it"))),
    2: (
        Demand(_("Law that is charged with, and the agency responsible for it")),
        Demand(_("Request, or own knowledge of it")),
    ),
    3: (Demand(_("The individual's letter to the office: where it is on file")),),
    4: (Demand(_("Contract number")), Demand(_("What the contractor needs the records for"))),
    5: (Demand(_("Audit, and the body's authority for it")),),
    6: (Demand(_("Law or labor agreement that requires it")),),
    7: (Demand(_("Decision for which the agency needs it")),),
    10: (Demand(_("Transaction that it facilitates or resolves")),),
    11: (Demand(_("Inquiry, claim or service that it is part of")),),
}
EXCEPTIONS: dict[int, tuple[str, tuple[Demand, ...]]] = {
    4: (_("Bureau of the Census"), (Demand(_("Census or survey under title 13")),)),
    5: (
        _("Statistical research, not individually identifiable"),
        (
            Demand(_("Advance written assurance: where it is on file")),
            Demand(_("How the records are made unidentifiable")),
        ),
    ),
    6: (_("National Archives"), (Demand(_("Why the records warrant continued preservation")),)),
    7: (
        _("Law enforcement, on a written request"),
        (
            Demand(_("Head of the agency who signed the written request")),
            Demand(_("Day of the written request"), is_day=True),
            Demand(_("Portion of the record that is wanted")),
            Demand(_("Law enforcement activity for which it is wanted")),
        ),
    ),
    8: (
        _("Health or safety of an individual"),
        (
            Demand(_("Compelling circumstances")),
            Demand(_("Day on which notice was sent to the person's last known address"), is_day=True),
        ),
    ),
    9: (_("House of Congress, or a committee"), (Demand(_("House or committee, and the matter in its jurisdiction")),)),
    10: (_("Comptroller General"), (Demand(_("Duty of the Government Accountability Office")),)),
    11: (
        _("Order of a court"),
        (
            Demand(_("Court and docket number")),
            Demand(_("Day of the order"), is_day=True),
            Demand(_("Notice to the person: when, or why not")),
        ),
    ),
    12: (_("Consumer reporting agency"), (Demand(_("Claim under 31 U.S.C. 3711(e), and the notices given")),)),
}
CONSENT = Authority(
    "consent",
    _("The person's own written request or consent"),
    (Demand(_("Day of the request or consent"), is_day=True), Demand(_("Where it is on file"))),
)


def authorities() -> list[Authority]:
    """All that may be relied on today, in the reader's language."""
    uses = [
        Authority(f"use-{one.number}", _use_words(one), USE_DEMANDS.get(one.number, ()), one.number)
        for one in routine_uses()
    ]
    exceptions = [
        Authority(f"exception-{number}", f"5 U.S.C. 552a(b)({number}): {gettext(label)}", demands, exception=number)
        for number, (label, demands) in EXCEPTIONS.items()
    ]
    return [*uses, *exceptions, replace(CONSENT, label=gettext(CONSENT.label))]


def _use_words(use: RoutineUse) -> str:
    return gettext("Routine use %(number)s: %(title)s") % {"number": use.number, "title": label_words(use.title)}


def authority_named(name: str) -> Authority | None:
    return next((one for one in authorities() if one.name == name), None)


@dataclass(frozen=True)
class Release:
    """What is disclosed, in words that hold nothing of the records themselves."""

    on: date
    nature: str
    purpose: str
    recipient_name: str
    recipient_address: str
    categories: tuple[int, ...]
    evidence: tuple[tuple[str, str], ...]
    is_for_pay: bool = False
    is_comparison: bool = False
    agreement: MatchingAgreement | None = None


def disclose(authority: Authority, release: Release, persons: Sequence[UUID], by: User) -> Disclosure:
    """Write the accounting of a disclosure of these persons' records. Raises Refused."""
    check(authority, release, persons)
    with transaction.atomic():
        made = Disclosure.objects.create(
            reference=uuid4(),
            disclosed_at=datetime.combine(release.on, time(12), agency_zone()),
            nature=release.nature,
            purpose=release.purpose,
            routine_use=authority.routine_use,
            exception=authority.exception,
            is_by_consent=authority.name == CONSENT.name,
            evidence=[list(pair) for pair in release.evidence],
            is_for_law_enforcement=authority.is_for_law_enforcement,
            agreement=release.agreement if release.is_comparison else None,
            recipient_name=release.recipient_name,
            recipient_address=release.recipient_address,
            categories=sorted(release.categories),
            disclosed_by=by,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO privacy_disclosedperson (disclosure_id, person) SELECT %s, unnest(%s::uuid[])",
                [made.pk, sorted(set(persons))],
            )
    return made


def check(authority: Authority, release: Release, persons: Sequence[UUID]) -> None:
    """Raises Refused for the first rule that it breaks."""
    if release.is_for_pay:
        raise Refused(gettext(SALE_IS_REFUSED))
    if not persons:
        raise Refused(gettext("Enter whose records they are: an accounting is kept for each person."))
    if release.on > agency_today():
        raise Refused(gettext("The day of the disclosure is in the future."))
    if not release.categories:
        raise Refused(gettext("Choose the categories of the records."))
    missing = [one.words for one in authority.demands if not dict(release.evidence).get(one.label, "").strip()]
    if missing:
        raise Refused(
            gettext("%(authority)s requires: %(missing)s.")
            % {"authority": authority.label, "missing": "; ".join(missing)}
        )
    if release.is_comparison:
        check_agreement(release.agreement, release.on)


def check_agreement(agreement: MatchingAgreement | None, on: date) -> None:
    """Raises Refused unless a matching agreement is on file that is in force on the day. Source: 552a(o)."""
    if agreement is None:
        raise Refused(
            gettext("Comparing records with another system needs a matching agreement on file (5 U.S.C. 552a(o)).")
        )
    if not agreement.effective_on <= on <= agreement.ends_on:
        raise Refused(
            gettext("The agreement with %(agency)s is in force from %(first)s to %(last)s, not on that day.")
            % {
                "agency": agreement.agency,
                "first": day(agreement.effective_on),
                "last": day(agreement.ends_on),
            }
        )
