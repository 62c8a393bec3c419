"""Sharing in a real browser: from the list of customers to a visit that appears by itself."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from campaigns.models import Share
from privacy.enums import Language
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.campaigns.shared import visit
from tests.factories import make_customer, make_material, make_user
from tests.journeys.conftest import press_until, sign_in, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "IL", "postal_code": "62701"}
HAS_VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"
# What a sender waits at most for a visit to appear, from the beacon on.
FIVE_SECONDS = 5_000


@pytest.fixture
def sales(transactional_db: None, settings: Settings, live_server: object) -> User:
    settings.PUBLIC_URL = str(live_server)
    user = make_user(Role.SALES, "Sam Sales")
    for name in ("Ann", "Ben", "Eve"):
        make_customer(f"C-{name}", user, name=name, **ADDRESS)
    make_material("guide")
    return user


def share_with_ann(page: "Page", sales: User) -> Share:
    """Shared from Ann's page; the browser is on the share's page then."""
    sign_in(page, sales)
    page.get_by_role("link", name="Customers", exact=True).click()
    page.get_by_role("link", name="Ann").click()
    page.get_by_role("link", name="Share a material").click()
    page.get_by_label("Material", exact=True).select_option(label="Guide")
    page.get_by_label("Notify me when it is opened").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Share “Guide” with Ann?").wait_for()
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_text("Nobody has opened it yet.").wait_for()
    return Share.objects.select_related("material").get()


def test_the_link_is_copied_and_revoked(watched: "Page", sales: User) -> None:
    share = share_with_ann(watched, sales)
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.get_by_role("button", name="Copy").click()
    watched.get_by_role("button", name="Copied").wait_for()
    watched.get_by_role("status").filter(has_text="The link is copied.").wait_for(state="attached")
    assert watched.evaluate("navigator.clipboard.readText()").endswith(f"/s/{share.token}/")
    code = watched.get_by_alt_text("QR code of the link")
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")

    watched.get_by_role("button", name="Revoke").click()

    watched.get_by_text("It no longer opens anything").wait_for()
    assert watched.get_by_alt_text("QR code of the link").count() == 0


def test_words_of_scripts_are_the_readers(watched: "Page", sales: User) -> None:
    share_with_ann(watched, sales)
    User.objects.filter(pk=sales.pk).update(language=Language.SPANISH)
    watched.reload()
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.get_by_text("Esta página se renueva sola mientras la mira.").wait_for()
    watched.get_by_role("button", name="Copiar").click()
    watched.get_by_role("button", name="Copiado").wait_for()
    watched.get_by_text("El enlace está copiado.").wait_for()
    watched.get_by_role("button", name="Copiar").wait_for()


def test_several_customers_are_ticked_shared_with_merged_and_undone(
    watched: "Page", sales: User, tmp_path: Path
) -> None:
    sign_in(watched, sales)
    watched.goto("/customers/?sort=name")
    watched.get_by_label("Choose Ann").check()
    watched.get_by_label("Choose Ben").check()
    watched.get_by_role("button", name="Share with the selected customers").click()
    watched.get_by_role("heading", name="Share with 2 customers").wait_for()
    watched.get_by_label("Material", exact=True).select_option(label="Guide")
    watched.get_by_label("By printed mail").check()
    watched.get_by_role("button", name="Continue").click()
    watched.get_by_role("button", name="Share", exact=True).click()
    watched.get_by_text("Shared with 2 customers; 0 left out.").wait_for()

    with watched.expect_download() as download:
        watched.get_by_role("link", name="Merge file, 2 letters").click()
    download.value.save_as(tmp_path / "letters.csv")
    rows = list(csv.DictReader((tmp_path / "letters.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert sorted(row["Name"] for row in rows) == ["Ann", "Ben"]
    assert {row["Link"] for row in rows} == set(
        watched.locator(".copy-row input").evaluate_all("all => all.map(one => one.value)")
    )

    watched.get_by_role("button", name="Undo: revoke all").click()
    watched.get_by_text("Revoked: 2 links.").wait_for()
    assert not Share.objects.open().exists()


def test_a_material_is_shared_by_keyboard_alone_from_home_to_the_link(watched: "Page", sales: User) -> None:
    sign_in(watched, sales)
    keys = watched.keyboard
    keys.press("Control+k")
    keys.type("share a")
    watched.get_by_role("option", name="Share a material").wait_for()
    keys.press("Enter")
    watched.get_by_role("heading", name="Share", exact=True).wait_for()
    press_until(watched, "document.activeElement.id == 'people-find'")
    keys.type("ann")
    keys.press("Enter")
    watched.get_by_role("option", name="Ann C-Ann").wait_for()
    keys.press("Enter")
    watched.get_by_role("heading", name="Share with Ann").wait_for()
    press_until(watched, "document.activeElement.name == 'material'")
    keys.type("Guide")
    tab_to(watched, "Share now")
    keys.press("Enter")
    watched.get_by_text("Nobody has opened it yet.").wait_for()
    assert Share.objects.get().recipient.customer.number == "C-Ann"  # type: ignore[union-attr]


def chosen(page: "Page") -> list[str]:
    return page.locator(".chip-name").all_inner_texts()


def test_several_are_found_chosen_and_taken_out_again_by_keyboard_alone(watched: "Page", sales: User) -> None:
    sign_in(watched, sales)
    watched.goto("/shares/new/?material=guide")
    field, keys = watched.get_by_role("combobox", name="Share with"), watched.keyboard
    field.focus()
    for name in ("Ann", "Ben"):
        keys.type(name.lower())
        watched.get_by_role("option", name=f"Search customers for “{name.lower()}”").wait_for()
        keys.press("Enter")
        watched.get_by_role("option", name=f"{name} C-{name}").wait_for()
        assert field.get_attribute("aria-activedescendant") == "people-1"
        keys.press("Enter")
        watched.get_by_text(f"{name} is chosen.").wait_for()
    assert chosen(watched) == ["Ann", "Ben"]
    assert watched.get_by_role("heading", level=1).inner_text() == "Share with 2 customers"

    keys.press("Backspace")
    watched.get_by_text("Ben is no longer chosen.").wait_for()
    assert (chosen(watched), field.evaluate("field => field === document.activeElement")) == (["Ann"], True)
    keys.type("ev")
    keys.press("Escape")
    watched.get_by_role("listbox").wait_for(state="hidden")
    keys.press("ArrowDown")
    keys.press("Enter")
    watched.get_by_role("option", name="Eve C-Eve").wait_for()
    keys.press("ArrowUp")
    keys.press("Enter")
    watched.get_by_text("Eve is chosen.").wait_for()
    tab_to(watched, "×")
    keys.press("Enter")
    watched.get_by_text("Ann is no longer chosen.").wait_for()
    tab_to(watched, "Share now")
    keys.press("Enter")
    watched.get_by_text("Nobody has opened it yet.").wait_for()
    assert Share.objects.get().recipient.customer.number == "C-Eve"  # type: ignore[union-attr]


def test_a_pasted_list_becomes_those_chosen_and_the_wrong_entry_is_named(watched: "Page", sales: User) -> None:
    sign_in(watched, sales)
    watched.goto("/shares/new/")
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.evaluate("navigator.clipboard.writeText('C-Ann\\nC-Nobody\\nC-Eve')")
    watched.get_by_role("combobox", name="Share with").focus()
    watched.keyboard.press("Control+v")
    watched.get_by_text("Not among the customers you see: C-Nobody.").wait_for()
    assert chosen(watched) == ["Ann", "Eve"]
    assert watched.get_by_role("combobox", name="Share with").input_value() == "C-Nobody"


def test_on_a_phone_it_takes_three_taps_from_the_materials_page(watched: "Page", sales: User) -> None:
    sign_in(watched, sales)
    watched.set_viewport_size({"width": 360, "height": 740})
    watched.goto("/materials/guide/")
    watched.get_by_role("link", name="Share", exact=True).click()
    watched.get_by_role("combobox", name="Share with").fill("ben")
    watched.keyboard.press("Enter")  # the search key of the phone's keyboard
    watched.get_by_role("option", name="Ben C-Ben").click()
    watched.get_by_role("button", name="Share now").click()
    watched.get_by_text("Nobody has opened it yet.").wait_for()
    assert Share.objects.get().recipient.customer.number == "C-Ben"  # type: ignore[union-attr]


def test_after_the_way_back_the_same_share_is_not_made_again(watched: "Page", sales: User) -> None:
    sign_in(watched, sales)
    ann = Customer.objects.get(number="C-Ann")

    watched.goto(f"/shares/new/?key={ann.key}")

    def share_once_more() -> None:
        watched.get_by_label("Material", exact=True).select_option(label="Guide")
        watched.get_by_label("Also to those who have this share already").check()
        watched.get_by_role("button", name="Share now").click()

    share_once_more()
    watched.get_by_text("Nobody has opened it yet.").wait_for()
    watched.go_back()
    watched.get_by_role("combobox", name="Share with").wait_for()
    share_once_more()
    watched.get_by_text("This was already saved. Sending it again did not save it a second time.").wait_for()
    assert Share.objects.count() == 1

    watched.get_by_role("link", name="Make another").click()
    watched.get_by_role("combobox", name="Share with").wait_for()
    share_once_more()
    watched.get_by_text("Shared with 1 customer; 0 left out.").wait_for()
    assert Share.objects.count() == 2


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_fit_and_break_no_rule_of_accessibility(watched: "Page", sales: User, axe: str, width: int) -> None:
    share = share_with_ann(watched, sales)
    visit(share, (1, 3), (4, 9))
    watched.set_viewport_size({"width": width, "height": 800})
    pages = ["/shares/", f"/shares/{share.key}/", f"/shares/made/{share.batch_id}/", "/shares/presets/", "/shares/new/"]
    for address in [*pages, f"/shares/new/?key={share.recipient.customer.key}"]:  # type: ignore[union-attr]
        watched.goto(address)
        if "/new/" in address:
            watched.get_by_role("combobox", name="Share with").fill("ann")
            watched.keyboard.press("Enter")
            watched.get_by_role("option", name="Ann C-Ann").wait_for()
        assert watched.evaluate("document.documentElement.scrollWidth") <= width, address
        watched.evaluate(axe)
        assert watched.evaluate(HAS_VIOLATIONS) == [], address
