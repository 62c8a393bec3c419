"""For what each role may read records: purposes of the notice, and statutory duties.

Sources: the notice's purposes 1 to 13, given to roles by what each role does (DESIGN section 9, "The door to records");
need to know, 5 U.S.C. 552a(b)(1); duties as privacy.enums.Duty says. Purposes 4 to 10 are those of the conference and
collaboration service, which Waymark does not run; of them some role has purpose 5, for the reports of its meetings, and
purpose 8. Which records serve a purpose is the notice's data (its reading): the page of the purposes and the door both
ask `unserved` and `is_served_by`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from privacy.enums import Duty
from privacy.notice import in_force, purpose
from privacy.roles import Role

# Purposes of the conference and collaboration service: its records are kept here, the service is not run here.
OF_THE_CONFERENCE_SERVICE = range(4, 11)
OF_MEETING_REPORTS = 5
CYBERSECURITY = 8
INCIDENT_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{1,39}")


@dataclass(frozen=True)
class Basis:
    """For what somebody reads: a purpose of the notice by number, or a duty; `reference` is an incident's number."""

    purpose: int | None = None
    duty: Duty | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        if (self.purpose is None) == (self.duty is None):
            raise ValueError("A basis is either a purpose or a duty.")

    @property
    def name(self) -> str:
        """What forms and addresses call it: `purpose-12`, `duty-audit`."""
        return f"purpose-{self.purpose}" if self.duty is None else f"duty-{self.duty.value}"

    @property
    def title(self) -> str:
        return gettext("Purpose %(number)s") % {"number": self.purpose} if self.duty is None else gettext("Duty")

    @property
    def text(self) -> str:
        """The purpose in the notice's words, or the duty in ours, in the reader's language. Raises NotInForce."""
        return gettext(self.duty.label if self.duty else purpose(self.purpose or 0).text)

    @property
    def needs_incident(self) -> bool:
        """Whether it may be used only with the number of an incident."""
        return self.purpose == CYBERSECURITY or self.duty is Duty.SECURITY_INCIDENT

    @property
    def is_referenced(self) -> bool:
        """Whether the incident's number is there where one is needed, and none where none is."""
        return is_incident_number(self.reference) if self.needs_incident else not self.reference

    def same_as(self, other: "Basis") -> bool:
        """Whether both are the same purpose or duty, whatever the incident."""
        return (self.purpose, self.duty) == (other.purpose, other.duty)


def is_incident_number(text: str) -> bool:
    """Whether it has the form of an incident's number: one word with a digit, so that it is no name and no sentence."""
    return INCIDENT_NUMBER.fullmatch(text) is not None


@dataclass(frozen=True)
class Entitlement:
    """What a role may read for; `usual` is what it reads for unless it says otherwise."""

    bases: tuple[Basis, ...] = ()
    usual: Basis | None = None


def _purposes(*numbers: int) -> tuple[Basis, ...]:
    return tuple(Basis(number) for number in numbers)


def _duties(*duties: Duty) -> tuple[Basis, ...]:
    return tuple(Basis(duty=duty) for duty in duties)


SELLING = (1, 2, 3, 11, 12)
ENTITLEMENTS: dict[Role, Entitlement] = {
    Role.SALES: Entitlement(_purposes(*SELLING), usual=Basis(12)),
    # Finds the meetings of the team, for the reports about them.
    Role.SALES_MANAGER: Entitlement(_purposes(*sorted({*SELLING, OF_MEETING_REPORTS})), usual=Basis(12)),
    # Keeps lists and publications (2), events (3) and what else marketing has (11).
    Role.MARKETING_MANAGER: Entitlement(_purposes(2, 3, 11, 13), usual=Basis(13)),
    Role.PRIVACY_OFFICER: Entitlement(
        _duties(Duty.ACCESS, Duty.AMENDMENT, Duty.ACCOUNTING), usual=Basis(duty=Duty.ACCESS)
    ),
    Role.RECORDS_ADMINISTRATOR: Entitlement(_duties(Duty.DISPOSITION), usual=Basis(duty=Duty.DISPOSITION)),
    # None is usual: each needs the number of an incident.
    Role.SECURITY_INVESTIGATOR: Entitlement((*_purposes(CYBERSECURITY), *_duties(Duty.SECURITY_INCIDENT))),
    Role.AUDITOR: Entitlement(_duties(Duty.AUDIT), usual=Basis(duty=Duty.AUDIT)),
    Role.IT_ADMINISTRATOR: Entitlement(),
}


def bases_of(roles: Iterable[Role]) -> list[Basis]:
    """What any of the roles may read for, each once, purposes before duties."""
    found = dict.fromkeys(basis for role in roles for basis in ENTITLEMENTS[role].bases)
    return sorted(found, key=lambda basis: (basis.purpose is None, basis.purpose or 0))


def usual_basis(roles: Iterable[Role]) -> Basis | None:
    """What somebody of these roles usually reads for: the first role's that has something usual."""
    usual = (ENTITLEMENTS[role].usual for role in roles)
    return next((basis for basis in usual if basis is not None), None)


def users_of(basis: Basis) -> list[Role]:
    """The roles that may read for it."""
    return [role for role in Role if any(basis.same_as(one) for one in ENTITLEMENTS[role].bases)]


def is_served_by(basis: Basis, category: int) -> bool:
    """Whether records of the category may be read for it: each for a duty. Raises KeyError where it is not in force."""
    return not unserved(basis, [category])


def unserved(basis: Basis, categories: Iterable[int]) -> list[int]:
    """Those of the categories whose records do not serve it. Raises KeyError where it is not in force."""
    wanted = list(categories)
    if basis.duty is not None or not wanted:
        return []
    served = in_force().purpose(basis.purpose or 0).categories
    return [category for category in wanted if category not in served]


def purposes_served_by(categories: Iterable[int]) -> list[Basis]:
    """The purposes in force that records of all these categories serve."""
    wanted = list(categories)
    return [basis for basis in every_basis() if basis.purpose and not unserved(basis, wanted)]


def fitting(bases: Iterable[Basis], categories: Sequence[int]) -> Basis | None:
    """Of these, the purpose that reaches most of the categories, and of such the one that reaches fewest others.

    None where none reaches any. A duty is never taken for somebody, nor what needs an incident's number.
    """
    purposes = [basis for basis in bases if basis.purpose and not basis.needs_incident]
    found = min(purposes, key=lambda basis: _distance(basis, categories), default=None)
    return found if found and len(unserved(found, categories)) < len(categories) else None


def _distance(basis: Basis, categories: Sequence[int]) -> tuple[int, int, int]:
    reach = in_force().purpose(basis.purpose or 0).categories
    return len(unserved(basis, categories)), len(reach), basis.purpose or 0


def every_basis() -> list[Basis]:
    """All purposes in force today, and all duties."""
    return [*(Basis(one.number) for one in in_force().purposes), *(Basis(duty=duty) for duty in Duty)]


def basis_named(name: str, reference: str = "") -> Basis | None:
    """The basis that a form calls so (`purpose-12`, `duty-audit`); None where that is none."""
    return next((Basis(one.purpose, one.duty, reference) for one in every_basis() if one.name == name), None)
