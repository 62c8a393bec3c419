"""The Celery app: background work, and the beat that starts it by the clock."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import embedded
from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.attach()

app = Celery("waymark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.steps["worker"].add(DjangoStructLogInitStep)  # a task logs with the id of the request that asked for it
app.autodiscover_tasks()
