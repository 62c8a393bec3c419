"""What tests of the API need: a program with a key, and what an answer says is wrong."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from privacy import keys
from privacy.api.scopes import SCOPES
from privacy.models import User
from privacy.purposes import Basis, usual_basis

V1 = "/api/v1"


class Program:
    """Something that asks with an API key of a user's, of every scope and for the user's usual purpose unless said."""

    def __init__(self, user: User, *scopes: str, basis: Basis | None = None, client: Client | None = None) -> None:
        made = make_key(user, *scopes, basis=basis)
        self.key, self.text = made.key, made.text
        self.client = client or Client(raise_request_exception=False)

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}", **more}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"{V1}{path}", headers=self.headers(_named(headers)))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("POST", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("DELETE", path, None, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        content = json.dumps({} if body is None else body)
        sent = self.headers(_named(headers))
        return self.client.generic(method, f"{V1}{path}", content, content_type="application/json", headers=sent)


def make_key(user: User, *scopes: str, basis: Basis | None = None, name: str = "Program") -> keys.NewKey:
    """A key as the page makes it."""
    return keys.make(user, name, scopes or SCOPES, basis or usual_basis(user.roles), in_days(30))


def in_days(days: int) -> Any:
    return timezone.now() + timedelta(days=days)


def _named(headers: dict[str, str]) -> dict[str, str]:
    """`If_None_Match` as the header is called."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def errors_of(answer: Any) -> dict[str, list[str]]:
    """What is wrong, by field."""
    found: dict[str, list[str]] = {}
    for one in answer.json()["errors"]:
        found.setdefault(one["field"], []).append(one["detail"])
    return found


def problem_of(answer: Any) -> tuple[int, str]:
    """The status, and the word of the problem; each answer that is none raises."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("/api/#problem-")


def new_word() -> str:
    """An Idempotency-Key."""
    return str(uuid.uuid4())


__all__ = ["V1", "Program", "errors_of", "in_days", "make_key", "new_word", "problem_of"]
