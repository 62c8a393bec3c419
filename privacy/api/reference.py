"""The page of the API: its operations out of the description, what keys are, what each problem means. And the
description itself, as a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.problems import TITLES
from privacy.api.schema import description
from privacy.api.scopes import NOUNS
from privacy.api.views import Resource
from privacy.guards import signed_in
from privacy.roles import Permit


@dataclass(frozen=True)
class Part:
    """A parameter, or a field of a body."""

    name: str
    kind: str
    text: str
    is_required: bool
    where: str = ""


@dataclass(frozen=True)
class Answer:
    status: str
    title: str
    example: str = ""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    text: str
    scope: str
    parameters: list[Part]
    fields: list[Part]
    answers: list[Answer]
    curl: str


@dataclass(frozen=True)
class Group:
    name: str
    label: str
    operations: list[Operation]


@dataclass(frozen=True)
class Told:
    """A problem: its word, its status, its title."""

    word: str
    status: int
    title: str


class DescriptionView(Resource):
    """The description (OpenAPI 3.1)."""

    schema = None

    def get(self, request: Request) -> Response:
        return Response(description())


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    context = {
        "groups": groups(description()),
        "problems": [Told(word, status, title) for word, (status, title) in TITLES.items()],
        "limit": settings.API_REQUESTS_PER_MINUTE,
        "may_make_keys": signed_in(request).has_permit(Permit.MAKE_API_KEYS),
    }
    return render(request, "privacy/api.html", context)


def groups(found: dict[str, Any]) -> list[Group]:
    """The operations by noun, in the nouns' order."""
    made = list(_operations(found))
    labels = [(noun.name, noun.label) for noun in NOUNS]
    grouped = [Group(name, label, [one for tag, one in made if tag == name]) for name, label in labels]
    return [group for group in grouped if group.operations]


def _operations(found: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in found["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            yield (
                told["tags"][0],
                Operation(
                    name=told["operationId"],
                    method=method.upper(),
                    path=path,
                    text=told.get("description", ""),
                    scope=told.get("x-scope", ""),
                    parameters=[_parameter(one) for one in told.get("parameters", [])],
                    fields=[part for body in content.values() for part in _fields(body["schema"], found)],
                    answers=[_answer(status, one) for status, one in told["responses"].items()],
                    curl=curl_of(method.upper(), path, content),
                ),
            )


def _parameter(told: dict[str, Any]) -> Part:
    kind = _kind(told["schema"])
    return Part(told["name"], kind, told.get("description", ""), told.get("required", False), told["in"])


def _fields(schema: dict[str, Any], found: dict[str, Any]) -> Iterator[Part]:
    shape = _shape(schema, found)
    for name, one in shape.get("properties", {}).items():
        yield Part(name, _kind(one), one.get("description", ""), name in shape.get("required", []))


def _shape(schema: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = found["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return named


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, in a word or two."""
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"] if one is not None)
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    kinds = schema.get("type", "")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _answer(status: str, told: dict[str, Any]) -> Answer:
    examples = [part["example"] for part in told.get("content", {}).values() if "example" in part]
    text = json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else ""
    return Answer(status, HTTPStatus(int(status)).phrase, text)


def curl_of(method: str, path: str, content: dict[str, Any]) -> str:
    """The request as one types it; WAYMARK and KEY are the address and the key."""
    lines = ['curl -H "Authorization: Bearer $KEY"', *([f"-X {method}"] if method != "GET" else [])]
    if "application/json" in content:
        example = json.dumps(content["application/json"]["example"], ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"--data '{example}'"]
    if "multipart/form-data" in content:
        lines += ["-F kind=customers", "-F file=@people.csv"]
    return " \\\n  ".join([*lines, f'"$WAYMARK{path}"'])
