"""What home says is due, open, failed and held: retention, individuals' requests, what programs were not told."""

from datetime import date, timedelta

import pytest
from django.test import Client

from analytics.home import duties
from analytics.home.duties import Line, Standing
from privacy.enums import Language, PackageState, RequestKind
from privacy.models import DispositionRun, LegalHold, Package, RetentionClock, User
from privacy.retention import holding, policies, runs
from privacy.roles import Role
from records import figures
from tests.factories import make_user
from tests.requesting import make_request
from tests.retention import approve_all, gone_customer, hold_on

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 28)
KEEPERS = (Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.AUDITOR)
OTHERS = (Role.SALES, Role.MARKETING_MANAGER, Role.IT_ADMINISTRATOR, Role.SECURITY_INVESTIGATOR)


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("analytics.home.retention", "privacy.models.holds", "privacy.retention.runs"):
        monkeypatch.setattr(f"{module}.agency_today", lambda: TODAY)


def told(role: Role, name: str = "") -> list[tuple[str, str, bool]]:
    """How it stands, what it is, whether it went wrong; without the vault, of which every account of these reads."""
    lines = [line for line in duties.lines_for(make_user(role, name)) if "vault" not in line.label]
    return [(line.stands.value, line.label, line.is_bad) for line in lines]


def held(lines: list[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    return [line for line in lines if " hold" in line[1]]


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_see_retention_is_told_nothing_of_it(role: Role) -> None:
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR))
    hold_on(make_user(Role.PRIVACY_OFFICER), categories=[6])
    assert told(role) == []


@pytest.mark.parametrize("role", KEEPERS)
def test_holds_are_counted_and_those_past_their_review_are_due(role: Role) -> None:
    officer = make_user(Role.PRIVACY_OFFICER, "Who holds")
    hold_on(officer, categories=[6])
    assert held(told(role)) == [("held", "1 hold in force", False)]
    hold_on(officer, name="Old", categories=[7], review_on=TODAY - timedelta(days=1))
    hold_on(officer, name="Today", categories=[7], review_on=TODAY)
    holding.release(hold_on(officer, name="Over", categories=[8]), officer, "Settled.")
    may_release = role != Role.AUDITOR
    due = [("due", "1 hold past its review date", True)] if may_release else []
    assert held(told(role, "Another")) == [*due, ("held", "3 holds in force", False)]
    LegalHold.objects.update(review_on=TODAY - timedelta(days=1))
    assert (("due", "3 holds past their review date", True) in told(role, "A third")) is may_release


def test_rules_and_lists_wait_for_who_may_approve_and_sign_alone() -> None:
    others = (Role.PRIVACY_OFFICER, Role.AUDITOR)
    assert [line for role in others for line in told(role) if "retention rule" in line[1]] == []
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR))
    gone_customer("C-1")
    assert [line for role in others for line in told(role, f"Before {role}") if "list" in line[1]] == []
    runs.make(made_as="test")
    assert [line for role in others for line in told(role, f"Then {role}") if "list" in line[1]] == []


def test_what_is_held_is_nothing_to_look_after(client: Client) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    before = len([line for line in duties.lines_for(officer) if line.stands != Standing.HELD])
    hold_on(officer, categories=[6])
    client.force_login(officer)
    answer = client.get("/")
    assert answer.context["duty_count"] == before
    assert len(answer.context["duties"]) > before


def test_rules_that_nobody_approved_are_due() -> None:
    count = len(policies.rules())
    assert told(Role.RECORDS_ADMINISTRATOR) == [("due", f"{count} retention rules to be approved", False)]
    policies.make_first_versions()
    assert told(Role.RECORDS_ADMINISTRATOR, "Once made") == [("due", f"{count} retention rules to be approved", False)]
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR, "Who approves"))
    assert told(Role.RECORDS_ADMINISTRATOR, "Another") == [
        ("due", "The next disposition list is made on December 1, 2026", False)
    ]


def test_a_list_waits_for_a_signature_then_runs_then_the_next_is_told_of() -> None:
    keeper = make_user(Role.RECORDS_ADMINISTRATOR, "Who signs")
    approve_all(keeper)
    gone_customer("C-1")
    run = runs.make(made_as="test")
    words = figures.count(run.planned) + (" record" if run.planned == 1 else " records")
    assert told(Role.RECORDS_ADMINISTRATOR) == [("due", f"A disposition list of {words} awaits a signature", False)]
    runs.sign(run, keeper)
    assert told(Role.AUDITOR, "Another") == [("open", f"Disposal of {words} is under way", False)]
    run.refresh_from_db()
    runs.withdraw(run, keeper, "A trial.")
    assert told(Role.RECORDS_ADMINISTRATOR, "A third")[0][1].startswith("The next disposition list")


def test_a_line_leads_to_the_list_that_it_is_of(client: Client) -> None:
    keeper = make_user(Role.RECORDS_ADMINISTRATOR)
    approve_all(keeper)
    gone_customer("C-1")
    run = runs.make(made_as="test")
    (line,) = [line for line in duties.lines_for(keeper) if "signature" in line.label]
    client.force_login(keeper)
    assert line.address == f"/administration/privacy/dispositionrun/{run.pk}/change/"
    assert client.get(line.address).status_code == 200
    assert line.note.startswith("For what was due on November 28, 2026.")


def test_what_stands_in_the_way_of_disposal_has_failed() -> None:
    RetentionClock.objects.create(day=TODAY, doubt="The clock went back.")
    line = duties.lines_for(make_user(Role.RECORDS_ADMINISTRATOR))[0]
    assert (line.stands, line.label, line.note) == (Standing.FAILED, "Disposal needs attention", "The clock went back.")
    assert not DispositionRun.objects.exists()


def test_a_hold_is_found_where_home_leads(client: Client) -> None:
    auditor = make_user(Role.AUDITOR)
    officer = make_user(Role.PRIVACY_OFFICER)
    hold_on(officer, name="Held still", categories=[6])
    holding.release(hold_on(officer, name="Let go", categories=[6]), officer, "Settled.")
    client.force_login(auditor)
    (line,) = [line for line in duties.lines_for(auditor) if "in force" in line.label]
    page = client.get(line.address).content.decode()
    assert "Held still" in page
    assert "Let go" not in page


def test_a_package_that_could_not_be_made_is_told_to_those_who_answer() -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    request = make_request(RequestKind.ACCESS)
    Package.objects.create(request=request, asked_by=officer, state=PackageState.FAILED, trouble="No room.")
    Package.objects.create(request=request, asked_by=officer)
    assert ("failed", "1 access package could not be made", True) in told(Role.PRIVACY_OFFICER, "Another")
    assert "access package" not in str(told(Role.AUDITOR))


def test_groups_stand_in_one_order_and_each_once() -> None:
    lines = [
        Line("held", "/", "", standing=Standing.HELD),
        Line("open", "/", ""),
        Line("late", "/", "", is_bad=True, standing=Standing.DUE),
        Line("due", "/", "", standing=Standing.DUE),
        Line("broken", "/", "", is_bad=True),
    ]
    assert [line.stands for line in lines] == [
        Standing.HELD,
        Standing.OPEN,
        Standing.DUE,
        Standing.DUE,
        Standing.FAILED,
    ]
    order = list(Standing)
    in_order = sorted(lines, key=lambda line: order.index(line.stands))
    assert [(str(stands.label), [line.label for line in group]) for stands, group in duties.grouped(in_order)] == [
        ("Failed", ["broken"]),
        ("Due", ["late", "due"]),
        ("Open", ["open"]),
        ("Held", ["held"]),
    ]


def test_home_shows_the_groups_in_the_readers_language(client: Client) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    hold_on(officer, categories=[6])
    client.force_login(officer)
    page = client.get("/").content.decode()
    assert page.index('<h3 class="feed-head">Held</h3>') < page.index(">1 hold in force</a>")
    User.objects.filter(pk=officer.pk).update(language=Language.SPANISH)
    page = client.get("/").content.decode()
    assert '<h3 class="feed-head">Retenido</h3>' in page
    assert ">1 retención en vigor</a>" in page
