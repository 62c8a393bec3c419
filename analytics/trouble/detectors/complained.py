"""They complained, or reported that something does not work."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from campaigns.enums import Action
from records import figures

WITHIN = timedelta(days=30)
# By what was done, and whether it was answered.
SAID = {
    (Action.COMPLAINT, True): _("Complained on %(day)s%(times)s; it was answered."),
    (Action.COMPLAINT, False): _("Complained on %(day)s%(times)s; it is still unanswered."),
    (Action.PROBLEM, True): _("Reported a problem on %(day)s%(times)s; it was answered."),
    (Action.PROBLEM, False): _("Reported a problem on %(day)s%(times)s; it is still unanswered."),
}
# The last of each customer; what somebody unknown wrote is not theirs. Relies on follow_up_of_viewer.
COMPLAINTS = """
SELECT DISTINCT ON (viewer.customer_id) viewer.customer_id, task.action, task.asked_at::date, task.done_at IS NOT NULL,
    count(*) OVER (PARTITION BY viewer.customer_id)
FROM campaigns_followup AS task
JOIN campaigns_viewer AS viewer ON viewer.id = task.viewer_id
WHERE viewer.customer_id IS NOT NULL AND task.action = ANY(%(kinds)s)
    AND task.grade <> 'unknown' AND task.asked_at::date BETWEEN %(first)s AND %(today)s
ORDER BY viewer.customer_id, task.asked_at DESC, task.id
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    values = {"kinds": [Action.COMPLAINT.value, Action.PROBLEM.value], "first": today - WITHIN, "today": today}
    for customer, kind, day, is_done, count in rows_of(COMPLAINTS, values):
        yield customer, {"kind": kind, "day": day.isoformat(), "done": is_done, "count": count}


def said(evidence: Evidence) -> str:
    day = figures.day(date.fromisoformat(evidence["day"]))
    count = figures.count(evidence["count"])
    times = _(", %(count)s times in 30 days") % {"count": count} if evidence["count"] > 1 else ""
    return SAID[Action(evidence["kind"]), evidence["done"]] % {"day": day, "times": times}


DETECTOR = Detector(
    name="complained",
    label=_("Complained"),
    find=find,
    said=said,
    solution=_("Call, even if it was answered: ask whether everything is all right now."),
    method=_("A complaint or a problem that the customer reported from a material in the last 30 days."),
    false_alarms=0.0,
)
