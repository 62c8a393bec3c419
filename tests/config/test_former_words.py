"""What rows of earlier releases say is read in today's words, in both languages."""

import re
from collections.abc import Callable, Mapping

import pytest
from django.test import Client
from django.utils import timezone, translation

from analytics.enums import ExportState
from analytics.exports import ended_words
from analytics.models import Export
from campaigns import launching
from campaigns.mailing import said_words
from config.marked import translated
from privacy.enums import Language
from privacy.roles import Role
from privacy.wording import stored_words
from records.intake import reason_words, refusal_words
from tests.factories import make_user

TABLES = (ended_words.FORMERLY, launching.FORMERLY, said_words.FORMERLY, reason_words.FORMERLY)
NAMES = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("table", TABLES)
def test_a_former_wording_says_the_same_of_the_same_values_and_is_said_no_more(table: Mapping[str, str]) -> None:
    known = translated("es")
    for before, now in table.items():
        assert set(NAMES.findall(before)) == set(NAMES.findall(now)), before
        assert (("", now) in known, ("", before) in known) == (True, False), before


@pytest.mark.parametrize(
    ("read", "kept", "english", "spanish"),
    [
        (
            ended_words.in_words,
            "It broke off 3 times. Ask for it again, with filters that make it smaller, or as CSV.",
            "It was interrupted 3 times. Request it again, with filters that make it smaller, or as CSV.",
            "Se interrumpió 3 veces. Vuelva a pedirlo, con filtros que lo hagan más pequeño, o como CSV.",
        ),
        (
            launching.why_words,
            "Its audience makes no sense any more. 100% of it",
            "Its audience is no longer valid. 100% of it",
            "Su público ya no tiene sentido. 100% of it",
        ),
        (said_words.in_words, "complained about", "reported as spam", "denunciado como correo no deseado"),
        (
            reason_words.in_words,
            "is not a telephone number",
            "is not a phone number",
            "no es un número de teléfono",
        ),
        (
            refusal_words.in_words,
            "people.toml: choices is not a telephone number",
            "people.toml: choices is not a phone number",
            "people.toml: choices no es un número de teléfono",
        ),
    ],
)
def test_what_an_earlier_release_kept_is_read_in_todays_words(
    read: Callable[[str], str], kept: str, english: str, spanish: str
) -> None:
    with translation.override("en"):
        assert read(kept) == english
    with translation.override("es"):
        assert read(kept) == spanish


def test_a_former_text_is_known_whole_and_what_somebody_typed_stays() -> None:
    formerly = {"It waits: %(why)s": "Waiting: %(why)s", "no one": "nobody"}
    assert stored_words("It waits: no one", ("Waiting: %(why)s",), formerly) == "Waiting: nobody"
    assert stored_words("It waits", ("Waiting: %(why)s",), formerly) == "It waits"
    assert stored_words("for no one", (), formerly) == "for no one"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"), [(Language.ENGLISH, "None of the file was kept."), (Language.SPANISH, "No se guardó nada")]
)
def test_the_page_of_an_export_that_failed_before_an_update_has_todays_words(
    client: Client, language: Language, said: str
) -> None:
    marketing = make_user(Role.MARKETING_MANAGER, language=language)
    client.force_login(marketing)
    kept = "An error of the program ended this: ask an IT administrator, who sees it. Nothing was kept of the file."
    export = Export.objects.create(
        asked_by=marketing,
        of="campaigns",
        title="Campaigns",
        format="csv",
        state=ExportState.FAILED,
        error=kept,
        ended_at=timezone.now(),
    )
    page = client.get(f"/exports/{export.key}/").content.decode()
    assert (said in page, kept in page) == (True, False)
