"""Where a record came from: what every kind of record keeps beside its own fields."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from records.enums import Location, Source
from records.models.importing import Import

# Why none of these fields holds an element of the notice; each model takes what it has of them into its declaration.
SYSTEM_FIELDS = {
    "id": "database key",
    "key": "random name of the row in addresses and as associated data of what is sealed",
    "source": "record source category of the notice",
    "location": "system location of the notice",
    "source_import": "the import that brought it",
    "created_at": "when it was recorded",
    "created_by": "who recorded it",
}


def made_up_lookup(model: type[models.Model]) -> str:
    """The lookup that says of a row whether it is made up: its own mark, or that of the import that brought it.

    Empty for a model that has neither.
    """
    names = {field.name for field in model._meta.get_fields()}
    if "is_demo" in names:
        return "is_demo"
    return "source_import__is_demo" if "source_import" in names else ""


def is_made_up(record: models.Model) -> bool:
    """Whether a record is made up, as `made_up_lookup` says. One query unless the import was fetched with it."""
    value: Any = record
    for name in made_up_lookup(type(record)).split("__"):
        value = getattr(value, name, None) if name else None
    return bool(value)


class OfCustomer:
    """Mixed into what belongs to one customer: what is sealed in it is theirs, and goes with their key."""

    customer: Any

    @property
    def vault_subject(self) -> uuid.UUID:
        subject: uuid.UUID = self.customer.key
        return subject


class OfOrganization:
    """Mixed into what belongs to one organization: what is sealed in it goes with the organization's key."""

    organization: Any

    @property
    def vault_subject(self) -> uuid.UUID:
        subject: uuid.UUID = self.organization.key
        return subject


class Provenance(models.Model):
    """Source and system location as the notice names them, and who or which import recorded it when."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=20, choices=Source, default=Source.PERSONNEL)
    location = models.CharField(max_length=20, choices=Location, default=Location.HEADQUARTERS)
    source_import = models.ForeignKey(
        Import, models.PROTECT, null=True, blank=True, editable=False, related_name="%(class)ss"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def vault_row(self) -> uuid.UUID:
        """The row's name as associated data of what is sealed in it."""
        return self.key

    @property
    def vault_subject(self) -> uuid.UUID:
        """Whom what is sealed belongs to, the history included; a record about nobody is its own subject."""
        return self.key
