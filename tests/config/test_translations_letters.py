"""Letters to staff: each is written in the language of its reader, days as that language says them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from campaigns.recipients.passing import pass_on
from privacy.agency import agency_today
from privacy.enums import Language
from privacy.languages import by_language
from privacy.models import User
from privacy.notifications.mailing import mail_waiting
from privacy.requests_due import tell_request_due
from privacy.retention import alerting, standing
from privacy.rights import due
from privacy.roles import Role
from tests.campaigns.shared import shared_with
from tests.factories import make_customer, make_user
from tests.requesting import make_request
from tests.retention import approve_all, hold_on, signed_list

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)


def reader(role: Role, name: str, language: Language) -> User:
    user = make_user(role, name)
    User.objects.filter(pk=user.pk).update(language=language)
    user.refresh_from_db()
    return user


@pytest.fixture
def officers() -> tuple[User, User]:
    """Who reads English, and who reads Spanish."""
    return tuple(reader(Role.PRIVACY_OFFICER, language.name.title(), language) for language in Language)  # type: ignore[return-value]


@pytest.fixture
def administrators() -> tuple[User, User]:
    return tuple(reader(Role.RECORDS_ADMINISTRATOR, language.name.title(), language) for language in Language)  # type: ignore[return-value]


def letters() -> dict[str, Any]:
    """What went out, by the first address of each."""
    return {(letter.to or letter.bcc)[0]: letter for letter in mail.outbox}


def test_readers_are_told_apart_by_their_language(officers: tuple[User, User]) -> None:
    english, spanish = officers
    assert by_language([spanish, english]) == {"es": [spanish], "en": [english]}
    assert by_language([]) == {}


def test_a_notification_is_mailed_in_the_language_of_each_reader(officers: tuple[User, User]) -> None:
    request = make_request()
    tell_request_due(request.key, DAY, f"/requests/{request.key}/", officers)
    assert mail_waiting() == 2
    english, spanish = (letters()[one.email] for one in officers)
    assert english.subject == "An individual's request is due on March 12, 2026"
    assert "You need to sign in. How you are e-mailed, and about what:" in english.body
    assert spanish.subject == "La solicitud de un particular vence el 12 de marzo de 2026"
    assert "Tiene que iniciar sesión. Cómo se le escribe, y de qué:" in spanish.body


def test_several_notifications_are_counted_in_the_language_of_the_reader(officers: tuple[User, User]) -> None:
    for days in range(3):
        request = make_request()
        tell_request_due(request.key, DAY + timedelta(days=days), f"/requests/{request.key}/", officers)
    mail_waiting()
    subjects = sorted(letter.subject.partition("2026")[2] for letter in mail.outbox)
    assert subjects == [" and 2 more", " y 2 más"]


def test_a_request_that_is_overdue_is_told_once_in_each_language(officers: tuple[User, User]) -> None:
    made = make_request(received_on=agency_today() - timedelta(days=60))
    assert due.tell_of_due() == 1
    english, spanish = (letters()[one.email] for one in officers)
    assert (english.subject, spanish.subject) == (
        f"Overdue: Privacy Act request {made.number}",
        f"Atrasada: solicitud según la Ley de Privacidad {made.number}",
    )
    assert "is overdue: it was due on" in english.body
    assert "está atrasada: vencía el" in spanish.body
    assert due.tell_of_due() == 0


def test_a_list_that_waits_is_told_in_each_language(administrators: tuple[User, User]) -> None:
    approve_all(administrators[0])
    assert alerting.tell_of_list(signed_list(administrators[0], DAY))
    english, spanish = (letters()[one.email] for one in administrators)
    assert english.subject == "A disposition list is waiting for your signature"
    assert english.body.startswith("The disposition list of March 12, 2026 is ready: 0 rows are due, 0 are held,")
    assert spanish.subject == "Una lista de eliminación espera su firma"
    assert spanish.body.startswith("La lista de eliminación del 12 de marzo de 2026 está hecha: 0 filas vencen,")


def test_a_forgotten_hold_and_what_is_wrong_are_told_in_each_language(administrators: tuple[User, User]) -> None:
    hold_on(administrators[0], categories=[6], review_on=agency_today() - timedelta(days=1))
    assert alerting.remind_of_holds() == 1
    _english, spanish = (letters()[one.email] for one in administrators)
    assert spanish.subject == "Una retención pasó su día de revisión"
    assert "La retención “Matter 7” debía revisarse a más tardar el" in spanish.body
    mail.outbox.clear()
    standing.look_at_clock(agency_today())
    assert alerting.tell_of_problems(lambda: [translation.gettext("There is no such entry.")])
    english, spanish = (letters()[one.email] for one in administrators)
    assert "- There is no such entry." in english.body
    assert "- No existe ese asiento." in spanish.body


def test_a_share_that_was_passed_on_is_told_in_the_senders_language() -> None:
    sender = reader(Role.SALES, "Sam Sales", Language.SPANISH)
    shared = shared_with(make_customer("C-1", sender, email="ann@example.com"), sender)
    with translation.override("en"):
        pass_on(shared, name="Bo", email="bo@example.com")
        mail_waiting()
    assert letters()[sender.email].subject == "Pasado a otra persona por su destinatario: Guide"
