"""The WSGI callable that granian serves.

What viewers' pages send (/c) goes straight to the collector: no session, sign-in or page of the staff's is looked at.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config import checks, embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.attach()
everything = get_wsgi_application()
checks.refuse_unsafe_settings()

from campaigns.views.beacon import collector  # noqa: E402  # Django is set up from here on
from config.straight import StraightHandler  # noqa: E402

straight = StraightHandler(collector)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler = straight if environ.get("PATH_INFO") == "/c" else everything
    return handler(environ, start_response)
