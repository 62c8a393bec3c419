"""Who is on a list: a list of its own, for there may be many."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from privacy.roles import Permit
from records.forms.membership import MembershipForm
from records.listing import Column, Kind
from records.models import ListMembership, MailingList
from records.models.correspondence import LETTER_FACTS
from records.nouns.base import Noun, NounFilters
from records.programmes import taking_part


class MembershipFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="mailing_list", queryset=MailingList.objects.order_by("name"), to_field_name="key", label=_("List")
    )


NOUN = Noun(
    slug="memberships",
    singular="Membership",
    plural="Memberships",
    model=ListMembership,
    form=MembershipForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=taking_part(ListMembership),
    columns=(
        Column("Customer", "customer__name"),
        Column("List", "mailing_list__name"),
        Column("Since", "since", Kind.DATE),
        Column("Until", "until", Kind.DATE),
    ),
    sort="-since",
    time_line=("since", "mailing_list__name"),
    facts=("customer", "mailing_list", "address", "since", "until", "end_reason", *LETTER_FACTS),
    related=("mailing_list", "customer"),
    parent="mailing_list",
    is_listed_apart=True,
    also_under="customer",
    filters=MembershipFilters,
    ended="until",
    about="Who is on which mailing list, publication or council, since when and until when.",
    none="Nobody is on it yet.",
)
