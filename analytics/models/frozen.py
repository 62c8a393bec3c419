"""Reports frozen as they stood: sums alone, kept as long as insight is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from privacy.agency import agency_day
from privacy.enums import Language
from privacy.holdings import Holds
from privacy.models import User
from privacy.roles import Permit

KEPT_YEARS = 3  # RET-7
FIRST_LANGUAGE = Language.ENGLISH.value  # in which `title` and `content` are


@dataclass(frozen=True)
class Kept:
    """What a frozen report showed, in the words of a language."""

    language: str
    title: str
    content: Mapping[str, Any]


class FrozenReportQuerySet(models.QuerySet["FrozenReport"]):
    def listed_to(self, user: User) -> "FrozenReportQuerySet":
        """One's own, and everybody's for those who see every campaign. Others open by their link alone."""
        return self if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) else self.filter(made_by=user)

    def titled(self, language: str) -> "FrozenReportQuerySet":
        """Each with its title in a language as `said`, and without its content."""
        said = Coalesce(KT(f"translations__{language}__title"), F("title"), output_field=models.TextField())
        return self.defer("content", "translations").annotate(said=said)


class FrozenReport(models.Model):
    """What a report showed at a moment. `of` and `query` name it as an export does; `content` is its table, its notes
    and its pictures, without groups of fewer than 5 people. `translations` has title and content by language beside
    English; those frozen before there were any have none. It never changes; its maker may delete it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    of = models.CharField(max_length=120)
    query = models.TextField(blank=True)
    title = models.CharField(max_length=200)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    translations = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    as_of = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = FrozenReportQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(of=""), name="frozen_report_of_something")]
        indexes = [models.Index(fields=["made_by", "-as_of"], name="frozen_report_of_user")]

    notice = Holds(
        elements=dict.fromkeys(("content", "translations"), "c18-analytics-program-report-data"),
        system={
            "id": "database key",
            "key": "random name of the report in addresses",
            "of": "which report",
            "query": "its filters, which name nobody",
            "title": "the report's own title",
            "as_of": "starts the retention",
            "made_by": "which member of staff froze it",
        },
        individual="",
        clock="as_of",
        rules=("RET-7",),
    )

    def kept_in(self, language: str) -> Kept:
        """What it showed, in a language; in English where it was not kept in that."""
        if said := self.translations.get(language):
            return Kept(language, **said)
        return Kept(FIRST_LANGUAGE, self.title, self.content)

    @property
    def kept_until(self) -> date:
        """The day on which its retention ends."""
        day = agency_day(self.as_of)
        return date(day.year + KEPT_YEARS, day.month, min(day.day, 28) if day.month == 2 else day.day)
