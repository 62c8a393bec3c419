from django.db import models

from records.models.importing import Import


class Organization(models.Model):
    name = models.CharField(max_length=200)
    # The number under which the organization is known outside; unique where there is one.
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    source_import = models.ForeignKey(Import, models.PROTECT, null=True, related_name="organizations")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="organization_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
