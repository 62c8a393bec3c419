"""The access package: everything about a person, found by the declarations, and nothing of others."""

import json
import re
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pypdfium2
import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.utils import timezone

from campaigns.models import Event
from privacy.access import NotLogged
from privacy.enums import EntryKind, PackageState, RequestKind, Step
from privacy.holdings import holding_models
from privacy.models import AccessEntry, Package, RightsRequest, User
from privacy.rights import people
from privacy.rights.held import everything_about
from privacy.rights.package import delivering, making, writing
from privacy.rights.procedure import NotNow
from privacy.rights.stepping import Said, link, take
from privacy.rights.terms import KINDS, set_term
from privacy.rights.withholding import WITHHELD
from privacy.tasks import tend_packages
from records.identity.merging import merge
from records.models import Customer, Message, Participation
from tests.broker import Broker, by_the_clock
from tests.events import NOON, append, event
from tests.factories import make_customer, make_user, viewer_of
from tests.planting import Planted, plant
from tests.requesting import disclosed, make_officer, make_request, verified

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(making.__file__).parent / "package.schema.json").read_text())


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told by a connection of its own, which sees nothing of a test that is rolled back."""
    if "transaction" not in getattr(request.node.get_closest_marker("django_db"), "kwargs", {}):
        monkeypatch.setattr(connection, "copy", lambda: connection)
        monkeypatch.setattr(making.Shown, "__exit__", lambda *_error: None)


def made_for(officer: User, *customers: Customer) -> tuple[Package, dict[str, Any]]:
    """A package of these customers' records, as one person's, and its JSON."""
    request = verified(make_request(), officer, *customers)
    package = making.ask(request, officer)
    making.make(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.READY, package.trouble
    told = json.loads((making.folder_of(package) / "package.json").read_text())
    jsonschema.validate(told, SCHEMA)
    return package, told


def granted_for(officer: User, *customers: Customer) -> tuple[Package, dict[str, Any]]:
    """One whose request was granted, so that it may be handed over."""
    package, told = made_for(officer, *customers)
    take(package.request, Step.GRANT, officer)
    return package, told


def rows_in(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for category in told["categories"]:
        for holding in category["holdings"]:
            for row in holding["rows"]:
                yield holding["model"], row


def texts_in(told: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(model, value["field"], str(value["value"])) for model, row in rows_in(told) for value in row["values"]}


def found_in_database(word: str) -> set[str]:
    """Every canary that a search of each column of each table finds: written without the program's declarations."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t WHERE t::text LIKE %s', [f"%{word}%"])
            found.update(one for (text,) in cursor.fetchall() for one in re.findall(rf"{word}\w+", text))
    return found


def planted() -> tuple[User, Planted, Planted]:
    """Somebody with a canary everywhere, and another who took part in the same meeting."""
    staff = make_user(name="Sam Staff")
    mine = plant("CNRY", staff)
    meeting = Participation.objects.get(customer=mine.customer).meeting
    return make_officer(), mine, plant("OTHR", staff, meeting)


def test_a_package_holds_every_planted_value_of_the_person_and_none_of_another() -> None:
    officer, mine, _ = planted()
    holding = {model._meta.label for model, _ in holding_models() if not people.reason_of(model._meta.label)}
    assert mine.kinds | {"privacy.RightsRequest"} >= holding - {"campaigns.Judgement"}, "plant the new model too"
    package, told = made_for(officer, mine.customer)
    assert mine.texts - texts_in(told) == set()
    everything = json.dumps(told, ensure_ascii=False)
    in_clear = found_in_database("CNRY")
    assert len(in_clear) > 100
    assert {word for word in in_clear if word not in everything} == set()
    assert "OTHR" not in everything
    assert "OTHR" not in pdf_text(package)


def pdf_text(package: Package) -> str:
    texts = []
    for name, _ in delivering.files_of(package)[:-1]:
        document = pypdfium2.PdfDocument(making.folder_of(package) / name)
        texts += [page.get_textpage().get_text_bounded() for page in document]
        document.close()
    return "\n".join(texts)


def test_the_pdf_is_tagged_and_says_what_the_json_says() -> None:
    officer, mine, _ = planted()
    package, told = made_for(officer, mine.customer)
    text = pdf_text(package).replace("\n", " ").replace("\r", "")
    assert {word for _, _, word in mine.texts if word.startswith("CNRY") and word not in text} == set()
    for category in told["categories"]:
        assert f"{category['number']}. {category['title']}" in text
    raw = (making.folder_of(package) / "package-1.pdf").read_bytes()
    assert b"/StructTreeRoot" in raw
    assert b"/Lang" in raw
    assert sum(package.pages) == len(pypdfium2.PdfDocument(making.folder_of(package) / "package-1.pdf"))


def test_each_category_stands_in_the_notices_words_even_where_nothing_is_held() -> None:
    _, told = made_for(make_officer(), make_customer())
    assert [one["number"] for one in told["categories"]] == list(range(1, 19))
    assert told["categories"][3]["words"].startswith("Information specific to companies")
    assert told["categories"][3]["holdings"] == []


def test_a_row_tells_its_source_its_rule_and_what_starts_it() -> None:
    customer = make_customer(relationship_ended_on=NOON.date(), relationship_end_reason="Moved")
    _, told = made_for(make_officer(), customer)
    row = told["categories"][0]["holdings"][0]["rows"][0]
    assert row["source"] == "USPS personnel"
    assert row["retention"] == {"rule": "RET-3", "kept": "3 years", "from": "2026-03-10"}


def test_it_tells_to_whom_records_went_but_for_law_enforcement() -> None:
    officer, customer = make_officer(), make_customer()
    disclosed(customer, officer)
    disclosed(customer, officer, under="use-2", recipient_name="Sheriff")
    disclosed(customer, officer, under="exception-7", recipient_name="Marshal")
    _, told = made_for(officer, customer)
    assert {one["to"] for one in told["told"]} == {"Print Works", "Sheriff"}


def test_two_records_of_one_person_are_told_together() -> None:
    officer = make_officer()
    first, second = make_customer("C-1", email="one@example.com"), make_customer("C-2", email="two@example.com")
    _, told = made_for(officer, first, second)
    assert {text for _, name, text in texts_in(told) if name == "email"} == {"one@example.com", "two@example.com"}


def test_what_was_merged_into_the_person_is_theirs() -> None:
    officer = make_officer()
    kept, gone = make_customer("C-1", email="one@example.com"), make_customer("C-2", email="two@example.com")
    merge(kept, gone, by=None)
    _, told = made_for(officer, kept)
    assert {text for _, name, text in texts_in(told) if name == "email"} == {"one@example.com", "two@example.com"}


def test_a_firm_with_other_people_is_not_the_persons_own() -> None:
    from records.models import Organization

    firm = Organization.objects.create(name="Acme Printing", advertising_agency="Secret Agency")
    customer = make_customer("C-1", organization=firm)
    alone = json.dumps(made_for(make_officer("One"), customer)[1])
    assert "Secret Agency" in alone
    make_customer("C-2", organization=firm)
    _, told = made_for(make_officer("Two"), customer)
    assert "Secret Agency" not in json.dumps(told)
    assert ("records.Customer", "organization", "Acme Printing") in texts_in(told)


def test_somebody_elses_chat_gives_the_sentence_that_names_the_person_and_nobody_else() -> None:
    officer, mine, other = planted()
    meeting = Participation.objects.get(customer=mine.customer).meeting
    message = Message(meeting=meeting, customer=other.customer, number="m-9", sender="OTHR Person", sent_at=NOON,
                      retention_rule="RET-4")  # fmt: skip
    took_part = Participation.objects.get(customer=other.customer).name
    message.text = f"My own salary is 90,000. CNRY Person and {took_part} agreed to ring x@other.example! See you."
    message.save()
    _, told = made_for(officer, mine.customer)
    said = [text for model, name, text in texts_in(told) if model == "records.Message" and "agreed" in text]
    assert said == [f"CNRY Person and {WITHHELD} agreed to ring {WITHHELD}!"]
    assert "salary" not in json.dumps(told)


def test_the_host_of_a_meeting_is_withheld_from_who_took_part() -> None:
    officer, mine, other = planted()
    _, told = made_for(officer, other.customer)
    hosts = {text for model, name, text in texts_in(told) if model == "records.Meeting" and name.startswith("host")}
    assert hosts == {WITHHELD}
    assert mine.customer.email not in json.dumps(told)


def test_addresses_of_others_in_free_text_are_withheld_and_staffs_are_not() -> None:
    from records.models import Interaction

    staff, customer = make_user(name="Sam Staff"), make_customer(email="ada@example.com", phone="(312) 555-0142")
    Interaction.objects.create(
        customer=customer, staff=staff, about="Call",
        notes=f"Ring ada@example.com or +1 312 555 0142; her boss: boss@firm.example, 646-555-0199. Ask {staff.email}",
    )  # fmt: skip
    _, told = made_for(make_officer(), customer)
    notes = next(text for model, name, text in texts_in(told) if name == "notes")
    assert notes == f"Ring ada@example.com or +1 312 555 0142; her boss: {WITHHELD}, {WITHHELD}. Ask {staff.email}"


# Bounds, fees, failures ----------------------------------------------------------------------------------------------


def test_more_rows_than_a_volume_takes_follow_in_further_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "IN_FIRST_VOLUME", 3)
    monkeypatch.setattr(writing, "IN_A_VOLUME", 4)
    officer, customer = make_officer(), make_customer()
    append(*(event(viewer_of(customer), "view", page=number) for number in range(1, 11)))
    package, told = made_for(officer, customer)
    events = [row for model, row in rows_in(told) if model == "campaigns.Event"]
    assert len(events) == 10
    assert len(package.pages) == 3  # 3 in the first, 4 and 3 in the others
    pages = {int(number) for number in re.findall(r"Page:? (\d+)(?! of)", pdf_text(package))}
    assert pages == set(range(1, 11))
    assert not list(making.folder_of(package).glob("*.lines"))


def test_memory_is_bounded_by_the_rows_at_once_and_not_by_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest number of rows alive at one time, counted as they are made and dropped."""
    from privacy.rights import held

    monkeypatch.setattr(held, "AT_ONCE", 50)
    monkeypatch.setattr(writing, "IN_FIRST_VOLUME", 10)
    officer, customer = make_officer(), make_customer()
    append(*(event(viewer_of(customer), "view", page=1) for _ in range(600)))
    alive, most, made = set[int](), 0, 0

    def count(instance: Event, **_kwargs: object) -> None:
        nonlocal most, made
        alive.add(id(instance))
        weakref.finalize(instance, alive.discard, id(instance))
        most, made = max(most, len(alive)), made + 1

    post_init.connect(count, sender=Event)
    try:
        made_for(officer, customer)
    finally:
        post_init.disconnect(count, sender=Event)
    assert made >= 600
    assert 0 < most <= 110


@pytest.mark.parametrize(
    ("pages", "is_first", "fee"),
    [(100, True, "0.00"), (103, True, "0.45"), (3, False, "0.45"), (0, False, "0.00")],
)
def test_a_copy_costs_what_the_terms_say(pages: int, is_first: bool, fee: str) -> None:
    terms = {name: kind.usual for name, kind in KINDS.items()}
    assert making.fee_of(pages, terms, is_first=is_first) == Decimal(fee)


def test_a_second_copy_is_charged_from_its_first_page_at_the_price_that_holds() -> None:
    officer, customer = make_officer(), make_customer()
    package, _ = made_for(officer, customer)
    assert package.fee == 0
    delivering.delivered(package)
    set_term("fee_a_page", Decimal("0.20"), "New schedule of fees", officer)
    again = making.ask(package.request, officer)
    making.make(again.pk)
    again.refresh_from_db()
    assert again.fee == sum(again.pages) * Decimal("0.20")


@pytest.mark.parametrize(
    ("kind", "steps", "problem"),
    [
        (RequestKind.NOTIFICATION, True, "answers a request for access"),
        (RequestKind.ACCESS, False, "Verify the requester's identity first"),
        (RequestKind.ACCESS, True, "First enter whose records these are"),
    ],
)
def test_a_package_is_not_made_too_early(kind: RequestKind, steps: bool, problem: str) -> None:
    officer, request = make_officer(), make_request(kind)
    if steps:
        verified(request, officer)
    with pytest.raises(NotNow, match=problem):
        making.ask(request, officer)


def test_one_package_is_made_at_a_time() -> None:
    officer = make_officer()
    request = verified(make_request(), officer, make_customer())
    making.ask(request, officer)
    with pytest.raises(NotNow, match="is being made"):
        making.ask(request, officer)


def test_reading_for_a_package_is_logged_for_the_duty_of_access() -> None:
    officer = make_officer()
    made_for(officer, make_customer("C-1"), make_customer("C-2"))
    lines = AccessEntry.objects.filter(place="request_package").order_by("at")
    assert [(line.kind, line.duty, line.user_id, line.records) for line in lines] == [
        (EntryKind.INTENT, "access", officer.pk, None),
        (EntryKind.SHOWN, "access", officer.pk, 2),
    ]


def test_what_cannot_be_logged_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    officer = make_officer()
    package = making.ask(verified(make_request(), officer, make_customer()), officer)

    def refuse(_line: AccessEntry, *, awaits_disk: bool = True) -> AccessEntry:
        raise NotLogged

    monkeypatch.setattr("privacy.access.write", refuse)
    with pytest.raises(NotLogged):
        making.make(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.FAILED
    assert not making.folder_of(package).exists()


def test_who_lost_the_duty_meanwhile_gets_no_package() -> None:
    officer = make_officer()
    package = making.ask(verified(make_request(), officer, make_customer()), officer)
    officer.groups.clear()
    with pytest.raises(Exception, match="is for privacy officers"):
        making.make(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_package_whose_worker_died_is_begun_anew_and_the_former_worker_gives_up(broker: Broker) -> None:
    officer = make_officer()
    package = making.ask(verified(make_request(), officer, make_customer()), officer)
    former = making._taken(package.pk)
    assert former is not None
    assert making._taken(package.pk) is None  # somebody is at it
    Package.objects.update(touched_at=timezone.now() - making.QUIET - timedelta(seconds=1))
    broker.calls.clear()
    assert making.tend() == 1
    assert broker.asked(making.MAKE) == [package.pk]
    making.make(package.pk)
    with making.Shown(former) as shown, pytest.raises(making.NoLongerOurs):
        shown.done(1)
    package.refresh_from_db()
    assert (package.state, package.attempts) == (PackageState.READY, 2)


@pytest.mark.django_db(transaction=True)
def test_a_package_is_made_by_the_clock_where_the_broker_is_away(client: Client, broker: Broker) -> None:
    officer = make_officer()
    request, broker.is_away = verified(make_request(), officer, make_customer()), True
    client.force_login(officer)
    assert client.post(f"/requests/{request.key}/packages/new/").status_code == 302
    package = Package.objects.get()
    assert (package.state, broker.calls) == (PackageState.WAITING, [])
    Package.objects.update(touched_at=timezone.now() - timedelta(seconds=21))
    broker.is_away, broker.does = False, {making.MAKE}
    by_the_clock(tend_packages)
    package.refresh_from_db()
    assert package.state == PackageState.READY


def test_what_breaks_off_again_and_again_is_given_up() -> None:
    officer = make_officer()
    package = making.ask(verified(make_request(), officer, make_customer()), officer)
    Package.objects.update(attempts=making.MOST_ATTEMPTS)
    making.make(package.pk)
    package.refresh_from_db()
    assert (package.state, package.trouble) == (PackageState.FAILED, making.BROKE_OFF)


def test_a_package_is_deleted_when_its_time_is_over() -> None:
    officer = make_officer()
    package, _ = granted_for(officer, make_customer())
    delivering.offer(package)
    assert package.expires_at is not None
    making.tend(now=package.expires_at)
    package.refresh_from_db()
    assert (package.state, package.token) == (PackageState.EXPIRED, None)
    assert not making.folder_of(package).exists()


# Delivery ------------------------------------------------------------------------------------------------------------


def test_nothing_is_handed_over_before_the_request_was_granted(client: Client) -> None:
    officer = make_officer()
    package, _ = made_for(officer, make_customer())
    client.force_login(officer)
    page = f"/requests/{package.request.key}/"
    assert "It can be handed over once the request is granted." in client.get(page).content.decode()
    assert "Make a link for the requester" not in client.get(page).content.decode()
    for way in ("offer", "handed-over"):
        answer = client.post(f"{page}packages/{package.key}/{way}/", follow=True)
        assert "Grant the request first" in answer.content.decode()
    package.refresh_from_db()
    assert (package.token, package.downloaded_at) == (None, None)
    take(package.request, Step.GRANT, officer)
    assert "Make a link for the requester" in client.get(page).content.decode()
    assert client.post(f"{page}packages/{package.key}/offer/").status_code == 201


def test_a_refused_request_gets_no_copy_and_its_page_says_why(client: Client) -> None:
    officer = make_officer()
    package, _ = made_for(officer, make_customer())
    package.token, package.code_hash = "from-before", "x"
    package.save()
    take(package.request, Step.REFUSE, officer, Said(reason="The records are not the requester's"))
    assert delivering.offered("from-before") is None
    client.force_login(officer)
    page = f"/requests/{package.request.key}/"
    assert "The request was not granted: no copy is made." in client.get(page).content.decode()
    answer = client.post(f"{page}packages/new/", follow=True).content.decode()
    assert "no copy of records can be made for it" in answer
    assert Package.objects.count() == 1


def test_a_granted_copy_that_was_deleted_is_made_again(client: Client) -> None:
    officer = make_officer()
    package, _ = granted_for(officer, make_customer())
    making.delete(package)
    client.force_login(officer)
    page = f"/requests/{package.request.key}/"
    assert "Make it again, as of now" in client.get(page).content.decode()
    client.post(f"{page}packages/new/")
    assert list(Package.objects.order_by("id").values_list("state", flat=True)) == ["expired", "waiting"]


def test_an_appeal_of_what_was_not_granted_leaves_the_granted_copy(client: Client) -> None:
    officer = make_officer()
    package, _ = made_for(officer, make_customer())
    take(package.request, Step.GRANT_PARTLY, officer, Said(reason="One file is about another person"))
    delivering.offer(package)
    take(package.request, Step.APPEAL, officer, Said(reason="I want that file, too"))
    assert package.token is not None
    assert delivering.offered(package.token) == package


def address(package: Package) -> str:
    package.refresh_from_db()
    return f"/rights/package/{package.token}/"


def test_the_requester_downloads_with_the_code_alone() -> None:
    package, told = granted_for(make_officer(), make_customer(email="ada@example.com"))
    code, client = delivering.offer(package), Client(enforce_csrf_checks=True)
    page = client.get(address(package))
    assert page.status_code == 200
    assert package.request.number not in page.content.decode()
    listed = client.post(address(package), {"code": code.lower().replace("-", " ")})
    assert f"Request {package.request.number}" in listed.content.decode()
    answer = client.post(address(package), {"code": code, "file": "package.json"})
    assert json.loads(b"".join(answer.streaming_content)) == told  # type: ignore[attr-defined]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    package.refresh_from_db()
    assert package.downloaded_at is not None
    line = AccessEntry.objects.filter(actor="package_download").order_by("at").last()
    assert line is not None
    assert (line.kind, line.records) == (EntryKind.SHOWN, 1)


def test_five_wrong_codes_close_the_link_for_the_right_one_too() -> None:
    package, _ = granted_for(make_officer(), make_customer())
    code, client = delivering.offer(package), Client()
    for _ in range(5):
        assert client.post(address(package), {"code": "WRONG"}).status_code == 422
    assert client.post(address(package), {"code": code}).status_code == 404


def test_a_link_ends_with_its_time_and_a_new_one_ends_the_former() -> None:
    package, _ = granted_for(make_officer(), make_customer())
    delivering.offer(package)
    former = address(package)
    code = delivering.offer(package)
    assert Client().get(former).status_code == 404
    assert Client().post(address(package), {"code": code}).status_code == 200
    Package.objects.update(expires_at=timezone.now())
    assert Client().post(address(package), {"code": code}).status_code == 404


@pytest.mark.parametrize("name", ["../secret", "package-2.pdf", "annex-0.lines", ""])
def test_no_other_file_is_sent(name: str) -> None:
    package, _ = granted_for(make_officer(), make_customer())
    code = delivering.offer(package)
    answer = Client().post(address(package), {"code": code, "file": name})
    assert answer.status_code == (404 if name else 200)
    assert not hasattr(answer, "streaming_content")


def test_the_code_is_kept_as_a_hash_alone() -> None:
    package, _ = granted_for(make_officer(), make_customer())
    code = delivering.offer(package).replace("-", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM privacy_package p")
        assert code not in cursor.fetchone()[0]


def test_guessing_links_is_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    from privacy.views import packages

    package, _ = granted_for(make_officer(), make_customer())
    delivering.offer(package)
    monkeypatch.setattr(packages.guesses, "MOST", 3)
    packages.guesses.clear()
    for _ in range(3):
        assert Client().get("/rights/package/nothing/").status_code == 404
    assert Client().get(address(package)).status_code == 404
    packages.guesses.clear()


def test_everything_about_somebody_reads_as_many_statements_whatever_others_there_are(
    django_assert_num_queries: Any,
) -> None:
    customer = make_customer("C-1")
    for number in range(3):
        make_customer(f"D-{number}")
    with django_assert_num_queries(7):
        assert len(everything_about([customer.key])) > 30


def test_a_grant_says_what_the_copy_costs() -> None:
    officer = make_officer()
    package, _ = made_for(officer, make_customer())
    request = RightsRequest.objects.get(pk=package.request_id)
    assert "There is no fee." in take(request, Step.GRANT, officer).letter


def test_link_twice_is_once() -> None:
    officer, customer = make_officer(), make_customer()
    request = verified(make_request(), officer, customer)
    link(request, customer.key, officer)
    assert request.people.count() == 1


def test_a_row_whose_rule_stands_in_other_words_names_the_rule() -> None:
    customer = make_customer()
    append(event(viewer_of(customer), "view", page=1))
    (held,) = [one for one in everything_about([customer.key]) if one.label == "campaigns.Event"]
    named = replace(held, holds=replace(held.holds, rule_values={"RET-7": "insight", "RET-2B": "promotion"}))
    assert [row.rule for row in named.rows(18)] == ["RET-7"]
