"""They return again and again to the same material of the topic `help`: it does not answer what they ask."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures

TOPIC = "help"
VISITS = 4
WITHIN, LATEST = timedelta(days=30), timedelta(days=14)
RETURNS = """
SELECT DISTINCT ON (viewer.customer_id)
    viewer.customer_id, material.title, sum(seen.visits) AS visits, min(seen.first_at)::date, max(seen.last_at)::date
FROM analytics_viewermaterial AS seen
JOIN campaigns_viewer AS viewer ON viewer.id = seen.viewer_id
JOIN campaigns_material AS material ON material.id = seen.material_id
JOIN campaigns_material_tags AS tagged ON tagged.material_id = material.id
JOIN campaigns_tag AS tag ON tag.id = tagged.tag_id AND tag.slug = %(topic)s
WHERE viewer.customer_id IS NOT NULL
GROUP BY viewer.customer_id, material.id
HAVING sum(seen.visits) >= %(visits)s AND max(seen.last_at)::date > %(latest)s
    AND max(seen.last_at) - min(seen.first_at) <= %(within)s
ORDER BY viewer.customer_id, visits DESC, material.id
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    values = {"topic": TOPIC, "visits": VISITS, "latest": today - LATEST, "within": WITHIN}
    for customer, title, visits, first, last in rows_of(RETURNS, values):
        yield customer, {"title": title, "visits": int(visits), "first": first.isoformat(), "last": last.isoformat()}


def said(evidence: Evidence) -> str:
    first, last = (figures.day(date.fromisoformat(evidence[name])) for name in ("first", "last"))
    visits = figures.count(evidence["visits"])
    values = {"visits": visits, "title": evidence["title"], "first": first, "last": last}
    return _("Came %(visits)s times to “%(title)s” between %(first)s and %(last)s.") % values


DETECTOR = Detector(
    name="help_again",
    label=_("Returns to the same help"),
    find=find,
    said=said,
    solution=_("Call and answer the question; fix the material where others return to it too."),
    method=_("Four or more visits within 30 days to one material on the topic “help”, the last within two weeks."),
    false_alarms=0.01,
)
