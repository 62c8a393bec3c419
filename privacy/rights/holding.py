"""An open request holds what it is about: nothing of it is disposed of meanwhile (DESIGN section 3).

The one place where requests and holds meet.
"""

from datetime import date, timedelta

from privacy.agency import agency_today
from privacy.enums import RequestState
from privacy.models import LegalHold, RightsRequest, User
from privacy.models.rights import OPEN
from privacy.retention.enums import HoldKind
from privacy.retention.holding import open_request_hold, release_request_hold
from privacy.rights.terms import days

# Decided, and not for good: what it is about is still needed while the decision may be appealed.
APPEALABLE = (RequestState.REFUSED, RequestState.PARTLY, RequestState.NO_RECORD)


def hold_what_it_is_about(request: RightsRequest, by: User) -> None:
    """Have the records of the request's persons kept while it is open or may be appealed; then let them go."""
    persons = [one.person for one in request.people.all()]
    if persons and is_held(request):
        open_request_hold(request.key, persons, by, review_on(request))
    else:
        release_request_hold(request.key, by)


def is_held(request: RightsRequest) -> bool:
    if request.state in OPEN:
        return True
    return request.state in APPEALABLE and request.appeal_until is not None and agency_today() <= request.appeal_until


def review_on(request: RightsRequest) -> date:
    """When somebody is to look whether the hold is still needed."""
    return request.due_on or request.appeal_until or agency_today() + timedelta(days=days("appeal_unanswered"))


def release_what_is_over() -> int:
    """Let go what refused requests held, once they may no longer be appealed. Returns of how many."""
    over = RightsRequest.objects.filter(
        state__in=APPEALABLE,
        appeal_until__lt=agency_today(),
        key__in=LegalHold.objects.in_force().filter(kind=HoldKind.REQUEST).values("reference"),
    )
    released = 0
    for request in over.prefetch_related("steps__by"):
        by = next((step.by for step in reversed(request.steps.all()) if step.by), None)
        released += bool(by and release_request_hold(request.key, by))
    return released
