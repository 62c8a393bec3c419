"""The Celery app: background work, and the beat that starts it by the clock."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init

from config import embedded
from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("waymark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def prepare(**_kwargs: Any) -> None:
    """Before a worker or the beat starts; other programs only send tasks."""
    from config import checks

    embedded.attach()
    checks.refuse_unsafe_settings()
