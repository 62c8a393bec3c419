"""Marks that a browser carries for one share: first-party cookies that say what was proved in it, and nothing else.

A mark is a MAC over the share and what it is bound to, so it is forged by nobody and holds no person. It goes only to
the addresses of its own share. No script reads it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from campaigns.models import Share

HALF_A_YEAR = 180 * 24 * 60 * 60


@dataclass(frozen=True)
class Mark:
    """`name` of the cookie; `seconds` that it lasts, until the browser is closed where None."""

    name: str
    seconds: int | None = None


# The browser in which the share was opened first: the addressee's, as far as anybody can know (campaigns.grades).
ADDRESSEE = Mark("share_first", HALF_A_YEAR)
# Somebody unknown came here from a custom web page, whose reader gets a share of each material on it.
LED_BY_UNKNOWN = Mark("share_unknown", HALF_A_YEAR)
# The passcode was typed here. Another passcode of the share ends it.
PASSCODE = Mark("share_passcode")
# A code that was mailed to the recipient was typed here. Another address of the recipient ends it.
VERIFIED = Mark("share_verified", HALF_A_YEAR)


def carries(request: HttpRequest, share: Share, mark: Mark) -> bool:
    return constant_time_compare(request.COOKIES.get(mark.name, ""), _value(share, mark))


def give(answer: HttpResponseBase, share: Share, mark: Mark) -> None:
    """Let the browser carry the mark to the share's addresses."""
    answer.set_cookie(
        mark.name,
        _value(share, mark),
        max_age=mark.seconds,
        path=f"/s/{share.token}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _value(share: Share, mark: Mark) -> str:
    bound_to = {PASSCODE: share.passcode, VERIFIED: address_of(share)}.get(mark, "")
    return salted_hmac(f"campaigns.marks.{mark.name}", f"{share.key}:{bound_to}", algorithm="sha256").hexdigest()


def address_of(share: Share) -> str:
    """The recipient's e-mail address; empty where none is known."""
    customer = share.recipient.customer
    return customer.email.lower() if customer else ""
