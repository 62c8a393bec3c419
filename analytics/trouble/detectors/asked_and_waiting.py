"""They asked for something, and the day by which it was to be done is over."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from campaigns.enums import Action
from records import figures

# What somebody unknown asked is not theirs.
WAITING = """
SELECT DISTINCT ON (viewer.customer_id) viewer.customer_id, task.action, task.due_on,
    count(*) OVER (PARTITION BY viewer.customer_id)
FROM campaigns_followup AS task
JOIN campaigns_viewer AS viewer ON viewer.id = task.viewer_id
WHERE viewer.customer_id IS NOT NULL AND task.done_at IS NULL AND task.due_on < %(today)s
    AND task.grade <> 'unknown'
ORDER BY viewer.customer_id, task.due_on, task.id
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    for customer, action, due, count in rows_of(WAITING, {"today": today}):
        yield customer, {"action": action, "due": due.isoformat(), "count": count}


def said(evidence: Evidence) -> str:
    due, asked = figures.day(date.fromisoformat(evidence["due"])), gettext(Action(evidence["action"]).asked)
    values = {"asked": asked, "due": due, "others": figures.plural(evidence["count"] - 1, "other thing")}
    if evidence["count"] > 1:
        return _("%(asked)s, due on %(due)s and not done, and %(others)s.") % values
    return _("%(asked)s, due on %(due)s and not done.") % values


DETECTOR = Detector(
    name="asked_and_waiting",
    label=_("Asked and still waiting"),
    find=find,
    said=said,
    solution=_("Do what they asked for, or pass the task on; tell them when to expect it."),
    method=_("A task that a customer asked for, open after the day on which it was due."),
    false_alarms=0.0,
)
