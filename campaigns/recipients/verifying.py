"""Who views is verified by a code of six digits that is mailed to the recipient: whoever types it reads that mail.

Links alone never verify: scanners follow links and submit forms, they type no codes (DESIGN section 5). A code holds
ten minutes, for one share and the address that it was mailed to, and five tries. It stands in Redis as a keyed hash.
"""

import hashlib
import secrets

from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.addresses import share_address
from campaigns.marks import address_of
from campaigns.models import Share
from privacy.tries import Limit

HOLDS_SECONDS = 10 * 60
CODES = Limit("code-mailed", tries=4, seconds=15 * 60)
WRONG_CODES = Limit("code-typed", tries=5, seconds=HOLDS_SECONDS)
WARNING = gettext_lazy(
    "It is valid for ten minutes. If you did not ask for it, someone else has the link: do nothing, and do "
    "not tell anyone the code. We never ask for it by phone."
)


class TooManyCodes(Exception):
    """Nothing was done: the wait of the limit is not over. `seconds` says how long it is at most."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def may_ask(share: Share) -> None:
    """Counts that a code was asked for. Raises TooManyCodes."""
    if not CODES.take(share.token):
        raise TooManyCodes(CODES.seconds)


def is_addressee(share: Share, typed: str) -> bool:
    """Whether this is the recipient's address, case and spaces around it aside."""
    known = address_of(share)
    return bool(known) and constant_time_compare(typed.strip().lower(), known)


def mail_code(share: Share) -> None:
    """Mail a new code to the recipient, in the language that is active; the one before holds no longer.

    Nothing goes to whoever has no address.
    """
    address = address_of(share)
    if not address:
        return
    code = f"{secrets.randbelow(1_000_000):06}"
    cache.set(_key(share), _hashed(share, code), timeout=HOLDS_SECONDS)
    WRONG_CODES.forget(share.token)
    EmailMessage(
        _("Your code to open what was shared with you"),
        "\n\n".join(
            [
                _("Your code is %(code)s.") % {"code": code},
                _("Type it on the page that asked for it: %(address)s") % {"address": f"{share_address(share)}verify/"},
                str(WARNING),
            ]
        ),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def is_right(share: Share, typed: str) -> bool:
    """Whether this is the code that holds; a right one is used up. Raises TooManyCodes.

    A try is counted before it is compared, so that many at the same time are no more than that many.
    """
    if not WRONG_CODES.take(share.token):
        raise TooManyCodes(WRONG_CODES.seconds)
    digits = "".join(typed.split())
    if not constant_time_compare(cache.get(_key(share), ""), _hashed(share, digits)):
        return False
    # Of two that type it at the same time one has used it up.
    return bool(cache.delete(_key(share)))


def _key(share: Share) -> str:
    return f"code:{hashlib.sha256(share.token.encode()).hexdigest()[:32]}"


def _hashed(share: Share, code: str) -> str:
    bound_to = f"{share.key}:{address_of(share)}:{code}"
    return salted_hmac("campaigns.recipients.verifying", bound_to, algorithm="sha256").hexdigest()
