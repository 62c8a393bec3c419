"""Further ways to reach a customer."""

from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.customer import ContactForm
from records.listing import Column
from records.models import ContactPoint
from records.nouns.base import CHILD_PAGES, Noun, of_visible_customers

NOUN = Noun(
    slug="contacts",
    singular="Contact",
    plural="Contacts",
    model=ContactPoint,
    form=ContactForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=of_visible_customers(ContactPoint),
    columns=(Column("Kind", "kind"), Column("Contact", "value"), Column("Told by", "source")),
    sort="kind",
    parent="customer",
    pages=CHILD_PAGES,
    about="No further phone, fax or pager number, name or e-mail address is known.",
)
