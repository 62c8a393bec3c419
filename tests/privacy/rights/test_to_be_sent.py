"""A request stays listed until its letters and its package have gone out, and home counts what has not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from analytics.home.requests import requests_of_individuals
from privacy.agency import agency_today
from privacy.enums import PackageState, RequestKind, Step
from privacy.models import Correction, Package, RequestStep, RightsRequest, User
from privacy.rights import mailing
from privacy.rights.disputes import correct, sent
from privacy.rights.stepping import Said, take
from tests.factories import make_customer
from tests.requesting import contested, disclosed, make_officer, make_request, verified

pytestmark = pytest.mark.django_db
TO_BE_SENT = "<strong>To be sent</strong>"


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def granted(officer: User) -> RightsRequest:
    """Acknowledged and granted, with neither letter sent nor the package handed over."""
    made = verified(make_request(), officer, make_customer(name="Ada Requester"))
    ready(made, officer)
    take(made, Step.GRANT, officer)
    return made


def send_all(officer: User) -> None:
    for step in RequestStep.objects.to_be_sent():
        mailing.print_out(step, officer)


def hand_over() -> None:
    Package.objects.update(downloaded_at=timezone.now())


def ready(made: RightsRequest, officer: User) -> Package:
    now = timezone.now()
    return Package.objects.create(
        request=made, asked_by=officer, state=PackageState.READY, as_of=now, ready_at=now, expires_at=now
    )


def at_home(officer: User) -> list[tuple[str, bool]]:
    return [(line.label, line.is_bad) for line in requests_of_individuals(officer)]


def test_granted_request_stays_listed_until_its_letters_went(
    client: Client, officer: User, granted: RightsRequest
) -> None:
    hand_over()
    page = client.get("/requests/").content.decode()
    assert (granted.number in page, page.count(TO_BE_SENT)) == (True, 1)
    send_all(officer)
    assert granted.number not in client.get("/requests/").content.decode()


def test_granted_request_stays_listed_until_its_package_was_handed_over(
    client: Client, officer: User, granted: RightsRequest
) -> None:
    send_all(officer)
    assert client.get("/requests/").content.decode().count(TO_BE_SENT) == 1
    assert at_home(officer) == [("1 access package to be handed over", False)]
    hand_over()
    ready(granted, officer)  # made again after one was handed over
    assert granted.number not in client.get("/requests/").content.decode()
    assert at_home(officer) == []


def test_request_stays_listed_until_earlier_recipients_were_told(client: Client, officer: User) -> None:
    customer = make_customer(city="Dover")
    disclosed(customer, officer)
    made = verified(make_request(RequestKind.AMENDMENT), officer, customer)
    correct(contested(made, customer), "Chicago", "As on the license", officer)
    take(made, Step.GRANT, officer)
    send_all(officer)
    assert client.get("/requests/").content.decode().count(TO_BE_SENT) == 1
    section = client.get(f"/requests/{made.key}/").content.decode().partition('id="steps"')[2]
    assert "Letter to Print Works, an earlier recipient" in section.partition("</section>")[0]
    sent(Correction.objects.get(), officer, agency_today())
    assert made.number not in client.get("/requests/").content.decode()
    assert 'id="steps"' not in client.get(f"/requests/{made.key}/").content.decode()


def test_package_of_a_request_that_was_refused_is_handed_to_nobody(officer: User) -> None:
    made = verified(make_request(), officer, make_customer(name="Ada Requester"))
    ready(made, officer)
    take(made, Step.REFUSE, officer, Said(reason="Exempt"))
    assert not Package.objects.to_be_handed_over().exists()


def test_package_of_a_request_that_was_withdrawn_is_handed_to_nobody(officer: User, granted: RightsRequest) -> None:
    assert Package.objects.to_be_handed_over().exists()
    RightsRequest.objects.update(state="withdrawn")
    assert not Package.objects.to_be_handed_over().exists()


def test_copy_that_was_granted_in_part_is_to_be_handed_over_whatever_becomes_of_the_appeal(
    client: Client, officer: User
) -> None:
    made = verified(make_request(), officer, make_customer(name="Ada Requester"))
    ready(made, officer)
    for step in (Step.GRANT_PARTLY, Step.APPEAL, Step.REFUSE_APPEAL):
        take(made, step, officer, Said(reason="Exempt"))
        send_all(officer)
        assert client.get("/requests/").content.decode().count(TO_BE_SENT) == 1
    hand_over()
    assert made.number not in client.get("/requests/").content.decode()


def test_a_question_that_lies_here_is_to_be_sent_by_the_day_of_the_decision(client: Client, officer: User) -> None:
    made = make_request()
    take(made, Step.ACKNOWLEDGE, officer)
    send_all(officer)
    take(made, Step.ASK_MORE, officer, Said(reason="Your former address"))
    for address in (f"/requests/{made.key}/", "/requests/"):
        assert "Send the question" in client.get(address).content.decode()
    send_all(officer)
    for address in (f"/requests/{made.key}/", "/requests/"):
        assert "Send the question" not in client.get(address).content.decode()


def test_page_of_the_request_says_what_comes_next(client: Client, officer: User, granted: RightsRequest) -> None:
    section = client.get(f"/requests/{granted.key}/").content.decode().partition('id="steps"')[2]
    section = section.partition("</section>")[0]
    assert "What comes next" in section
    assert section.count("not sent yet") == 2
    assert "Hand over the access package" in section
    send_all(officer)
    hand_over()
    assert 'id="steps"' not in client.get(f"/requests/{granted.key}/").content.decode()


def test_home_counts_letters_that_were_not_sent_and_says_when_one_waits_since_yesterday(officer: User) -> None:
    take(make_request(), Step.ACKNOWLEDGE, officer)
    told = "1 letter to requesters to be sent"
    assert (told, False) in at_home(officer)
    RequestStep.objects.update(at=timezone.now() - timedelta(days=1))
    assert (told, True) in at_home(officer)
    send_all(officer)
    assert told not in dict(at_home(officer))


def test_a_written_acknowledgment_is_to_be_sent_and_the_pages_say_so(client: Client, officer: User) -> None:
    made = make_request()
    page = client.post(f"/requests/{made.key}/steps/acknowledge/", follow=True).content.decode()
    assert "Acknowledged. The letter is written but not sent" in page
    for address in (f"/requests/{made.key}/", "/requests/"):
        assert "Send the acknowledgment" in client.get(address).content.decode()
    send_all(officer)
    for address in (f"/requests/{made.key}/", "/requests/"):
        assert "Send the acknowledgment" not in client.get(address).content.decode()
