"""English and Spanish: every marked string is translated, the build compiles it, and each reader has their own."""

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.formats import number_format
from django.utils.text import capfirst

from config import catalogues, marked
from config.catalogues import CHECKOUT
from config.marked import Marked, lacking, marked_strings, translated
from privacy.enums import Language, NumberStyle
from privacy.holdings import holding_models, stored_fields
from privacy.languages import TAGS, tag_of
from privacy.models import User
from privacy.roles import Role
from records import figures
from records.listing import Column
from records.nouns import nouns
from tests.config.declared_words import names_in, of_the_administration, of_the_notice, words_of
from tests.exporting import csv_rows
from tests.factories import make_customer, make_user

KNOWN = translated("es")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|\{\w*\}")
CATALOGUE = """
msgid ""
msgstr ""
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Apply"
msgstr "Aplicar"
"""


# The catalogues ------------------------------------------------------------------------------------------------------


def test_every_marked_string_has_a_spanish_translation() -> None:
    found = lacking("es")
    assert {one.text: where for one, where in found.items()} == {}


def test_translations_have_the_place_holders_of_their_text() -> None:
    known = translated("es")
    for one in marked_strings():
        forms = (one.text, one.plural or one.text)
        for text, words in zip(forms, known[one.context, one.text], strict=False):
            assert set(PLACEHOLDER.findall(words)) == set(PLACEHOLDER.findall(text)), text
            assert words.strip() == words or one.text.strip() != one.text


def test_no_text_has_another_spanish_in_another_catalogue() -> None:
    """One of them would hide the other: what is said otherwise elsewhere gets a context."""
    found: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for source in CHECKOUT.glob("*/locale/es/LC_MESSAGES/django.po"):
        with source.open("rb") as read:
            for entry in read_po(read):
                words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
                found.setdefault((str(entry.context or ""), str(key)), []).append(tuple(map(str, words)))
    assert {key: words for key, words in found.items() if key[1] and len(words) > 1} == {}


def test_the_words_of_every_kind_of_record_and_its_form_have_a_spanish_translation() -> None:
    known = translated("es")
    lacking = {noun.slug: [words for words in words_of(noun) if ("", words) not in known] for noun in nouns()}
    assert {slug: words for slug, words in lacking.items() if words} == {}


def is_known(label: str) -> bool:
    """Whether the catalogues have it, as it is or with a capital (privacy.wording.label_words)."""
    return not {("", label), ("", capfirst(label))}.isdisjoint(KNOWN)


def test_what_the_notice_calls_things_has_a_spanish_translation() -> None:
    assert [words for words in of_the_notice() if not is_known(words)] == []


def test_what_people_call_rows_fields_and_their_choices_has_a_spanish_translation() -> None:
    """Of what holds records, as packages, requests and the history of a record name it."""
    lacking = set()
    for model, holds in holding_models():
        fields = {field.name: field for field in stored_fields(model)}
        labels = [str(model._meta.verbose_name_plural)]
        labels += [str(fields[name].verbose_name).removesuffix(" id") for name in holds.elements if name in fields]
        labels += [str(label) for field in fields.values() for _value, label in field.flatchoices if label]
        lacking |= {label for label in labels if not is_known(label)}
    assert lacking == set()


def test_what_the_administration_calls_its_models_and_fields_is_spanish() -> None:
    with translation.override("en"):
        named = {str(words) for model in of_the_administration() for words in names_in(model)}
    assert len(named) > 60
    with translation.override("es"):
        spanish = {str(words) for model in of_the_administration() for words in names_in(model)}
    # Two words are the same in both; what nobody translated would be, too.
    assert {words for words in named & spanish if is_known(words) is False} == set()


def test_states_and_kinds_are_worded_where_a_page_shows_them() -> None:
    """`get_state_display` is English, as programs read it."""
    shown = re.compile(r"(?:\{\{ ?|=)[\w.]*get_\w+_display[^ }%]*")
    worded = ("|in_language", "|label_words")
    for path in CHECKOUT.glob("templates/**/*.html"):
        plain = [one for one in shown.findall(path.read_text()) if not any(words in one for words in worded)]
        assert plain == [], path.name


def test_strings_are_found_in_templates_and_code(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "config").mkdir()
    page = '{% load i18n %}{% translate "Apply" %}'
    page += "{% blocktranslate count counter=n %}row{% plural %}rows{% endblocktranslate %}"
    (tmp_path / "templates" / "a.html").write_text(page + '{% include "b.html" with title=_("None yet") %}')
    (tmp_path / "config" / "a.py").write_text('_("Search")\npgettext("verb", "Open")\nprint("not marked")\n')
    assert marked_strings(tmp_path) == {
        Marked("Apply"): ["templates/a.html:1"],
        Marked("row", "rows"): ["templates/a.html:1"],
        Marked("None yet"): ["templates/a.html:1"],
        Marked("Search"): ["config/a.py:1"],
        Marked("Open", context="verb"): ["config/a.py:2"],
    }


def test_labels_of_choices_are_marked_and_nothing_else_of_their_file(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    lines = [
        "class State(models.TextChoices):",
        '    OPEN = "open", "Still open"',
        '    NONE = "", ""',
        '    PLAIN = "plain"',
    ]
    lines += ["    @property", "    def is_open(self): return 'no label', 'at all'", 'WORDS = "word", "Not a label"']
    (tmp_path / "config" / "enums.py").write_text("\n".join(lines))
    assert marked_strings(tmp_path) == {Marked("Still open"): ["config/enums.py:2"]}


def test_what_lacks_a_translation_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "a.py").write_text('_("Apply")\n_("Search")\n')
    write(tmp_path, CATALOGUE + '\nmsgid "Search"\nmsgstr ""\n')
    assert lacking("es", tmp_path) == {Marked("Search"): ["config/a.py:2"]}
    write(tmp_path, CATALOGUE + '\n#, fuzzy\nmsgid "Search"\nmsgstr "Buscar"\n')
    assert lacking("es", tmp_path) == {Marked("Search"): ["config/a.py:2"]}
    assert len(lacking("fr", tmp_path)) == 2


def write(checkout: Path, text: str) -> Path:
    source = checkout / "config" / "locale" / "es" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    return source


def test_the_build_compiles_what_is_missing_or_older_than_its_source(tmp_path: Path) -> None:
    source = write(tmp_path, CATALOGUE)
    (made,) = catalogues.compile_all(tmp_path)
    with made.open("rb") as compiled:
        assert {entry.id: entry.string for entry in read_mo(compiled)}["Apply"] == "Aplicar"
    assert catalogues.compile_all(tmp_path) == []
    os.utime(made, (1, 1))
    assert catalogues.compile_all(tmp_path) == [made]
    assert list(source.parent.iterdir()) == [source, made] or set(source.parent.iterdir()) == {source, made}


def test_a_broken_catalogue_stops_the_build_and_leaves_the_former_one(tmp_path: Path) -> None:
    source = write(tmp_path, CATALOGUE)
    (made,) = catalogues.compile_all(tmp_path)
    before = made.read_bytes()
    source.write_text("nonsense\n")
    os.utime(made, (1, 1))
    with pytest.raises(PoFileError):
        catalogues.compile_all(tmp_path)
    assert made.read_bytes() == before


def test_the_catalogues_of_the_checkout_are_compiled() -> None:
    assert catalogues.sources()
    assert list(catalogues.stale()) == []


def test_an_entry_for_the_translator_reads_as_gettext_writes_it() -> None:
    assert marked._entry(Marked("Apply"), ["a.html:1"]) == '#: a.html:1\nmsgid "Apply"\nmsgstr ""'
    verb = marked._entry(Marked("Open", context="verb"), ["a.html:1"])
    assert verb == '#: a.html:1\nmsgctxt "verb"\nmsgid "Open"\nmsgstr ""'
    assert 'msgid_plural "rows"\nmsgstr[0] ""\nmsgstr[1] ""' in marked._entry(Marked("row", "rows"), ["a.html:1"])


# The reader ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sales(db: None, client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def choose(user: User, language: Language, style: NumberStyle = NumberStyle.OF_LANGUAGE) -> None:
    User.objects.filter(pk=user.pk).update(language=language, number_style=style)


def test_the_workplace_is_spanish_for_who_chose_it_and_english_for_others(client: Client, sales: User) -> None:
    english = client.get("/customers/").content.decode()
    assert '<html lang="en">' in english
    assert ">Customers</h1>" in english
    choose(sales, Language.SPANISH)
    spanish = client.get("/customers/").content.decode()
    assert '<html lang="es">' in spanish
    for words in (">Clientes</h1>", ">Aplicar</button>", "Últimos 28 días", ">Materiales<"):
        assert words in spanish
    for words in (">Customers</h1>", ">Apply</button>"):
        assert words not in spanish
    client.force_login(make_user(Role.SALES, "Other"))
    assert '<html lang="en">' in client.get("/customers/").content.decode()


def test_the_settings_change_language_and_numbers_at_once(client: Client, sales: User) -> None:
    sent = {"language": "es", "number_style": "space-comma", "time_zone": "America/Chicago"}
    page = client.post("/account/settings/", sent, follow=True).content.decode()
    assert "A partir de ahora las horas son de America/Chicago." in page
    assert ">Configuración</h1>" in page
    sales.refresh_from_db()
    assert (sales.language, sales.number_style) == ("es", "space-comma")


@pytest.mark.parametrize(("name", "value"), [("language", "fr"), ("number_style", "roman")])
def test_what_is_no_language_or_style_is_refused(client: Client, sales: User, name: str, value: str) -> None:
    sent = {"language": "es", "number_style": "", "time_zone": "UTC", name: value}
    assert client.post("/account/settings/", sent).status_code == 422
    sales.refresh_from_db()
    assert (sales.language, sales.number_style) == ("en", "")


@pytest.mark.parametrize(
    ("asked", "title"), [("es-MX,es;q=0.9", "Iniciar sesión en Waymark"), ("fr", "Sign in to Waymark"), ("", "Sign in")]
)
def test_who_signs_in_reads_the_language_of_their_browser(client: Client, db: None, asked: str, title: str) -> None:
    assert title in client.get("/sign-in/", headers={"Accept-Language": asked}).content.decode()


def test_the_browser_decides_nothing_for_who_is_signed_in(client: Client, sales: User) -> None:
    page = client.get("/customers/", headers={"Accept-Language": "es"}).content.decode()
    assert ">Customers</h1>" in page


@pytest.mark.parametrize("style", list(NumberStyle))
@pytest.mark.parametrize("language", list(Language))
def test_each_language_writes_numbers_as_chosen(language: Language, style: NumberStyle) -> None:
    wanted = style.label if style else {"en": "1,234.56", "es": "1.234,56"}[language]
    wanted = str(wanted).replace(" ", "\N{NO-BREAK SPACE}")
    with translation.override(TAGS[language, style]):
        assert number_format(Decimal("1234.56"), 2, force_grouping=True) == wanted
        assert figures.written(1234.56, 2) == wanted
        assert figures.money(1234.56) == f"${wanted}"
        assert translation.gettext("Apply") == {"en": "Apply", "es": "Aplicar"}[language]


def test_every_account_has_a_tag(db: None) -> None:
    assert set(TAGS) == {(language, style) for language in Language for style in NumberStyle}
    assert tag_of(make_user(Role.SALES)) == "en"
    assert {tag.partition("-")[0] for tag in TAGS.values()} == {code for code, _ in settings.LANGUAGES}


def test_numbers_of_a_page_are_the_readers_and_those_of_a_file_are_plain(client: Client, sales: User) -> None:
    for number in range(2):
        make_customer(f"C-{number}", sales, name=f"N {number}")
    choose(sales, Language.SPANISH, NumberStyle.POINT_COMMA)
    rows = csv_rows(client, "customers", "")
    assert rows[0][:3] == ["Nombre", "Número", "Organización"]
    assert "<strong>2</strong> clientes" in client.get("/customers/").content.decode()


def test_words_of_states_are_the_readers_in_a_list_and_its_file(client: Client, sales: User) -> None:
    choose(sales, Language.SPANISH)
    page = client.get("/mailings/").content.decode()
    assert '<option value="paused">En pausa</option>' in page
    assert ">Paused<" not in page
    column = Column("State", "state", words={"paused": "Paused"})
    with translation.override("es"):
        assert column.value({"state": "paused"}) == "En pausa"
        assert Column("Name", "name").value({"name": "Paused"}) == "Paused"
    with translation.override("en"):
        assert column.value({"state": "paused"}) == "Paused"


def test_a_form_of_a_record_is_in_the_readers_language(client: Client, sales: User) -> None:
    choose(sales, Language.SPANISH)
    customer = make_customer("C-1", sales)
    page = client.get(f"/records/customers/{customer.key}/edit/").content.decode()
    for words in ("Puesto", "Fecha de nacimiento", "Guardar"):
        assert words in page
    for words in ("Job title", "Date of birth", ">Save<"):
        assert words not in page


def test_what_is_said_when_something_was_done_is_in_the_readers_language(client: Client, sales: User) -> None:
    choose(sales, Language.SPANISH)
    page = client.post("/shares/presets/", {"name": "Un mes", "expires_after_days": "30"}, follow=True)
    assert "Guardado: “Un mes”." in page.content.decode()
    assert ">Nombre<" in page.content.decode()


def test_recipients_pages_are_not_the_workplaces() -> None:
    from django.contrib.auth.models import AnonymousUser

    from privacy.languages import tag_for

    request = RequestFactory().get("/s/token/", headers={"Accept-Language": "es"})
    request.user = AnonymousUser()
    assert tag_for(request) == "en"
