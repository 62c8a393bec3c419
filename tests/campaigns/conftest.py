"""What tests of forms that anybody may send begin with."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from campaigns.views import registering, subscribing
from privacy.tries import refusals
from tests.paying import Sandbox, paying


@pytest.fixture
def nothing_counted(work: None) -> Iterator[None]:
    """Nobody has tried anything yet, and no page was begun."""
    counted = (registering.begun, subscribing.begun)
    cache.clear()
    for one in (refusals, *counted):
        one.clear()
    yield
    for one in counted:
        one.clear()


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    """The payment provider, on loopback."""
    with paying(settings) as found:
        yield found
