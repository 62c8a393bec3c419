"""How a form names a customer, one who takes part in something or whom the user sees: by number or e-mail address."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.roles import Permit
from records.forms.record import Finder
from records.models import Customer


def participants(user: User) -> "QuerySet[Customer]":
    """The customers whom the user may enter: all for those who keep programmes, else those whom they see."""
    if user.has_permit(Permit.KEEP_PROGRAMMES):
        return Customer.objects.all()
    return Customer.objects.visible_to(user)


def find_participant(user: User, text: str) -> "QuerySet[Customer]":
    return _named(participants(user), text)


def find_seen(user: User, text: str) -> "QuerySet[Customer]":
    return _named(Customer.objects.visible_to(user), text)


def _named(customers: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """By number, or else by e-mail address."""
    by_number = customers.filter(number=text.strip())
    return by_number if by_number.exists() else customers.filter(email__iexact=text.strip())


HOW = _("The customer's number or e-mail address.")
PARTICIPANT = Finder(find_participant, lambda customer: customer.number, HOW)
# One whom the user sees, whatever programmes they keep: others may not be tried out.
SEEN = Finder(find_seen, lambda customer: customer.number, HOW)
