"""On a phone, the form of a share is several screens long: what sends it stays in reach and covers no field."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from privacy.roles import Role
from tests.factories import make_user

SHEET = (Path(settings.BASE_DIR) / "static/waymark/shares.css").read_text()


@pytest.mark.django_db
def test_the_buttons_of_the_form_stay_at_the_end_of_the_screen(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    assert '<div class="form-actions actions-stay">' in client.get("/shares/new/").content.decode()
    on_phones = SHEET.partition("@media (max-width: 40rem) {\n  html:has(.actions-stay)")[2]
    assert re.match(r" \{ scroll-padding-bottom: \d+rem; \}", on_phones)
    assert ".actions-stay { position: sticky; bottom: 0;" in on_phones
