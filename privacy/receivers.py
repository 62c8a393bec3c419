"""Sign-ins, failed ones, lockouts and sign-outs go into the access log, and a sign-in sets for what the user reads.

Of a failed sign-in the number of the account is kept where there is such an account, and nothing of what was typed.
"""

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from privacy.accesslog import Actor, entry, write_along
from privacy.bases import SESSION, keep
from privacy.enums import EntryKind, Why
from privacy.models import User
from privacy.purposes import usual_basis
from privacy.signin import locked_out


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    basis = usual_basis(user.roles)
    write_along(entry(EntryKind.SIGN_IN, Actor.of(user), basis, place="account_login"))
    request.session.pop(SESSION, None)
    if basis:
        keep(request, basis)


@receiver(user_logged_out)
def signed_out(user: User | None, **_signal: Any) -> None:
    if user is not None:
        write_along(entry(EntryKind.SIGN_OUT, Actor.of(user), place="account_logout"))


@receiver(user_login_failed)
def password_failed(credentials: dict[str, Any], **_signal: Any) -> None:
    actor = actor_called(str(credentials.get("email", "")))
    write_along(entry(EntryKind.FAILED_SIGN_IN, actor, place="account_login", why=Why.PASSWORD))


@receiver(authentication_failed)
def second_factor_failed(user: User, **_signal: Any) -> None:
    write_along(entry(EntryKind.FAILED_SIGN_IN, Actor.of(user), place="mfa_authenticate", why=Why.SECOND_FACTOR))


@receiver(locked_out)
def account_locked(email: str, **_signal: Any) -> None:
    """A sign-in that was not even tried, after too many failures of the same account."""
    write_along(entry(EntryKind.LOCKOUT, actor_called(email), place="account_login"))


def actor_called(email: str) -> Actor:
    """The account with this address; nobody where there is none."""
    user = User.objects.filter(email=email.strip().lower()).first()
    return Actor.of(user) if user else Actor()
