"""A text of a template is looked up once for each language, and says what Django's own tag says."""

import pytest
from django.template import Context, Engine
from django.utils import translation

from config.translated import Said


def rendered(source: str, language: str, **context: object) -> str:
    with translation.override(language):
        return Engine.get_default().from_string("{% load i18n %}" + source).render(Context(context))


def test_a_text_is_in_the_language_of_each_reader_however_often_it_is_shown() -> None:
    template = Engine.get_default().from_string('{% load i18n %}{% translate "Campaigns" %}')
    assert [type(node) for node in template.nodelist][1:] == [Said]
    for language, said in (("en", "Campaigns"), ("es", "Campañas"), ("en", "Campaigns"), ("es", "Campañas")):
        with translation.override(language):
            assert template.render(Context()) == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{% translate "Campaigns" as words %}<{{ words }}>', "<Campañas>"),
        ('{% translate "Campaigns" noop %}', "Campaigns"),
        ('{% translate "Campaigns"|lower %}', "campañas"),
        ("{% translate named %}", "Campañas"),
        ('{% trans "100% <b>" %}', "100% <b>"),
    ],
)
def test_what_is_no_plain_text_is_left_to_django(source: str, said: str) -> None:
    assert rendered(source, "es", named="Campaigns") == said
