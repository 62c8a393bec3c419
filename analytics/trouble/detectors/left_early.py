"""They open what is sent and leave at once: of three materials or more, none was read beyond its first page."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures

WITHIN = timedelta(days=60)
MATERIALS, PAGES = 3, 4
LEFT = """
SELECT viewer.customer_id, count(DISTINCT seen.material_id), max(seen.last_at)::date
FROM analytics_viewermaterial AS seen
JOIN campaigns_viewer AS viewer ON viewer.id = seen.viewer_id
JOIN campaigns_material AS material ON material.id = seen.material_id AND material.page_count >= %(pages)s
LEFT JOIN (
    SELECT viewer_id, material_id, max(page) AS farthest FROM analytics_viewerpage WHERE reads > 0 GROUP BY 1, 2
) AS read ON read.viewer_id = seen.viewer_id AND read.material_id = seen.material_id
WHERE viewer.customer_id IS NOT NULL AND seen.views > 0 AND seen.last_at::date BETWEEN %(first)s AND %(today)s
GROUP BY viewer.customer_id
HAVING count(DISTINCT seen.material_id) >= %(materials)s AND max(coalesce(read.farthest, 0)) <= 1
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    values = {"today": today, "first": today - WITHIN, "materials": MATERIALS, "pages": PAGES}
    for customer, materials, last in rows_of(LEFT, values):
        yield customer, {"materials": materials, "last": last.isoformat()}


def said(evidence: Evidence) -> str:
    said = _("Opened %(count)s materials in 60 days and read none beyond its first page.")
    return said % {"count": figures.count(evidence["materials"])}


DETECTOR = Detector(
    name="left_early",
    label=_("Leaves at the first page"),
    find=find,
    said=said,
    solution=_("Ask what they are looking for, and share something shorter."),
    method=_(
        "Three or more materials, of four or more pages each, opened in 60 days; none read beyond its first page."
    ),
    false_alarms=0.01,
)
