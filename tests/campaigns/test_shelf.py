"""The library's cards, to the letter, with what people wrote escaped."""

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.materials import library
from campaigns.models import Material, Tag
from campaigns.templatetags.shelf import card, topic
from privacy.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db

CARD = (
    '<li class="shelf-item">\n<div class="shelf-picture"><span aria-hidden="true">Document</span></div>\n'
    '<div class="shelf-words">\n<h2><a href="/materials/rates/"><bdi>Rates &lt;b&gt;</bdi></a></h2>\n'
    '<p class="quiet">Document · 1,204 pages · version 2 · shared 1 time</p>\n</div></li>'
)


def a_material(**fields: object) -> Material:
    made: Material = Material.objects.create(
        slug="rates", title="Rates <b>", kind="document", version=2, page_count=1204, share_count=1, **fields
    )
    return made


def test_a_card_says_what_there_is() -> None:
    assert card(a_material()) == CARD


def test_a_card_has_a_box_for_whoever_compares_and_its_owner_and_topics() -> None:
    made = a_material(owner=make_user(name="Ann & Co"), is_demo=True)
    made.tags.add(Tag.objects.create(name="A & B", slug="a-b"))
    said = card(library.cards(Material.objects.all()).get(), is_comparable=True)
    assert 'form="compare" name="material" value="rates" aria-label="Compare Rates &lt;b&gt;">' in said
    assert '<span class="tag">Made up</span></h2>' in said
    assert f'<p class="topics">{topic("a-b", "A & B")}</p>\n<p class="quiet">Ann &amp; Co</p>' in said
    assert topic("a-b", "A & B") == '<a class="tag" href="/materials/?tag=a-b">A &amp; B</a> '


@pytest.mark.parametrize(
    ("state", "version", "said"),
    [
        ("failed", 2, '<p><span class="tag tag-warning">Newest version failed</span></p>'),
        ("failed", 0, '<p><span class="tag tag-warning">Failed</span></p>'),
        ("waiting", 2, '<p><span class="tag">Being prepared</span></p>'),
        ("working", 2, '<p><span class="tag">Being prepared</span></p>'),
    ],
)
def test_a_card_says_how_its_newest_version_stands(state: str, version: int, said: str) -> None:
    made = a_material()
    made.version, made.newest_state = version, state  # type: ignore[attr-defined]  # annotated by library.cards
    assert said in card(made)


def test_a_card_shows_the_first_page_and_leads_to_the_one_that_was_found() -> None:
    made = a_material()
    made.picture_version, made.found_on = 2, 7  # type: ignore[attr-defined]  # annotated by the library
    said = card(made)
    assert '<img src="/materials/rates/versions/2/pages/1/240.webp" alt="" loading="lazy" width="240">' in said
    assert ">Found on page 7</a></p>" in said


def test_a_card_leads_whoever_may_share_to_the_form_for_its_material() -> None:
    leads = (
        '<p><a class="usa-button usa-button--outline" href="/shares/new/?material=rates"'
        ' aria-label="Share Rates &lt;b&gt;">Share</a></p>'
    )
    made = a_material()
    assert leads in card(made, may_share=True)
    assert leads not in card(made)


def test_a_card_of_what_cannot_be_shared_leads_to_no_form() -> None:
    made = a_material()
    made.withdrawn_at = timezone.now()
    assert "Share" not in card(made, may_share=True)
    made.withdrawn_at, made.version = None, 0
    assert "Share" not in card(made, may_share=True)


def test_the_library_offers_to_share_to_those_who_share_with_customers(client: Client) -> None:
    a_material()
    for role, offered in ((Role.SALES, True), (Role.MARKETING_MANAGER, False), (Role.AUDITOR, False)):
        client.force_login(make_user(role))
        assert ("/shares/new/?material=rates" in client.get("/materials/").content.decode()) is offered
