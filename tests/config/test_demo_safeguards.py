"""Clearing the demo takes what its staff did with safeguards, paper and readings, and nothing of anybody else's."""

import pytest

from config.demo.safeguards import clear_safeguards
from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.models import (
    AccessReview,
    Destruction,
    Incident,
    IncidentReader,
    PhysicalUnit,
    ReadingDecision,
    ReviewedAccount,
    SafeguardCare,
    SafeguardCheck,
    UnitKey,
    User,
)
from privacy.physical import destroying, index
from privacy.physical.destroying import Way
from privacy.physical.enums import Destroying
from privacy.readings import deciding, listing
from privacy.roles import Role
from privacy.safeguards import keeping, reviewing
from privacy.safeguards.enums import Verdict
from tests.factories import make_user
from tests.retention import approve_all
from tests.safeguards import make_care, make_incident, make_unit

pytestmark = pytest.mark.django_db
TODAY = agency_today()
MODELS = (
    AccessReview, ReviewedAccount, SafeguardCare, SafeguardCheck, Incident, IncidentReader, ReadingDecision,
    PhysicalUnit, Destruction, UnitKey,
)  # fmt: skip


def work(officer: User, other: User, investigator: User, barcode: str) -> None:
    """One of everything that somebody does here."""
    care = make_care(officer, site=officer.name)
    keeping.record(SafeguardCheck(care=care, done_on=TODAY, finding="in_order", said="Fine."), officer)
    make_incident(f"INC-{officer.pk}", investigator)
    Incident.objects.filter(number=f"INC-{officer.pk}").update(opened_by=officer)
    IncidentReader.objects.filter(user=investigator).update(named_by=officer)
    deciding.confirm(listing.readings()[:2], "Fine.", officer)
    unit = make_unit(officer, barcode, box=barcode)
    index.add(unit, KeyKind.NAME, ["Ada"])
    destruction = destroying.list_for([unit], Way(Destroying.SHREDDING, "", "Denver"), officer)
    destroying.witness(destruction, [barcode], TODAY, other)
    index.add(make_unit(officer, f"{barcode}-B", box=f"{barcode}-B"), KeyKind.NAME, ["Ada"])


def staff(name: str, *, is_demo: bool) -> tuple[User, User, User]:
    return (
        make_user(Role.PRIVACY_OFFICER, f"{name} Officer", is_demo=is_demo),
        make_user(Role.IT_ADMINISTRATOR, f"{name} Administrator", is_demo=is_demo),
        make_user(Role.SECURITY_INVESTIGATOR, f"{name} Investigator", is_demo=is_demo),
    )


def counted() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def test_what_the_demos_staff_did_goes_and_what_others_did_stays() -> None:
    real = staff("Real", is_demo=False)
    approve_all(real[0])
    work(*real, "REAL-1")
    before = counted()
    assert min(count for name, count in before.items() if "Review" not in name) > 0
    made_up = staff("Demo", is_demo=True)
    work(*made_up, "DEMO-1")
    review, _ = reviewing.open_review(TODAY)
    reviewing.decide(review.accounts.get(account=real[0]), Verdict.CONFIRM, "", real[1])
    reviewing.decide(review.accounts.get(account=real[1]), Verdict.CONFIRM, "", made_up[0])
    clear_safeguards()
    after = counted()
    assert {name: count for name, count in after.items() if "Review" not in name} == {
        name: count for name, count in before.items() if "Review" not in name
    }
    kept = set(ReviewedAccount.objects.values_list("account__name", flat=True))
    assert "Real Officer" in kept
    assert not any(name.startswith(("Demo", "Real Administrator")) for name in kept)
    User.objects.filter(is_demo=True).delete()
    assert User.objects.filter(name="Real Officer").exists()


def test_a_review_of_the_demos_staff_alone_goes_with_them() -> None:
    staff("Demo", is_demo=True)
    reviewing.open_review(TODAY)
    clear_safeguards()
    assert (AccessReview.objects.count(), ReviewedAccount.objects.count()) == (0, 0)
    User.objects.filter(is_demo=True).delete()
    assert not User.objects.exists()


def test_a_review_that_somebody_of_the_demo_signed_goes_whole() -> None:
    real, made_up = staff("Real", is_demo=False), staff("Demo", is_demo=True)
    review, _ = reviewing.open_review(TODAY)
    for line in review.accounts.select_related("account"):
        reviewing.decide(line, Verdict.CONFIRM, "", real[1] if line.account_id == real[0].pk else real[0])
    reviewing.sign(review, made_up[0])
    clear_safeguards()
    assert not AccessReview.objects.exists()
