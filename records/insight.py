"""What category 18 says of a customer's meetings: how many, when last, how long; nothing of any session.

Source: DESIGN section 9 ("A customer's page shows meetings only as category 18's insight").
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Sum

from privacy.agency import agency_day
from records.models import Customer, Participation


@dataclass(frozen=True)
class MeetingInsight:
    meetings: int
    last_on: date | None  # the agency's day
    minutes: int


def meeting_insight(customer: Customer) -> MeetingInsight:
    """Of all records of the person. One query, by the index participation_of_customer."""
    found = Participation.objects.filter(customer__in=customer.records_of_person()).aggregate(
        meetings=Count("meeting", distinct=True), last=Max("joined_at"), seconds=Sum("seconds")
    )
    last = agency_day(found["last"]) if found["last"] else None
    return MeetingInsight(found["meetings"], last, round((found["seconds"] or 0) / 60))
