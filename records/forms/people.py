"""How a form names a customer who takes part in something: by their number or their e-mail address."""

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
    """By number, or else by e-mail address."""
    text = text.strip()
    by_number = participants(user).filter(number=text)
    return by_number if by_number.exists() else participants(user).filter(email__iexact=text)


PARTICIPANT = Finder(find_participant, lambda customer: customer.number, _("The customer's number or e-mail address."))
