"""The event log: what happened, written once."""

from typing import Any

from django.db import models
from django.db.models import Q

from campaigns.enums import EventKind, Grade, Reason, Series, Verdict
from privacy.holdings import Holds, SystemData
from records.models import Import


class EventBatch(models.Model):
    """One commit of at most 100,000 events and assignments, with what it changes of earlier verdicts; folded once."""

    MAX_EVENTS = 100_000

    source_import = models.ForeignKey(Import, models.PROTECT, null=True, related_name="batches")
    received_at = models.DateTimeField(auto_now_add=True)
    event_count = models.IntegerField()
    assignment_count = models.IntegerField(default=0)
    judgement_count = models.IntegerField(default=0)  # earlier events judged anew
    # The span of its events, so that reading a batch touches only the partitions that hold it.
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    folded_at = models.DateTimeField(null=True)
    # When it was looked at for what webhooks are told of.
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(event_count__gte=0, event_count__lte=100_000), name="batch_size"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(folded_at=None), name="batch_unfolded"),
            models.Index(fields=["folded_at"], name="batch_folded_at"),
            models.Index(fields=["id"], condition=Q(announced_at=None), name="batch_unannounced"),
        ]

    notice = SystemData("How many events were committed and folded when.")


class EnumField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """A text whose values are an enumerated type of the database (four bytes a row, refused when misspelt)."""

    def __init__(self, *args: Any, db_enum: str = "", **kwargs: Any) -> None:
        self.db_enum = db_enum
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return self.db_enum

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "db_enum": self.db_enum}


class Event(models.Model):
    """One thing a viewer did. Append-only by privilege: undo and disposal are the log's only removals.

    Made by SQL (migration 0002): range-partitioned by retention series and month of `occurred_at`, no foreign keys,
    so that it can be distributed by `viewer_id`. `id` and `occurred_at` are the sender's and are never rewritten.
    """

    pk = models.CompositePrimaryKey("viewer_id", "occurred_at", "id", "series")
    viewer_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    id = models.UUIDField()
    series = EnumField(db_enum="event_series", choices=Series)
    batch_id = models.BigIntegerField()
    kind = EnumField(db_enum="event_kind", choices=EventKind)
    campaign_id = models.BigIntegerField(null=True)
    variant_id = models.BigIntegerField(null=True)
    share_id = models.BigIntegerField(null=True)
    material_id = models.BigIntegerField(null=True)
    version = models.SmallIntegerField(null=True)
    page = models.SmallIntegerField(null=True)
    visit_id = models.UUIDField(null=True)
    dwell_ms = models.IntegerField(null=True)
    # Money in the agency's currency; unknown (it is known that there was an amount, not which) is no zero.
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    amount_unknown = models.BooleanField(default=False)
    grade = EnumField(db_enum="event_grade", choices=Grade)
    signals = models.SmallIntegerField(default=0)
    verdict = EnumField(db_enum="event_verdict", choices=Verdict)
    reason = EnumField(db_enum="event_reason", choices=Reason)

    class Meta:
        managed = False
        db_table = "campaigns_event"

    notice = Holds(
        elements={
            "viewer_id": (
                "c18-analytics-shared-document-viewer-name",
                "c18-analytics-shared-document-viewer-email-address",
            ),
            "kind": ("c18-analytics-shared-document-viewed-count", "c18-custom-webpage-share-views"),
            "occurred_at": "c18-analytics-program-report-data",
            "dwell_ms": ("c18-analytics-shared-document-reports", "c18-custom-webpage-user-insights"),
            "page": "c18-analytics-shared-document-reports",
            "amount": "c18-analytics-program-report-data",
            "amount_unknown": "c18-analytics-program-report-data",
        },
        system={
            "id": "the sender's name of the event",
            "series": "which retention clock it runs on: chooses the rule",
            "batch_id": "the commit that the fold counts",
            "campaign_id": "which campaign",
            "variant_id": "which arm",
            "share_id": "which share it came through",
            "material_id": "which material",
            "version": "which version of it",
            "visit_id": "which events belong to one opening",
            "grade": "how surely it is known who viewed",
            "signals": "what was seen of the request, never what it was seen in",
            "verdict": "whether a person or a machine viewed",
            "reason": "why",
        },
        individual="",
        clock="occurred_at",
        told=("grade", "verdict"),
        rules=("RET-7", "RET-2B"),
        rule_field="series",
        rule_values={"RET-7": Series.INSIGHT, "RET-2B": Series.PROMOTION},
        is_whole=True,
    )
