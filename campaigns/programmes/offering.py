"""A survey as something that can be shared: by staff, by a mailing, as a QR code, each with a link of its own.

It is a link among the materials, so that whom it reaches, who is left out and who answered are counted as of any other.
"""

from django.db import transaction

from campaigns.materials.keeping import make_link
from campaigns.models import Material
from privacy.models import User
from records.models import Survey


def material_of(survey: Survey, address: str, by: User) -> Material:
    """The material that leads to the survey, made where there is none. `address` is the survey's own, absolute."""
    with transaction.atomic():
        # Two who ask at the same time get the same.
        Survey.objects.select_for_update().get(pk=survey.pk)
        if known := Material.objects.filter(survey=survey).first():
            return known
        values = {"title": survey.name, "description": survey.description[:2_000], "address": address}
        return make_link({**values, "survey": survey, "is_demo": survey.is_demo}, by)
