"""What every address of the API shares: who may, within which scope, for what, how often; repeats and tags.

A resource declares what it is of; its methods read and write by the functions that the pages use:

    class OneShareView(Resource):
        noun = "shares"
        see = (Permit.SHARE_MATERIALS,)
        place = SHARES
        operations = {"GET": "get_share"}
        answers = {"GET": {200: ShareData}}

        def get(self, request: Request, key: UUID) -> Response:
            with self.door() as read:
                ...

`docs/api.md` tells what callers get; privacy.api.schema makes the description (OpenAPI) of these declarations.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.exceptions import NotFound, UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from privacy.access import Read
from privacy.api import etags, idempotency, throttling
from privacy.api.authentication import HasScope, KeyAuthentication, SignedIn
from privacy.api.paging import OF_PAGES, KeysetPagination
from privacy.api.problems import Problem
from privacy.api.schema import Schema
from privacy.api.scopes import READ, WRITE
from privacy.api.unknown import NO_FIELDS, unknown_fields, unknown_parameters
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import require, signed_in
from privacy.models import User
from privacy.places import Place
from privacy.rights.beside import mark_disputed
from privacy.roles import Permit

SAFE = ("GET", "HEAD", "OPTIONS")
Sent = type[BaseSerializer[Any]]


class Replayed(Exception):
    """The same request was answered before."""

    def __init__(self, answered: idempotency.Answered) -> None:
        super().__init__()
        self.answered = answered


class Resource(APIView):
    """`see` and `keep` are the permits of which one is needed to read and to write; `place` is its door to records.

    `operations`, `sent` and `answers` say for each method its name, what is sent and what is answered; `says` what it
    does, where its docstring does not. `parameters` are the words that its query may have.
    """

    authentication_classes = [KeyAuthentication, SignedIn]
    permission_classes = [HasScope]
    throttle_classes = [throttling.KeyThrottle]
    metadata_class = None
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    schema: Any = Schema()

    noun: ClassVar[str] = ""
    see: ClassVar[tuple[Permit, ...]] = ()
    keep: ClassVar[tuple[Permit, ...]] = ()
    place: ClassVar[Place | None] = None
    operations: ClassVar[Mapping[str, str]] = {}
    sent: ClassVar[Mapping[str, Sent]] = {}
    answers: ClassVar[Mapping[str, Mapping[Any, Any]]] = {}
    parameters: ClassVar[Mapping[str, str]] = {}
    # The methods that change nothing though they are sent like a write: what is looked up stands in no address.
    reads_by_post: ClassVar[bool] = False

    rate: throttling.Rate | None = None
    kept: idempotency.Kept | None = None
    shown = 0

    def needs(self, method: str) -> str:
        """The scope that a key needs; none where the address is of no noun, or the method is none of its own (405)."""
        if method.lower() not in self.http_method_names or not hasattr(self, method.lower()):
            return ""
        is_read = method in SAFE or self.reads_by_post
        return f"{self.noun}:{READ if is_read else WRITE}" if self.noun else ""

    @property
    def asked(self) -> HttpRequest:
        """The request as the pages' functions take it."""
        return self.request._request

    @property
    def user(self) -> User:
        return signed_in(self.asked)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        is_write = request.method not in SAFE and not self.reads_by_post
        if permits := (self.keep if is_write and self.keep else self.see):
            require(self.user, *permits)
        self._refuse_unknown(request)
        if is_write and hasattr(self, (request.method or "").lower()):
            begun = idempotency.begin(request, self.user)
            if isinstance(begun, idempotency.Answered):
                raise Replayed(begun)
            self.kept = begun

    def _refuse_unknown(self, request: Request) -> None:
        """Raises ValidationError for parameters and fields that there are none of."""
        found = unknown_parameters(request.query_params, self.known_parameters())
        method = request.method or ""
        if method not in SAFE and hasattr(self, method.lower()):
            shape = self.sent.get(method)
            found |= unknown_fields(request.data, shape(), self._told(method)) if shape else self._not_taken(request)
        if found:
            raise ValidationError(found)

    def _not_taken(self, request: Request) -> Mapping[str, list[str]]:
        """What is sent where nothing is taken. Some programs send an empty form."""
        try:
            sent = request.data
        except UnsupportedMediaType:
            sent = self.asked.POST
        return {"": [NO_FIELDS]} if sent else {}

    def known_parameters(self) -> set[str]:
        return set(self.parameters)

    def _told(self, method: str) -> set[str]:
        """The fields of what is answered."""
        shapes = [shape for shape in self.answers.get(method, {}).values() if hasattr(shape, "_declared_fields")]
        return {name for shape in shapes for name in shape().fields}

    @contextmanager
    def door(self, key: KeyKind = KeyKind.LIST, categories: tuple[int, ...] | None = None) -> Iterator[Read]:
        """The door to the place's records, for what the session says or the key was made for."""
        if self.place is None:
            raise TypeError(f"{type(self).__name__} shows records and declares no place")
        with reading_of(self.asked, self.place, key, categories) as read:
            yield read
        self.shown += read.count

    def handle_exception(self, exc: Exception) -> Response:
        if not isinstance(exc, Replayed):
            return super().handle_exception(exc)
        try:
            return self._replay(exc.answered)
        except Exception as error:
            return super().handle_exception(error)

    def _replay(self, answered: idempotency.Answered) -> Response:
        """What was answered before, logged again where it shows records."""
        if answered.records:
            with self.door() as read:
                read.count = answered.records
        return answered.response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.kept is not None and isinstance(response, Response):
            self.kept.finish(response, self.shown)
        is_data = isinstance(response, Response) and response.status_code == 200 and request.method in ("GET", "HEAD")
        response = super().finalize_response(
            request, etags.answered(request, response) if is_data else response, *args, **kwargs
        )
        if self.rate is not None:
            throttling.told(response, self.rate)
        return response

    def unchanged(self, data: Any) -> None:
        """Raises Problem where the sender read another state than this (If-Match)."""
        if not etags.is_same(etags.tag_of(data), self.request.headers.get("If-Match", "")):
            raise Problem("changed", "Somebody changed it since you read it. Read it again, and send what is to be.")


class ListResource(Resource, ABC):
    """A list: filtered (`filters`, a FilterSet), sorted (`sorts`), paged.

    `rows` gives what the user may see, `data` what is told of one, `row` the shape of it.
    """

    filters: ClassVar[Any] = None
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {}
    row: ClassVar[Sent]

    @abstractmethod
    def rows(self) -> "QuerySet[Any]": ...

    @abstractmethod
    def data(self, one: Any) -> Mapping[str, Any]: ...

    def people_in(self, found: list[Any]) -> int:
        """How many people's records a page shows."""
        return len(found)

    def persons_records(self, found: list[Any]) -> Iterable[Model]:
        """The records of a page that a person may say something against: all at once, not one by one."""
        return (one for one in found if isinstance(one, Model))

    def known_parameters(self) -> set[str]:
        filters = set(self.filters.base_filters) if self.filters is not None else set()
        return {*self.parameters, *OF_PAGES, *filters}

    def get(self, request: Request, *_named: Any, **named: Any) -> Response:
        if self.place is None:
            return self.page()
        with self.door() as read:
            answer = self.page()
            read.count = self.people_in(self.found)
            return answer

    def page(self) -> Response:
        """One page. Raises ValidationError for filters that make no sense."""
        self.pages = KeysetPagination()
        self.found = self.paged(self.filtered(self.rows()))
        mark_disputed(self.persons_records(self.found))
        return self.pages.get_paginated_response([self.row(self.data(one)).data for one in self.found])

    def paged(self, rows: "QuerySet[Any]") -> list[Any]:
        """The page's rows: where what belongs to all of them is fetched at once."""
        return self.pages.paginate_queryset(rows, self.request, self)

    def filtered(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.filters is None:
            return rows
        filterset = self.filters(self.request.query_params, queryset=rows, request=self.asked)
        if not filterset.is_valid():
            raise ValidationError(filterset.errors)
        chosen: QuerySet[Any] = filterset.qs
        return chosen


class NoSuchAddress(Resource):
    """What no address of the API is."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("The API has no such address: /api/ lists those there are.")
