"""Judgements: what later events, or a new rule, make of an event; and since when which rule judges."""

from django.db import models
from django.db.models import Q

from campaigns.enums import EventKind, Grade, Reason, Series, Verdict
from campaigns.models.event import EnumField
from privacy.holdings import Holds, SystemData


class Judgement(models.Model):
    """An event judged anew: the first verdict stands in the log, and of an event's judgements the latest holds.

    Append-only, made by SQL (migration 0015), gone with its event only. No constraint to other tables, so that it can
    be distributed with the log; `nth` counts an event's judgements, so that two at once cannot both start from the
    same verdict. Its batch, of which each is folded once, is where the rollups take the difference from.
    """

    pk = models.CompositePrimaryKey("viewer_id", "occurred_at", "id", "series", "nth")
    viewer_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    id = models.UUIDField()
    series = EnumField(db_enum="event_series", choices=Series)
    nth = models.SmallIntegerField()
    batch_id = models.BigIntegerField()
    rule_version = models.SmallIntegerField()
    verdict_before = EnumField(db_enum="event_verdict", choices=Verdict)
    reason_before = EnumField(db_enum="event_reason", choices=Reason)
    verdict = EnumField(db_enum="event_verdict", choices=Verdict)
    reason = EnumField(db_enum="event_reason", choices=Reason)
    judged_at = models.DateTimeField()

    class Meta:
        verbose_name = "judgment"
        managed = False

    notice = Holds(
        elements={
            "viewer_id": (
                "c18-analytics-shared-document-viewer-name",
                "c18-analytics-shared-document-viewer-email-address",
            ),
            "occurred_at": "c18-analytics-program-report-data",
        },
        system={
            "id": "the event's name",
            "series": "the event's retention clock: chooses the rule",
            "nth": "how often the event was judged before, and once more",
            "batch_id": "the commit that the fold counts",
            "rule_version": "by which rule",
            "verdict_before": "what held before",
            "reason_before": "why",
            "verdict": "whether a person or a machine viewed",
            "reason": "why",
            "judged_at": "when it was judged",
        },
        individual="",
        clock="occurred_at",
        rules=("RET-7", "RET-2B"),
        rule_field="series",
        rule_values={"RET-7": Series.INSIGHT, "RET-2B": Series.PROMOTION},
        is_whole=True,
    )


class JudgedEvent(models.Model):
    """The log as it holds: each event with its latest verdict and reason. A view (migration 0015), to be read only."""

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
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    amount_unknown = models.BooleanField(default=False)
    grade = EnumField(db_enum="event_grade", choices=Grade)
    signals = models.SmallIntegerField(default=0)
    verdict = EnumField(db_enum="event_verdict", choices=Verdict)
    reason = EnumField(db_enum="event_reason", choices=Reason)
    judgements = models.SmallIntegerField()  # how often it was judged anew

    class Meta:
        managed = False
        db_table = "campaigns_judgedevent"

    notice = SystemData("A view of the event log and its judgements, which are declared themselves: it stores nothing.")


class RuleInForce(models.Model):
    """Since when new events are judged by which rule and which lists of agents. Written when the program is updated."""

    rule_version = models.SmallIntegerField()
    agents = models.CharField(max_length=300)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [models.CheckConstraint(condition=Q(rule_version__gte=1), name="rule_in_force_version")]

    notice = SystemData("The program's own rules and when they came.")
