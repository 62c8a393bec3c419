from django.db import models
from django.db.models import Q

from campaigns.enums import MaterialKind
from privacy.holdings import SystemData


class Material(models.Model):
    """Something that can be shared: a document, a custom web page, a link."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=MaterialKind, default=MaterialKind.DOCUMENT)
    version = models.PositiveSmallIntegerField(default=1)
    page_count = models.PositiveSmallIntegerField(null=True, blank=True)
    file = models.FileField(upload_to="materials", blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="material_has_title"),
            models.CheckConstraint(condition=Q(kind__in=MaterialKind.values), name="material_kind"),
        ]

    notice = SystemData("What the agency itself publishes.")

    def __str__(self) -> str:
        return self.title
