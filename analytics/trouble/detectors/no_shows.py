"""They sign up for events and do not come."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.trouble.base import Detector, Evidence, rows_of
from records import figures

WITHIN = timedelta(days=365)
MISSED = 2  # in a row
# The last events of each customer that they had not called off, by registration_of_customer; what nobody has confirmed
# that they signed up for is not theirs.
EVENTS_MISSED = """
WITH invited AS (
    SELECT coalesce(customer.merged_into_id, customer.id) AS customer_id, gathering.name, gathering.starts_at,
        registration.attended,
        count(*) FILTER (WHERE registration.attended) OVER (
            PARTITION BY coalesce(customer.merged_into_id, customer.id) ORDER BY gathering.starts_at DESC, gathering.id
        ) AS attended_since
    FROM records_registration AS registration
    JOIN records_customer AS customer ON customer.id = registration.customer_id
    JOIN records_gathering AS gathering ON gathering.id = registration.gathering_id
    WHERE registration.cancelled_at IS NULL AND registration.attended IS NOT NULL
        AND (registration.attended OR NOT registration.is_claimed)
        AND gathering.starts_at::date BETWEEN %(first)s AND %(today)s
)
SELECT customer_id, count(*), (array_agg(name ORDER BY starts_at DESC))[1], max(starts_at)::date
FROM invited
WHERE NOT attended AND attended_since = 0
GROUP BY customer_id
HAVING count(*) >= %(missed)s
"""


def find(today: date) -> Iterator[tuple[int, Evidence]]:
    values = {"today": today, "first": today - WITHIN, "missed": MISSED}
    for customer, missed, event, day in rows_of(EVENTS_MISSED, values):
        yield customer, {"missed": missed, "event": event, "day": day.isoformat()}


def said(evidence: Evidence) -> str:
    day = figures.day(date.fromisoformat(evidence["day"]))
    values = {"missed": figures.count(evidence["missed"]), "event": evidence["event"], "day": day}
    return gettext("Signed up for %(missed)s events and came to none, the last “%(event)s” on %(day)s.") % values


DETECTOR = Detector(
    name="no_shows",
    label=_("Signs up and does not come"),
    find=find,
    said=said,
    solution=_("Ask what kept them away; send what was shown, or offer a call in its place."),
    method=_("Missed the last two or more events, within a year, that they had signed up for and not canceled."),
    # Whoever misses one event in ten by chance and signs up for two to four misses the last two once in a hundred.
    false_alarms=0.01,
    purpose=1,
    categories=(7,),
)
