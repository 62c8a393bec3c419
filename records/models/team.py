"""Teams and territories: who works together, and where."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from privacy.holdings import SystemData
from privacy.models import User


class Territory(models.Model):
    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "territories"

    notice = SystemData("A part of the country.")

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(max_length=100, unique=True)
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="teams")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]

    notice = SystemData("How the agency's staff is organized.")

    def __str__(self) -> str:
        return self.name


class TeamMembershipQuerySet(models.QuerySet["TeamMembership"]):
    def managed_by(self, manager: User) -> Self:
        """The manager's own memberships of the teams that they manage at present."""
        return self.filter(staff=manager, is_manager=True, until=None)


class TeamMembership(models.Model):
    """A member of staff in a team for a while; a past membership stays as history."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    is_manager = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = TeamMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["team", "staff", "since"]
        constraints = [
            models.UniqueConstraint(fields=["team", "staff"], condition=Q(until=None), name="membership_open_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="membership_ends_after_start"
            ),
        ]

    notice = SystemData("How the agency's staff is organized.")

    def __str__(self) -> str:
        return gettext("%(staff)s in %(team)s") % {"staff": self.staff, "team": self.team}
