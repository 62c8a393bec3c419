"""Individuals' rights over this floor's own rows: requests are found by the keys of the persons whom they name."""

from django.db.models import Q

from privacy.models import RequestPerson
from privacy.rights.people import Trace, declare_nobodys, declare_trace


def register() -> None:
    declare_trace(
        "privacy.RightsRequest",
        Trace(
            which=lambda person: Q(pk__in=RequestPerson.objects.filter(person__in=person.keys).values("request")),
            is_fixed=True,
        ),
    )
    declare_nobodys(
        "privacy.WebhookEvent", "Identifiers of what happened, for a month; what they name stands in the log of events."
    )
    declare_nobodys(
        "privacy.Notification",
        "What staff are told, for 90 days, by a key; what it names stands in the records themselves.",
    )
