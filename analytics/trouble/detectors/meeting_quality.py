"""Their meetings go badly: they fall out and come back again and again, or packets of sound are lost.

What it leaves is insight about the meetings (category 18): how many and when, nothing of any session.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures

WITHIN = timedelta(days=60)
MEETINGS = 2  # one bad evening is nobody's trouble
STRETCHES = 3  # came back twice
LOSS = 5.0  # per cent of packets on average, where speech is plainly heard to break
# By whether they came back so often, and whether so much sound was lost.
SAID = {
    (True, False): _(
        "In %(meetings)s meetings of the last 60 days they joined up to %(joins)s times; the last on %(last)s."
    ),
    (False, True): _(
        "In %(meetings)s meetings of the last 60 days they lost up to %(loss)s%% of the sound; the last on %(last)s."
    ),
    (True, True): _(
        "In %(meetings)s meetings of the last 60 days they joined up to %(joins)s times and lost up to %(loss)s%% of "
        "the sound; the last on %(last)s."
    ),
}
# Stretches by participation; loss by minute, from the service's own measurements, where it reported them.
MEETINGS_GONE_BADLY = """
WITH attended AS (
    SELECT
        part.customer_id, meeting.number, meeting.started_at::date AS day, count(*) AS stretches, NULL::numeric AS loss
    FROM records_participation AS part
    JOIN records_meeting AS meeting ON meeting.id = part.meeting_id
    JOIN records_interval AS stretch ON stretch.participation_id = part.id
    WHERE part.customer_id IS NOT NULL AND meeting.started_at::date BETWEEN %(first)s AND %(today)s
    GROUP BY part.id, meeting.id
    UNION ALL
    SELECT record.customer_id, record.meeting_number, record.collected_at::date, 0,
        substring(record.attributes -> name.sound ->> 'avg_loss' FROM '^([0-9]+(?:\\.[0-9]+)?) ?%%$')::numeric
    FROM records_record AS record
    CROSS JOIN unnest(ARRAY['c10-participant-audio-input', 'c10-participant-audio-output']) AS name(sound)
    WHERE record.category = 10 AND record.customer_id IS NOT NULL AND record.attributes ? name.sound
        AND record.collected_at >= %(first)s AND record.collected_at < %(today)s::date + 1
),
met AS (
    SELECT coalesce(customer.merged_into_id, customer.id) AS customer_id, attended.number, attended.day,
        max(attended.stretches) AS stretches, avg(attended.loss) AS loss
    FROM attended
    JOIN records_customer AS customer ON customer.id = attended.customer_id
    GROUP BY 1, 2, 3
)
SELECT customer_id, count(*), max(stretches), max(loss), max(day)
FROM met
WHERE stretches >= %(stretches)s OR loss >= %(loss)s
GROUP BY customer_id
HAVING count(*) >= %(meetings)s
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    values = {
        "today": today, "first": today - WITHIN, "stretches": STRETCHES, "loss": LOSS, "meetings": MEETINGS,
    }  # fmt: skip
    for customer, meetings, stretches, loss, last in rows_of(MEETINGS_GONE_BADLY, values):
        worst = None if loss is None else round(float(loss), 1)
        yield customer, {"meetings": meetings, "joins": stretches, "loss": worst, "last": last.isoformat()}


def said(evidence: Evidence) -> str:
    said = SAID[evidence["joins"] >= STRETCHES, (evidence["loss"] or 0) >= LOSS]
    return said % {
        "meetings": figures.count(evidence["meetings"]),
        "joins": figures.count(evidence["joins"]),
        "loss": figures.decimal(evidence["loss"]),
        "last": figures.day(date.fromisoformat(evidence["last"])),
    }


DETECTOR = Detector(
    name="meeting_quality",
    label=_("Meetings go badly"),
    find=find,
    said=said,
    solution=_("Offer a phone call, or test the connection with them before the next meeting; send what was shown."),
    method=_(
        "Two or more meetings in 60 days that they rejoined two or more times, or in which 5% of the sound "
        "packets were lost on average."
    ),
    false_alarms=0.01,
    purpose=5,
    categories=(10,),
)
