"""What no text may hold is refused before any view."""

import pytest
from django.test import Client

from privacy.roles import Role
from records.models import SavedView
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(Role.SALES))
    return client


@pytest.mark.parametrize("sent", [{"name": "A\x00B"}, {"name": "Mine", "column": ["a", "\x00"]}, {"na\x00me": "Mine"}])
def test_a_field_with_a_nul_is_refused_with_a_reason_and_nothing_is_kept(client: Client, sent: dict[str, str]) -> None:
    answer = client.post("/views/of/customers/new/", sent)
    assert answer.status_code == 400
    assert "A field holds a character that no text may hold (NUL)." in answer.content.decode()
    assert not SavedView.objects.exists()


def test_any_other_text_passes(client: Client) -> None:
    assert client.post("/views/of/customers/new/", {"name": "Ñandú \x01 \u202e 🙂"}).status_code == 302
    assert SavedView.objects.get().name == "Ñandú \x01 \u202e 🙂"
