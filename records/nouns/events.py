"""Events that customers attend."""

from privacy.roles import Permit
from records.forms.gathering import GatheringForm
from records.listing import Column, Kind
from records.models import Gathering
from records.nouns.base import Noun

NOUN = Noun(
    slug="events",
    singular="Event",
    plural="Events",
    model=Gathering,
    form=GatheringForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Gathering.objects.all(),
    columns=(
        Column("Name", "name"),
        Column("Place", "place"),
        Column("Starts", "starts_at", Kind.MOMENT),
        Column("Ends", "ends_at", Kind.MOMENT),
    ),
    sort="-starts_at",
    facts=("place", "starts_at", "ends_at", "slug"),
    search=("name__istartswith", "slug"),
    search_hint="How the name begins",
    about="Conferences, workshops and meetings that customers register for.",
)
