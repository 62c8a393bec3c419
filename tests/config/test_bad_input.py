"""Bad input to every form of every page: whatever is sent, the program answers, and never with an error of its own.

The pages are those of the table of who may open what, each as the first role that may, so that the forms of a new page
are tried without anybody listing them. What is sent is drawn by chance, the same in each run; `SEED=number` draws
another.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from privacy.roles import Role
from privacy.tries import refusals
from tests.config.test_access import POSTED, TABLE, Place, is_signed_in, patterns
from tests.journeys.structure import Node, tree_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = [None, *Role]
BAD = (
    "", "\x00", "\ufffd", "a" * 3000, " ", "-1", "0", "1.5", "99999999999999999999", "1e999", "NaN", "Infinity", "²",
    "١٢", "2026-02-30", "0001-01-01", "9999-12-31", "2026-13-45T99:99", "24:00", "00000000-0000-0000-0000-000000000000",
    "'\"<>;%s{0}", "\u202e", "🙂", "../../etc/passwd", ",", "[]", "{}", "None", "true", "\r\n", "=1+1", "https://x",
    "a@b",
)  # fmt: skip
EACH = 3  # so many requests a form, besides those with nothing and with one bad text in all fields
NUMBERED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
TEXTS = {"input", "select", "textarea"}
UNTICKED = {"checkbox", "radio"}
# What ends the session or changes the language of what is looked at next.
NOT_SENT = ("/sign-out/", "/i18n/")


@dataclass(frozen=True)
class Form:
    """A form as a page has it; `values` are those that it would send as it is, `files` the names of its files."""

    role: Role | None
    method: str
    address: str
    values: dict[str, list[str]]
    files: frozenset[str]

    @property
    def kind(self) -> tuple[str, str, tuple[str, ...]]:
        """Alike for the same form about another thing."""
        return self.method, NUMBERED.sub("#", self.address.partition("?")[0]), tuple(sorted(self.values))


def forms_of(role: Role | None, address: str, html: str) -> Iterator[Form]:
    page = tree_of(html)
    for form in (node for node in page if node.tag == "form"):
        action = urljoin(address, form.attributes.get("action") or address)
        fields = [node for node in page if belongs(node, form) and node.attributes.get("name")]
        values: dict[str, list[str]] = {}
        for field in fields:
            values.setdefault(field.attributes["name"], []).extend(sent_by(field))
        values.pop("csrfmiddlewaretoken", None)
        files = frozenset(one.attributes["name"] for one in fields if one.attributes.get("type") == "file")
        if action.startswith("/") and not action.startswith(NOT_SENT):
            yield Form(role, form.attributes.get("method", "get").lower(), action, values, files)


def belongs(field: Node, form: Node) -> bool:
    if field.tag not in TEXTS | {"button"}:
        return False
    owner = field.attributes.get("form")
    return form in field.ancestors if owner is None else owner == form.attributes.get("id")


def sent_by(field: Node) -> list[str]:
    """What the field holds as the page shows it."""
    if field.attributes.get("type") in UNTICKED and "checked" not in field.attributes:
        return []
    if field.tag == "select":
        options = [node for node in field if node.tag == "option"]
        return [node.attributes.get("value", "") for node in options if "selected" in node.attributes]
    return [field.attributes.get("value", field.text)]


def every_form(place: Place) -> list[Form]:
    """Each kind once."""
    found: dict[Any, Form] = {}
    clients = {role: signed_in(place, role) for role in ROLES}
    for pattern in patterns(get_resolver().url_patterns):
        opens = [role for role, letter in zip(ROLES, TABLE[pattern], strict=True) if letter == "o"]
        if pattern in POSTED or pattern.startswith("administration/") or not opens or "sign-out" in pattern:
            continue
        got = clients[opens[0]].get(address := place.address(pattern))
        if got.status_code == 200 and not got.streaming and "html" in got.headers.get("Content-Type", ""):
            for form in forms_of(opens[0], address, got.content.decode()):
                found.setdefault(form.kind, form)
    return list(found.values())


def signed_in(place: Place, role: Role | None) -> Client:
    client = Client()
    if role:
        client.force_login(place.users[role])
    return client


def badly_filled(form: Form, draw: random.Random) -> Iterator[dict[str, Any]]:
    """With nothing; with one bad text everywhere; with one in a field and the others as they stand."""
    yield {}
    everywhere = draw.choice(BAD)
    yield {name: bad(form, name, everywhere) for name in form.values}
    for name in draw.choices(list(form.values), k=EACH) if form.values else ():
        yield {**form.values, name: bad(form, name, draw.choice(BAD))}


def bad(form: Form, name: str, text: str) -> Any:
    return SimpleUploadedFile("bad.pdf", text.encode()) if name in form.files else [text]


def sent(client: Client, form: Form, values: dict[str, Any]) -> int:
    """The status of the answer, read to its end."""
    if form.method == "get":
        got = client.get(f"{form.address.partition('?')[0]}?{urlencode(values, doseq=True)}")
    else:
        got = client.post(form.address, values)
    if got.streaming:
        b"".join(got.streaming_content)  # type: ignore[attr-defined]
    return got.status_code


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_form_makes_an_error_of_the_program(method: str) -> None:
    draw = random.Random(int(os.environ.get("SEED", "20260310")))  # noqa: S311 - the same in each run
    place, faults = Place(), []
    clients = {role: signed_in(place, role) for role in ROLES}
    forms = [form for form in every_form(place) if form.method == method]
    for form in forms:
        for values in badly_filled(form, draw):
            refusals.clear()
            if form.role and not is_signed_in(clients[form.role]):
                clients[form.role] = signed_in(place, form.role)
            try:
                status = sent(clients[form.role], form, values)
            except Exception as error:  # whatever it is, it is what is looked for
                if connection.needs_rollback:
                    raise
                faults.append(f"{form.role} {form.address} {values}: {error!r}")
            else:
                faults += [f"{form.role} {form.address} {values}: {status}"] * (status >= 500)
    assert len(forms) > 50
    assert faults == []
