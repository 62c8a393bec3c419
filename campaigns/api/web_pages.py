"""Custom web pages: those that one may open, and one of them as it is published. The same scope as their editor's."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import WebPage
from campaigns.views.webpages import KEEPERS, pages_of
from privacy.api.fields import Moment
from privacy.api.views import ListResource, Resource
from privacy.models import User
from privacy.places import declare_place
from records.models import Customer

PLACE = declare_place("api_web_pages", "Custom web pages by the API", (18,))


class CustomerNamed(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    name = serializers.CharField()


class WebPageRowData(serializers.Serializer[Any]):
    slug = serializers.SlugField(help_text="Of its material: what a share names.")
    title = serializers.CharField()
    customer = CustomerNamed(allow_null=True, help_text="For whom it is made, where the caller sees them.")
    organization = serializers.UUIDField(allow_null=True, help_text="The account that it is made for.")
    version = serializers.IntegerField(help_text="The published version; 0 where none is.")
    changed_at = Moment(help_text="When the draft was changed.")


class WebPageData(WebPageRowData):
    blocks = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)), help_text="As published."
    )


class OfWebPages(Resource):
    noun = "web-pages"
    see = KEEPERS
    place = PLACE


class WebPagesView(OfWebPages, ListResource):
    """The caller's own pages, and those for customers whom they see."""

    operations = {"GET": "list_web_pages"}
    row = WebPageRowData
    sorts = {"-changed_at": ("-changed_at", "-id")}

    def rows(self) -> "QuerySet[WebPage]":
        return pages_of(self.user)

    def paged(self, rows: "QuerySet[Any]") -> list[WebPage]:
        found = super().paged(rows)
        self.seen = seen_among(self.user, (page.customer_id for page in found))
        return found

    def data(self, one: WebPage) -> dict[str, Any]:
        return as_row(one, self.seen)

    def people_in(self, found: list[WebPage]) -> int:
        return len({page.customer_id for page in found} & self.seen)


class WebPageView(OfWebPages):
    """GET: one page, with its blocks as recipients read them."""

    operations = {"GET": "get_web_page"}
    answers = {"GET": {200: WebPageData}}

    def get(self, request: Request, slug: str) -> Response:
        with self.door() as read:
            page = get_object_or_404(pages_of(self.user), material__slug=slug)
            seen = seen_among(self.user, [page.customer_id])
            newest = page.versions.first()
            read.count = 1 if page.customer_id else 0
            return Response(WebPageData(as_row(page, seen) | {"blocks": newest.blocks if newest else []}).data)


def seen_among(user: User, customers: Iterable[int | None]) -> set[int]:
    """Those whom the user sees. One query."""
    wanted = [number for number in customers if number]
    return set(Customer.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))


def as_row(page: WebPage, seen: set[int]) -> dict[str, Any]:
    customer = page.customer if page.customer_id in seen else None
    return {
        "slug": page.material.slug,
        "title": page.material.title,
        "customer": customer,
        "organization": page.organization.key if page.organization else None,
        "version": page.material.version,
        "changed_at": page.changed_at,
    }


urlpatterns = [
    path("web-pages", WebPagesView.as_view(), name="api_web_pages"),
    path("web-pages/<slug:slug>", WebPageView.as_view(), name="api_web_page"),
]
