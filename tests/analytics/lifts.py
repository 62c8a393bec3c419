"""Lifts of reports, for tests that know that there is one."""

from analytics.reports.campaign import VariantResult
from analytics.reports.judged import JudgedLift


def lift_in(arm: VariantResult, measure: str = "response_rate") -> JudgedLift:
    lift = arm.lift_in(measure)
    assert lift is not None
    return lift
