"""What tests of a modified notice share."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from django.core.cache import cache
from django.utils import timezone

from privacy.models import User
from privacy.notice import published
from privacy.roles import Role
from tests.factories import make_user


@pytest.fixture
def henrik(db: None) -> User:
    """A privacy officer."""
    return make_user(Role.PRIVACY_OFFICER, "Henrik")


@pytest.fixture(autouse=True)
def nothing_published() -> Iterator[None]:
    """What a test published is forgotten: by the cache, and by this process."""
    yield
    cache.delete(published.MARK)
    published.Memory.known = published.NOTHING


class Clock:
    """The day on which the test takes place; `on` moves it and has this process look at what is published."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def on(self, day: date) -> None:
        noon = datetime.combine(day, time(17), UTC)
        self.patch.setattr(timezone, "now", lambda: noon)
        published.look_again()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(monkeypatch)
    made.on(date(2026, 11, 28))
    return made
