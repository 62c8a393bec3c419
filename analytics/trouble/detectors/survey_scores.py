"""They score low, or much lower than they did before.

An answer counts as the share of its scale that it reaches: 3 of 1 to 5 is a half.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures
from records.enums import QuestionKind
from records.intake.answers import BOUNDS

WITHIN, BEFORE = timedelta(days=60), timedelta(days=730)
LOW, FALL = 0.3, 0.4  # shares of the scale
# Of all that is asked on a scale, what says how content they are.
CONTENT = ("c09-customer-perception", "c17-customer-perception")
# The mean of each submission, the newest first, beside that of the one before. Relies on submission_of_customer and on
# answer_once. Feelings are sealed, have no number and stay out.
SCORES = """
WITH bounds AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(least)s::numeric[], %(most)s::numeric[]) AS scale(kind, low, high)
),
scored AS (
    SELECT coalesce(customer.merged_into_id, customer.id) AS customer_id, submission.submitted_at, survey.name,
        avg((answer.number - bounds.low) / (bounds.high - bounds.low)) AS score
    FROM records_submission AS submission
    JOIN records_customer AS customer ON customer.id = submission.customer_id
    JOIN records_survey AS survey ON survey.id = submission.survey_id
    JOIN records_answer AS answer ON answer.submission_id = submission.id AND answer.number IS NOT NULL
    JOIN records_question AS question ON question.id = answer.question_id
    JOIN bounds ON bounds.kind = question.kind
        AND (question.kind = 'promoter' OR question.element = ANY(%(content)s))
    WHERE survey.kind = 'survey' AND submission.submitted_at::date BETWEEN %(earliest)s AND %(today)s
    GROUP BY submission.id, customer.id, survey.id
),
ranked AS (
    SELECT customer_id, name, submitted_at, score,
        lag(score) OVER (PARTITION BY customer_id ORDER BY submitted_at) AS before,
        row_number() OVER (PARTITION BY customer_id ORDER BY submitted_at DESC) AS nth
    FROM scored
)
SELECT customer_id, name, submitted_at::date, score, before
FROM ranked
WHERE nth = 1 AND submitted_at::date > %(first)s AND (score <= %(low)s OR before - score >= %(fall)s)
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    kinds = [QuestionKind(kind) for kind in BOUNDS]
    values = {
        "today": today, "first": today - WITHIN, "earliest": today - BEFORE, "low": LOW, "fall": FALL,
        "content": list(CONTENT), "kinds": [kind.value for kind in kinds],
        "least": [BOUNDS[kind][0] for kind in kinds], "most": [BOUNDS[kind][1] for kind in kinds],
    }  # fmt: skip
    for customer, survey, day, score, before in rows_of(SCORES, values):
        found = {"survey": survey, "day": day.isoformat(), "score": round(float(score), 3)}
        yield customer, found | {"before": None if before is None else round(float(before), 3)}


def said(evidence: Evidence) -> str:
    day = figures.day(date.fromisoformat(evidence["day"]))
    values = {"score": f"{evidence['score']:.0%}".removesuffix("%"), "survey": evidence["survey"], "day": day}
    if evidence["before"] is None:
        return gettext("Scored %(score)s%% of the scale in “%(survey)s” on %(day)s.") % values
    values["before"] = f"{evidence['before']:.0%}".removesuffix("%")
    said = gettext("Scored %(score)s%% of the scale in “%(survey)s” on %(day)s; %(before)s%% the time before.")
    return said % values


DETECTOR = Detector(
    name="survey_scores",
    label=_("Scores low, or lower than before"),
    find=find,
    said=said,
    solution=_("Call and ask what went wrong before the next material goes out."),
    method=_(
        "The newest survey of the last 60 days, in what they think of us and whether they would recommend "
        "us: scores of 30% of their scales or less on average, or 40 points of 100 below the survey before."
    ),
    false_alarms=0.01,
    categories=(9, 17),
)
