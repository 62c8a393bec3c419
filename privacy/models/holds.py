"""Holds: what stops the disposal of records, and never anybody's access to them.

A hold says of which records it is; every criterion that it names must be met, so that "these people" and "this
campaign" together are their part in it. Persons and organizations are named by their keys, which name nobody.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from privacy.agency import agency_today
from privacy.holdings import SystemData
from privacy.retention.enums import HoldKind


class HoldQuerySet(models.QuerySet["LegalHold"]):
    def in_force(self) -> "HoldQuerySet":
        """Those that stop disposal at present. Relies on hold_in_force (partial)."""
        return self.filter(released_at=None)

    def forgotten(self) -> "HoldQuerySet":
        """Those in force whose day of review has passed."""
        return self.in_force().filter(review_on__lt=agency_today())


class LegalHold(models.Model):
    """Placed by somebody for a reason, reviewed by a day, released once; it stays on file afterwards.

    `query_kind` and `query` name a declared query (privacy.retention.scopes) whose answer is looked up anew each time.
    `reference` is the key of the request that a hold of that kind is for.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=HoldKind, default=HoldKind.LEGAL, editable=False)
    name = models.CharField("matter", max_length=120, help_text="Its name or number; no names of individuals.")
    reason = models.TextField(max_length=2_000)
    issuer = models.CharField("issued by", max_length=200, help_text="The court, counsel or office that asks for it.")
    people = ArrayField(models.UUIDField(), default=list, blank=True)
    organizations = ArrayField(models.UUIDField(), default=list, blank=True)
    campaigns = ArrayField(models.SlugField(max_length=80), default=list, blank=True)
    categories = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    # The days of the records: the date that starts a record's retention lies between them, both included.
    from_day = models.DateField("records from", null=True, blank=True)
    to_day = models.DateField("records until", null=True, blank=True)
    query_kind = models.CharField(max_length=40, blank=True)
    query = models.CharField(max_length=200, blank=True)
    reference = models.UUIDField(null=True, editable=False)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    review_on = models.DateField("review by")
    reminded_at = models.DateTimeField(null=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    release_reason = models.TextField(max_length=2_000, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["released_at", "review_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="hold_kind"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(reason="") & ~Q(issuer=""), name="hold_is_explained"),
            models.CheckConstraint(
                condition=~Q(people=[], organizations=[], campaigns=[], categories=[], from_day=None, to_day=None)
                | ~Q(query_kind=""),
                name="hold_is_of_something",
            ),
            models.CheckConstraint(
                condition=Q(query_kind="", query="") | (~Q(query_kind="") & ~Q(query="")), name="hold_query_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(from_day=None) | Q(to_day=None) | Q(to_day__gte=F("from_day")), name="hold_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None, release_reason="")
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(release_reason="")),
                name="hold_release_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind=HoldKind.REQUEST, reference__isnull=False) | Q(kind=HoldKind.LEGAL, reference=None),
                name="hold_of_a_request_names_it",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(released_at=None), name="hold_once_for_an_open_request"
            ),
        ]
        indexes = [models.Index(fields=["review_on"], condition=Q(released_at=None), name="hold_in_force")]

    notice = SystemData(
        "Which records must not be disposed of, for which matter: keys of persons and organizations, which name "
        "nobody. Kept as long as the accounting of what was disposed of."
    )

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None
