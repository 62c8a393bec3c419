"""What category 18 says of a customer's meetings: how many, when last, how long; nothing of any session.

Source: DESIGN section 9 ("A customer's page shows meetings only as category 18's insight").
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from privacy.agency import agency_day
from privacy.prepared import ask
from records.models import Customer
from records.models.customer import HANGS_ON_PERSON


@dataclass(frozen=True)
class MeetingInsight:
    meetings: int
    last_on: date | None  # the agency's day
    minutes: int


NO_MEETING = MeetingInsight(0, None, 0)
# By the indexes customer_merged_into and participation_of_customer.
STATEMENT = f"""
SELECT count(DISTINCT meeting_id), max(joined_at), coalesce(sum(seconds), 0)
FROM records_participation
WHERE {HANGS_ON_PERSON}
"""


def meeting_insight(customer: Customer) -> MeetingInsight:
    """Of all records of the person. One query."""
    with connection.cursor() as cursor:
        ask(cursor, STATEMENT, {"person": customer.pk})
        meetings, last, seconds = cursor.fetchall()[0]
    return MeetingInsight(meetings, agency_day(last) if last else None, round(seconds / 60))
