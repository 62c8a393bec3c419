"""Addresses that forms are sent to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponse]


def posted_from(route: str) -> Callable[[View], View]:
    """Of a view that takes POST alone: whoever opens its address by GET is led to the page that has the form.

    That happens on a reload after a form came back with errors, and after signing in anew.
    """

    def decorate(view: View) -> View:
        posted = require_POST(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return redirect(route) if request.method in ("GET", "HEAD") else posted(request, *args, **kwargs)

        return answer

    return decorate
