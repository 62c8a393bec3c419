"""Custom web pages: those that one may open, one with its draft and as it is published; made, changed, published.

The same scope as their editor's.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_noop
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import WebPage
from campaigns.views.webpages import KEEPERS, may_change, pages_of
from campaigns.webpages.blocks import MOST_BLOCKS, Block, BlockProblem, read_blocks
from campaigns.webpages.publishing import ChangedMeanwhile, make_page, publish, save_draft
from privacy.api.fields import Moment
from privacy.api.problems import NotNow, Problem
from privacy.api.views import ListResource, Resource
from privacy.models import User
from privacy.places import declare_place
from records.models import Customer, Organization

PLACE = declare_place("api_web_pages", gettext_noop("Custom web pages by the API"), (18,))


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


class BlocksField(serializers.ListField):
    """Blocks as the editor keeps them: `kind` and the texts that a block of the kind has."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.DictField(child=serializers.CharField(allow_blank=True)), **options)


class WebPageData(WebPageRowData):
    blocks = BlocksField(help_text="As published.")
    draft = BlocksField(help_text="As it is to be published next.")


class NewWebPageSent(serializers.Serializer[Any]):
    """For one customer, for one organization, or for nobody in particular."""

    title = serializers.CharField(max_length=200)
    customer = serializers.UUIDField(required=False, allow_null=True, help_text="Their key.")
    organization = serializers.UUIDField(required=False, allow_null=True, help_text="Its key.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("customer") and values.get("organization"):
            raise serializers.ValidationError({"organization": ["Choose a customer or an account, not both."]})
        return values


class DraftSent(serializers.Serializer[Any]):
    draft = BlocksField(
        max_length=MOST_BLOCKS,
        help_text="All blocks, in their order: `text` (heading, text), `material` (material, words), `link` (text, "
        "address), `contact` (words).",
    )

    def validate_draft(self, stored: list[dict[str, str]]) -> list[Block]:
        try:
            return read_blocks(stored)
        except BlockProblem as problem:
            raise serializers.ValidationError(str(problem)) from None


class OfWebPages(Resource):
    noun = "web-pages"
    see = KEEPERS
    place = PLACE


class WebPagesView(OfWebPages, ListResource):
    """The caller's own pages, and those for customers whom they see."""

    operations = {"GET": "list_web_pages", "POST": "create_web_page"}
    sent = {"POST": NewWebPageSent}
    answers = {"POST": {201: WebPageData}}
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

    def post(self, request: Request) -> Response:
        """A page with an empty draft: 201 with it; 400 for a customer whom the caller does not see."""
        sent = NewWebPageSent(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        with self.door() as read:
            customer = _named(Customer.objects.visible_to(self.user), "customer", values.get("customer"))
            organization = _named(Organization.objects.all(), "organization", values.get("organization"))
            page = make_page(values["title"], self.user, customer=customer, organization=organization)
            read.count = 1 if customer else 0
            where = {"Location": reverse("api_web_page", args=[page.material.slug])}
            return Response(as_page(page, self.user), status=status.HTTP_201_CREATED, headers=where)


def _named(rows: "QuerySet[Any]", name: str, key: UUID | None) -> Any:
    """The thing of this key; None for none. Raises ValidationError where there is none that the caller sees."""
    if key is None:
        return None
    found = rows.filter(key=key).first()
    if found is None:
        raise serializers.ValidationError({name: ["There is none of this key that you see."]})
    return found


class OfOnePage(OfWebPages):
    def found(self, slug: str) -> WebPage:
        return get_object_or_404(pages_of(self.user), material__slug=slug)

    def changeable(self, slug: str) -> WebPage:
        """One that the caller may change. Raises PermissionDenied."""
        page = self.found(slug)
        if not may_change(self.user, page):
            raise PermissionDenied("Only its author, or whoever manages all materials, can change it.")
        return page


class WebPageView(OfOnePage):
    """GET: one page, with its draft, and its blocks as recipients read them."""

    operations = {"GET": "get_web_page", "PATCH": "change_web_page"}
    sent = {"PATCH": DraftSent}
    answers = {"GET": {200: WebPageData}, "PATCH": {200: WebPageData}}

    def get(self, request: Request, slug: str) -> Response:
        with self.door() as read:
            page = self.found(slug)
            read.count = 1 if page.customer_id else 0
            return Response(as_page(page, self.user))

    def patch(self, request: Request, slug: str) -> Response:
        """Keeps the draft; recipients read the published version until the draft is published. With If-Match, only
        what is still as it was read."""
        sent = DraftSent(data=request.data)
        sent.is_valid(raise_exception=True)
        with self.door() as read:
            page = self.changeable(slug)
            self.unchanged(as_page(page, self.user))
            try:
                save_draft(page, sent.validated_data["draft"], page.changed_at)
            except ChangedMeanwhile:
                raise Problem("changed", "Somebody changed the draft meanwhile. Read it again.") from None
            read.count = 1 if page.customer_id else 0
            return Response(as_page(self.found(slug), self.user))


class PublishView(OfOnePage):
    """POST: make the draft what recipients read from now on; 409 where it is empty or names what is not offered."""

    operations = {"POST": "publish_web_page"}
    answers = {"POST": {200: WebPageData}}

    def post(self, request: Request, slug: str) -> Response:
        with self.door() as read:
            page = self.changeable(slug)
            try:
                publish(page, self.user)
            except BlockProblem as problem:
                raise NotNow(f"The draft is not published. {problem}") from None
            read.count = 1 if page.customer_id else 0
            return Response(as_page(self.found(slug), self.user))


def as_page(page: WebPage, user: User) -> Any:
    """A page as the API tells of it. Two queries."""
    newest = page.versions.first()
    blocks = {"blocks": newest.blocks if newest else [], "draft": page.draft}
    return WebPageData(as_row(page, seen_among(user, [page.customer_id])) | blocks).data


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
    path("web-pages/<slug:slug>/publish", PublishView.as_view(), name="api_web_page_publish"),
]
