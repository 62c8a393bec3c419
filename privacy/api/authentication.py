"""Who asks: a program by its key, or a person who is signed in to the pages."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from privacy import keys
from privacy.api.problems import ScopeMissing
from privacy.models import ApiKey, User

REALM = 'Bearer realm="Waymark API"'


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer wm_…`. The program acts as the key's owner; the access log names the key besides."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """None where no key was sent. Raises AuthenticationFailed without saying what is wrong with the key."""
        kind, _space, text = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        key = keys.found(text.strip().decode("latin-1"))
        if key is None:
            raise AuthenticationFailed("This key is unknown, has been revoked, or is over.")
        keys.note_use(key)
        key.owner.acting_key = key.prefix
        request._request.api_key = key  # type: ignore[attr-defined]  # what privacy.bases asks
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        """Also for who sent nothing at all: it makes the answer 401."""
        return f'{REALM}, error="invalid_token"' if request.headers.get("Authorization") else REALM


class SignedIn(SessionAuthentication):
    """The session of the pages; what changes anything needs the token against forged requests (X-CSRFToken)."""


class HasScope(BasePermission):
    """Whether somebody asks, and a key's scopes hold what the view is for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, User):
            return False
        needed = getattr(view, "needs", lambda _method: "")(request.method or "GET")
        if needed and isinstance(request.auth, ApiKey) and needed not in request.auth.scopes:
            raise ScopeMissing(needed)
        return True
