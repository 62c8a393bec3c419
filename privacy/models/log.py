"""The access log: who read which kind of record, for what, and how many; never what they saw."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from privacy.enums import Duty, EntryKind, KeyKind, Why
from privacy.holdings import SystemData


class AccessEntry(models.Model):
    """One line of the access log. The database lets nobody change or remove it (migration 0003).

    Range-partitioned by month of `at` (UTC), no foreign keys, so that nothing that goes takes a line with it. A reading
    is two lines: its intent, and what became of it, which names the intent's `id` as `intent_id`.
    """

    pk = models.CompositePrimaryKey("at", "id")
    at = models.DateTimeField(default=timezone.now)
    id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=20, choices=EntryKind)
    # The number of the account; null where there is none: an unknown one's failed sign-in, and the program itself.
    user_id = models.BigIntegerField(null=True)
    # Which part of the program read by itself: the name of a command or task.
    actor = models.CharField(max_length=40, default="")
    roles = ArrayField(models.CharField(max_length=40), default=list)
    purpose = models.SmallIntegerField(null=True)
    duty = models.CharField(max_length=20, choices=Duty, default="")
    reference = models.CharField(max_length=40, default="")
    categories = ArrayField(models.SmallIntegerField(), default=list)
    key = models.CharField(max_length=30, choices=KeyKind, default="")
    place = models.CharField(max_length=80, default="")
    records = models.IntegerField(null=True)
    intent_id = models.UUIDField(null=True)
    why = models.CharField(max_length=30, choices=Why, default=Why.NONE)
    # The shown part of the API key by which the account acted; empty in the browser.
    api_key = models.CharField(max_length=12, default="", db_default="")

    notice = SystemData(
        "Who of the staff read which kind of record, when, for what and how many: it names no individual of the notice "
        "and holds nothing of what was read. An account is named by its number."
    )

    class Meta:
        managed = False
        db_table = "privacy_accessentry"
