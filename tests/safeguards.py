"""What tests of the safeguards need: an open incident with its readers, a contractor, a box on paper."""

from datetime import date, timedelta
from typing import Any

from privacy.agency import agency_today
from privacy.models import Incident, PhysicalUnit, SafeguardCare, User
from privacy.roles import Role
from privacy.safeguards import incidents
from tests.factories import make_user


def make_incident(number: str = "INC-7", *readers: User, **fields: Any) -> Incident:
    """An open case of this number, named by an officer of its own, for these readers."""
    officer = make_user(Role.PRIVACY_OFFICER, f"Opener {number.replace('-', '')}")
    return incidents.open_case(Incident(number=number, **{"scope": "A lost laptop.", **fields}), readers, officer)


def make_contractor(role: Role = Role.SALES, ends_on: date | None = None, **fields: Any) -> User:
    """A contractor whose contract lasts, or ends on a day; yesterday is the last that a test can make open."""
    about = {"name": "Contractor", "contract_number": "K-1", "contract_ends_on": ends_on or agency_today()}
    return make_user(role, is_contractor=True, **{**about, **fields})


def make_care(owner: User, safeguard: str = "SAF-1", **fields: Any) -> SafeguardCare:
    about = {"site": "Washington", "evidence": "Badge log.", "next_on": agency_today() + timedelta(days=30)}
    return SafeguardCare.objects.create(owner=owner, safeguard=safeguard, **{**about, **fields})


def make_unit(by: User, barcode: str = "WM-900001", **fields: Any) -> PhysicalUnit:
    """A box of surveys of 2020, whose three years are over."""
    about = {
        "series": "Surveys", "box": barcode[-3:], "site": "Washington", "categories": [9], "rule": "RET-7",
        "first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31), "is_indexed": True,
    }  # fmt: skip
    return PhysicalUnit.objects.create(registered_by=by, barcode=barcode, **{**about, **fields})
