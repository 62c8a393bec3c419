"""A survey, an event, a study or a publication as something that can be shared: by staff, by a mailing, as a QR code,
each by an own link.

It is a link among the materials, so that whom it reaches, who is left out and who answered are counted as of any other.
"""

from django.db import transaction

from campaigns.materials.keeping import make_link
from campaigns.models import Material
from privacy.models import User
from records.models import Gathering, Publication, Study, Survey

# The material's field by which it leads to such a thing.
LEADS = {Survey: "survey", Gathering: "gathering", Study: "study", Publication: "publication"}


def material_of(asked: Survey | Gathering | Study | Publication, address: str, by: User) -> Material:
    """The material that leads to it, made where there is none. `address` is the thing's own, absolute."""
    leads = LEADS[type(asked)]
    with transaction.atomic():
        # Two who ask at the same time get the same.
        type(asked).objects.select_for_update().get(pk=asked.pk)
        if known := Material.objects.filter(**{leads: asked}).first():
            return known
        values = {"title": asked.name, "description": _about(asked)[:2_000], "address": address}
        return make_link({**values, leads: asked, "is_demo": asked.is_demo}, by)


def _about(asked: Survey | Gathering | Study | Publication) -> str:
    return asked.purpose if isinstance(asked, Study) else asked.description
