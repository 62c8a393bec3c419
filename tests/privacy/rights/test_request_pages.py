"""The public form, and the officers' pages of requests."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from privacy.agency import agency_today
from privacy.enums import Channel, EntryKind, RequestKind, Step
from privacy.models import (
    AccessEntry,
    Notification,
    RequestReminder,
    RequestStep,
    RightsRequest,
    User,
    WebhookEvent,
)
from privacy.notice import in_force
from privacy.notifications.mailing import mail_waiting
from privacy.rights import due, entering
from privacy.rights.people import Asked, people
from privacy.rights.stepping import take, unlink
from privacy.rights.working_days import working_days_after, working_days_before
from privacy.views import rights_form
from privacy.webhooks import endpoints
from records.models import ContactPoint
from tests.campaigns.viewing import make_shared
from tests.factories import make_customer
from tests.requesting import ADDRESS, make_officer, make_request, verified

pytestmark = pytest.mark.django_db
FORM = {"kind": "access", "about": "anything else", "name": "Ada Requester", **ADDRESS, "details": "All of it"}


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> Iterator[None]:
    rights_form.taken.clear()
    yield
    rights_form.taken.clear()


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.mark.parametrize(
    ("kind", "is_verified", "said", "opened"),
    [
        (RequestKind.ACCESS, False, "Verify who asks", "verify"),
        (RequestKind.ACCESS, True, "Make the access package and read it before you decide.", None),
        (RequestKind.AMENDMENT, True, "Name each contested value", None),
        (RequestKind.NOTIFICATION, True, "Decide.", "grant"),
    ],
)
def test_the_page_says_what_comes_next_and_opens_its_form_alone(
    client: Client, officer: User, kind: RequestKind, is_verified: bool, said: str, opened: str | None
) -> None:
    made = make_request(kind)
    page = client.get(f"/requests/{made.key}/").content.decode()
    assert "Acknowledge the request, then send the letter." in page
    assert opened_in(page) == ["acknowledge"]
    if is_verified:
        verified(made, officer, make_customer())
    else:
        take(made, Step.ACKNOWLEDGE, officer)
    page = client.get(f"/requests/{made.key}/").content.decode()
    assert said in page
    assert opened_in(page) == ([opened] if opened else [])


def test_that_nothing_was_found_is_not_offered_while_somebodys_records_are_named(client: Client, officer: User) -> None:
    made = verified(make_request(), officer, ada := make_customer())
    address, offer = f"/requests/{made.key}/", "Decide that no record was found"
    assert offer not in client.get(address).content.decode()
    unlink(made, ada.key, officer)
    assert offer in client.get(address).content.decode()


def opened_in(page: str) -> list[str]:
    """The steps whose forms stand open."""
    return re.findall(r'<details class="step" open>.*?/steps/(\w+)/', page, re.DOTALL)


def test_an_officer_is_asked_about_whoever_wrote(client: Client) -> None:
    page = client.get("/requests/new/").content.decode()
    for words in ("What do they ask for?", "What else they wrote (not required)"):
        assert words in page
    for words in ("What are you asking for?", "and your own below"):
        assert words not in page


# The public form -----------------------------------------------------------------------------------------------------


def test_anybody_may_ask_and_is_told_the_number_alone() -> None:
    make_customer(name="Ada Requester")
    answer = Client(enforce_csrf_checks=True).post("/rights/", FORM)
    made = RightsRequest.objects.get()
    assert answer.status_code == 201
    assert made.number in answer.content.decode()
    assert not answer.cookies
    assert (made.channel, made.entered_by, made.name, made.details) == (
        Channel.FORM,
        None,
        "Ada Requester",
        "All of it",
    )


def word_of_form() -> str:
    found = re.search(r'name="once" value="([^"]+)"', Client().get("/rights/").content.decode())
    assert found
    return found[1]


def test_the_same_form_sent_again_is_the_request_that_arrived_and_says_so() -> None:
    again = "We had already received this request."
    form = FORM | {"once": word_of_form()}
    first, second = (Client().post("/rights/", form) for _ in range(2))
    made = RightsRequest.objects.get()
    assert [(one.status_code, made.number in one.content.decode()) for one in (first, second)] == [
        (201, True),
        (200, True),
    ]
    assert [again in one.content.decode() for one in (first, second)] == [False, True]
    spanish = Client().post("/rights/?language=es", form).content.decode()
    assert "Ya habíamos recibido esta solicitud." in spanish
    assert ", you will get a letter" in second.content.decode()
    RightsRequest.objects.update(state="waiting", due_on=None, due_for="")
    assert "you will get a letter" not in Client().post("/rights/", form).content.decode()


def test_another_form_or_one_that_says_something_else_is_another_request() -> None:
    word = word_of_form()
    for form in (
        FORM | {"once": word},
        FORM | {"once": word, "details": "Less"},
        FORM | {"once": word_of_form()},
        FORM,
    ):
        assert Client().post("/rights/", form).status_code == 201
    first, *others = RightsRequest.objects.order_by("id")
    assert [one.duplicate_of for one in others] == [first, first, first]


def test_a_form_that_was_refused_keeps_its_word_and_arrives_once_it_is_mended() -> None:
    word = word_of_form()
    refused = Client().post("/rights/", FORM | {"once": word, "name": ""})
    assert (refused.status_code, f'value="{word}"' in refused.content.decode()) == (422, True)
    assert Client().post("/rights/", FORM | {"once": word}).status_code == 201


def test_what_arrived_is_known_again_where_too_many_came_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights_form.taken, "MOST", 1)
    form = FORM | {"once": word_of_form()}
    assert [Client().post("/rights/", form).status_code for _ in range(3)] == [201, 200, 200]
    assert Client().post("/rights/", FORM).status_code == 429


def test_of_two_clicks_at_once_the_later_finds_what_the_other_brought(monkeypatch: pytest.MonkeyPatch) -> None:
    form = FORM | {"once": word_of_form()}
    assert Client().post("/rights/", form).status_code == 201
    # The second looked before the first was there.
    known, looks = entering.sent_before, iter([False, True])
    monkeypatch.setattr(rights_form, "sent_before", lambda *_: None)
    monkeypatch.setattr(entering, "sent_before", lambda *said: known(*said) if next(looks) else None)
    assert Client().post("/rights/", form).status_code == 200
    assert RightsRequest.objects.count() == 1


def test_who_is_known_and_who_is_not_read_the_same() -> None:
    make_customer(name="Ada Requester", street="12 Elm Street", city="Springfield")
    known = Client().post("/rights/", FORM).content.decode()
    unknown = Client().post("/rights/", FORM | {"name": "Nobody Here"}).content.decode()
    first, second = RightsRequest.objects.order_by("id")
    assert known.replace(first.number, "") == unknown.replace(second.number, "")


def test_the_form_warns_of_asking_under_false_pretenses() -> None:
    assert "fine of up to $5,000 (5 U.S.C. 552a(i)(3))" in Client().get("/rights/").content.decode()


def test_the_form_shows_both_addresses_of_the_notice_and_the_statement() -> None:
    page = Client().get("/rights/").content.decode()
    assert "Sales and Customer Relations<br>475 L&#x27;Enfant Plaza SW, Washington, DC 20260<" in page
    assert "475 L&#x27;Enfant Plaza SW, Washington, DC 20260-4016<" in page
    assert_statement(page)


def assert_statement(page: str) -> None:
    """Authority, voluntary or not, purposes, routine uses, effects: 5 U.S.C. 552a(e)(3), from the notice's data."""
    notice = in_force()
    assert "Privacy Act statement" in page
    assert f"The authority is {', '.join(notice.authority)}." in page
    assert "voluntary" in page
    for use in notice.routine_uses:
        assert (f"<li>{use.title}: " in page) is use.applies, use.title
    assert "(purpose 11)" in page


@pytest.mark.parametrize("part", ["ask/call/", "pass-on/", "preferences/", "verify/"])
def test_each_form_of_a_share_shows_the_statement(part: str) -> None:
    assert_statement(Client().get(f"/s/{make_shared().token}/{part}").content.decode())


def test_the_page_of_leaving_shows_the_statement() -> None:
    assert_statement(Client().get(f"/s/{make_shared().token}/unsubscribe/").content.decode())


SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


def test_the_form_is_in_the_language_that_the_browser_asks_for_and_leads_to_the_other() -> None:
    page = Client(headers=SPANISH).get("/rights/").content.decode()
    assert '<html lang="es">' in page
    for words in (
        "Sus registros: pida, corrija o vea",
        "¿Qué pide?",
        "Acceso a registros",
        ">Ciudad<",
        "Enviar la solicitud",
        "Declaración según la Ley de Privacidad",
        "Dar estos datos es voluntario.",
        '<a href="?language=en" lang="en" hreflang="en" rel="nofollow">English</a>',
    ):
        assert words in page
    for words in ("What are you asking for?", "Access to records", "Providing this is voluntary."):
        assert words not in page


def test_the_language_of_the_address_comes_first_and_no_cookie_keeps_it() -> None:
    stranger = Client(headers=SPANISH)
    english = stranger.get("/rights/?language=en")
    assert '<html lang="en">' in english.content.decode()
    assert not english.cookies
    assert '<html lang="es">' in stranger.get("/rights/?language=fr").content.decode()


def test_what_is_sent_is_answered_in_the_language_of_the_address_and_kept_as_ever() -> None:
    refused = Client().post("/rights/?language=es", FORM | {"name": ""}).content.decode()
    assert "Todavía no se ha enviado: vea lo que se dice junto a los campos." in refused
    assert "Este campo es requerido." in refused
    thanks = Client().post("/rights/?language=es", FORM).content.decode()
    made = RightsRequest.objects.get()
    assert f"Su número es <strong>{made.number}</strong>." in thanks
    assert 'href="/rights/?language=es"' in thanks
    assert (made.kind, made.about) == (RequestKind.ACCESS, "anything else")


def test_the_language_of_the_address_holds_on_public_pages_alone(client: Client) -> None:
    assert '<html lang="en">' in client.get("/requests/?language=es").content.decode()
    assert '<html lang="es">' in client.get("/rights/?language=es").content.decode()


def test_a_closed_link_says_so_in_spanish() -> None:
    answer = Client(headers=SPANISH).get("/rights/package/nothing/")
    assert answer.status_code == 404
    assert "Este enlace está cerrado" in answer.content.decode()


def test_the_terms_and_what_is_wrong_with_them_are_in_the_readers_language(client: Client, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(language="es")
    page = client.get("/requests/terms/").content.decode()
    assert "Plazos y tarifas de las solicitudes" in page
    assert "días hábiles" in page
    assert "working days" not in page
    wrong = client.post("/requests/terms/", {"name": "remind", "value": "0", "reason": "Porque sí"}).content.decode()
    assert "“Recordar a los responsables antes de una fecha” está entre 1 y 365 días hábiles." in wrong


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten() -> None:
    answer = Client().post("/rights/", FORM | {"website": "https://spam.example"})
    assert answer.status_code == 201
    assert "Your request arrived" in answer.content.decode()
    assert not RightsRequest.objects.exists()


def test_the_hidden_field_is_out_of_reach_of_people() -> None:
    page = Client().get("/rights/").content.decode()
    assert '<div class="trap" aria-hidden="true">' in page
    assert 'tabindex="-1" autocomplete="off"' in page


def test_too_many_from_one_address_wait_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights_form.taken, "MOST", 2)
    for name in ("One", "Two"):
        assert Client().post("/rights/", FORM | {"name": name}).status_code == 201
    answer = Client().post("/rights/", FORM | {"name": "Three Typed"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert 'value="Three Typed"' in answer.content.decode()
    assert RightsRequest.objects.count() == 2
    assert Client(REMOTE_ADDR="192.0.2.7").post("/rights/", FORM).status_code == 201


@pytest.mark.parametrize("missing", ["name", "street", "city", "region", "postal_code", "kind"])
def test_what_the_notice_asks_for_must_be_there(missing: str) -> None:
    answer = Client().post("/rights/", {name: value for name, value in FORM.items() if name != missing})
    assert answer.status_code == 422
    assert f'id="id_{missing}_error"' in answer.content.decode()
    assert "All of it" in answer.content.decode()
    assert not RightsRequest.objects.exists()


# Officers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (agency_today() + timedelta(days=1), "That day is in the future."),
        (agency_today() - timedelta(days=6 * 365), "more than five years ago: check the year"),
        ("2026-02-30", "Enter a valid date."),
        ("", "This field is required."),
    ],
)
def test_a_letter_of_an_impossible_day_is_not_entered(client: Client, day: Any, said: str) -> None:
    answer = client.post("/requests/new/", FORM | {"channel": "letter", "received_on": str(day)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not RightsRequest.objects.exists()


def test_a_letter_runs_from_the_day_on_which_it_came(client: Client, officer: User) -> None:
    client.post("/requests/new/", FORM | {"channel": "letter", "received_on": "2026-11-02"})
    made = RightsRequest.objects.get()
    assert (made.channel, made.entered_by, made.received_on) == ("letter", officer, date(2026, 11, 2))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_reads_as_many_statements_for_one_as_for_three(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    client.get("/requests/")
    for number in range(count):
        make_request(name=f"Requester {number}")
    with django_assert_num_queries(LIST_STATEMENTS):
        page = client.get("/requests/").content.decode()
    assert page.count('<th scope="row">') == count


LIST_STATEMENTS = 9  # the user, the door's two lines with a savepoint each, count and rows


def test_the_list_is_read_through_the_door_for_the_duty_of_access(client: Client, officer: User) -> None:
    make_request()
    client.get("/requests/")
    lines = list(AccessEntry.objects.filter(place="requests").order_by("at"))
    assert [(line.kind, line.duty, line.records) for line in lines] == [
        (EntryKind.INTENT, "access", None),
        (EntryKind.SHOWN, "access", 1),
    ]


@pytest.mark.parametrize(
    ("kind", "duty"),
    [
        (RequestKind.AMENDMENT, "amendment"),
        (RequestKind.ACCOUNTING, "accounting"),
        (RequestKind.NOTIFICATION, "access"),
    ],
)
def test_a_request_is_opened_for_its_own_duty(client: Client, kind: str, duty: str) -> None:
    made = make_request(RequestKind(kind))
    assert client.get(f"/requests/{made.key}/").status_code == 200
    assert {line.duty for line in AccessEntry.objects.filter(place="requests")} == {duty}


def test_what_is_due_stands_first_and_overdue_is_said(client: Client) -> None:
    late = make_request(name="Late One", received_on=agency_today() - timedelta(days=60))
    make_request(name="New One")
    page = client.get("/requests/").content.decode()
    assert page.index(late.number) < page.index("New One")
    assert page.count('<strong class="overdue">overdue</strong>') == 1


def test_a_request_for_a_person_who_is_two_customers_offers_both(client: Client) -> None:
    first = make_customer("C-1", name="Ada Requester", street="12 Elm Street", postal_code="62701-0001")
    second = make_customer("C-2", name="ADA REQUESTER", email="ada@example.com")
    make_customer("C-3", name="Somebody Else")
    made = make_request(email="Ada@Example.com")
    page = client.get(f"/requests/{made.key}/people/").content.decode()
    assert "Matches on: name, ZIP or postal code, street" in page
    assert "Matches on: e-mail address, name" in page
    assert "Somebody Else" not in page
    for customer in (first, second):
        client.post(f"/requests/{made.key}/people/{customer.key}/link/")
    assert {one.person for one in made.people.all()} == {first.key, second.key}
    assert "These are treated as one person" in client.get(f"/requests/{made.key}/").content.decode()


def test_a_person_is_found_by_each_key_of_the_notice() -> None:
    customer = make_customer("C-77", name="Ada Requester", email="ada@example.com")
    ContactPoint.objects.create(customer=customer, kind="phone", value="+13125550142", normalized="+13125550142")
    for asked in (
        Asked(number="c-77"),
        Asked(email="ADA@example.com"),
        Asked(phone="(312) 555-0142"),
        Asked(name="ada requester"),
    ):
        assert [one.key for one in people().alike(asked)] == [customer.key], asked
    assert people().alike(Asked(name="ada")) == people().alike(Asked()) == []


def test_looking_somebody_up_is_logged_as_such(client: Client) -> None:
    make_customer(name="Ada Requester")
    client.get(f"/requests/{make_request().key}/people/")
    shown = AccessEntry.objects.get(place="request", kind=EntryKind.SHOWN)
    assert (shown.key, shown.records) == ("customer_name", 1)


def test_a_step_that_cannot_be_taken_says_why_and_keeps_what_was_typed(client: Client, officer: User) -> None:
    made = make_request()
    take(made, Step.ACKNOWLEDGE, officer)
    answer = client.post(f"/requests/{made.key}/steps/grant_partly/", {"reason": "Typed by hand"})
    assert answer.status_code == 422
    assert "Verify the requester&#x27;s identity first" in answer.content.decode()
    assert "Typed by hand" in answer.content.decode()


@pytest.mark.parametrize(("note", "status"), [("Licence of Illinois, issued 2024", 302), ("No. D123-4567-8901", 422)])
def test_the_number_of_what_was_seen_is_refused(client: Client, note: str, status: int) -> None:
    made = make_request()
    answer = client.post(f"/requests/{made.key}/steps/verify/", {"method": "drivers_licence", "note": note})
    assert answer.status_code == status
    made.refresh_from_db()
    assert bool(made.identity_at) is (status == 302)


def test_a_letter_is_had_as_page_text_and_tagged_pdf(client: Client, officer: User) -> None:
    made = make_request()
    step = take(made, Step.ACKNOWLEDGE, officer)
    address = f"/requests/{made.key}/letters/{step.key}/"
    assert "Your request of" in client.get(address).content.decode()
    assert client.get(f"{address}?format=txt").content.decode() == step.letter
    pdf = client.get(f"{address}?format=pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf.content


def test_a_letters_file_has_its_name_in_spanish_with_its_accents(client: Client, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(language="es")
    made = make_request()
    step = take(made, Step.ACKNOWLEDGE, officer)
    RequestStep.objects.filter(pk=step.pk).update(step=Step.NO_RECORD)
    answer = client.get(f"/requests/{made.key}/letters/{step.key}/?format=txt")
    name = f"{made.number.lower()}-ning%C3%BAn-registro-encontrado.txt"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_no_address_and_no_mail_names_the_requester(client: Client, officer: User) -> None:
    made = make_request(received_on=agency_today() - timedelta(days=60))
    due.tell_of_due()
    page = client.get(f"/requests/{made.key}/").content.decode()
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not [address for address in addresses if "Ada" in address]
    assert "Ada" not in f"{mail.outbox[0].subject} {mail.outbox[0].body}"


# What is due ---------------------------------------------------------------------------------------------------------


def test_officers_are_reminded_once_before_and_once_after(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints.make("Program", "https://hooks.example/", ["request.due"], officer)
    made = make_request()
    assert made.due_on is not None
    for day, count in [
        (working_days_before(made.due_on, 4), 0),
        (working_days_before(made.due_on, 3), 1),
        (made.due_on, 0),
        (working_days_after(made.due_on, 1), 1),
        (working_days_after(made.due_on, 9), 0),
    ]:
        monkeypatch.setattr(due, "agency_today", lambda day=day: day)
        assert due.tell_of_due() == count, day
    # The day is told once; a letter of its own says that it passed.
    assert [event.data for event in WebhookEvent.objects.filter(kind="request.due")] == [
        {"request": str(made.key), "due_on": made.due_on.isoformat()}
    ]
    assert [(one.user, one.on, one.address) for one in Notification.objects.all()] == [
        (officer, made.due_on, f"/requests/{made.key}/")
    ]
    assert mail_waiting() == 1
    assert [one.subject for one in mail.outbox] == [
        f"Overdue: Privacy Act request {made.number}",
        f"An individual's request is due on {made.due_on:%B %-d, %Y}",
    ]
    assert mail.outbox[0].to == [officer.email]
    assert RequestReminder.objects.count() == 2


def test_what_could_not_be_mailed_is_told_in_the_next_round(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_request(received_on=agency_today() - timedelta(days=60))

    def refuse(*_given: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        assert due.tell_of_due() == 0
    assert due.tell_of_due() == 1


def test_what_is_over_is_told_of_no_more(officer: User) -> None:
    made = make_request(received_on=agency_today() - timedelta(days=60))
    take(made, Step.WITHDRAW, officer)
    assert due.tell_of_due() == 0


def test_the_home_page_of_an_officer_says_what_is_due(client: Client, officer: User) -> None:
    make_request(received_on=agency_today() - timedelta(days=60))
    make_request(name="Other One")
    page = client.get("/").content.decode()
    assert "1 request from individuals overdue" in page
    assert "1 other request from individuals open" in page


def test_terms_are_changed_with_a_reason_on_their_page(client: Client) -> None:
    answer = client.post("/requests/terms/", {"name": "appeal_window", "value": "90", "reason": ""})
    assert answer.status_code == 422
    assert (
        client.post(
            "/requests/terms/", {"name": "appeal_window", "value": "90", "reason": "AS-353 reads so"}
        ).status_code
        == 302
    )
    page = client.get("/requests/terms/").content.decode()
    assert "AS-353 reads so" in page
    assert '<td class="number"><strong>90</strong></td>' in page


def test_an_amendment_walks_by_its_pages(client: Client, officer: User) -> None:
    customer = make_customer(city="Dover")
    made = verified(make_request(RequestKind.AMENDMENT), officer, customer)
    page = client.get(f"/requests/{made.key}/values/?category=1").content.decode()
    assert f"?model=records.Customer&amp;row={customer.pk}&amp;field=city" in page
    place = f"/requests/{made.key}/disputes/new/?model=records.Customer&row={customer.pk}&field=city"
    assert "It is: Dover" in client.get(place).content.decode()
    answer = client.post(place, {"wanted": "Chicago"})
    assert client.post(answer["Location"], {"do": "refuse", "reason": ""}).status_code == 422
    wrong = client.post(answer["Location"], {"do": "correct", "value": "x" * 101, "reason": "As the card says"})
    assert "at most 100 characters" in wrong.content.decode()
    corrected = client.post(answer["Location"], {"do": "correct", "value": "Chicago", "reason": "As the card says"})
    assert corrected["Location"] == f"/requests/{made.key}/"
    customer.refresh_from_db()
    assert customer.city == "Chicago"
