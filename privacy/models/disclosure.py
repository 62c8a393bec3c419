"""The accounting of disclosures: what records left the agency, when, for what, to whom, and whose they were.

Source: 5 U.S.C. 552a(c): date, nature and purpose of each disclosure, and name and address of the recipient, kept five
years or the life of the record, whichever is longer, and shown to the person who asks.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from privacy.holdings import SystemData
from privacy.notice import routine_use_ever
from privacy.wording import label_words

LAW_ENFORCEMENT_EXCEPTION = 7


class Disclosure(models.Model):
    """One release of records outside the agency. `nature` says what in words that name nobody.

    The database lets nobody change it (migration 0011); the role waymark_keeper alone may delete, when its time is up.

    `reference` is the key of what made it (an export), so that a repetition after a crash is the same disclosure.
    """

    disclosed_at = models.DateTimeField()
    nature = models.CharField(max_length=200)
    purpose = models.CharField(max_length=400)
    # Under what: the number of the notice's routine use, or of an exception of 5 U.S.C. 552a(b), or the person's
    # written consent (552a(b) before its exceptions).
    routine_use = models.PositiveSmallIntegerField(null=True)
    exception = models.PositiveSmallIntegerField(null=True)
    is_by_consent = models.BooleanField(default=False)
    # What that one demands, as (what, where it is on file): never the content of a record.
    evidence = models.JSONField(default=list)
    # Disclosed for law enforcement, under the routine use or the exception; see `is_withheld`.
    is_for_law_enforcement = models.BooleanField(default=False)
    agreement = models.ForeignKey(
        "privacy.MatchingAgreement", models.PROTECT, null=True, related_name="disclosures", db_constraint=False
    )
    recipient_name = models.CharField(max_length=200)
    recipient_address = models.CharField(max_length=400)
    categories = models.JSONField(default=list)
    disclosed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_constraint=False)
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        managed = False
        ordering = ["-disclosed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature="") & ~Q(purpose="") & ~Q(recipient_name="") & ~Q(recipient_address=""),
                name="disclosure_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(routine_use__isnull=False, exception=None, is_by_consent=False)
                | Q(routine_use=None, exception__isnull=False, is_by_consent=False)
                | Q(routine_use=None, exception=None, is_by_consent=True),
                name="disclosure_under_one",
            ),
            # (b)(1), (2) and (3) are no numbers of their own here: staff and FOIA are not accounted for, (3) is
            # the routine use.
            models.CheckConstraint(
                condition=Q(exception=None) | Q(exception__gte=4, exception__lte=12), name="disclosure_exception"
            ),
        ]

    notice = SystemData(
        "The accounting of disclosures that 5 U.S.C. 552a(c) asks for: what left, and to whom. Kept five years "
        "or as long as the records, whichever is longer, so it outlives them and holds nothing of their content."
    )

    @property
    def is_withheld(self) -> bool:
        """Whether the person is not shown it: what was disclosed under (b)(7), and nothing else, whatever it was for.

        Source: 5 U.S.C. 552a(c)(3). A routine use is (b)(3), and the system of records claims no exemption.
        """
        return self.exception == LAW_ENFORCEMENT_EXCEPTION

    @property
    def under(self) -> str:
        """What allowed it, in words: `routine use 4 (Disclosure to Agents or Contractors)`, `5 U.S.C. 552a(b)(8)`,
        `the person's written consent`."""
        if self.is_by_consent:
            return _("the person's written consent")
        if self.routine_use:
            known = {"number": self.routine_use, "title": label_words(routine_use_ever(self.routine_use).title)}
            return _("routine use %(number)s (%(title)s)") % known
        return f"5 U.S.C. 552a(b)({self.exception})"


class MatchingAgreement(models.Model):
    """A written agreement to compare records with another system. Source: 5 U.S.C. 552a(o); 39 CFR 266.

    In force from its day until the last one, eighteen months at most, and once a year more.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.CharField("other agency", max_length=200)
    purpose = models.CharField(max_length=400)
    filed_at = models.CharField("where it is on file", max_length=200)
    effective_on = models.DateField("in force from")
    ends_on = models.DateField("last day")
    is_extension = models.BooleanField("this extends an earlier one", default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-ends_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("effective_on")), name="agreement_ends_after"),
            models.CheckConstraint(
                condition=~Q(agency="") & ~Q(purpose="") & ~Q(filed_at=""), name="agreement_is_whole"
            ),
        ]

    notice = SystemData("Agreements with other agencies about comparing records: it names nobody.")

    def __str__(self) -> str:
        return self.agency


class DisclosedPerson(models.Model):
    """Whose records a disclosure held: the key of the person's record, which names nobody."""

    id = models.BigAutoField(primary_key=True)
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="people")
    person = models.UUIDField()

    class Meta:
        managed = False
        constraints = [models.UniqueConstraint(fields=["disclosure", "person"], name="disclosed_person_once")]
        # The accounting of one person.
        indexes = [models.Index(fields=["person"], name="disclosed_by_person")]

    notice = SystemData(
        "Which person a line of the accounting of disclosures is about: a key, kept as long as the line."
    )
