"""Forms that make something, sent again: by the way back, twice at once, mended, by others, and while Redis is away."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404
from django.test import Client
from django.utils import timezone

from campaigns.models import Material, Share
from campaigns.views import material_files
from privacy.accesslog import NotLogged
from privacy.models import ApiAnswer, User
from privacy.roles import Role
from records.models import Organization
from records.views import nouns
from tests.factories import make_customer, make_material, make_user
from tests.material_files import pdf

NEW = "/records/organizations/new/"
SAVED = "This was already saved. Sending it again did not save it a second time."


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.SALES_MANAGER)
    client.force_login(user)
    return user


def word_on(client: Client, address: str) -> str:
    """The word of the page's forms."""
    (word,) = set(re.findall(r'name="once" value="([^"]+)"', client.get(address).content.decode()))
    return str(word)


def typed(word: str, **more: Any) -> dict[str, Any]:
    return {"once": word, "name": "Quill Ltd", "source": "customer", "location": "post office", **more}


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# One thing once -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_form_sent_again_leads_to_what_it_made(client: Client, manager: User) -> None:
    customer = make_customer("C-1", manager)
    address = f"/records/interactions/new/{customer.key}/"
    form = client.get(address).context["form"]
    call = {name: str(form[name].value() or "") for name in form.fields} | {"about": "Rates"}
    call |= {"happened_at": "2026-03-10T10:00", "once": word_on(client, address)}
    first = client.post(address, call | {"initial-happened_at": "2026-03-10 10:00:01"})
    again = client.post(address, call | {"initial-happened_at": "2026-03-10 10:00:09"}, follow=True)
    assert again.redirect_chain[0][0] == first["Location"]
    assert SAVED in words(again)
    assert f'<a href="{address}">Make another</a>' in words(again)
    assert customer.interactions.count() == 1


@pytest.mark.django_db
def test_a_new_page_makes_another(client: Client, manager: User) -> None:
    assert client.post(NEW, typed(word_on(client, NEW))).status_code == 302
    assert client.post(NEW, typed(word_on(client, NEW))).status_code == 302
    assert Organization.objects.count() == 2


@pytest.mark.django_db
def test_what_was_refused_can_be_mended_and_sent_under_the_same_word(client: Client, manager: User) -> None:
    word = word_on(client, NEW)
    refused = client.post(NEW, typed(word, name=""))
    assert refused.status_code == 422
    assert f'name="once" value="{word}"' in refused.content.decode()
    assert client.post(NEW, typed(word)).status_code == 302
    assert SAVED in words(client.post(NEW, typed(word), follow=True))
    assert Organization.objects.count() == 1


@pytest.mark.django_db
def test_a_form_that_says_something_else_is_asked_what_to_do(client: Client, manager: User) -> None:
    word = word_on(client, NEW)
    made = client.post(NEW, typed(word))
    asked = client.post(NEW, typed(word, name='Penn "&" Sons'))
    said = words(asked)
    assert asked.status_code == 409
    assert f'<a href="{made["Location"]}">See what was saved</a>' in said
    assert 'name="name" value="Penn &quot;&amp;&quot; Sons"' in said
    assert Organization.objects.count() == 1

    (other,) = re.findall(r'name="once" value="([^"]+)"', said)
    assert other != word
    assert client.post(NEW, typed(other, name='Penn "&" Sons')).status_code == 302
    assert Organization.objects.latest("pk").name == 'Penn "&" Sons'


@pytest.mark.django_db
def test_steps_of_one_form_carry_its_word(client: Client, manager: User) -> None:
    customer, material = make_customer("C-1", manager), make_material("guide")
    word = word_on(client, "/shares/new/?material=guide")
    sent = {"once": word, "key": str(customer.key), "material": material.slug, "channel": "link", "again": "on"}
    question = client.post("/shares/new/", sent)
    assert f'name="once" value="{word}"' in question.content.decode()
    made = client.post("/shares/new/", {**sent, "confirmed": "1"})
    again = client.post("/shares/new/", {**sent, "confirmed": "1"}, follow=True)
    assert again.redirect_chain[0][0] == made["Location"] == f"/shares/{Share.objects.get().key}/"
    assert '<a href="/shares/new/?material=guide">Make another</a>' in words(again)


@pytest.mark.django_db
def test_a_file_is_taken_once(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER, "Mary"))
    address = "/materials/new/"
    word = word_on(client, address)

    def send(title: str) -> Any:
        file = SimpleUploadedFile("guide.pdf", pdf("one"), "application/pdf")
        return client.post(address, {"once": word, "title": title, "file": file})

    first, again = send("Guide"), send("Guide")
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    assert Material.objects.count() == 1
    other = send("Another")
    assert other.status_code == 409
    assert "A file cannot be resent from here" in words(other)


# Whose ----------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_under_anothers_account_a_word_tells_nothing_and_is_new(client: Client, manager: User) -> None:
    word = word_on(client, NEW)
    client.post(NEW, typed(word))
    other = Client()
    other.force_login(make_user(Role.SALES_MANAGER, "Other"))
    answer = other.post(NEW, typed(word), follow=True)
    assert SAVED not in words(answer)
    assert Organization.objects.count() == 2
    assert ApiAnswer.objects.count() == 2


@pytest.mark.django_db
def test_what_is_kept_holds_neither_the_word_nor_where_it_leads(client: Client, manager: User) -> None:
    word = word_on(client, NEW)
    made = client.post(NEW, typed(word))
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(answer, 'escape'), t::text FROM privacy_apianswer AS t")
        stored = "".join(map(str, cursor.fetchone()))
    hidden = (word, made["Location"], "Quill", word.encode().hex(), b"Quill".hex())
    assert [one for one in hidden if one in stored] == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "evil"])
def test_a_word_leads_to_no_other_site(client: Client, manager: User, page: str) -> None:
    client.post(NEW, typed(f"abc:{page}"))
    assert f'<a href="{NEW}">Make another</a>' in words(client.post(NEW, typed(f"abc:{page}"), follow=True))


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["", "abc", "x" * 3000 + ":/", "a b:/", "\x00:/"])
def test_what_is_no_word_guards_nothing(client: Client, manager: User, word: str) -> None:
    for _ in range(2):
        assert client.post(NEW, typed(word)).status_code == 302
    assert Organization.objects.count() == 2
    assert not ApiAnswer.objects.exists()


# For how long, and what is not known ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_after_a_day_a_word_is_new(client: Client, manager: User) -> None:
    word = word_on(client, NEW)
    client.post(NEW, typed(word))
    ApiAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert client.post(NEW, typed(word, name="Penn Ltd")).status_code == 302
    assert Organization.objects.count() == 2


@pytest.mark.django_db
def test_what_failed_half_way_is_asked_about_and_not_done_again_by_itself(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = word_on(client, NEW)

    def done_and_then_broken(*_args: Any) -> Any:
        raise RuntimeError("after the commit")

    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(nouns, "back_to", done_and_then_broken)
        assert client.post(NEW, typed(word)).status_code == 500
    asked = client.post(NEW, typed(word))
    assert asked.status_code == 409
    assert "it is not known whether it was saved" in words(asked)
    assert "Send it anyway" in words(asked)


@pytest.mark.django_db
def test_what_could_not_be_logged_afterwards_is_in_doubt(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = word_on(client, NEW)

    def unlogged(*_args: Any) -> Any:
        raise NotLogged

    with monkeypatch.context() as broken:
        broken.setattr(nouns, "back_to", unlogged)
        assert client.post(NEW, typed(word)).status_code == 503
    assert client.post(NEW, typed(word)).status_code == 409


@pytest.mark.parametrize(("refusal", "status"), [(PermissionDenied, 403), (Http404, 404)])
@pytest.mark.django_db
def test_what_a_view_of_files_refuses_can_be_sent_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, refusal: type[Exception], status: int
) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER, "Mary"))
    sent = {"once": word_on(client, "/materials/new/"), "title": "Guide"}

    def refused(*_args: Any, **_options: Any) -> Any:
        raise refusal

    with monkeypatch.context() as broken:
        broken.setattr(material_files, "NewMaterialForm", refused)
        assert client.post("/materials/new/", sent).status_code == status
    file = SimpleUploadedFile("guide.pdf", pdf("one"), "application/pdf")
    assert client.post("/materials/new/", {**sent, "file": file}).status_code == 302


@pytest.mark.django_db
def test_a_long_number_is_not_written_down_again(client: Client, manager: User) -> None:
    word = word_on(client, NEW)
    client.post(NEW, typed(word))
    asked = client.post(NEW, typed(word, city="4111 1111 1111 1111"))
    assert asked.status_code == 409
    assert "a long number, which is not shown again" in words(asked)
    assert "4111" not in words(asked)


@pytest.mark.django_db
def test_a_view_that_made_nothing_may_be_sent_again(client: Client, manager: User) -> None:
    client.post("/frozen/new/", {"once": "abc:/campaigns/", "of": "nothing", "query": ""})
    assert not ApiAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_the_second_waits_and_is_led(manager: User) -> None:
    customer = make_customer("C-1", manager)
    make_material("guide")
    barrier = Barrier(2)
    sent = {"once": "abc:/shares/new/", "key": str(customer.key), "material": "guide", "channel": "link"}

    def send(_number: int) -> str:
        client = Client()
        client.force_login(manager)
        barrier.wait()
        try:
            return str(client.post("/shares/new/", {**sent, "again": "on", "confirmed": "1"})["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(send, range(2))
    assert one == other == f"/shares/{Share.objects.get().key}/"


@pytest.mark.django_db
def test_a_page_that_a_script_is_led_to_is_left_for_whoever_sees_it(client: Client, manager: User) -> None:
    """What it has to say is not said to the script, and nothing is read for it."""
    form = {"once": "abc:/frozen/", "name": "A month", "expires_after_days": "30"}
    led = client.post("/shares/presets/", form, headers={"X-Sent-By-Script": "1"})
    again = client.post("/shares/presets/", form, headers={"X-Sent-By-Script": "1"})
    assert [one.status_code for one in (led, again)] == [302, 302]
    assert client.get(again["Location"], headers={"X-Sent-By-Script": "1"}).status_code == 204
    assert "This was already saved." in client.get(again["Location"]).content.decode()
