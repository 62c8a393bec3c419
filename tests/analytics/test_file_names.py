"""What files are called, in the language that they are in."""

import re

import pytest
from django.test import Client
from django.utils import translation

from analytics.exports import names, sources
from analytics.exports.names import list_name, name_of, picture_name, report_name
from analytics.folding import fold_all
from analytics.reports.comparison import Unit
from config.catalogues import CHECKOUT
from privacy.enums import Language
from privacy.models import User
from privacy.roles import Role
from tests.factories import enroll, make_campaign, make_customer, make_user

PICTURE = re.compile(r'(?:name=f?|lift_picture\()"([a-z-]+)')


def test_every_report_has_a_name() -> None:
    assert set(names.REPORTS) == {*sources.REPORTS, "quarter"}


def picture_names() -> set[str]:
    drawing = [CHECKOUT / "analytics" / "filtered.py", *(CHECKOUT / "analytics" / "pictures").glob("*.py")]
    found = {name.rstrip("-") for path in drawing for name in PICTURE.findall(path.read_text())}
    return found - {"compared"} | {f"compared-{unit.value.replace(' ', '-')}" for unit in Unit}


def test_every_picture_has_a_name() -> None:
    assert set(names.PICTURES) == picture_names()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["campaign-spring", "funnel-spring-by-firm", "filtered", "question-3", "mailing-lists-and-councils"]),
        ("es", ["campaña-spring", "embudo-spring-por-firm", "filtrado", "pregunta-3", "listas-de-correo-y-consejos"]),
    ],
)
def test_names_are_read_in_the_language_in_force(language: str, said: list[str]) -> None:
    with translation.override(language):
        by = "by" if language == "en" else "por"
        assert [
            report_name("campaign", "spring"),
            report_name("funnel", "spring", by, "firm"),
            report_name("filtered", ""),
            picture_name("question-3"),
            list_name("mailing lists and councils"),
        ] == said


@pytest.fixture
def spanish(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    User.objects.filter(pk=user.pk).update(language=Language.SPANISH)
    enroll(make_customer("C-1"), make_campaign("spring").variants.all()[0], "response")
    fold_all()
    client.force_login(user)
    user.refresh_from_db()
    return user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of", "form", "header"),
    [
        ("campaigns", "csv", "attachment; filename*=utf-8''campa%C3%B1as.csv"),
        ("campaign/spring", "xlsx", "attachment; filename*=utf-8''campa%C3%B1a-spring.xlsx"),
        ("campaign/spring", "jsonl", 'attachment; filename="campaign-spring.jsonl"'),
    ],
)
def test_a_file_has_a_name_in_its_own_language(client: Client, spanish: User, of: str, form: str, header: str) -> None:
    answer = client.get(f"/exports/new/?of={of}&format={form}")
    assert answer["Content-Disposition"] == header
    answer.close()


@pytest.mark.django_db
def test_one_made_in_the_background_is_called_alike(spanish: User) -> None:
    with translation.override("es"):
        assert name_of(spanish, "campaign/spring") == "campaña-spring"
        assert name_of(spanish, "campaigns") == "campañas"
        assert name_of(spanish, "gone") == "gone"
