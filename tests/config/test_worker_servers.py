"""Workers of pytest-xdist must not see each other's cache and queue."""

import os

import pytest
from django.conf import settings

from config import embedded
from config.celery import app


def test_each_worker_has_a_redis_database_of_its_own() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        pytest.skip("needs pytest-xdist: -n 2")
    number = int(worker.removeprefix("gw")) + 1
    assert embedded.redis_url() == settings.REDIS_URL
    assert str(settings.CACHES["default"]["LOCATION"]).endswith((f"db={number}", f"/{number}"))
    assert str(app.conf.broker_url).endswith((f"virtual_host={number}", f"/{number}"))
