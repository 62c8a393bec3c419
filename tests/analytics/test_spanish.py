"""What reports work out, in Spanish: whole sentences, numbers and days, and frozen reports in the reader's language."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from analytics.comparing.asking import BadComparison, choice_of
from analytics.findings import best_card, lift_words
from analytics.folding import fold_all
from analytics.freezing import freeze
from analytics.home.calls import Call, MostRead
from analytics.home.campaigns import Mover
from analytics.home.engagement import Engaged
from analytics.models import FrozenReport
from analytics.periods import Period
from analytics.pictures.asking import Asked
from analytics.pictures.attention import pages_named, people
from analytics.pictures.base import Picture
from analytics.pictures.cohorts import came_back
from analytics.pictures.days import change_title, days_pictures
from analytics.pictures.funnel import funnel_pictures
from analytics.pictures.lift import lift_pictures
from analytics.reports.next_best import reason
from analytics.trouble.base import all_detectors
from campaigns.models import Campaign
from privacy.enums import Language
from privacy.guards import listed
from privacy.models import User
from privacy.roles import Role
from records import figures
from tests.analytics.pictured import CLEAR, TOO_FEW, day, report, variant
from tests.events import append, event
from tests.factories import enroll, make_campaign, make_customer, make_user, viewer_of


@pytest.fixture
def spanish() -> Iterator[None]:
    with translation.override("es"):
        yield


def call(read: MostRead | None, **values: object) -> Call:
    about = {"called_at": None, "seen_at": timezone.now(), "views": 1, "visits": 1, "responses": 0, "seconds": 1.0}
    return Call(pk=1, key=uuid4(), name="Ann", organization=None, read=read, **{**about, **values})  # type: ignore[arg-type]


@pytest.mark.usefixtures("spanish")
def test_why_to_call_somebody() -> None:
    now = timezone.now()
    read = MostRead("tarifas", "Tarifas", 3, 1, 5, 2, now - timedelta(days=1))
    assert call(read).reason == "Leyó la página 5 de Tarifas dos veces, la última vez ayer; todavía sin llamada."
    called = datetime(2026, 3, 3, 12, tzinfo=UTC)
    came = call(None, visits=3, responses=1, called_at=called).reason
    assert came == "Respondió; sin llamada desde el 3 de marzo de 2026."


@pytest.mark.usefixtures("spanish")
def test_days_and_counts() -> None:
    assert figures.day(date(2026, 3, 12)) == "12 de marzo de 2026"
    assert [figures.plural(number, "view") for number in (1, 0, 1204)] == ["1 vista", "0 vistas", "1.204 vistas"]
    assert figures.points(0.0042) == "+0,42 puntos"
    assert listed(["a", "b", "c"]) == "a, b y c"


def test_days_and_counts_stay_as_they_were_in_english() -> None:
    assert figures.day(date(2026, 3, 12)) == "March 12, 2026"
    assert [figures.plural(number, "other thing") for number in (1, 2)] == ["1 other thing", "2 other things"]
    with pytest.raises(KeyError):
        figures.plural(1, "sheep")


@pytest.mark.usefixtures("spanish")
def test_what_a_test_found() -> None:
    gap = figures.NARROW_GAP
    words = lift_words("response_rate", CLEAR)
    assert words == (
        f"+0,42 puntos por encima del control, intervalo del 95{gap}% de 0,16 a 0,67: una diferencia clara"
    )
    assert lift_words("response_rate", TOO_FEW).endswith("frente al control: muy pocas personas para decir más")
    arms = variant("control", response_rate=0.01), variant("letter", CLEAR, response_rate=0.02)
    card = best_card(report(*arms), "response_rate")
    assert (card.label, card.value) == ("Mejor valor: tasa de respuesta", f"2,00{gap}%")


@pytest.mark.usefixtures("spanish")
def test_titles_and_tables_of_pictures() -> None:
    arms = variant("control"), variant("letter", CLEAR)
    totals = variant("all", recipients=2000, responses=40, responders=40)
    (funnel,) = funnel_pictures(report(*arms, totals=totals), Asked())
    assert funnel.title == "La mayor caída es de “Asignados” a “Respondieron”: 2.000 personas, luego 40."
    assert funnel.columns == ("Paso", "Personas", "De los asignados")
    assert ("Vieron", "not recorded", figures.NOTHING) in funnel.rows  # the page says such a word in the language
    assert hints_of(funnel) == [("people", "Personas"), ("step", "Paso")]
    (lifts,) = lift_pictures(report(*arms))
    assert ("lift", "Diferencia") in hints_of(lifts)
    assert lifts.title == "La única diferencia con el control es clara."
    days = day(1, "letter", responses=3), day(2, "letter", responses=4)
    (picture,) = days_pictures(report(*arms, days=days, totals=totals), Asked())
    assert picture.title == "4 de 7 respuestas fueron el 2 de marzo de 2026, el día más fuerte."


def hints_of(picture: Picture) -> list[tuple[str, str]]:
    """What a pointer on a mark reads: each field and its words."""
    told = (layer["encoding"].get("tooltip", []) for layer in picture.specification["layer"])
    return [(one["field"], one["title"]) for hints in told for one in hints]


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (4, 2, "4 vistas en estos 10 días, 2 más que en los 10 días anteriores (2)."),
        (1, 3, "1 vista en estos 10 días, 2 menos que en los 10 días anteriores (3)."),
        (2, 2, "2 vistas en estos 10 días, tantas como en los 10 días anteriores."),
        (0, 0, "Ninguna vista en estos 10 días, y ninguna en los 10 días anteriores."),
    ],
)
def test_a_period_beside_the_one_before(now: int, before: int, said: str) -> None:
    period = Period(date(2026, 3, 11), date(2026, 3, 20))
    assert change_title(now, before, "views", period, date(2026, 1, 1)) == said


@pytest.mark.usefixtures("spanish")
def test_verbs_follow_how_many_there_are() -> None:
    assert came_back("came", 40, 12, is_few=False).startswith("12 de 40 clientes (30,00")
    assert " vinieron en el mes" in came_back("came", 40, 12, is_few=False)
    assert " vino en el mes" in came_back("came", 40, 1, is_few=False)
    assert came_back("answered", 40, 2, is_few=True).startswith("Menos de 5 de 40 clientes respondieron")
    assert reason("Tarifas", 1, None) == "Lo leyó 1 cliente que también leyó “Tarifas”."
    assert reason(None, None, 7) == "Popular: lo han leído 7 personas."
    assert (people(1), pages_named([2, 5])) == ("1 persona", "Las páginas 2 y 5")


@pytest.mark.usefixtures("spanish")
def test_what_moved_and_who_is_engaged() -> None:
    mover = Mover(Campaign(name="Spring"), 104, 758)
    assert mover.words == f"{figures.MINUS}654 vistas: 104 en los últimos 7 días, 758 en los 7 anteriores"
    assert Engaged(1, uuid4(), "Ann", None, timezone.now(), 5, 2).trend == "más que las 2 de antes"


@pytest.mark.usefixtures("spanish")
def test_signs_of_trouble() -> None:
    signs = all_detectors()
    asked = {"action": "call", "due": "2026-03-01", "count": 2}
    assert (
        signs["asked_and_waiting"]
        .said(asked)
        .endswith("con plazo hasta el 1 de marzo de 2026 y sin hacer, y 1 cosa más.")
    )
    back = {"kind": "hard", "day": "2026-03-01", "status": "5.1.1"}
    assert signs["mail_comes_back"].said(back) == (
        "Un mensaje volvió por no poder entregarse el 1 de marzo de 2026 (5.1.1)."
    )

    said = {name: sign.said for name, sign in signs.items()}
    day = {"day": "2026-03-01"}
    complained = {"kind": "complaint", "done": False, "count": 2, **day}
    assert said["complained"](complained) == "Se quejó el 1 de marzo de 2026, 2 veces en 30 días; espera respuesta."
    left = {"form": "Primavera", "count": 3, **day}
    assert said["form_left"](left) == "Empezó “Primavera” y lo dejó el 1 de marzo de 2026, y 2 formularios más."
    missed = {"missed": 2, "event": "Taller", **day}
    assert said["no_shows"](missed) == (
        "Se inscribió en 2 eventos y no vino a ninguno; el último, “Taller”, el 1 de marzo de 2026."
    )
    scored = {"score": 0.25, "before": 0.5, "survey": "Primavera", **day}
    assert said["survey_scores"](scored) == (
        "Puntuó el 25 % de la escala en “Primavera” el 1 de marzo de 2026; la vez anterior, el 50 %."
    )
    badly = {"meetings": 2, "joins": 4, "loss": 7.5, "last": "2026-03-01"}
    assert said["meeting_quality"](badly) == (
        "En 2 reuniones de los últimos 60 días entró hasta 4 veces y perdió hasta el 7,5 % del sonido; "
        "la última, el 1 de marzo de 2026."
    )


@pytest.mark.usefixtures("spanish")
def test_what_cannot_be_compared() -> None:
    with pytest.raises(BadComparison, match=r"Elija de dos a cinco \(campañas\): hay 1\."):
        choice_of(QueryDict("campaign=a"))


@pytest.fixture
def marketing(client: Client) -> User:
    """With a campaign of six people, who may be counted."""
    user, variant = make_user(Role.MARKETING_MANAGER), make_campaign("spring").variants.all()[0]
    for number in range(6):
        enroll(make_customer(f"C-{number}"), variant, "response")
    fold_all()
    client.force_login(user)
    return user


def page_in(client: Client, user: User, language: Language, address: str, style: str = "") -> str:
    User.objects.filter(pk=user.pk).update(language=language, number_style=style)
    return client.get(address).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_frozen_report_is_kept_in_each_language_whoever_freezes_it(marketing: User, language: str) -> None:
    with translation.override(language):
        frozen = freeze(marketing, "campaign/spring", "")
        assert translation.get_language() == language
    assert "Recipients" in [row[0] for row in frozen.content["table"]["rows"]]
    assert list(frozen.translations) == ["es"]
    spanish = frozen.translations["es"]["content"]
    assert "Destinatarios" in [row[0] for row in spanish["table"]["rows"]]
    assert dict(spanish["notes"])["Método"].startswith("Las tasas son")
    assert numbers_of(spanish) == numbers_of(frozen.content)


def numbers_of(content: dict[str, Any]) -> list[list[str]]:
    """The cells beside their heads, digits alone: those of the other language."""
    digits = str.maketrans("", "", f".,{figures.NARROW_GAP}%$ US")
    return [
        [cell.translate(digits) for cell in cells if cell[:1].isdigit()] for _head, *cells in content["table"]["rows"]
    ]


@pytest.mark.django_db
def test_the_page_of_a_frozen_report_is_the_readers(client: Client, marketing: User) -> None:
    address = f"/frozen/{freeze(marketing, 'campaign/spring', '').key}/"
    english = page_in(client, marketing, Language.ENGLISH, address)
    spanish = page_in(client, marketing, Language.SPANISH, address)
    for words in ('<span class="tag">Congelado</span>', ">Los números</h2>", '<table class="grid" lang="es">'):
        assert words in spanish
    for said, page, other in (("Recipients", english, spanish), ("Destinatarios", spanish, english)):
        assert f'<th scope="row">{said}</th>' in page
        assert f'<th scope="row">{said}</th>' not in other
    assert "The live report shows the same." in english
    assert "El informe actual muestra lo mismo." in spanish
    assert "en inglés" not in spanish


@pytest.mark.django_db
def test_a_comparison_of_periods_differs_in_no_language_by_its_days(client: Client, marketing: User) -> None:
    asked = "period=2026-03-01..2026-03-10&period=2026-03-11..2026-03-20"
    frozen = freeze(marketing, "compare", asked)
    assert frozen.title == "Compared: March 1, 2026 to March 10, 2026, March 11, 2026 to March 20, 2026"
    spanish_days = "del 1 de marzo de 2026 al 10 de marzo de 2026, del 11 de marzo de 2026 al 20 de marzo de 2026"
    assert (
        frozen.translations["es"]["content"]["table"]["rows"][0][0] == "del 1 de marzo de 2026 al 10 de marzo de 2026"
    )
    address = f"/frozen/{frozen.key}/"
    assert "The live report shows the same." in page_in(client, marketing, Language.ENGLISH, address)
    for style, number in (("", "1.234,5"), ("comma-point", "1,234.5")):
        spanish = page_in(client, marketing, Language.SPANISH, address, style)
        assert "El informe actual muestra lo mismo." in spanish
        assert f'data-number="{number}"' in spanish
    assert f">Comparación: {spanish_days}</a>" in page_in(client, marketing, Language.SPANISH, "/frozen/")
    assert f">{frozen.title}</a>" in page_in(client, marketing, Language.ENGLISH, "/frozen/")


@pytest.mark.django_db
def test_what_changed_since_is_told_in_the_readers_language(client: Client, marketing: User) -> None:
    address = f"/frozen/{freeze(marketing, 'campaign/spring', '').key}/"
    enroll(make_customer("late"), Campaign.objects.get().variants.all()[0], "response")
    fold_all()
    page = page_in(client, marketing, Language.SPANISH, address)
    assert "El informe actual es distinto" in page
    assert '<tr><th scope="row">Destinatarios</th>' in page
    assert '<tr><th scope="row">Recipients</th>' not in page


@pytest.mark.django_db
def test_a_translation_that_is_mended_later_is_no_difference(client: Client, marketing: User) -> None:
    frozen = freeze(marketing, "campaign/spring", "")
    worse = json.loads(json.dumps(frozen.translations).replace("Destinatarios", "Recipientes"))
    FrozenReport.objects.update(translations=worse)
    address = f"/frozen/{frozen.key}/"
    assert "El informe actual muestra lo mismo." in page_in(client, marketing, Language.SPANISH, address)

    enroll(make_customer("late"), Campaign.objects.get().variants.all()[0])
    fold_all()

    page = page_in(client, marketing, Language.SPANISH, address)
    assert '<tr><th scope="row">Recipientes</th>' in page  # as it is called in what was frozen
    assert '<tr><th scope="row">Destinatarios</th>' not in page


@pytest.mark.django_db
def test_one_frozen_before_there_were_languages_stays_as_it_is_and_says_so(client: Client, marketing: User) -> None:
    frozen = freeze(marketing, "campaign/spring", "")
    FrozenReport.objects.update(translations={})
    page = page_in(client, marketing, Language.SPANISH, f"/frozen/{frozen.key}/")
    assert (
        "Este informe se congeló antes de que se guardaran también en su idioma: lo que mostró está en inglés." in page
    )
    assert '<table class="grid" lang="en">' in page
    assert '<th scope="row">Recipients</th>' in page
    assert "El informe actual muestra lo mismo." in page
    assert '<a href="/frozen/' in page_in(client, marketing, Language.SPANISH, "/frozen/")


@pytest.mark.django_db
def test_what_is_compared_is_named_in_the_readers_language(client: Client, marketing: User) -> None:
    spans = "period=2026-03-10..2026-03-10&period=2026-03-01..2026-03-09"
    assert "2 periodos lado a lado" in page_in(client, marketing, Language.SPANISH, f"/compare/?{spans}")


@pytest.mark.django_db
def test_why_a_report_is_not_frozen_is_told_in_the_readers_language(client: Client, marketing: User) -> None:
    User.objects.update(language=Language.SPANISH)
    page = client.post("/frozen/new/", {"of": "campaigns", "query": ""}, follow=True).content.decode()
    assert "Solo se pueden congelar los informes que suman personas" in page


@pytest.mark.django_db
def test_a_customers_facts_are_named_in_the_readers_language(client: Client) -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    append(event(viewer_of(customer), "view"))
    User.objects.filter(pk=sales.pk).update(language=Language.SPANISH)
    client.force_login(sales)
    page = client.get(f"/customers/{customer.key}/").content.decode()
    assert "<dt>ID de cliente</dt>" in page
    assert "<dt>Customer ID</dt>" not in page
