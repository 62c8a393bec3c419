"""The frozen base: what the sums of groups hold of events and draws that were disposed of, without persons.

A rollup of groups is this base and what is left of the log: rebuilding it adds both. Groups of fewer than five people
go with their people (DESIGN section 9, "Retention").
"""

from django.db import models
from django.db.models import DO_NOTHING

from analytics.models.rollups import Measures, ReadPage, reference
from campaigns.enums import Reason, Verdict
from campaigns.models import Campaign, Material, Variant
from campaigns.models.event import EnumField
from privacy.holdings import SystemData

FROZEN = SystemData("Sums over groups of five people or more whose records are disposed of: no row is about a person.")


class FrozenCampaignDay(Measures):
    pk = models.CompositePrimaryKey("campaign_id", "day", "variant_id")
    campaign = reference(Campaign)
    day = models.DateField()
    variant = reference(Variant)
    recipients = models.BigIntegerField(default=0)

    notice = FROZEN


class FrozenCampaignVariant(Measures):
    pk = models.CompositePrimaryKey("campaign_id", "variant_id")
    campaign = reference(Campaign)
    variant = reference(Variant)
    recipients = models.BigIntegerField(default=0)
    viewers = models.BigIntegerField(default=0)
    raw_viewers = models.BigIntegerField(default=0)
    visitors = models.BigIntegerField(default=0)
    responders = models.BigIntegerField(default=0)
    converters = models.BigIntegerField(default=0)
    unknown_amount_people = models.BigIntegerField(default=0)
    revenue_of_known = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    revenue_squares_of_known = models.DecimalField(max_digits=30, decimal_places=4, default=0)
    shared_people = models.BigIntegerField(default=0)
    delivered_people = models.BigIntegerField(default=0)
    engaged_people = models.BigIntegerField(default=0)

    notice = FROZEN


class FrozenMaterialDay(Measures):
    pk = models.CompositePrimaryKey("material_id", "day")
    material = reference(Material)
    day = models.DateField()

    notice = FROZEN


class FrozenMaterialTotal(Measures):
    material = models.OneToOneField(Material, DO_NOTHING, db_constraint=False, primary_key=True, related_name="+")
    recipients = models.BigIntegerField(default=0)
    viewers = models.BigIntegerField(default=0)
    raw_viewers = models.BigIntegerField(default=0)
    viewing_recipients = models.BigIntegerField(default=0)
    responding_recipients = models.BigIntegerField(default=0)
    readers = models.BigIntegerField(default=0)
    dwell_squares = models.DecimalField(max_digits=40, decimal_places=0, default=0)

    notice = FROZEN


class FrozenMaterialPage(ReadPage):
    pk = models.CompositePrimaryKey("material_id", "version", "page")
    material = reference(Material)
    version = models.SmallIntegerField()
    page = models.SmallIntegerField()

    notice = FROZEN


class FrozenVerdictDay(models.Model):
    pk = models.CompositePrimaryKey("day", "of_campaign", "verdict", "reason")
    day = models.DateField()
    of_campaign = models.BigIntegerField()
    verdict = EnumField(db_enum="event_verdict", choices=Verdict)
    reason = EnumField(db_enum="event_reason", choices=Reason)
    facts = models.BigIntegerField(default=0)
    raw_visits = models.BigIntegerField(default=0)
    raw_views = models.BigIntegerField(default=0)

    notice = FROZEN
