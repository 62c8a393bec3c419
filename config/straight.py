"""What a callable that stands outside Django's middleware owes to it: the headers of every answer, and https."""

from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from privacy.caching import NotKeptMiddleware


def headers_of_answers() -> list[tuple[str, str]]:
    """What stands on every answer that is sent by https, as the middleware sets it."""
    request = HttpRequest()
    request.META = {"wsgi.url_scheme": "https", "SERVER_NAME": "localhost", "SERVER_PORT": "443"}
    request.is_secure = lambda: True  # type: ignore[method-assign]
    plain: Any = NotKeptMiddleware(lambda _request: HttpResponse())
    answer: Any = SecurityMiddleware(plain)(request)
    return [(name, value) for name, value in answer.items() if name != "Content-Type"]


def goes_straight(environ: dict[str, Any]) -> bool:
    """Whether the request is the collector's own to answer."""
    return environ.get("PATH_INFO") == "/c" and not is_to_be_redirected(environ)


def is_to_be_redirected(environ: dict[str, Any]) -> bool:
    """Whether the request came by http and has to come by https."""
    return settings.SECURE_SSL_REDIRECT and not WSGIRequest(environ).is_secure()
