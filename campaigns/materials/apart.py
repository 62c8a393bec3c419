"""Materials of the same title, told apart where one is chosen: by kind, version, its moment and owner, and by
their word in addresses where all of that is the same."""

from typing import TYPE_CHECKING

from django import forms
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, Lower, TruncMinute
from django.utils import timezone

from campaigns.enums import MaterialState
from campaigns.models import Material, MaterialVersion, WebPageVersion
from privacy.wording import moment
from records.listing import in_language

if TYPE_CHECKING:
    MaterialChoice = forms.ModelChoiceField[Material]
else:
    MaterialChoice = forms.ModelChoiceField


def told_apart(rows: "QuerySet[Material]") -> "QuerySet[Material]":
    """Each with `namesakes`, how many of the rows have its title, `version_at`, when what it shows came, and `twins`,
    how many of the namesakes came in the same minute.

    Relies on material_version_once and web_page_version_once.
    """
    ready = MaterialVersion.objects.filter(material=OuterRef("pk"), state=MaterialState.READY).order_by("-number")
    published = WebPageVersion.objects.filter(page__material=OuterRef("pk")).order_by("-number")
    came = Coalesce(
        Subquery(ready.values("created_at")[:1]), Subquery(published.values("published_at")[:1]), F("created_at")
    )
    alike = Window(Count("pk"), partition_by=[Lower("title")])
    at_once = Window(Count("pk"), partition_by=[Lower("title"), TruncMinute("version_at")])
    return rows.select_related("owner").annotate(namesakes=alike, version_at=came, twins=at_once)


def label_of(material: Material) -> str:
    """Of a row of `told_apart`: its title, and what else there is of it where another has the same."""
    if material.namesakes == 1:  # type: ignore[attr-defined]
        return material.title
    when = moment(timezone.localtime(material.version_at))  # type: ignore[attr-defined]
    slug = material.slug if material.twins > 1 else ""  # type: ignore[attr-defined]
    parts = [in_language(material.get_kind_display()), when, material.owner.name if material.owner else "", slug]
    return f"{material.title} ({', '.join(filter(None, parts))})"


def labels_of(rows: "QuerySet[Material]") -> list[tuple[str, str]]:
    """Slug and label of each, for a choice. One statement."""
    return [(one.slug, label_of(one)) for one in told_apart(rows)]


class MaterialField(MaterialChoice):
    """Which material; its `queryset` is one of `told_apart`."""

    def label_from_instance(self, material: Material) -> str:
        return label_of(material)
