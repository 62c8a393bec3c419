"""The API held against its description: what it says is sound, and no answer is outside it, whatever is sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from pytest_django import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from analytics.folding import fold_all
from campaigns.webpages.publishing import make_page
from privacy.api.schema import description
from privacy.models import User
from privacy.roles import Role
from tests.api import make_key
from tests.campaigns.shared import shared_with
from tests.factories import enroll, make_campaign, make_customer, make_team, make_user
from tests.material_files import make_shown_material

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 25  # for each operation
OPERATIONS = [(path, method) for path, methods in description()["paths"].items() for method in methods]


def test_the_description_is_valid_and_nothing_in_it_was_guessed(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", tmp_path / "api")
    written = json.loads((tmp_path / "api").read_text())
    assert written["openapi"] == "3.1.0"
    assert written == json.loads(json.dumps(description(), default=str))


@pytest.mark.django_db
def test_the_description_is_for_whoever_is_signed_in_or_has_a_key() -> None:
    client = Client()
    assert client.get("/api/v1/openapi.json").status_code == 401
    client.force_login(make_user(Role.AUDITOR))
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Waymark"


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_operation_is_told_whole(path: str, method: str) -> None:
    """A name, words, a scope, problems, and an example of each body that fits its shape."""
    told = description()["paths"][path][method]
    # Its own words, not those of the class that it is made of.
    assert told["description"]
    assert "declares" not in told["description"]
    assert "`operations`" not in told["description"]
    assert told["x-scope"].endswith((":read", ":write"))
    assert {"401", "403", "429", "503"} <= told["responses"].keys()
    bodies = [told.get("requestBody", {}), *told["responses"].values()]
    parts = [part for body in bodies for part in body.get("content", {}).values()]
    assert parts
    for part in parts:
        schema = {**part["schema"], "components": description()["components"]}
        jsonschema.Draft202012Validator(schema).validate(part["example"])


@pytest.fixture
def manager() -> User:
    """A manager with one of everything that the API tells of."""
    manager = make_user(Role.SALES_MANAGER)
    make_team(manager=manager)
    customer = make_customer("C-1", manager)
    campaign = make_campaign("spring")
    enroll(customer, campaign.variants.all()[0], "response")
    make_shown_material(manager)
    shared_with(customer, manager)
    make_page("Page", manager, customer=customer)
    fold_all()
    return manager


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Files of its own, more requests a minute than anybody has, and the test's connection for all of them."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_answer_is_outside_the_description(manager: User, house: None, path: str, method: str) -> None:
    """Made-up requests, right ones and wrong ones, the same in each run."""
    headers = {"Authorization": f"Bearer {make_key(manager).text}"}
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description(), default=str)))
    schema.app = get_wsgi_application()
    operation = schema[path][method.upper()]

    @seed(20260310)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(base_url="http://localhost", headers=headers, checks=CHECKS)

    ask()
