"""Engagement falls against the customer's own habit: days on which they came, in the last eight weeks and the 24
before.

If nothing had changed, each day on which they came would fall into the last eight of the 32 weeks with a chance of a
quarter (the conditional test of two Poisson rates, J. Przyborowski and H. Wilenski, Biometrika 31, 1940).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from scipy.special import bdtr

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures

LEVEL = 0.001
RECENT, BEFORE = timedelta(weeks=8), timedelta(weeks=24)
SHARE = RECENT / (RECENT + BEFORE)
# Who came on fewer days before has no habit that could be told from chance at this level.
FEWEST_DAYS = 24
# Relies on the index of viewers by customer; a row a viewer and day. A day may stand in the month (UTC) beside its own.
DAYS = """
SELECT viewer.customer_id,
    count(DISTINCT day.day) FILTER (WHERE day.day > %(since)s),
    count(DISTINCT day.day) FILTER (WHERE day.day <= %(since)s),
    max(day.day)
FROM analytics_viewerday AS day
JOIN campaigns_viewer AS viewer ON viewer.id = day.viewer_id
WHERE day.day > %(first)s AND day.day <= %(today)s AND viewer.customer_id IS NOT NULL
    AND day.series IN ('insight', 'promotion')
    AND day.month BETWEEN date_trunc('month', %(first)s::date - 1) AND %(today)s::date + 1
    AND (day.visits > 0 OR day.views > 0 OR day.responses > 0)
GROUP BY viewer.customer_id
HAVING count(DISTINCT day.day) FILTER (WHERE day.day <= %(since)s) >= %(fewest)s
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    since = today - RECENT
    values = {"today": today, "since": since, "first": since - BEFORE, "fewest": FEWEST_DAYS}
    for customer, recent, before, last in rows_of(DAYS, values):
        if float(bdtr(recent, recent + before, SHARE)) < LEVEL:
            yield customer, {"recent": recent, "before": before, "last": last.isoformat()}


def said(evidence: Evidence) -> str:
    values = {
        "days": figures.plural(evidence["recent"], "day"),
        "usual": figures.decimal(evidence["before"] * (RECENT / BEFORE)),
        "last": figures.day(date.fromisoformat(evidence["last"])),
    }
    return SAID % values


SAID = _("Came on %(days)s in the last eight weeks, where %(usual)s were usual in the 24 before; last on %(last)s.")


DETECTOR = Detector(
    name="engagement_falling",
    label=_("Engagement falls"),
    find=find,
    said=said,
    solution=_("Call and ask what has changed; share one of the next best materials on their page."),
    method=_(
        "Days on which they came in the last eight weeks compared with the 24 before; by chance alone, less "
        "than once in 1,000."
    ),
    false_alarms=0.001,
)
