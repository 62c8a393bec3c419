"""Signing in: by e-mail address and password, never with a password that everybody knows."""

import base64
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import Model
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from privacy.models import User

# Somebody tried to sign in to an account that is locked for a while. `email` is what they typed.
locked_out = Signal()

# The demo's accounts share it, and README.md prints it: it opens the embedded database only.
DEMO_PASSWORD = "waymark-demo-2026"  # noqa: S105
KNOWN_PASSWORDS = frozenset({DEMO_PASSWORD})


def is_refused(password: str) -> bool:
    """Whether everybody knows the password and the database is not the embedded one."""
    return password in KNOWN_PASSWORDS and not settings.EMBEDDED_DATABASE


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's check of e-mail address and password, for passwords that are not known to everybody."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        if is_refused(str(credentials.get("password", ""))):
            return None
        return super().authenticate(request, **credentials)  # type: ignore[no-any-return]

    def get_user(self, user_id: int) -> User | None:
        """The account of a session, with what it may do."""
        user = User.objects.acting(user_id)
        return user if user and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None) -> set[str]:
        """Django's answer, for an account at work without asking again."""
        if obj is None and isinstance(user_obj, User) and user_obj.is_active and not user_obj.is_superuser:
            return set(user_obj.permissions_held)
        return super().get_all_permissions(user_obj, obj)  # type: ignore[no-any-return]

    def user_can_authenticate(self, user: User) -> bool:
        """Asked at each request of a session too: a contractor is out when their contract is over."""
        return user.is_open


class SignedInMiddleware(LoginRequiredMiddleware):
    """Leads strangers to the sign-in. Whoever was signed out while they filled in a form is told that it is not saved,
    and comes back to its page, for what it is sent to may be none."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request, _("You were signed out in the meantime: what you sent was not saved. Sign in and send it again.")
        )
        field = self.get_redirect_field_name(view_func)
        return redirect_to_login(_sent_from(request), self.get_login_url(view_func), field)


def _sent_from(request: HttpRequest) -> str:
    """The page of ours that the form stood on, as the browser names it; else what the form was sent to."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return request.get_full_path()
    parts = urlsplit(page)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))


class KnownPasswordValidator:
    """Refuses the passwords of the demo outside the embedded database."""

    def validate(self, password: str, user: User | None = None) -> None:
        if is_refused(password):
            raise ValidationError(_("This password is printed in the documentation. Choose another one."), code="known")

    def get_help_text(self) -> str:
        return _("Your password can't be one that the documentation prints.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by IT administrators only."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> Any:
        """Whoever knows the password of an account whose contract is over is answered as for a closed one."""
        user.is_active = user.is_open
        return super().pre_login(request, user, **options)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses after too many failures, which is logged."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            locked_out.send(AccountAdapter, email=str(credentials.get("email", "")))
            raise


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors encrypted; allauth alone stores them in clear."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured("A second factor was stored under another SECRET_KEY.") from error


def _cipher() -> Fernet:
    key = salted_hmac("privacy.signin.second-factor", "key", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
