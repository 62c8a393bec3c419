"""What a customer wants on a badge and needs in order to take part."""

from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.customer import PreferenceForm
from records.listing import Column
from records.models import Preference
from records.nouns.base import CHILD_PAGES, Noun, of_visible_customers

NOUN = Noun(
    slug="preferences",
    singular="Preference",
    plural="Preferences",
    model=Preference,
    form=PreferenceForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=of_visible_customers(Preference),
    columns=(Column("Name on the badge", "badge_name"), Column("Accommodations", "accommodations")),
    sort="id",
    parent="customer",
    related=("customer",),
    pages=CHILD_PAGES,
    is_single=True,
    about="Nothing is known of the name on a badge, or of accommodations.",
)
