"""What sales staff do between two customers: log a call or share a material, in three clicks, on a phone too."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from campaigns.models import Share
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, Interaction
from tests.factories import make_customer, make_material, make_user
from tests.journeys.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT_CLICKS = """
const counted = () => sessionStorage.setItem('clicks', 1 + Number(sessionStorage.getItem('clicks')));
addEventListener('click', (event) => { if (event.isTrusted && event.detail > 0) { counted(); } }, true);
"""


@pytest.fixture
def ann(transactional_db: None) -> tuple[User, Customer]:
    sales = make_user(Role.SALES, "Sam Sales")
    make_material("guide")
    return sales, make_customer("C-Ann", sales, name="Ann")


def open_page(page: "Page", ann: tuple[User, Customer], width: int) -> None:
    """The customer's page, from where clicks are counted, each that the mouse or finger makes."""
    page.set_viewport_size({"width": width, "height": 740})
    sign_in(page, ann[0])
    page.goto(f"/customers/{ann[1].key}/")
    page.context.add_init_script(COUNT_CLICKS)
    page.reload()
    assert clicks(page) == 0


def clicks(page: "Page") -> int:
    return int(page.evaluate("Number(sessionStorage.getItem('clicks'))"))


@pytest.mark.parametrize("width", [1280, 360])
def test_a_call_is_logged_from_the_customers_page_in_three_clicks(
    watched: "Page", ann: tuple[User, Customer], width: int
) -> None:
    open_page(watched, ann, width)
    watched.get_by_role("link", name="Log a call or visit").first.click()
    watched.get_by_label("About").click()
    watched.keyboard.type("Prices of flat rate boxes")
    watched.get_by_role("button", name="Save").click()
    watched.get_by_text("Prices of flat rate boxes").first.wait_for()
    assert clicks(watched) <= 3
    (call,) = Interaction.objects.all()
    assert (call.customer, call.staff, call.kind, call.about) == (*ann[::-1], "call", "Prices of flat rate boxes")
    assert watched.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 360])
def test_a_material_is_shared_from_the_customers_page_in_three_clicks(
    watched: "Page", ann: tuple[User, Customer], width: int
) -> None:
    open_page(watched, ann, width)
    watched.get_by_role("link", name="Share a material").click()
    # Choosing in a list that the browser draws is one press of a key, or of the finger in the list.
    watched.get_by_label("Material", exact=True).select_option(label="Guide")
    watched.get_by_role("button", name="Continue").click()
    watched.get_by_role("heading", name="Share “Guide” with Ann?").wait_for()
    watched.get_by_role("button", name="Share", exact=True).click()
    watched.get_by_text("Nobody has opened it yet.").wait_for()
    assert clicks(watched) <= 3
    assert Share.objects.get().recipient.customer == ann[1]
    assert watched.evaluate("document.documentElement.scrollWidth") <= width


CLICK_AGAIN = """
button => [0, 25, 60].forEach(pause => setTimeout(() => button.click(), pause))
"""


def test_a_call_that_is_saved_by_several_clicks_is_logged_once(watched: "Page", ann: tuple[User, Customer]) -> None:
    open_page(watched, ann, 1280)
    watched.get_by_role("link", name="Log a call or visit").first.click()
    watched.get_by_label("About").fill("Prices of flat rate boxes")
    watched.get_by_role("button", name="Save").evaluate(CLICK_AGAIN)
    watched.get_by_text("Prices of flat rate boxes").first.wait_for()
    assert Interaction.objects.count() == 1


WHAT_IS_SENT = """
() => {
    const form = document.createElement("form"), sent = [];
    form.method = "post";
    const buttons = ["x", "y"].map(name => `<button formaction="/${name}">${name}</button>`);
    form.innerHTML = '<input type="file" name="file">' + buttons.join("");
    document.body.append(form);
    addEventListener("submit", event => {
        if (!event.defaultPrevented) sent.push(event.submitter.textContent + (form.file.files[0]?.name ?? ""));
        event.preventDefault();
    });
    const press = (...which) => which.forEach(nth => form.querySelectorAll("button")[nth].click());
    const choose = name => {
        const chosen = new DataTransfer();
        chosen.items.add(new File(["a"], name));
        form.file.files = chosen.files;
    };
    press(0, 0, 1, 1);
    choose("a.txt");
    press(1, 1);
    choose("b.txt");
    press(1, 1);
    return sent;
}
"""


def test_what_is_sent_elsewhere_or_with_another_file_is_another_thing(
    watched: "Page", ann: tuple[User, Customer]
) -> None:
    open_page(watched, ann, 1280)
    assert watched.evaluate(WHAT_IS_SENT) == ["x", "y", "ya.txt", "yb.txt"]


def test_a_form_that_the_back_button_shows_again_leads_to_what_it_made(
    watched: "Page", ann: tuple[User, Customer]
) -> None:
    open_page(watched, ann, 1280)
    watched.get_by_role("link", name="Log a call or visit").first.click()
    for sends in (1, 2):
        watched.get_by_label("About").fill("Prices of flat rate boxes")
        watched.get_by_role("button", name="Save").click()
        watched.wait_for_url("**/customers/**")
        expect(watched.get_by_text("This was already saved.")).to_have_count(sends - 1)
        assert Interaction.objects.count() == 1
        watched.go_back()
        watched.get_by_label("About").wait_for()
