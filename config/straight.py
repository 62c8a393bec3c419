"""A view with little around it: for what pages send often, and what needs no session."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.urls import set_urlconf

from privacy.caching import NotKeptMiddleware


class StraightHandler(WSGIHandler):
    """Serves one view: to https and with the headers of every answer, without sessions, sign-in or a log line."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__()
        self._answer: Any = SecurityMiddleware(NotKeptMiddleware(convert_exception_to_response(view)))  # type: ignore[arg-type]

    def get_response(self, request: HttpRequest) -> HttpResponse:
        set_urlconf(settings.ROOT_URLCONF)
        answer: HttpResponse = self._answer(request)
        return answer
