"""The WSGI callable that granian serves.

What pages and programs send of events (/c) goes straight to the collector: no session, sign-in or page of the staff's
is looked at, and no thread waits for a commit where granian serves. Pages are served a few at a time.
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

from campaigns.collecting.callable import Collector  # noqa: E402  # Django is set up from here on
from campaigns.collecting.committing import Apart  # noqa: E402
from campaigns.collecting.line import Line  # noqa: E402
from config import answering, garbage  # noqa: E402
from config.straight import goes_straight, headers_of_answers  # noqa: E402
from config.turns import FewAtOnce  # noqa: E402

pages = FewAtOnce(everything)
collector = Collector(Line(Apart()), headers_of_answers())
answering.take_over(collector)
garbage.look_seldom()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return (collector if goes_straight(environ) else pages)(environ, start_response)
