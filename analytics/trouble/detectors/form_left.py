"""They began a form and did not finish it: what they had to say, or wanted, is lost on the way."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures

# Answers that were begun and left are deleted after 30 days (campaigns.programmes.sheets.KEPT_DAYS).
LEFT, WITHIN = timedelta(days=3), timedelta(days=30)
# Of each customer the form that was left last, by the index answer_sheet_left.
FORMS = """
SELECT DISTINCT ON (viewer.customer_id) viewer.customer_id, survey.name, sheet.saved_at::date,
    count(*) OVER (PARTITION BY viewer.customer_id)
FROM campaigns_answersheet AS sheet
JOIN campaigns_share AS share ON share.id = sheet.share_id
JOIN campaigns_viewer AS viewer ON viewer.id = share.recipient_id
JOIN records_survey AS survey ON survey.id = sheet.survey_id
WHERE sheet.handed_in_at IS NULL AND viewer.customer_id IS NOT NULL
    AND sheet.saved_at::date BETWEEN %(first)s AND %(last)s
    AND (survey.closes_on IS NULL OR survey.closes_on >= %(today)s)
ORDER BY viewer.customer_id, sheet.saved_at DESC, sheet.id
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    for customer, form, day, count in rows_of(FORMS, {"first": today - WITHIN, "last": today - LEFT, "today": today}):
        yield customer, {"form": form, "day": day.isoformat(), "count": count}


def said(evidence: Evidence) -> str:
    day = figures.day(date.fromisoformat(evidence["day"]))
    values = {"form": evidence["form"], "day": day}
    if evidence["count"] == 1:
        return gettext("Began “%(form)s” and left it on %(day)s.") % values
    more = figures.plural(evidence["count"] - 1, "other form")
    return gettext("Began “%(form)s” and left it on %(day)s, and %(more)s.") % {**values, "more": more}


DETECTOR = Detector(
    name="form_left",
    label=_("Leaves a form unfinished"),
    find=find,
    said=said,
    solution=_("Ask whether a question stopped them; send the link again: what they answered is still there."),
    method=_("A form begun through a share, still open, and left untouched for 3 to 30 days."),
    false_alarms=0.01,
    categories=(9,),
)
