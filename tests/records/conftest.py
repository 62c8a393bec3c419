"""What the tests of files on their way in share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from pytest_django import Settings


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def work() -> Iterator[None]:
    """What is asked of a worker is done at once."""
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False
