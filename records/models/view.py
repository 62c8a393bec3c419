"""How somebody looks at the lists: the columns that they chose, and the views that they saved."""

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from privacy.holdings import SystemData
from privacy.models import User

LONGEST_QUERY = 2_000
# So long a deleted view can be had back.
KEPT_DELETED = timedelta(days=1)


class ListColumns(models.Model):
    """Which columns of a list somebody wants to see, until they choose others."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_columns", db_index=False)
    list = models.CharField(max_length=40)
    names = ArrayField(models.CharField(max_length=80))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list"], name="list_columns_once"),
        ]

    notice = SystemData("Which columns a member of staff looks at; of whom the rows are it does not know.")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def of(self, owner: User) -> Self:
        """One's own, by name."""
        return self.kept().filter(owner=owner).order_by("list", "name", "pk")

    def open_to(self, user: User) -> Self:
        """One's own, and those that colleagues share: what the rows are, each one's own role decides."""
        return self.kept().filter(Q(owner=user) | Q(is_shared=True))


class SavedView(models.Model):
    """A list as somebody wants it: filters and sort (`query`, as an address has them) and columns, under a name.

    `columns` is null where the view says nothing of columns. Deleted ones are kept for a day, to be had back.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", db_index=False)
    list = models.CharField(max_length=40, editable=False)
    name = models.CharField(max_length=80)
    query = models.TextField(max_length=LONGEST_QUERY, blank=True, editable=False)
    columns = ArrayField(models.CharField(max_length=80), null=True, editable=False)
    is_shared = models.BooleanField("colleagues who have the link can open it", default=False)
    is_default = models.BooleanField("the list opens with it", default=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["list", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
            models.UniqueConstraint(
                fields=["owner", "list", "name"], condition=Q(deleted_at=None), name="saved_view_named_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "list"],
                condition=Q(is_default=True, deleted_at=None),
                name="saved_view_one_default",
            ),
        ]

    notice = SystemData("How a member of staff looks at a list. What would name a customer, the search, it leaves out.")

    def __str__(self) -> str:
        return self.name
