"""The letter to the colleague to whom a share was passed on. That it waits stands in the share's row
(records.models.correspondence); who is written to, and where, is read when it is written.
"""

from collections.abc import Collection

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.addresses import share_address
from campaigns.enums import Language
from campaigns.languages import said_by
from campaigns.models import Share
from records.enums import SuppressionKind
from records.models import Customer
from records.suppressing import left_out_of_all

# What a letter reads of its share.
RELATED = (
    "material",
    "recipient__customer",
    "recipient__preference",
    "passed_on_from__recipient__customer",
    "passed_on_from__recipient__preference",
)
EXPLAINED = gettext_lazy(
    "The page tells you who shared it first, what is recorded when you open it, and how to stop such mail."
)


def letter(passed: Share) -> EmailMessage | None:
    """In the colleague's language; None where there is no address, or the link opens nothing any more."""
    customer = passed.recipient.customer
    if customer is None or not customer.email or not passed.is_offered:
        return None
    with translation.override(_language(passed)):
        return _letter(passed, customer)


def who_asked_for_nothing(passed: Collection[Share]) -> set[int]:
    """The numbers of those shares whose recipients' addresses are left out of all mail. One statement."""
    addresses = {one.pk: one.recipient.customer.email for one in passed if one.recipient.customer}
    left_out = left_out_of_all(SuppressionKind.EMAIL, list(addresses.values()))
    return {number for number, address in addresses.items() if address in left_out}


def _letter(passed: Share, to: Customer) -> EmailMessage:
    said = _("%(name)s passed on to you: %(title)s") % {"name": _passer(passed), "title": passed.material.title}
    return EmailMessage(
        _("Something was passed on to you"),
        f"{said}\n\n{share_address(passed)}\n\n{EXPLAINED}",
        to=[to.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _passer(passed: Share) -> str:
    """In nobody's name where nobody knows who it was."""
    if passed.passed_on_by_unknown:
        return _("Somebody")
    passer = passed.passed_on_from.recipient.customer if passed.passed_on_from else None
    return passer.name if passer else _("A colleague")


def _language(passed: Share) -> str:
    """The colleague's, where they ever said one, else that of whoever passed it on."""
    said = said_by(passed) or (said_by(passed.passed_on_from) if passed.passed_on_from else None)
    return (said or Language.ENGLISH).value
