"""What tests of retention share: rules that are approved, and a person whose time is over."""

import pytest

from privacy.models import User
from privacy.roles import Role
from tests.factories import make_user
from tests.retention import approve_all


@pytest.fixture
def grace(db: None) -> User:
    """A records administrator."""
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace")


@pytest.fixture
def rules(grace: User) -> None:
    """Every rule of the notice approved as it stands."""
    approve_all(grace)
