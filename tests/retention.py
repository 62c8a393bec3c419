"""What tests of retention need: approved rules, people whose relationship is over, a list that is made and run."""

from datetime import date
from typing import Any

from privacy.models import DispositionRun, LegalHold, User
from privacy.retention import holding, policies, runs
from privacy.retention.enums import RunState
from records.models import Customer, Merge
from tests.factories import make_customer

TODAY = date(2026, 11, 28)


def approve_all(by: User) -> None:
    policies.make_first_versions()
    for policy in policies.proposed():
        policies.approve(policy, by)


def gone_customer(number: str = "C-1", ended: date = date(2023, 1, 10), **fields: Any) -> Customer:
    """A customer, with a viewer, whose relationship ended on a day."""
    return make_customer(number, relationship_ended_on=ended, relationship_end_reason="moved away", **fields)


def hold_on(by: User, **scope: Any) -> LegalHold:
    about = {"name": "Matter 7", "reason": "Claim.", "issuer": "Counsel", "review_on": date(2027, 6, 1)}
    return holding.place(LegalHold(**{**about, **scope}), by)


def signed_list(by: User, as_of: date | None = None) -> DispositionRun:
    """The list of a day, made by the program and signed."""
    run = runs.make(as_of, made_as="test")
    runs.sign(run, by)
    run.refresh_from_db()
    return run


def dispose(by: User, as_of: date | None = None) -> DispositionRun:
    """Make, sign and run a list; the run as it ended."""
    run = signed_list(by, as_of)
    state = runs.carry_on(run)
    run.refresh_from_db()
    assert (state, run.said) == (RunState.DONE, "")
    return run


def merge_into(kept: Customer, absorbed: Customer) -> None:
    Customer.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    Merge.objects.create(kept=kept, absorbed=absorbed)
