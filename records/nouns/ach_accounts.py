"""Bank accounts that a customer pays from (Automated Clearing House): what may be kept of them, two years at most."""

from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.payment import AchForm
from records.listing import Column
from records.models import AchAccount
from records.nouns.base import CHILD_PAGES, Noun, of_visible_customers

NOUN = Noun(
    slug="ach-accounts",
    singular="ACH account",
    plural="ACH accounts",
    model=AchAccount,
    form=AchForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=of_visible_customers(AchAccount),
    columns=(
        Column("Bank", "bank_name"),
        Column("Last four digits", "last_four"),
        Column("Provider", "provider"),
        Column("Kept since", "created_at"),
    ),
    sort="id",
    parent="customer",
    related=("customer",),
    pages=CHILD_PAGES,
    about="No account is known.",
)
