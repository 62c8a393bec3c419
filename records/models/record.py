"""The long tail of the notice's elements: records whose attributes are elements, by their identifiers."""

import uuid

from django.db import models
from django.utils.translation import gettext

from privacy.holdings import Holds
from privacy.notice import elements_ever, versions
from privacy.retention.periods import day_of
from privacy.vault.fields import SealedJSONField
from privacy.wording import label_words
from records import clocks
from records.enums import Location, RecordRule, Source

# Every category may come in this form; those that are used in analysis have models of their own besides.
CATEGORIES = tuple(range(1, 19))
SHOWN = 3  # elements, where a record is told in short


class Record(models.Model):
    """Some elements of one category about one subject, as one source told them at one moment.

    Made by SQL (migration 0003): range-partitioned by the month of `collected_at`. `attributes` holds what is kept in
    clear, `sealed` what the notice's reading wants encrypted; keys are elements' identifiers, values are as
    `records.attributes` validated them. `subject` names the person to the vault: a customer's key, or one of its own.
    The named keys are those that the notice's retrieval rules 3 to 6 allow.
    """

    pk = models.CompositePrimaryKey("collected_at", "key")
    collected_at = models.DateTimeField()
    key = models.UUIDField(default=uuid.uuid4)
    category = models.SmallIntegerField()
    subject = models.UUIDField()
    customer = models.ForeignKey(
        "records.Customer", models.DO_NOTHING, null=True, db_constraint=False, related_name="records"
    )
    source = models.CharField(max_length=20, choices=Source)
    location = models.CharField(max_length=20, choices=Location)
    source_import_id = models.BigIntegerField(null=True)
    retention_rule = models.CharField(max_length=10, choices=RecordRule)
    meeting_number = models.CharField(max_length=40, blank=True)
    host_name = models.CharField(max_length=200, blank=True)
    host_email = models.CharField(max_length=254, blank=True)
    organizer = models.CharField(max_length=254, blank=True)
    participant = models.CharField(max_length=254, blank=True)
    attributes = models.JSONField(default=dict)
    sealed = SealedJSONField(null=True)

    class Meta:
        managed = False
        db_table = "records_record"

    notice = Holds(
        elements={
            "meeting_number": ("c11-archived-meeting-id", "c14-meeting-id"),
            "host_name": "c12-user-name",
            "host_email": "c12-user-email-address",
            "organizer": ("c12-user-name", "c12-user-email-address"),
            "participant": ("c10-participant-name", "c11-past-meeting-participant-email"),
        },
        system={
            "collected_at": "when it was collected",
            "key": "random name of the row",
            "category": "which category the attributes are of",
            "subject": "whose record it is to the vault",
            "customer": "whose record it is, where that is known",
            "source": "record source category of the notice",
            "location": "system location of the notice",
            "source_import_id": "the import that brought it",
            "retention_rule": "chosen from why it is held",
            "sealed": "the attributes that are kept encrypted",
        },
        individual="customer",
        clock="collected_at",
        clocks={"RET-3": clocks.ended_or(day_of("collected_at", models.DateTimeField()))},
        triggers={"RET-4": {"session_started": "collected_at"}},
        scopes={"category": "category"},
        rules=tuple(RecordRule.values),
        rule_field="retention_rule",
        attributes="attributes",
        attribute_categories=CATEGORIES,
    )

    def __str__(self) -> str:
        return self.category_title

    @property
    def page_route(self) -> str:
        """The name of the route of its page."""
        return f"category_{self.category}_page"

    @property
    def told(self) -> str:
        """What it says in clear, in short; whether there is more that is sealed."""
        known = elements_ever()
        said = [f"{label_words(known[name].label)}: {value}" for name, value in list(self.attributes.items())[:SHOWN]]
        return "; ".join([*said, *([gettext("and what is sealed")] if getattr(self, "sealed_sealed", None) else [])])

    @property
    def category_title(self) -> str:
        return label_words(versions()[-1].category(self.category).title)

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.subject

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key
