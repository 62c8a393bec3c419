"""Frozen reports: they show forever what they showed, to those who see the live one, and say when that differs."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from analytics.exports.source import BadFilters
from analytics.folding import fold_all
from analytics.freezing import (
    Cell,
    NotFreezable,
    _differing,
    by_cell,
    cells_of,
    differences,
    freeze,
    without_small_groups,
)
from analytics.models import FrozenReport
from campaigns.models import Campaign
from privacy.holdings import Holds, declaration_of
from privacy.models import User
from privacy.roles import Role
from records import figures
from tests.factories import NOON, enroll, make_campaign, make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


def spring(sales: User, answers: int = 8) -> Campaign:
    """Forty people, of whom some of the letter's half answer."""
    campaign = make_campaign("spring")
    control, letter = campaign.variants.order_by("position")
    for number in range(20):
        enroll(make_customer(f"C-{number}", sales), control)
        enroll(make_customer(f"L-{number}", sales), letter, *(["response"] if number < answers else []))
    fold_all()
    return campaign


def one_more_answer(sales: User) -> None:
    letter = Campaign.objects.get(slug="spring").variants.get(name="letter")
    enroll(make_customer("late", sales), letter, "response")
    fold_all()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    return " ".join(answer.content.decode().replace(figures.NARROW_GAP, " ").split())


def frozen_by(client: Client, user: User, of: str = "campaign/spring", query: str = "") -> FrozenReport:
    client.force_login(user)
    answer = client.post("/frozen/new/", {"of": of, "query": query})
    made = FrozenReport.objects.get()
    assert answer["Location"] == f"/frozen/{made.key}/"
    return made


def test_what_is_frozen_never_changes_and_the_difference_is_told(client: Client, sales: User) -> None:
    spring(sales)
    frozen = frozen_by(client, sales)
    before = text_of(client, f"/frozen/{frozen.key}/")
    assert "The live report shows the same." in before
    assert f"frozen by {sales.name}" in before

    one_more_answer(sales)

    after = text_of(client, f"/frozen/{frozen.key}/")
    assert "The live report differs" in after
    assert numbers_in(before) == numbers_in(after)
    changed = {(one.row, one.column): (one.then, one.now) for one in differences(sales, frozen, "en")}
    assert changed["Recipients", "letter"] == ("20", "21")
    assert changed["People who responded", "letter"] == ("8", "9")
    assert changed["Response rate", "letter"] == ("40.00%", "42.86%")
    assert ("Recipients", "control") not in changed


def numbers_in(page: str) -> str:
    """What the page shows of the report itself."""
    return page[page.index('<h2 id="pictures">') : page.index("</main>")]


def test_the_picture_that_is_kept_is_the_one_that_was_shown(client: Client, sales: User) -> None:
    spring(sales)
    shown = client
    client.force_login(sales)
    live = text_of(shown, "/campaigns/spring/")
    frozen = frozen_by(client, sales)
    titles = [one["title"] for one in frozen.content["pictures"]]
    assert titles == [
        "The largest drop is from “Drawn into it” to “Responded”: 40 people, then 8.",
        "The one difference from the control is clear.",
    ]
    assert all(title in live for title in titles)
    page = text_of(client, f"/frozen/{frozen.key}/")
    assert all(title in page for title in titles)
    assert "Newcombe" in page
    assert "as SVG" not in page


def test_small_groups_stay_out_whoever_freezes(client: Client, sales: User) -> None:
    spring(sales, answers=3)
    assert "7.50%" in text_of(client_of(client, sales), "/campaigns/spring/")
    frozen = frozen_by(client, sales)
    cells = set(cells_of(frozen.content["table"]))
    assert {Cell(row, "letter", "hidden") for row in ("People who responded", "Responses")} <= cells
    assert frozen.query == "small-groups=hidden"
    funnel = next(one for one in frozen.content["pictures"] if one["name"] == "funnel")
    assert [row[:2] for row in funnel["rows"] if row[0] == "Responded"] == [["Responded", "hidden"]]


def client_of(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_it_opens_to_those_to_whom_the_live_report_does(client: Client, sales: User) -> None:
    spring(sales)
    frozen = frozen_by(client, sales)
    for role in (Role.MARKETING_MANAGER, Role.AUDITOR, Role.PRIVACY_OFFICER):
        assert client_of(client, make_user(role)).get(f"/frozen/{frozen.key}/").status_code == 200
    for user in (make_user(Role.SALES, "Other"), make_user(Role.SALES_MANAGER)):
        assert client_of(client, user).get(f"/frozen/{frozen.key}/").status_code == 404
    assert client_of(client, make_user(Role.IT_ADMINISTRATOR)).get(f"/frozen/{frozen.key}/").status_code == 403


def test_its_link_is_there_to_copy_for_a_colleague(client: Client, sales: User) -> None:
    spring(sales)
    frozen = frozen_by(client, sales)
    link = f'id="frozen-link" value="http://testserver/frozen/{frozen.key}/"'
    assert link in text_of(client, f"/frozen/{frozen.key}/")
    FrozenReport.objects.update(of="campaign/gone")
    assert link not in text_of(client, f"/frozen/{frozen.key}/"), "nobody else sees it any more"


def test_the_list_holds_ones_own_and_all_for_those_who_see_every_campaign(client: Client, sales: User) -> None:
    spring(sales)
    frozen_by(client, sales)
    assert "Sam Sales" in text_of(client, "/frozen/")
    assert "Sam Sales" in text_of(client_of(client, make_user(Role.MARKETING_MANAGER)), "/frozen/")
    assert "Nothing is frozen yet" in text_of(client_of(client, make_user(Role.SALES, "Other")), "/frozen/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_length(client: Client, sales: User, count: int) -> None:
    empty = {"table": {"heads": [], "numbers": [], "rows": []}, "notes": [], "pictures": []}
    for _ in range(count):
        FrozenReport.objects.create(of="campaigns", title="X", content=empty, as_of=NOON, made_by=sales)
    client.force_login(sales)
    client.get("/frozen/")
    with django_queries(4):
        client.get("/frozen/")


def django_queries(number: int) -> Any:
    """The user, the count, the page, and whether the demo is there."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    class Counted(CaptureQueriesContext):
        def __exit__(self, *error: object) -> None:
            super().__exit__(*error)  # type: ignore[arg-type]
            assert len(self) <= number, [one["sql"][:100] for one in self.captured_queries]

    return Counted(connection)


def test_its_maker_deletes_it_and_nobody_else(client: Client, sales: User) -> None:
    spring(sales)
    frozen = frozen_by(client, sales)
    marketing = make_user(Role.MARKETING_MANAGER)
    assert "Delete</button>" not in text_of(client_of(client, marketing), f"/frozen/{frozen.key}/")
    assert client.post(f"/frozen/{frozen.key}/delete/").status_code == 403
    assert FrozenReport.objects.exists()
    client.force_login(sales)
    assert "Delete</button>" in text_of(client, f"/frozen/{frozen.key}/")
    assert client.post(f"/frozen/{frozen.key}/delete/")["Location"] == "/frozen/"
    assert not FrozenReport.objects.exists()
    assert client.get(f"/frozen/{frozen.key}/").status_code == 404


def test_what_is_gone_stays_for_those_who_had_it(client: Client, sales: User) -> None:
    spring(sales)
    frozen = frozen_by(client, sales)
    FrozenReport.objects.update(of="campaign/gone")
    page = text_of(client, f"/frozen/{frozen.key}/")
    assert "The report that this was frozen from is gone" in page
    assert "People who responded" in page
    assert client_of(client, make_user(Role.SALES, "Other")).get(f"/frozen/{frozen.key}/").status_code == 404


def test_a_comparison_and_a_quarter_are_frozen_with_their_filters(client: Client, sales: User) -> None:
    spring(sales)
    enroll(make_customer("S-1", sales), make_campaign("summer").variants.all()[1])
    fold_all()
    frozen = frozen_by(client, sales, "compare", "campaign=spring&campaign=summer")
    assert frozen.query == "campaign=spring&campaign=summer&small-groups=hidden"
    page = text_of(client, f"/frozen/{frozen.key}/")
    assert "The live report shows the same." in page
    assert frozen.title == "Compared: Spring, Summer"
    assert frozen.title in page
    assert Cell("Summer", "Recipients", "hidden") in cells_of(frozen.content["table"])
    frozen.delete()
    Campaign.objects.update(starts_on=date(2026, 3, 1))
    quarter = frozen_by(client, sales, "compare", "quarter=2026-Q1")
    assert quarter.title == "Campaigns of 2026-Q1"


@pytest.mark.parametrize("of", ["customers", "campaigns", "shares"])
def test_lists_and_records_of_persons_are_not_frozen(sales: User, of: str) -> None:
    with pytest.raises(NotFreezable, match="shows individual records"):
        freeze(sales, of, "")
    assert not FrozenReport.objects.exists()


def test_a_customers_report_is_not_frozen(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    client.force_login(sales)
    answer = client.post("/frozen/new/", {"of": f"customer/{customer.key}", "query": ""}, follow=True)
    assert "Only reports of totals can be frozen" in answer.content.decode()
    assert not FrozenReport.objects.exists()


def test_filters_that_make_no_sense_freeze_nothing(client: Client, sales: User) -> None:
    spring(sales)
    with pytest.raises(BadFilters):
        freeze(sales, "campaign/spring", "period_since=2026-03-01")
    client.force_login(sales)
    answer = client.post("/frozen/new/", {"of": "campaign/spring", "query": "period_since=2026-03-01"}, follow=True)
    assert "Enter both days, or neither." in answer.content.decode()


def test_only_those_who_may_export_freeze(client: Client, sales: User) -> None:
    spring(sales)
    client.force_login(make_user(Role.AUDITOR))
    assert client.post("/frozen/new/", {"of": "campaign/spring", "query": ""}).status_code == 403
    assert "Freeze this report" not in text_of(client, "/campaigns/spring/")


def test_the_address_keeps_its_filters_and_nothing_else() -> None:
    assert (
        without_small_groups("variant=a&picture=days&page=2&csrfmiddlewaretoken=x") == "variant=a&small-groups=hidden"
    )


def test_what_heads_are_called_by_now_and_how_a_percentage_is_written_is_no_difference() -> None:
    def cells(heads: list[str], *texts: str) -> dict[str, object]:
        return {"heads": ["", *heads], "rows": [["letter", *texts]]}

    then = cells(
        ["View rate: 95 % interval of a single look from", "Revenue", "Views"], "2.20\N{NO-BREAK SPACE}%", "$5.00", "1"
    )
    now = cells(
        ["View rate: 95% interval once the campaign has ended, from", "Revenue from those it was sent to", "Views"],
        "2.20%",
        "$4.00",
        "1",
    )
    found = [(one.column, one.then, one.now) for one in _differing(by_cell(then, then), by_cell(now, now))]
    assert found == [("Revenue", "$5.00", "$4.00")]
    both = cells(["Revenue", "Revenue from those it was sent to"], "$5.00", "$4.00")
    assert list(_differing(by_cell(both, both), by_cell(both, both))) == []


def test_what_was_zero_and_is_left_out_by_now_is_no_difference() -> None:
    def cells(**rows: str) -> dict[str, object]:
        return {"heads": ["", "letter"], "rows": [[head, text] for head, text in rows.items()]}

    then = cells(Rate="0.00%", Lift="+0.0", Low="–", Views="12", Words="Guide", Sold="$0.00", Seen="0", Read="4")
    now = cells(Views="13", Sold="$5.00", Paid="0", Seen="—", Read="—")
    found = [(one.row, one.then, one.now) for one in _differing(by_cell(then, then), by_cell(now, now))]
    assert found == [
        ("Views", "12", "13"),
        ("Words", "Guide", ""),
        ("Sold", "$0.00", "$5.00"),
        ("Read", "4", "—"),
        ("Paid", "", "0"),
    ]


def test_rows_of_the_same_head_are_told_apart() -> None:
    table = {"heads": ["Day", "Views"], "rows": [["May 1", "2"], ["May 1", "3"]]}
    assert list(cells_of(table)) == [Cell("May 1", "Views", "2"), Cell("May 1 (2)", "Views", "3")]


def test_it_is_classified_as_insight_and_says_how_long_it_is_kept(client: Client, sales: User) -> None:
    notice = declaration_of(FrozenReport)
    assert isinstance(notice, Holds)
    assert (notice.clock, notice.rules, notice.individual) == ("as_of", ("RET-7",), "")
    spring(sales)
    frozen = frozen_by(client, sales)
    FrozenReport.objects.update(as_of=NOON)
    assert "kept until Mar 10, 2029" in text_of(client, f"/frozen/{frozen.key}/")


def test_the_database_refuses_one_of_nothing(sales: User) -> None:
    for wrong in ({"of": ""}, {"title": ""}):
        values = {"of": "campaign/spring", "title": "Spring", "content": {}, "as_of": NOON, "made_by": sales, **wrong}
        with pytest.raises(IntegrityError, match="frozen_report_of_something"), transaction.atomic():
            FrozenReport.objects.create(**values)
