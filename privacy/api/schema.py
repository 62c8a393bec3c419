"""The API's description in OpenAPI 3.1, made of what the resources declare."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from django_filters import rest_framework as filters
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_array_type
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from privacy.api.examples import add_examples
from privacy.api.fields import MomentFilter
from privacy.api.problems import MEDIA_TYPE, TITLES
from privacy.api.scopes import NOUNS

HEADERS = {
    "Idempotency-Key": (
        "16 to 128 characters of your own, such as a UUID: the same request with the same key is done once, and "
        "answered alike for 24 hours."
    ),
    "If-None-Match": "The ETag of what you have: answered with 304 while it is the same.",
    "If-Match": "The ETag of what you read: answered with 412 where it was changed since.",
}
PAGE_PARAMETERS: dict[str, tuple[str, dict[str, Any]]] = {
    "size": ("How many a page has.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
    "cursor": ("Where the page before ended: taken out of its `next`, never made.", {"type": "string"}),
}
OF_MOMENTS = (
    "A moment has its offset (`2026-03-10T16:00:00Z`, or `%2B01:00`, which is `+01:00` in an address): without one it "
    "is refused. A day alone (`2026-03-10`) is the agency's, from its beginning."
)
# The problems that an answer may be, by method, beside those of its resource.
ALWAYS = ("unauthenticated", "forbidden", "not-acceptable", "too-many", "not-logged")
OF_READS = ("invalid",)
OF_WRITES = ("conflict", "key-reused")


class Schema(AutoSchema):
    """Reads the declarations of `privacy.api.views.Resource`."""

    if TYPE_CHECKING:
        view: Any

    def get_operation_id(self) -> str:
        return str(self.view.operations[self.method])

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular has no types
        """The docstring of the method or the view, without the method's name before it."""
        return re.sub(r"^(GET|POST): (\w)", lambda found: found[2].upper(), super().get_description())

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scope": self.view.needs(self.method)}

    def get_tags(self) -> list[str]:
        return [self.view.noun or "description"]

    def get_override_parameters(self) -> list[Any]:
        return [*self._headers(), *self._query()]

    def get_request_serializer(self) -> Any:
        return self.view.sent.get(self.method)

    def get_response_serializers(self) -> Any:
        row = getattr(self.view, "row", None)
        answers = self.view.answers.get(self.method) or ({200: page_of(row)} if row else {})
        return dict(answers)

    def get_filter_backends(self) -> list[Any]:
        return []

    def _get_paginator(self) -> None:
        return None

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _headers(self) -> list[Any]:
        is_read = self.method == "GET" or self.view.reads_by_post
        names = ["If-None-Match"] if self.method == "GET" else [] if is_read else ["Idempotency-Key"]
        if self.method in ("PATCH", "DELETE"):
            names.append("If-Match")
        schema = {"Idempotency-Key": {"type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[!-~]+$"}}
        return [
            OpenApiParameter(name, schema.get(name, str), OpenApiParameter.HEADER, description=HEADERS[name])
            for name in names
        ]

    def _query(self) -> list[Any]:
        if self.method != "GET":
            return []
        found = [_parameter(name, text, {"type": "string"}) for name, text in self.view.parameters.items()]
        if getattr(self.view, "row", None) is None:
            return found
        sorts = list(self.view.sorts)
        sort = _parameter("sort", "In which order.", {"type": "string", "enum": sorts, "default": sorts[0]})
        base = getattr(self.view.filters, "base_filters", {})
        chosen = [_parameter(name, _words_of(one), _schema_of(one)) for name, one in base.items()]
        return [*found, *chosen, sort, *(_parameter(name, *about) for name, about in PAGE_PARAMETERS.items())]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> Any:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=description)


def _words_of(one: Any) -> str:
    """What a filter chooses; of a moment also how it is written."""
    return " ".join([str(one.label or ""), *([OF_MOMENTS] if isinstance(one, MomentFilter) else [])])


def _schema_of(one: Any) -> dict[str, Any]:
    """How a filter's value is written."""
    if isinstance(one, MomentFilter):
        return {"type": "string", "format": "date-time"}
    if isinstance(one, filters.DateFilter):
        return {"type": "string", "format": "date"}
    if isinstance(one, filters.BooleanFilter):
        return {"type": "boolean"}
    if isinstance(one, filters.UUIDFilter):
        return {"type": "string", "format": "uuid"}
    if isinstance(one, filters.ChoiceFilter) and not isinstance(one, filters.ModelChoiceFilter):
        return {"type": "string", "enum": [str(value) for value, _label in one.extra["choices"]]}
    return {"type": "string"}


@cache
def page_of(row: type[serializers.BaseSerializer[Any]]) -> type[serializers.BaseSerializer[Any]]:
    """The shape of a page of such rows."""
    fields = {
        "results": row(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last."),
    }
    return type(f"{row.__name__.removesuffix('Data').removesuffix('Row')}Page", (serializers.Serializer,), fields)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "privacy.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API key, made on the page /api/keys/."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "privacy.api.authentication.SignedIn"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        said = "The session of the pages. What changes anything needs the token against forged requests (X-CSRFToken)."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": said}


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: the problems that each operation may answer, and what its answers carry."""
    labels = {noun.name: noun.label for noun in NOUNS}
    add_examples(result)
    _close_bodies(result)
    result["components"]["schemas"]["Problem"] = PROBLEM
    result["components"]["responses"] = {
        str(status): _problem_response(status) for status in sorted({status for status, _title in TITLES.values()})
    }
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
    used = {tag for methods in result["paths"].values() for one in methods.values() for tag in one["tags"]}
    result["tags"] = [{"name": name, "description": labels.get(name, name)} for name in labels if name in used]
    return result


def _close_bodies(result: dict[str, Any]) -> None:
    """What is sent has the fields that it says and no others: any other is refused (privacy.api.unknown)."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for part in operation.get("requestBody", {}).get("content", {}).values():
                _close(part["schema"], result["components"]["schemas"])


def _close(schema: dict[str, Any], shapes: dict[str, Any]) -> None:
    """The shape and those within it. Shapes of what is sent are of no answer (COMPONENT_SPLIT_REQUEST)."""
    if "$ref" in schema:
        _close(shapes[schema["$ref"].rpartition("/")[2]], shapes)
        return
    if "properties" in schema:
        schema["additionalProperties"] = False
    within = [schema["items"]] if "items" in schema else []
    for one in (*schema.get("properties", {}).values(), *within):
        _close(one, shapes)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    is_read = method == "get"
    words = [*ALWAYS, *OF_READS, *(["not-found"] if "{" in path else [])]
    if not is_read:
        words.append("media-type")
    if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", [])):
        words += OF_WRITES
    if method in ("patch", "delete"):
        words.append("changed")
    for response in operation["responses"].values():
        response["headers"] = {**(_header("The tag of this answer.", "ETag") if is_read else {}), **RATE_HEADERS}
    if is_read:
        operation["responses"]["304"] = {"description": "You have it already.", "headers": _header("Its tag.", "ETag")}
    for word in words:
        status = str(TITLES[word][0])
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{status}"})
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _header(description: str, name: str) -> dict[str, Any]:
    return {name: {"description": description, "schema": {"type": "string"}}}


RATE_HEADERS = {
    **_header("How many requests are allowed in a minute.", "RateLimit-Limit"),
    **_header("How many of them are left.", "RateLimit-Remaining"),
    **_header("In how many seconds the next minute begins.", "RateLimit-Reset"),
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Which problem, and where it is explained.",
        },
        "title": {"type": "string", "description": "The problem in a sentence, the same for each of its type."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong here, and what to do."},
        "errors": {
            "description": "Where something was sent that is not right: each thing by itself.",
            **build_array_type(
                {
                    "type": "object",
                    "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                    "required": ["field", "detail"],
                }
            ),
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def _problem_response(status: int) -> dict[str, Any]:
    found = [(word, title) for word, (code, title) in TITLES.items() if code == status]
    (word, title), *_others = found
    example = {"type": f"/api/#problem-{word}", "title": title, "status": status, "detail": "…"}
    return {
        "description": ", or ".join(title for _word, title in found) + ".",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


@cache
def description() -> dict[str, Any]:
    """The whole description, made once a process."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found
