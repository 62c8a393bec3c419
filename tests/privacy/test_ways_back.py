"""Where a form leads back to."""

import pytest
from django.test import Client

from privacy.roles import Role
from privacy.ways_back import page_of_ours
from tests.factories import make_user


@pytest.mark.parametrize("asked", ["/", "/customers/?sort=-views", "/customers/#shared"])
def test_a_page_of_ours_is_led_back_to(asked: str) -> None:
    assert page_of_ours(asked, "/home/") == asked


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "0",
        "home",
        "a:b",
        "customers/",
        "//other.example/",
        "/\\other.example",
        "https://other.example/",
        "///x",
        "/\n/x",
    ],
)
def test_anything_else_leads_elsewhere(asked: str) -> None:
    assert page_of_ours(asked, "/home/") == "/home/"


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["-1", "2026-13-45T99:99", "https://other.example/"])
def test_a_form_that_names_no_page_of_ours_leads_home(client: Client, asked: str) -> None:
    client.force_login(make_user(Role.SALES))
    answer = client.post("/basis/", {"basis": "purpose-11", "next": asked})
    assert (answer.status_code, answer.get("Location")) == (302, "/")
