"""What the tests of files on their way in share."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
