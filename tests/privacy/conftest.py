"""Who the tests of the API ask it as."""

import pytest

from privacy.models import User
from privacy.roles import Role
from tests.api import Program
from tests.factories import make_team, make_user


@pytest.fixture
def manager() -> User:
    """A manager of sales with a team."""
    user = make_user(Role.SALES_MANAGER)
    make_team(manager=user)
    return user


@pytest.fixture
def program(manager: User) -> Program:
    """Asks by a key of the manager's."""
    return Program(manager)
