"""What came out of a survey as a file: a row an answer of each question."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.source import Maker, Source
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.reports.survey import SurveyReport, survey_report
from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit
from privacy.wording import label_words
from records.listing import Kind
from records.models import Survey
from records.results import SMALLEST_GROUP, Result

NOTE = gettext_noop(
    "Answers from fewer than %(few)s people are marked “hidden”; where one could be computed from the "
    "others, the next smallest is hidden too. Zeros are real zeros."
)
METHOD = gettext_noop(
    "A person counts once per question, however often they submitted. Percentages are of the people who "
    "answered the question; where several choices are possible, they add up to more than 100%. Texts are "
    "people's own words, and feelings are sealed: for those, only how many answered is counted."
)
HEADS = (
    Head(_("No."), "number", Kind.COUNT),
    Head(_("Question"), "question"),
    Head(_("Kind of survey data"), "element"),
    Head(_("Answer"), "answer"),
    Head(_("People"), "people", Kind.COUNT),
    Head(pgettext_lazy("column", "Share"), "share", Kind.RATE),
    Head(pgettext_lazy("column", "Answered"), "answered", Kind.COUNT),
)


def survey_table(report: SurveyReport, as_of: datetime, notes: Notes) -> Table:
    return Table(
        name=report_name("survey", report.survey.slug),
        title=report.survey.name,
        heads=HEADS,
        rows=iter([row for result in report.results for row in rows_of(result)]),
        as_of=min(as_of, report.counted_at),
        notes=(
            *notes,
            (gettext("Small groups"), gettext(NOTE) % {"few": SMALLEST_GROUP}),
            (gettext("Method"), gettext(METHOD)),
        ),
        pictures=pictures_of("survey", report, Asked()),
    )


def rows_of(result: Result) -> list[list[Any]]:
    asked = [result.question.number, result.question.text, label_words(result.question.element_label)]
    answered = HIDDEN if result.people is None else result.people
    if not result.bars:
        return [[*asked, "", None, None, answered]]
    return [[*asked, bar.answer, *_told(bar.people, result.people or 0), answered] for bar in result.bars]


def _told(people: int | None, answered: int) -> list[Any]:
    """How many, and their share; of nobody there is none."""
    return [HIDDEN, HIDDEN] if people is None else [people, people / answered if answered else None]


def survey_source(user: User, key: str, query: str) -> Source:
    """What came out of a survey, groups of few people always hidden."""
    require(user, Permit.VIEW_PROGRAMMES)
    try:
        found = get_object_or_404(Survey, key=UUID(key))
    except ValueError:
        raise Http404 from None

    def table(as_of: datetime, notes: Notes) -> Table:
        return survey_table(survey_report(found), as_of, notes)

    page = reverse("survey_results", args=[found.key])
    count = lambda: sum(max(len(result.bars), 1) for result in survey_report(found).results)  # noqa: E731
    return Source(f"survey/{found.key}", found.name, page, count, table, draws=True)


SOURCES: dict[str, Maker] = {"survey": survey_source}
