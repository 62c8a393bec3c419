"""The other records of the notice's categories, a noun an address: those with a list of their own, and those that
stand on the page of a customer or an organization, listed of that one.

What is looked up by the notice's keys alone (meetings, and what belongs to them) is not listed: POST /search finds it.
"""

from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CompositePrimaryKey, Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.disagreements import Disputed, disagreements
from privacy.api.views import ListResource, Resource
from privacy.guards import require
from privacy.places import declare_place
from records.keeping import Values
from records.models import Customer, Organization, Record
from records.nouns import nouns
from records.nouns.base import Noun, Page

PLACE = declare_place(
    "api_records",
    gettext_noop("Records of the notice's categories, through the API"),
    tuple(sorted({category for noun in nouns() for category in noun.categories})),
    in_parts=True,
)
OWNERS: dict[str, type[Model]] = {"customer": Customer, "organization": Organization}
ELSEWHERE = {"customers", "organizations"}


class KindData(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="What its address is called.")
    label = serializers.CharField()  # type: ignore[assignment]  # the word that callers read
    categories = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of the notice; none: no record of it."
    )
    of = serializers.ListField(
        child=serializers.CharField(), help_text="customer or organization, where it is listed of one of these alone."
    )


class KindsData(serializers.Serializer[Any]):
    results = KindData(many=True)


class RecordData(Disputed):
    key = serializers.UUIDField()
    kind = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]  # the word that callers read
        child=serializers.JSONField(), help_text="By name. Money is a text; another record is named by its key."
    )


class KindsView(Resource):
    """GET: the kinds of records that the caller may list."""

    noun = "records"
    operations = {"GET": "list_record_kinds"}
    answers = {"GET": {200: KindsData}}

    def get(self, request: Request) -> Response:
        found = [noun for noun in listed() if noun.may_see(self.user)]
        return Response(KindsData({"results": [as_kind(noun) for noun in found]}).data)


class KindView(ListResource):
    """GET: the records of a kind, the newest first; of one `customer` or `organization` where the kind asks for it."""

    noun = "records"
    place = PLACE
    operations = {"GET": "list_records"}
    row = RecordData
    parameters = {"customer": "The customer's key.", "organization": "The organization's key."}

    @property
    def sorts(self) -> dict[str, tuple[str, ...]]:  # type: ignore[override]  # by the kind
        return {"-newest": ("-collected_at", "-key") if self.is_of_months else ("-id",)}

    @property
    def is_of_months(self) -> bool:
        kind = self.kwargs.get("kind") if hasattr(self, "kwargs") else None
        return kind is not None and isinstance(kept(kind).model._meta.pk, CompositePrimaryKey)

    def get(self, request: Request, kind: str) -> Response:
        self.kind = kept(kind)
        require(self.user, *self.kind.see)
        if not self.kind.categories:
            return self.page()
        with self.door(categories=self.kind.categories) as read:
            answer = self.page()
            read.count = len(self.found)
            return answer

    def rows(self) -> "QuerySet[Any]":
        rows = self.kind.of(self.user).select_related(*_followed(self.columns))
        owners = [name for name in OWNERS if name in self.request.query_params]
        if owners_of(self.kind) and not owners:
            raise ValidationError({name: ["Say of whom."] for name in owners_of(self.kind)})
        for name in owners:
            rows = rows.filter(**{f"{self._path(name)}__key": self._key(name)})
        return rows

    def _path(self, owner: str) -> str:
        found = next((path for path in (self.kind.parent, self.kind.also_under) if path == owner), None)
        if found is None:
            raise ValidationError({owner: [f"Records of this kind are not listed by {owner}."]})
        return found

    def _key(self, owner: str) -> UUID:
        try:
            return UUID(self.request.query_params[owner])
        except ValueError:
            raise ValidationError({owner: ["Must be a valid UUID."]}) from None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.kind.columns)

    def data(self, one: Any) -> dict[str, Any]:
        return {
            "key": one.key,
            "kind": self.kind.slug,
            "fields": {name: plain(_at(one, name)) for name in self.columns},
            **disagreements(one),
        }


class RecordView(Resource):
    """GET: one record: its fields, the sealed ones opened."""

    noun = "records"
    place = PLACE
    operations = {"GET": "get_record"}
    answers = {"GET": {200: RecordData}}

    def get(self, request: Request, kind: str, key: UUID) -> Response:
        noun = kept(kind)
        require(self.user, *noun.see)
        with self.door(noun.key, noun.categories) if noun.categories else nullcontext() as read:
            found = get_object_or_404(noun.of(self.user).select_related(*noun.related), key=key)
            if read:
                read.count = 1
            data = {"key": key, "kind": noun.slug, "fields": fields_of(noun, found), **disagreements(found)}
            return Response(RecordData(data).data)


def listed() -> list[Noun]:
    """The nouns whose things are listed here: by themselves, or of a customer or an organization."""
    return [noun for noun in nouns() if noun.slug not in ELSEWHERE and (Page.LIST in noun.pages or owners_of(noun))]


def kept(kind: str) -> Noun:
    """Raises Http404."""
    found = next((noun for noun in listed() if noun.slug == kind), None)
    if found is None:
        raise Http404
    return found


def owners_of(noun: Noun) -> list[str]:
    """Of whom things without a list of their own are listed."""
    if Page.LIST in noun.pages or noun.list_route == "search":
        return []
    return [name for name in (noun.parent, noun.also_under) if name in OWNERS]


def as_kind(noun: Noun) -> dict[str, Any]:
    return {"kind": noun.slug, "label": noun.plural, "categories": list(noun.categories), "of": owners_of(noun)}


def fields_of(noun: Noun, found: Any) -> dict[str, Any]:
    """What the page of one shows, by the fields' names; of the long tail also its elements, by their identifiers."""
    fields = {name: plain(_at(found, name)) for name in noun.fields}
    elements = Values(found).all() if isinstance(found, Record) else {}
    return fields | {name: plain(value) for name, value in elements.items()}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Model):
        return str(value.key) if hasattr(value, "key") else str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, Decimal | UUID) else value


def _at(instance: Any, name: str) -> Any:
    for step in name.split("__"):
        instance = getattr(instance, step, None) if instance is not None else None
    return instance


def _followed(columns: tuple[str, ...]) -> list[str]:
    """The foreign keys that the columns follow."""
    return list(dict.fromkeys(name.rpartition("__")[0] for name in columns if "__" in name))


urlpatterns = [
    path("records", KindsView.as_view(), name="api_record_kinds"),
    path("records/<slug:kind>", KindView.as_view(), name="api_records"),
    path("records/<slug:kind>/<uuid:key>", RecordView.as_view(), name="api_record"),
]
