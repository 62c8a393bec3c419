"""Recruiting for a study from an audience: each gets the study's own link, but for those whom
campaigns.leaving_out leaves out.

Who asked for nothing, whose address is kept out, whose relationship has ended, and who has the link already (whatever
they answered) are not invited: each is counted under the reason that holds first.
"""

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.audiences import customers_in
from campaigns.enums import Channel
from campaigns.models import Audience, Material, Recruiting, Share
from campaigns.sharing import Preview, ShareOptions, preview, share
from privacy.models import User
from records.models import Study

# Invitations go by e-mail: a letter is written to those who were invited in one go (campaigns.mailing).
BY_EMAIL = ShareOptions(channel=Channel.EMAIL)


def looked_at(material: Material, audience: Audience, by: User) -> Preview:
    """Who would be invited, and who left out, by the very steps of `recruit`. Raises BadConditions, BatchTooLarge."""
    return preview(material, customers_in(audience.conditions), by, BY_EMAIL, by_audience=True)


def recruit(study: Study, material: Material, audience: Audience, by: User) -> Recruiting:
    """Invite them. Raises BadConditions, BatchTooLarge and NotOffered; then nobody is invited."""
    with transaction.atomic():
        shared = share(material, customers_in(audience.conditions), by, BY_EMAIL, by_audience=True)
        return Recruiting.objects.create(
            study=study,
            audience=audience.name,
            at=timezone.now(),
            by=by,
            batch=shared.batch,
            invited=shared.made,
            left_out={why.value: count for why, count in shared.left_out.items()},
        )


def invited(study: Study) -> int:
    """How many people have the study's link, whoever shared it with them. One query."""
    people = Share.objects.filter(material__study=study, recipient__customer__isnull=False)
    person = Coalesce(F("recipient__customer__merged_into"), F("recipient__customer"))
    counted: int = people.aggregate(people=Count(person, distinct=True))["people"]
    return counted
