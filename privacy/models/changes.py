"""Changes of records: which field, who, when, for what, and what it was before and after."""

import uuid

from django.db import models
from django.utils import timezone

from privacy.enums import Duty
from privacy.holdings import SystemData


class Change(models.Model):
    """One field of one record changed, or the record made (`field` empty). Made by SQL (migration 0004).

    The program may add and read; the role waymark_keeper alone may delete, when the record's own retention ends.
    `before` and `after` are sealed (privacy.vault); null where the field had no value.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    at = models.DateTimeField(default=timezone.now)
    # The label of the record's model and its primary key as text.
    model = models.CharField(max_length=80)
    row = models.CharField(max_length=80)
    # The key of the person whose record it is; null where it is nobody's.
    subject = models.UUIDField(null=True)
    field = models.CharField(max_length=80)
    # The number of the account; null where the program itself changed it, which `actor` then names.
    by_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=40, default="")
    purpose = models.SmallIntegerField(null=True)
    duty = models.CharField(max_length=20, choices=Duty, default="")
    reference = models.CharField(max_length=40, default="")
    before = models.BinaryField(null=True)
    after = models.BinaryField(null=True)

    notice = SystemData(
        "What a record was before and after a change, sealed: the values are those of the record that `model` and "
        "`row` name, whose own declaration says which elements they are and whose retention they share."
    )

    class Meta:
        managed = False
        db_table = "privacy_change"
        ordering = ["-at", "field"]
