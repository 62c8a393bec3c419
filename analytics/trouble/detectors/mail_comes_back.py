"""Mail to them came back for good, or they complained of it."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from campaigns.enums import ReportKind
from records import figures

WITHIN = timedelta(days=90)
SAID = {
    ReportKind.HARD: _("A message came back as undeliverable on %(day)s%(status)s."),
    ReportKind.COMPLAINT: _("A message was reported as unwanted on %(day)s%(status)s."),
}
# The last report of each customer, if no message has reached them since.
REPORTS = """
SELECT DISTINCT ON (viewer.customer_id) viewer.customer_id, report.kind, report.read_at::date, report.status
FROM campaigns_mailreport AS report
JOIN campaigns_mailmessage AS message ON message.id = report.message_id
JOIN campaigns_share AS share ON share.id = message.share_id
JOIN campaigns_viewer AS viewer ON viewer.id = share.recipient_id
WHERE viewer.customer_id IS NOT NULL AND report.kind = ANY(%(kinds)s) AND report.read_at::date > %(first)s
ORDER BY viewer.customer_id, report.read_at DESC
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    values = {"kinds": [kind.value for kind in SAID], "first": today - WITHIN}
    for customer, kind, day, status in rows_of(REPORTS, values):
        yield customer, {"kind": kind, "day": day.isoformat(), "status": status}


def said(evidence: Evidence) -> str:
    status = f" ({evidence['status']})" if evidence["status"] else ""
    day = figures.day(date.fromisoformat(evidence["day"]))
    return SAID[ReportKind(evidence["kind"])] % {"day": day, "status": status}


DETECTOR = Detector(
    name="mail_comes_back",
    label=_("Mail comes back"),
    find=find,
    said=said,
    solution=_("Ask for the right address, or how they want to hear from us; correct the record."),
    method=_("A permanent bounce or a complaint about a message in the last 90 days."),
    false_alarms=0.0,
)
