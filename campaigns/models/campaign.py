"""Campaigns, their arms, and who was drawn into which."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from campaigns.enums import CampaignKind, CampaignState, Channel, GoalMeasure
from campaigns.models.event import EventBatch
from campaigns.models.material import Material
from privacy.holdings import Holds, SystemData
from privacy.models import User
from privacy.roles import Permit
from records import clocks
from records.models import Customer, Import, Merge
from records.models.customer import OWN_CUSTOMERS, IsOneOf, is_one_of_in_sql, is_seen_by, sees_own_alone


class ReachingOwn(Func):
    """The primary keys of the campaigns that reach a customer of the member of staff of this primary key.

    From one's own few customers to their campaigns: the other way each campaign that reached none of them is read to
    its end, half a second for fifty campaigns of 10,000 people. Relies on the index of viewers by customer and on
    assignment_once_a_campaign.
    """

    template = f"""ARRAY(
        SELECT DISTINCT reached.campaign_id
        FROM ({OWN_CUSTOMERS.format(staff="%(expressions)s")}) AS own
        JOIN campaigns_viewer AS viewer ON viewer.customer_id = own.customer_id
        JOIN campaigns_assignment AS reached ON reached.viewer_id = viewer.id
    )"""
    output_field = ArrayField(models.BigIntegerField())


def seen_campaigns_in_sql(user: User) -> tuple[str, dict[str, Any]]:
    """That the user sees the row `campaign` of a statement that is written out, and the values of that condition, as
    `visible_to` decides it."""
    if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
        return "true", {}
    if user.has_permit(Permit.VIEW_OWN_CAMPAIGNS) and sees_own_alone(user):
        return f"campaign.id = ANY ({ReachingOwn.template % {'expressions': '%(seen_by)s'}})", {"seen_by": user.pk}
    return is_one_of_in_sql("campaign.id", Campaign.objects.visible_to(user), "seen")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> Self:
        """The campaigns whose reports the user may read: all, or those that reach a customer they see."""
        if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
            return self
        if not user.has_permit(Permit.VIEW_OWN_CAMPAIGNS):
            return self.none()
        if sees_own_alone(user):
            return self.filter(IsOneOf("pk", ReachingOwn(Value(user.pk, models.BigIntegerField()))))
        reached = Assignment.objects.filter(is_seen_by(user, "viewer__customer"))
        return self.filter(Exists(reached.filter(campaign=OuterRef("pk"))))


class Campaign(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    goal = models.CharField(max_length=300, blank=True, db_default="")
    # The goal in numbers: percent for a rate, money in the agency's currency; both or neither.
    goal_measure = models.CharField(max_length=16, choices=GoalMeasure, blank=True, db_default="")
    goal_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    kind = models.CharField(
        max_length=12, choices=CampaignKind, default=CampaignKind.OTHER, db_default=CampaignKind.OTHER
    )
    channels = ArrayField(models.CharField(max_length=10, choices=Channel), default=list, db_default=[], blank=True)
    # Closed for those that came by a file: what is imported is over.
    state = models.CharField(
        max_length=10,
        choices=CampaignState,
        default=CampaignState.CLOSED,
        db_default=CampaignState.CLOSED,
        editable=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="campaigns", editable=False
    )
    # Money in the agency's currency; unknown is not nothing.
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    audience = models.ForeignKey("Audience", models.PROTECT, null=True, blank=True, related_name="campaigns")
    # Everyone's place in the draw follows from this number; frozen at launch.
    seed = models.BigIntegerField(null=True, editable=False)
    holdout_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    launched_at = models.DateTimeField(null=True, editable=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # What the reader must know of where the numbers come from, shown on the report.
    source_note = models.TextField(blank=True)
    # The import that made the campaign, and takes it with it when it is taken back.
    source_import = models.ForeignKey(
        Import, models.PROTECT, null=True, blank=True, editable=False, related_name="campaigns"
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="campaign_has_name"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="campaign_state"),
            models.CheckConstraint(condition=Q(kind__in=CampaignKind.values), name="campaign_kind"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="campaign_cost"),
            models.CheckConstraint(
                condition=Q(goal_measure="", goal_value=None)
                | Q(goal_measure__in=GoalMeasure.values, goal_value__isnull=False, goal_value__gt=0),
                name="campaign_goal",
            ),
            models.CheckConstraint(
                condition=~Q(goal_measure__endswith="_rate") | Q(goal_value__lte=100), name="campaign_goal_percent"
            ),
            models.CheckConstraint(condition=Q(holdout_percent__lte=90), name="campaign_holdout"),
            models.CheckConstraint(
                condition=Q(launched_at=None) | Q(seed__isnull=False), name="campaign_launched_by_seed"
            ),
        ]

    notice = SystemData("A campaign's own description.")

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """An arm of a campaign; at most one is the control that the others are compared with."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="variants")
    name = models.SlugField(max_length=80)
    label = models.CharField(max_length=200, blank=True)
    is_control = models.BooleanField(default=False)
    # Those drawn into it get nothing, so that what the others do can be compared with doing nothing.
    is_holdout = models.BooleanField(default=False, db_default=False)
    weight = models.PositiveSmallIntegerField(default=1, db_default=1)
    material = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="variants")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["campaign", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="variant_name_in_campaign"),
            models.UniqueConstraint(fields=["campaign"], condition=Q(is_control=True), name="variant_one_control"),
            models.UniqueConstraint(fields=["campaign"], condition=Q(is_holdout=True), name="variant_one_holdout"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=1000), name="variant_weight"),
            models.CheckConstraint(condition=Q(is_holdout=False) | Q(material=None), name="variant_holdout_gets_none"),
        ]

    notice = SystemData("An arm's own description.")

    def __str__(self) -> str:
        return self.label or self.name


class Viewer(models.Model):
    """Somebody who can view, as events know them: the small reference table from viewer to customer.

    Merging two customers changes rows here and nothing in the log. A recipient of whom a file tells no more than a
    line has no customer. Viewers known only by a visit have no row: their id is negative, derived from the visit's.
    """

    key = models.UUIDField(unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="viewers")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id__gt=0), name="viewer_id_positive")]

    notice = Holds(
        elements={
            "customer": (
                "c18-analytics-shared-document-viewer-name",
                "c18-analytics-shared-document-viewer-email-address",
            )
        },
        system={"id": "name of the viewer in the event log", "key": "random name of the viewer elsewhere"},
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        empties=("customer",),
        waits=("follow_ups",),
        scopes={"campaign": "assignments__campaign__slug"},
        rules=("RET-3",),
    )

    @property
    def told_as(self) -> str:
        """Who it is, for the person themselves; empty where nobody knows."""
        return f"{self.customer.name} {self.customer.email}".strip() if self.customer else ""


class MovedViewer(models.Model):
    """A viewer who went to another record of the same person by a merge, and whose they were before."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moved_viewers")
    viewer = models.ForeignKey(Viewer, models.CASCADE, related_name="moves")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "viewer"], name="moved_viewer_once")]

    notice = SystemData("Whose viewer somebody was before a merge: numbers of rows, for its undoing.")


class Assignment(models.Model):
    """One person drawn into one variant, control included: the denominator of the campaign's rates.

    Written in the batch that the fold counts, like an event.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="assignments")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="assignments")
    viewer = models.ForeignKey(Viewer, models.PROTECT, related_name="assignments")
    batch = models.ForeignKey(EventBatch, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["viewer", "campaign"], name="assignment_once_a_campaign")]

    notice = Holds(
        elements={"campaign": "c18-analytics-program-report-data", "variant": "c18-analytics-program-report-data"},
        system={
            "id": "database key",
            "viewer": "who was drawn",
            "batch": "the commit that the fold counts",
            "assigned_at": "starts the retention",
        },
        individual="viewer__customer",
        clock="assigned_at",
        rules=("RET-2B",),
        scopes={"campaign": "campaign__slug"},
    )
