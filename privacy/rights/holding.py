"""An open request holds what it is about: nothing of it is disposed of meanwhile (DESIGN section 3).

The one place where requests and holds meet.
"""

from privacy.models import RightsRequest


def hold_what_it_is_about(request: RightsRequest) -> None:
    """Have the records of the request's persons kept while it is open, and let them go when it is over."""
