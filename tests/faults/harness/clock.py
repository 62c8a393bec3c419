"""The program as it is served and worked, by a clock that the file CLOCK_FILE sets back an hour while it is there.

    granian … tests.faults.harness.clock:application        celery --app tests.faults.harness.clock …

What is set back is what Python's and Django's clock say in this process; the database keeps its own.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

BACK = 3_600.0
_time, _now = time.time, timezone.now


def _is_set_back() -> bool:
    return Path(os.environ["CLOCK_FILE"]).exists()


def _earlier_time() -> float:
    return _time() - BACK * _is_set_back()


def _earlier_now() -> datetime:
    return _now() - timedelta(seconds=BACK * _is_set_back())


time.time = _earlier_time
timezone.now = _earlier_now


def __getattr__(name: str) -> Any:
    """Each process loads what it is: web the callable, a worker the app."""
    if name == "application":
        from config.wsgi import application

        return application
    if name in ("app", "celery"):
        from config.celery import app

        return app
    raise AttributeError(name)
