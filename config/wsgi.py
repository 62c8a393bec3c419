"""The WSGI callable that granian serves.

What pages and programs send of events (/c) goes straight to the collector: no session, sign-in or page of the staff's
is looked at. Many of its requests wait for one commit, so there are many threads; pages are served a few at a time.
"""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config import checks, embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.attach()
everything = get_wsgi_application()
checks.refuse_unsafe_settings()

from campaigns.collecting.callable import Collector  # noqa: E402  # Django is set up from here on
from campaigns.collecting.committing import Apart  # noqa: E402
from campaigns.collecting.line import Line  # noqa: E402
from config.straight import headers_of_answers, is_to_be_redirected  # noqa: E402
from config.turns import FewAtOnce  # noqa: E402

pages = FewAtOnce(everything)
collector = Collector(Line(Apart()), headers_of_answers())
# What is loaded by now stays: looking through it for garbage took a tenth of the collector's time.
gc.collect()
gc.freeze()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ.get("PATH_INFO") == "/c" and not is_to_be_redirected(environ):
        return collector(environ, start_response)
    return pages(environ, start_response)
