"""The library's cards, to the letter, with what people wrote escaped."""

import pytest

from campaigns.materials import library
from campaigns.models import Material, Tag
from campaigns.templatetags.shelf import card, topic
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
    assert card(a_material(), False) == CARD


def test_a_card_has_a_box_for_whoever_compares_and_its_owner_and_topics() -> None:
    made = a_material(owner=make_user(name="Ann & Co"), is_demo=True)
    made.tags.add(Tag.objects.create(name="A & B", slug="a-b"))
    said = card(library.cards(Material.objects.all()).get(), True)
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
    assert said in card(made, False)


def test_a_card_shows_the_first_page_and_leads_to_the_one_that_was_found() -> None:
    made = a_material()
    made.picture_version, made.found_on = 2, 7  # type: ignore[attr-defined]  # annotated by the library
    said = card(made, False)
    assert '<img src="/materials/rates/versions/2/pages/1/240.webp" alt="" loading="lazy" width="240">' in said
    assert ">Found on page 7</a></p>" in said
