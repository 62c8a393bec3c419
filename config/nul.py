"""No form brings a NUL: PostgreSQL keeps no text with one, and neither keyboard nor paste makes one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

NUL = "\x00"


class NoNulMiddleware:
    """Refuses, with the page of a 400, what was sent with one in any field. What reads its own body (the API, programs)
    is exempt from the check of where a form comes from, which has read the others by now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        for name, texts in request.POST.lists():
            if NUL in name or any(NUL in text for text in texts):
                raise BadRequest(gettext("A field holds a character that no text may hold (NUL)."))
