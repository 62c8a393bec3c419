"""Contests by hand: made in one form, published, drawn, repeated; prizes marked by staff."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from privacy import changes
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records import contests
from records.contests import PROMOTING
from records.models import Contest, Organization, Submission, Survey
from tests.campaigns.contesting import close, enters, make_contest, number_of, seed_of
from tests.factories import make_user
from tests.records.test_survey_pages import errors

pytestmark = pytest.mark.django_db
WHERE = {"source": "personnel", "location": "headquarters"}
TODAY = agency_today()
SENT = {
    "name": "Win a globe", "prizes": "A globe", "rules": "Be kind.", "winners": "2", "alternates": "1",
    "claim_days": "7", "opens_on": str(TODAY), "closes_on": str(TODAY + timedelta(days=5)), "is_open": "on", **WHERE,
}  # fmt: skip


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mia")
    client.force_login(user)
    return user


def test_a_contest_is_made_with_its_survey_in_one_form(client: Client, manager: User) -> None:
    acme = Organization.objects.create(name="Acme", number="O-1")
    answer = client.post("/records/contests/new/", {**SENT, "is_open": "", "states": "il, wi il", "only": "O-1"})
    made = Contest.objects.get()
    assert answer["Location"] == f"/records/contests/{made.key}/"
    assert (made.survey.name, made.survey.kind, made.survey.slug) == ("Win a globe", "contest", "win-a-globe")
    assert (made.states, made.only_organization, made.winners) == ("IL, WI", acme.key, 2)
    assert (made.created_by, made.survey.created_by) == (manager, manager)
    page = client.get(answer["Location"]).content.decode()
    for said in ("Win a globe", "Acme", "IL, WI", "Nobody can enter"):
        assert said in page
    preview = client.get(f"/contests/{made.key}/preview/?language=es").content.decode()
    assert "Es una vista previa" in preview


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"closes_on": str(TODAY - timedelta(days=1))}, {"closes_on": ["This is before it opens."]}),
        ({"opens_on": ""}, {"opens_on": ["This field is required."]}),
        ({"states": "IL, XX"}, {"states": ["XX is not a state: enter its two letters."]}),
        ({"winners": "0"}, {"winners": ["Enter 1 or more."]}),
        ({"minimum_age": "120"}, {"minimum_age": ["Enter a number from 1 to 99."]}),
        (
            {"winners": "900", "alternates": "101"},
            {"alternates": [("There can be at most 1,000 winners and alternates.")]},
        ),
        (
            {"conditions": "One?\nTwo?", "conditions_es": "¿Una?"},
            {"conditions_es": ["Enter as many of these as in English, one per line, or none."]},
        ),
        (
            {"only": "O-1"},
            {"is_open": ["Only personal links show which organization someone belongs to."]},
        ),
    ],
)
def test_a_contest_that_cannot_be_is_told_beside_its_field(
    client: Client, manager: User, sent: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    Organization.objects.create(name="Acme", number="O-1")
    assert errors(client.post("/records/contests/new/", {**SENT, **sent})) == wrong
    assert not Survey.objects.exists()


def test_once_it_is_published_its_terms_stay(client: Client, manager: User) -> None:
    contest = make_contest(by=manager)
    page = client.get(f"/records/contests/{contest.key}/edit/")
    assert not {"winners", "rules", "closes_on", "conditions", "claim_days"} & set(page.context["form"].fields)
    client.post(f"/records/contests/{contest.key}/edit/", {"read": page.context["read"], "name": "Renamed", **WHERE})
    contest = Contest.objects.select_related("survey").get()
    assert (contest.survey.name, contest.rules, contest.winners) == ("Renamed", "Be kind.", 1)
    survey = client.get(f"/records/surveys/{contest.survey.key}/edit/")
    sent = {"read": survey.context["read"], "name": "Renamed", "kind": "contest", "closes_on": "2030-01-01", **WHERE}
    answer = client.post(f"/records/surveys/{contest.survey.key}/edit/", sent)
    assert set(errors(answer)) == {"opens_on", "closes_on"}


def test_it_is_published_and_drawn_by_a_click_each_and_repeated(client: Client, manager: User) -> None:
    contest = make_contest(is_published=False)
    client.post(f"/records/contests/{contest.key}/publish/")
    contest = Contest.objects.get()
    assert contest.seed_sha256
    assert seed_of(contest) not in client.get(f"/records/contests/{contest.key}/history/").content.decode()
    for number in range(3):
        enters(contest, f"C-{number}")
    early = client.post(f"/records/contests/{contest.key}/draw/", follow=True).content.decode()
    assert "Not drawn. It has not closed yet." in early
    close(contest)
    assert "Draw the winners" in client.get(f"/records/contests/{contest.key}/").content.decode()
    client.post(f"/records/contests/{contest.key}/draw/")
    again = client.post(f"/records/contests/{contest.key}/draw/", follow=True).content.decode()
    assert "a contest is drawn once" in again
    page = client.get(f"/records/contests/{contest.key}/repeat/").content.decode()
    award = contest.awards.get()
    assert "the same entries win, in the same order" in page
    assert re.search(r"<dd>[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d [AP]M<br>", page)
    assert number_of(award.submission) in page
    assert ("awards_list", 1) in list(AccessEntry.objects.values_list("place", "records"))


def test_what_is_asked_after_another_answer_keeps_it_from_being_published(client: Client, manager: User) -> None:
    contest = make_contest(is_published=False)
    first = contest.survey.questions.create(number=1, text="A?", element="c09-habits")
    contest.survey.questions.create(
        number=2, text="B?", element="c09-habits", asked_after=first, asked_after_answers=["x"]
    )
    said = client.post(f"/records/contests/{contest.key}/publish/", follow=True).content.decode()
    assert "An entry is one page" in said
    assert Contest.objects.get().committed_at is None


def test_staff_mark_a_prize_and_withdraw_an_entry_for_whoever_calls(client: Client, manager: User) -> None:
    contest = make_contest(winners=1, alternates=1, by=manager)
    entries = [enters(contest, f"C-{number}") for number in range(3)]
    client.post(f"/records/submissions/{entries[0].key}/withdraw/")
    assert Submission.objects.exclude(withdrawn_at=None).get() == entries[0]
    assert changes.history(entries[0])[0].by == "Mia"
    close(contest)
    contests.draw(contest, manager, PROMOTING)
    first, second = contest.awards.all()
    client.post(f"/records/awards/{first.key}/decline/")
    client.post(f"/records/awards/{second.key}/claim/")
    assert list(contest.awards.values_list("state", flat=True)) == ["declined", "claimed"]
    said = client.post(f"/records/awards/{first.key}/claim/", follow=True).content.decode()
    assert "It is no longer theirs" in said
    client.post(f"/records/submissions/{entries[1].key}/withdraw/")
    assert Submission.objects.exclude(withdrawn_at=None).count() == 1
    page = client.get(f"/records/submissions/{second.submission.key}/").content.decode()
    assert "2: Claimed" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_take_the_same_statements_for_every_length(
    client: Client, manager: User, count: int, django_assert_num_queries: object
) -> None:
    contest = make_contest(winners=3, by=manager)
    for number in range(count):
        enters(contest, f"C-{number}")
    for number in range(count - 1):
        make_contest(f"other-{number}", is_published=False)
    close(contest)
    contests.draw(contest, manager, PROMOTING)
    for address, statements in (("/records/contests/", 4), ("/records/awards/", 11)):
        client.get(address)
        with django_assert_num_queries(statements):  # type: ignore[operator]
            assert len(client.get(address).context["rows"]) == count
