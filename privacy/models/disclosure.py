"""The accounting of disclosures: what records left the agency, when, for what, to whom, and whose they were.

Source: 5 U.S.C. 552a(c): date, nature and purpose of each disclosure, and name and address of the recipient, kept five
years or the life of the record, whichever is longer, and shown to the person who asks.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from privacy.holdings import SystemData


class Disclosure(models.Model):
    """One release of records outside the agency. `nature` says what in words that name nobody.

    `reference` is the key of what made it (an export), so that a repetition after a crash is the same disclosure.
    """

    disclosed_at = models.DateTimeField()
    nature = models.CharField(max_length=200)
    purpose = models.CharField(max_length=400)
    # The number of the notice's routine use.
    routine_use = models.PositiveSmallIntegerField()
    recipient_name = models.CharField(max_length=200)
    recipient_address = models.CharField(max_length=400)
    categories = models.JSONField(default=list)
    disclosed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["-disclosed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature="") & ~Q(purpose="") & ~Q(recipient_name="") & ~Q(recipient_address=""),
                name="disclosure_is_whole",
            ),
        ]

    notice = SystemData(
        "The accounting of disclosures that 5 U.S.C. 552a(c) asks for: what left, and to whom. Kept five years "
        "or as long as the records, whichever is longer, so it outlives them and holds nothing of their content."
    )


class DisclosedPerson(models.Model):
    """Whose records a disclosure held: the key of the person's record, which names nobody."""

    id = models.BigAutoField(primary_key=True)
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="people")
    person = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "person"], name="disclosed_person_once")]
        # The accounting of one person.
        indexes = [models.Index(fields=["person"], name="disclosed_by_person")]

    notice = SystemData(
        "Which person a line of the accounting of disclosures is about: a key, kept as long as the line."
    )
