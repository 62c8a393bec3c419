"""What came out of a survey: each question's answers, and of those answered by numbers how they move over its waves.

Groups of fewer than 5 people are hidden, whoever reads (records.results): answers were given to be added up.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from records.models import Survey
from records.results import Result, results_of
from records.tallying import given_in
from records.waves import Trend, trends_of, waves_of


@dataclass(frozen=True)
class SurveyReport:
    """`submissions` is how many were handed in, `counted_at` when it was counted."""

    survey: Survey
    submissions: int
    results: tuple[Result, ...]
    trends: tuple[Trend, ...]
    counted_at: datetime


def survey_report(survey: Survey) -> SurveyReport:
    """Six queries at most, whatever the number of questions."""
    waves = waves_of(survey)
    given = given_in(*(wave.pk for wave in waves))
    return SurveyReport(
        survey=survey,
        submissions=survey.submissions.count(),
        results=tuple(results_of(survey, given)),
        trends=tuple(trends_of(waves, given)),
        counted_at=timezone.now(),
    )
