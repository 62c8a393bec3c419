"""What recipients read in Spanish: all of it, wherever they are, as long as they like."""

import ast
import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.template import Context, Template
from django.template.base import Node, TextNode
from django.template.defaulttags import LoadNode
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from campaigns.enums import Action, Frequency, Language
from campaigns.models import Event, Material, RecipientPreference, Share
from campaigns.recipients import passing
from campaigns.recipients.wishing import keep_wish
from campaigns.tasks import recipients as tasks
from campaigns.tasks.letters import write_letters
from config import catalogues
from config.pages import DEMO_NOTE, MIXED_NOTE
from privacy.tries import refusals
from tests.campaigns.viewing import Recipient, address, make_link, make_shared, share_with, text_of
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

CATALOG = Path(django_settings.BASE_DIR) / "campaigns/locale/es/LC_MESSAGES"
# What recipients read. Of the preview, which staff read, only what it shares with them.
TEMPLATES = sorted(
    f"viewer/{path.name}"
    for path in (Path(django_settings.BASE_DIR) / "templates/viewer").glob("*.html")
    if path.name != "web_page_preview.html"
)
# The notice's own words.
IN_ENGLISH = {"viewer/privacy_statement.html": ["About 0: 0"]}
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


@pytest.fixture(autouse=True)
def told_at_once(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(tasks.mail_code, "delay", tasks.mail_code)
    cache.clear()
    refusals.clear()
    yield
    cache.clear()


def read(share: Share, part: str = "", **headers: str) -> str:
    return str(Recipient(**headers).get(address(share, part)).content.decode())


def language_in(html: str) -> str:
    (language,) = re.findall(r'<html lang="([^"]*)"', html)
    return str(language)


# The catalog ---------------------------------------------------------------------------------------------------------


def compiled() -> dict[Any, str]:
    with (CATALOG / "django.mo").open("rb") as file:
        catalog: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return catalog


def spoken() -> dict[Any, str]:
    """What is said in Spanish, whichever catalog has it: a text stands in one of them alone."""
    found: dict[Any, str] = {}
    for source in catalogues.sources():
        with source.with_suffix(".mo").open("rb") as file:
            found |= gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return found


def written() -> dict[Any, str]:
    """The source of the catalog, by the keys that gettext gives to what it compiles."""
    found: dict[Any, str] = {}
    for entry in (CATALOG / "django.po").read_text().split("\n\n"):
        parts: dict[str, str] = {}
        keyword = ""
        for line in entry.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword, _, line = line.partition(" ")
            parts[keyword] = parts.get(keyword, "") + str(ast.literal_eval(line))
        name = f"{parts['msgctxt']}\x04{parts['msgid']}" if "msgctxt" in parts else parts["msgid"]
        forms = {key: text for key, text in parts.items() if key.startswith("msgstr[")}
        for key, text in forms.items():
            found[(name, int(key[7:-1]))] = text
        if not forms:
            found[name] = parts["msgstr"]
    return found


def test_what_is_compiled_is_what_is_written() -> None:
    """But for the head, which the compiler writes anew."""
    assert {key: text for key, text in compiled().items() if key} == {
        key: text for key, text in written().items() if key
    }


def nodes_of(name: str) -> Iterator[Node]:
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    yield from template.nodelist.get_nodes_by_type(Node)


def messages_of(name: str) -> Iterator[str]:
    for node in nodes_of(name):
        if isinstance(node, BlockTranslateNode):
            context = f"{node.message_context.resolve(Context())}\x04" if node.message_context else ""
            yield context + node.render_token_list(node.singular)[0]
        elif isinstance(node, TranslateNode) and isinstance(message := node.filter_expression.var, str):
            yield message
        elif isinstance(node, TranslateNode) and (literal := getattr(node.filter_expression.var, "literal", None)):
            context = node.message_context.resolve(Context()) if node.message_context else ""
            yield f"{context}\x04{literal}" if context else literal


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_sentence_of_a_template_has_its_spanish(name: str) -> None:
    catalog = spoken()
    wanted = list(messages_of(name))

    missing = [text for text in wanted if not (catalog.get(text) or catalog.get((text, 0)))]

    assert missing == []


def test_the_walk_finds_sentences() -> None:
    found = {text for name in TEMPLATES for text in messages_of(name)}
    assert {"Recorded:", "button\x04Open", "%(pages)s page", "What you can do"} <= found
    assert len(found) > 120


class Words(HTMLParser):
    """What a page says: texts, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("aria-label", "alt", "title", "placeholder")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_word_of_a_template_stands_outside_of_a_translation(name: str) -> None:
    """All that is no text of the template is taken for a number."""
    source = "".join(
        node.s if isinstance(node, TextNode) else "0"
        for node in nodes_of(name)
        if not isinstance(node, LoadNode) and not _holds_others(node)
    )
    words = Words()
    words.feed(source)

    # A template's block may hold attributes alone.
    found = [re.sub(r'[\w-]+="[^"]*"', "", text).strip() for text in words.found]
    assert [text for text in found if re.search(r"[A-Za-z]{2}", text)] == IN_ENGLISH.get(name, [])


def _holds_others(node: Node) -> bool:
    return any(hasattr(node, child) for child in node.child_nodelists) or hasattr(node, "conditions_nodelists")


@pytest.mark.parametrize("note", [DEMO_NOTE, MIXED_NOTE])
def test_notes_that_come_from_the_program_have_their_spanish(note: str) -> None:
    assert spoken()[note]


@pytest.mark.parametrize("choices", [Action, Frequency])
def test_words_of_choices_are_of_the_language(choices: Any) -> None:
    english = [str(label) for label in choices.labels]
    with translation.override("es"):
        spanish = [str(label) for label in choices.labels]

    assert not set(english) & set(spanish)


# Which language ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr-FR,es;q=0.5", "es"),
        ("fr", "en"),
        ("*", "en"),
        ("x" * 10_000, "en"),
        ("es;q=0, en", "en"),
    ],
)
def test_browser_is_answered_in_a_language_that_it_asks_for(asked: str, language: str) -> None:
    assert language_in(read(make_shared(), **{"Accept-Language": asked})) == language


def test_what_the_recipient_said_comes_before_what_the_browser_asks_for() -> None:
    share = make_shared()
    keep_wish(share, Frequency.EVERYTHING, Language.SPANISH)

    assert language_in(read(share, **{"Accept-Language": "en"})) == "es"


def test_what_was_chosen_in_this_browser_comes_first_and_is_kept_for_this_share_alone() -> None:
    share = make_shared()
    reader = Recipient(**SPANISH)

    reader.get(address(share, "?language=en"))

    assert language_in(reader.get(address(share, "text/")).content.decode()) == "en"
    cookie = reader.cookies["share_language"]
    assert (cookie.value, cookie["path"], cookie["httponly"]) == ("en", address(share), True)
    assert not RecipientPreference.objects.exists()


def test_what_is_kept_on_the_page_of_wishes_holds_in_this_browser_too() -> None:
    share, reader = make_shared(), Recipient()
    reader.get(address(share, "?language=en"))

    reader.post(address(share, "preferences/"), {"frequency": "everything", "language": "es"})

    assert language_in(reader.get(address(share)).content.decode()) == "es"
    assert RecipientPreference.objects.get().language == "es"


@pytest.mark.parametrize("asked", ["fr", "ES", "es'", ""])
def test_language_that_is_none_of_ours_is_not_taken(asked: str) -> None:
    reader = Recipient()

    answer = reader.get(address(make_shared()), {"language": asked})

    assert language_in(answer.content.decode()) == "en"
    assert "share_language" not in reader.cookies


def test_page_says_its_language_and_leads_to_the_other() -> None:
    answer = Recipient(**SPANISH).get(address(make_shared()))

    assert answer["Content-Language"] == "es"
    html = answer.content.decode()
    assert re.search(
        r'<a href="\?language=en&amp;visit=[^"]+" lang="en" hreflang="en" rel="nofollow">English</a>', html
    )
    assert 'href="?language=es' not in html


def test_reading_on_in_another_language_is_no_other_visit() -> None:
    share, reader = make_shared(), Recipient()
    first = reader.get(address(share)).content.decode()
    before = Event.objects.count()
    (leads,) = re.findall(r'href="(\?language=es[^"]*)"', first)

    second = reader.get(address(share) + leads.replace("&amp;", "&")).content.decode()

    assert language_in(second) == "es"
    assert Event.objects.count() == before
    visit = re.compile(r'data-visit="([^"]+)"')
    assert visit.findall(second) == visit.findall(first)


def test_visit_of_another_share_is_not_taken_over_with_the_language() -> None:
    share, other = make_shared(), share_with(make_customer("C-2", email="b@example.org"), make_link())
    (leads,) = re.findall(r'href="(\?language=es[^"]*)"', read(other))
    before = Event.objects.count()

    Recipient().get(address(share) + leads.replace("&amp;", "&"))

    assert Event.objects.count() == before + 2  # a visit and a view of their own


def test_language_costs_no_query() -> None:
    share = make_shared()
    read(share)
    keep_wish(share, Frequency.EVERYTHING, Language.SPANISH)
    with CaptureQueriesContext(
        connection,
    ) as with_wish:
        read(share)
    RecipientPreference.objects.all().delete()
    with CaptureQueriesContext(connection) as without:
        read(share)

    assert len(with_wish) == len(without)


def test_nothing_of_the_browsers_languages_is_kept() -> None:
    read(make_shared(), **{"Accept-Language": "es;canary=1"})

    assert not RecipientPreference.objects.exists()
    assert "canary" not in str(list(Event.objects.values()))


# All that recipients read --------------------------------------------------------------------------------------------

PARTS = {
    "": "Lo que puede hacer",
    "print/": "Imprima esta página con su navegador",
    "text/": "Las páginas como imágenes",
    "file/": "Sin descarga",
    "more/": "Aquí no hay nada más",
    "verify/": "Pida un código",
    "verify/?mailed=1": "Escriba el código",
    "preferences/": "Con qué frecuencia le escribimos",
    "pass-on/": "Pasarlo a un colega",
    "ask/call/": "Pedir que le llamen",
    "ask/complaint/": "¿Qué salió mal?",
    "unsubscribe/": "Dejar de recibir nuestros correos",
}


@pytest.mark.parametrize("part", PARTS)
def test_page_is_in_spanish(part: str) -> None:
    html = read(make_shared(), part, **SPANISH)

    assert language_in(html) == "es"
    assert PARTS[part] in text_of(html)


def test_statement_names_sender_day_and_notice_in_spanish() -> None:
    share = make_shared()
    Share.objects.filter(pk=share.pk).update(shared_at="2026-03-05T15:00Z")

    said = text_of(read(share, **SPANISH))

    assert "Sam Sales , de United States Postal Service , compartió esto con usted el 5 de marzo de 2026." in said
    assert "cuándo abre este enlace, qué páginas mira y durante cuánto tiempo" in said
    assert "La lectura es voluntaria." in said


def test_wish_for_no_trace_is_answered_in_spanish() -> None:
    said = text_of(read(make_shared(), **SPANISH, **{"Sec-GPC": "1"}))

    assert "Su navegador pide que no se le rastree, y lo respetamos:" in said


DOORS: dict[str, tuple[dict[str, Any], str]] = {
    "passcode": ({"passcode": "sesame"}, "La clave de acceso que le dijo Sam Sales"),
    "verified": ({"verified_only": True}, "solo se abre a quien demuestre que recibe el correo"),
}


@pytest.mark.parametrize("door", DOORS)
def test_door_is_in_spanish(door: str) -> None:
    options, words = DOORS[door]

    assert words in text_of(read(make_shared(**options), **SPANISH))


def test_withdrawn_material_explains_itself_in_spanish() -> None:
    share = make_shared()
    Material.objects.update(withdrawn_at="2026-03-05T15:00Z")

    assert "se retiró el 5 de marzo de 2026" in text_of(read(share, **SPANISH))


def test_link_that_does_not_open_says_so_in_the_browsers_language_whatever_it_is() -> None:
    share = make_shared()
    keep_wish(share, Frequency.EVERYTHING, Language.SPANISH)
    Share.objects.filter(pk=share.pk).update(revoked_at="2026-03-05T15:00Z")

    english = {path: Recipient().get(path).content for path in (address(share), "/s/ZZZ/")}
    spanish = {path: Recipient(**SPANISH).get(path).content for path in (address(share), "/s/ZZZ/")}

    assert len(set(english.values())) == len(set(spanish.values())) == 1
    assert "Este enlace no se abre" in text_of(spanish["/s/ZZZ/"].decode())
    assert "This link does not open" in text_of(english[address(share)].decode())


def test_privacy_statement_is_in_spanish_and_marks_what_is_the_notices_own() -> None:
    html = Recipient().get("/privacy-act-statement/?language=es").content.decode()

    assert language_in(html) == "es"
    said = text_of(html)
    assert "Esta es la declaración que exige la Ley de Privacidad de 1974" in said
    assert "está en inglés, el único idioma en que se publicó" in said
    assert '<ul lang="en">' in html
    assert "in English, the only language" not in text_of(Recipient().get("/privacy-act-statement/").content.decode())


@pytest.mark.parametrize(
    ("part", "words"),
    {
        "ask/call/": "para responder a lo que pide y atenderle como cliente.",
        "pass-on/": "Nombrar a un colega es voluntario.",
        "preferences/": "Si no elige nada, seguimos como hasta ahora.",
        "verify/": "La dirección que escribe se compara y no se guarda.",
        "unsubscribe/": "Dejar de recibir estos correos es voluntario.",
    }.items(),
)
def test_statement_of_a_form_is_in_spanish_but_for_the_notices_own_words(part: str, words: str) -> None:
    html = read(make_shared(), part, **SPANISH)

    assert '<section class="act-statement" aria-labelledby="act-statement" lang="es">' in html
    said = text_of(html)
    assert "Declaración según la Ley de Privacidad" in said
    assert words in said
    assert "Your information is collected" not in said
    assert '<ul lang="en"><li>' in html


FAULTS = {
    "verify/": ({"email": "nobody"}, "Esto no es una dirección de correo electrónico"),
    "ask/question/": ({"text": ""}, "Escriba unas palabras, para que sepamos qué hacer."),
    "ask/call/": ({"text": "4111 1111 1111 1111"}, "Aquí había un número de tarjeta completo"),
    "pass-on/": ({"name": "Bo", "email": "x"}, "Introduzca una dirección de correo electrónico válida"),
    "preferences/": ({"frequency": "hourly", "language": "es"}, "hourly"),
}


@pytest.mark.parametrize("part", FAULTS)
def test_fault_is_told_in_spanish(part: str) -> None:
    typed, words = FAULTS[part]

    answer = Recipient(**SPANISH).post(address(make_shared(), part), typed)

    assert answer.status_code == 422
    said = text_of(answer.content.decode())
    assert words in said
    assert "choices" not in said


# Mail ----------------------------------------------------------------------------------------------------------------


def test_code_is_mailed_in_the_language_of_the_page_that_asked_for_it() -> None:
    share = make_shared()

    Recipient(**SPANISH).post(address(share, "verify/"), {"email": "ann@example.org"})
    Recipient().post(address(share, "verify/"), {"email": "ann@example.org"})

    spanish, english = mail.outbox
    assert spanish.subject == "Su código para abrir lo que han compartido con usted"
    assert re.search(
        r"Su código es \d{6}\.\n\nEscríbalo en la página que lo pidió: \S+/verify/\n\nEs válido", str(spanish.body)
    )
    assert english.subject == "Your code to open what was shared with you"


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ({}, "Something was passed on to you"),
        ({"passer": Language.SPANISH}, "Le han pasado algo"),
        ({"passer": Language.SPANISH, "colleague": Language.ENGLISH}, "Something was passed on to you"),
        ({"colleague": Language.SPANISH}, "Le han pasado algo"),
    ],
)
def test_colleague_is_told_in_their_language_or_in_that_of_whoever_passed_it_on(
    said: dict[str, Language], subject: str
) -> None:
    share = make_shared()
    passed = passing.pass_on(share, name="Bo", email="bo@example.org")
    assert passed is not None
    for who, of in (("passer", share), ("colleague", passed)):
        if who in said:
            RecipientPreference.objects.create(viewer=of.recipient, language=said[who])

    write_letters()

    (to_colleague,) = mail.outbox
    assert to_colleague.subject == subject


def test_whoever_stops_mail_on_the_page_has_its_language_kept() -> None:
    share = make_shared()

    Recipient(**SPANISH).post(address(share, "unsubscribe/"), {"answer": "stop"})

    kept = RecipientPreference.objects.get()
    assert (kept.frequency, kept.language) == ("nothing", "es")


def test_button_of_a_mailbox_says_no_language() -> None:
    share = make_shared()
    keep_wish(share, Frequency.EVERYTHING, Language.SPANISH)

    Recipient().post(address(share, "unsubscribe/"), {"List-Unsubscribe": "One-Click"})

    kept = RecipientPreference.objects.get()
    assert (kept.frequency, kept.language) == ("nothing", "es")
