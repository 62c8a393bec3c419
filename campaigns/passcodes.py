"""The passcode of a share: compared as passwords are, and only so often in a while."""

from django.contrib.auth.hashers import check_password
from django.http import HttpRequest

from campaigns.models import Share
from privacy.tries import Limit, refusals

WRONG_TRIES = Limit("passcode", tries=5, seconds=15 * 60)


class TooManyTries(Exception):
    """Nothing was compared: the wait of WRONG_TRIES.seconds is not over."""


def is_right(request: HttpRequest, share: Share, passcode: str) -> bool:
    """Whether this is the share's passcode; a right one ends the counting. Raises TooManyTries.

    A try is counted before it is compared, so that many at the same time are no more than that many.
    """
    if refusals.too_many(request) or not WRONG_TRIES.take(share.token):
        raise TooManyTries
    if check_password(passcode, share.passcode):
        WRONG_TRIES.forget(share.token)
        return True
    refusals.count(request)
    return False
