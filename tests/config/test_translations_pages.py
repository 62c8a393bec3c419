"""Pages as somebody who reads Spanish sees them: nothing on them is English whose Spanish the catalogues have."""

from functools import cache
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.marked import translated
from privacy.enums import Language
from privacy.models import User
from privacy.roles import Role
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db

SPOKEN = ("aria-label", "title", "placeholder", "alt")
# Each language is called by its own name. The page of the API and the notice are in English, as programs and the
# Federal Register have them; recipients' pages have a language of their own.
OWN_NAMES = {"English"}
# Django's own template of a list's search says it of its picture, in English alone.
DJANGOS = {"Search"}
IN_ENGLISH = ("api/", "notice/", "privacy-act-statement/", "publications/", "rights/", "ledger/check/", "sign-out/")


class Texts(HTMLParser):
    """The texts of a page that its readers see or hear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self.is_spoken = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_spoken = tag not in ("script", "style")
        self.found |= {" ".join(value.split()) for name, value in attrs if name in SPOKEN and value}

    def handle_endtag(self, tag: str) -> None:
        self.is_spoken = True

    def handle_data(self, data: str) -> None:
        if self.is_spoken and (text := " ".join(data.split())):
            self.found.add(text)


def texts_of(page: str) -> set[str]:
    reader = Texts()
    reader.feed(page)
    return reader.found


@cache
def english() -> frozenset[str]:
    """What the catalogues have in English, and otherwise in Spanish."""
    known = translated("es")
    return frozenset(text for _context, text in known) - {words[0] for words in known.values()} - OWN_NAMES


def english_in(page: str) -> set[str]:
    """The texts of a page that are English, although the catalogues have their Spanish."""
    return texts_of(page) & english()


def plain_addresses(patterns: list[URLPattern | URLResolver], above: str = "") -> list[str]:
    """The addresses of pages that name nothing of which they are."""
    found = []
    for one in patterns:
        address = f"{above}{one.pattern}"
        if isinstance(one, URLResolver):
            found += plain_addresses(one.url_patterns, address)
        elif not set("<^(") & set(address) and not address.startswith(IN_ENGLISH):
            found.append(address)
    return found


def test_what_is_english_on_a_page_is_found() -> None:
    page = '<h1>Customers</h1><p title="Save">Clientes</p><script>Search</script><td>Acme</td><b>No</b>'
    assert english_in(page) == {"Customers", "Save"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", [Role.MARKETING_MANAGER, Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.IT_ADMINISTRATOR]
)
def test_pages_are_spanish_for_who_reads_spanish(client: Client, role: Role) -> None:
    user = make_user(role, "Uma Ortiz")
    User.objects.filter(pk=user.pk).update(language=Language.SPANISH)
    make_customer("C-1")
    client.force_login(user)
    client.get("/")
    found: dict[str, set[str]] = {}
    opened = 0
    for address in plain_addresses(get_resolver().url_patterns):
        answer = client.get(f"/{address}")
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            opened += 1
            found[address] = english_in(answer.content.decode())
            if address.startswith("administration/"):
                found[address] -= DJANGOS
    assert opened > 5
    assert {address: texts for address, texts in found.items() if texts} == {}
