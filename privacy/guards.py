"""Who may open a page: the guard of every view but the login page's."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from privacy.models import User
from privacy.roles import PERMITS, Permit, Role

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def signed_in(request: HttpRequest) -> User:
    """The user of a request; a stranger, whom LoginRequiredMiddleware should have stopped, is refused."""
    if not isinstance(request.user, User):
        raise PermissionDenied(gettext("Sign in first."))
    return request.user


def permit_required(
    *permits: Permit,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Lets those through who hold any of the permits; the page of the refusal names the roles that do."""

    def guard(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(signed_in(request), *permits)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def require(user: User, *permits: Permit) -> None:
    """Raises PermissionDenied, naming the roles that may, where the user holds none of the permits."""
    if not user.has_one_of(permits):
        raise PermissionDenied(
            gettext("This is open to %(roles)s.")
            % {"roles": listed([gettext(role.people) for role in roles_with(*permits)])}
        )


def roles_with(*permits: Permit) -> list[Role]:
    """The roles that hold any of the permits."""
    return [role for role in Role if PERMITS[role] & set(permits)]


def listed(words: list[str]) -> str:
    """The words as a sentence has them: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
