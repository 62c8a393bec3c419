"""How the notice's safeguards are kept: who looks after each where, checks, reviews of access, security incidents.

Source: the notice's safeguards; 5 U.S.C. 552a(e)(10), (m)(1) (contractors).
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy.holdings import SystemData
from privacy.safeguards.enums import CheckKind, Finding, Verdict

QUARTERS = (
    gettext_noop("1st quarter of %(year)s"),
    gettext_noop("2nd quarter of %(year)s"),
    gettext_noop("3rd quarter of %(year)s"),
    gettext_noop("4th quarter of %(year)s"),
)


class SafeguardCare(models.Model):
    """One of the notice's safeguards at one site: who looks after it, what shows it, how often it is checked."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    safeguard = models.CharField(max_length=10)
    site = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    evidence = models.TextField(
        max_length=1_000, help_text="What shows that the safeguard is in place, and where that is on file."
    )
    every_months = models.PositiveSmallIntegerField(
        "checked every … months", default=3, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    next_on = models.DateField("next check")
    is_ended = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["safeguard", "site"]
        constraints = [
            models.UniqueConstraint(fields=["safeguard", "site"], name="safeguard_once_at_a_site"),
            models.CheckConstraint(condition=~Q(site="") & ~Q(evidence=""), name="safeguard_is_shown"),
            models.CheckConstraint(condition=Q(every_months__gte=1, every_months__lte=36), name="safeguard_rhythm"),
        ]

    notice = SystemData("Which member of staff looks after a safeguard of the notice at which site.")

    def __str__(self) -> str:
        return _("%(safeguard)s at %(site)s") % {"safeguard": self.safeguard, "site": self.site}


class SafeguardCheck(models.Model):
    """That somebody looked, by check or unannounced inspection, and what they found. Nobody changes one."""

    care = models.ForeignKey(SafeguardCare, models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=15, choices=CheckKind, default=CheckKind.CHECK)
    done_on = models.DateField()
    finding = models.CharField(max_length=10, choices=Finding)
    said = models.TextField(max_length=2_000)
    # Whose work was inspected, where it is a contractor's.
    contract_number = models.CharField(max_length=40, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-done_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="safeguard_check_kind"),
            models.CheckConstraint(condition=Q(finding__in=Finding.values), name="safeguard_check_finding"),
            models.CheckConstraint(condition=~Q(said=""), name="safeguard_check_says_what"),
        ]

    notice = SystemData("When a safeguard was looked at, by whom of the staff, and what was found: no records.")


class AccessReview(models.Model):
    """The review of a quarter: who has access to what, each account confirmed or revoked, signed off as a whole."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The first day of the quarter.
    quarter = models.DateField(unique=True)
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-quarter"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="access_review_signed_or_not",
            ),
        ]

    notice = SystemData("When the access of staff was reviewed, and by whom.")

    @property
    def is_open(self) -> bool:
        return self.signed_at is None

    @property
    def name(self) -> str:
        """`4th quarter of 2026`, in the reader's language."""
        return _(QUARTERS[(self.quarter.month - 1) // 3]) % {"year": self.quarter.year}


class ReviewedAccount(models.Model):
    """An account as it was when the review was opened, and what was decided. Nobody decides of their own account."""

    review = models.ForeignKey(AccessReview, models.PROTECT, related_name="accounts")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=40), default=list)
    last_sign_in = models.DateTimeField(null=True)
    contract_number = models.CharField(max_length=40, blank=True)
    contract_ends_on = models.DateField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default=Verdict.NONE)
    reason = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["review", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "account"], name="account_reviewed_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="account_review_verdict"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.NONE, decided_by=None, decided_at=None)
                | ~Q(verdict=Verdict.NONE) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="account_review_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("account")), name="account_reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.REVOKE) | ~Q(reason=""), name="account_revoked_for_a_reason"
            ),
        ]

    notice = SystemData("Roles and last sign-in of an account of the agency's staff, on the day of a review.")


class Incident(models.Model):
    """A security incident as a case. Records are read under purpose 8 for an open one by its readers alone."""

    number = models.CharField(max_length=40, unique=True, help_text="One word with a digit, such as INC-2026-0042.")
    scope = models.TextField(
        max_length=2_000, help_text="What happened and what is being investigated; no names of individuals."
    )
    # Of which records may be read; of all where none are named.
    categories = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    outcome = models.TextField(max_length=2_000, blank=True)

    class Meta:
        ordering = [F("closed_at").desc(nulls_first=True), "-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[A-Za-z0-9][A-Za-z0-9._/-]{1,39}$") & Q(number__regex=r"[0-9]"),
                name="incident_number_is_a_word",
            ),
            models.CheckConstraint(condition=~Q(scope=""), name="incident_has_a_scope"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""),
                name="incident_closed_whole",
            ),
        ]

    notice = SystemData("Number and scope of a security incident, and which staff look into it: no records of anybody.")

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class IncidentReader(models.Model):
    """Who may read for an incident, since when, and until when; the row stays."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "user"], condition=Q(ended_at=None), name="incident_reader_once"
            ),
            models.CheckConstraint(condition=~Q(user=F("named_by")), name="incident_reader_named_by_another"),
        ]

    notice = SystemData("Which staff may read for a security incident.")
