"""Tasks that fail in every way, for a worker of the tests: `celery -A tests.config.failing_tasks worker`."""

import os
import signal
import time

from django.apps import apps
from django.core.cache import cache
from django.db import transaction

from config.celery import app

__all__ = ["app"]


@app.task(name="tests.raise_after_writing")
def raise_after_writing(number: int) -> None:
    cache.incr(f"runs:{number}")
    with transaction.atomic():
        apps.get_model("records", "Organization").objects.create(name=f"Organization {number}")
        raise ValueError(f"row {number} of Jane Doe <jane@example.gov> is wrong")


@app.task(name="tests.succeed")
def succeed(number: int) -> None:
    cache.incr(f"runs:{number}")


@app.task(name="tests.take_the_worker_down", default_retry_delay=0)
def take_the_worker_down(number: int) -> None:
    cache.incr(f"runs:{number}")
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="tests.run_out_of_time", time_limit=1)
def run_out_of_time(number: int) -> None:
    cache.incr(f"runs:{number}")
    time.sleep(60)
