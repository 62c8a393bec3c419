"""Retention in the administration, as a records administrator uses it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from privacy.agency import agency_today
from privacy.models import DispositionRun, LegalHold, RetentionPolicy, User
from privacy.retention import holding, policies, runs
from privacy.retention.enums import RunState
from privacy.retention.forecast import month_after
from privacy.rights.stepping import link
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_campaign, make_customer, make_user
from tests.requesting import make_request
from tests.retention import approve_all, gone_customer, hold_on

pytestmark = pytest.mark.django_db

REVIEW_ON = agency_today() + timedelta(days=180)


@pytest.fixture
def client(grace: User) -> Client:
    client = Client()
    client.force_login(grace)
    return client


def text(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, page: str, /, *args: object, **data: object) -> str:
    answer = client.post(reverse(f"admin:{page}", args=args), data, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_first_page_says_that_nothing_runs_before_the_rules_are_approved(client: Client) -> None:
    said = text(client, "index")
    assert "<strong>Nothing is disposed of yet:</strong>" in said
    assert "None yet." in said


def test_all_rules_of_the_notice_are_shown_with_their_trigger_and_why(client: Client) -> None:
    said = text(client, "privacy_retentionpolicy_changelist")
    assert "Records relating to direct marketing, advertising, and promotions are retained 5 years." in said
    assert "the end of the relationship with the customer" in said
    assert "The notice names no event; the period is counted from the end of the session" in said
    assert "Approve the 8 rules as they stand" in said


def test_who_may_not_approve_is_told_who_does_and_no_list_what_lists_are(client: Client) -> None:
    auditor = Client()
    auditor.force_login(make_user(Role.AUDITOR, "Will"))
    for page in ("index", "privacy_dispositionrun_dry_run"):
        assert "wait for a records administrator’s approval." in text(auditor, page)
        assert "approve the retention rules" not in text(auditor, page)
        assert "approve the retention rules" in text(client, page)
    assert "No list has been made yet." in text(client, "privacy_dispositionrun_changelist")
    assert "until the event that its rule counts from is recorded" in text(client, "privacy_dispositionrun_dry_run")


def test_the_first_day_all_rules_are_approved_at_once(client: Client, grace: User) -> None:
    text(client, "privacy_retentionpolicy_changelist")
    assert "8 rules approved. Signed by Grace on " in post(client, "privacy_retentionpolicy_approve_all")
    assert {policy.decided_by for policy in policies.approved().values()} == {grace}
    assert "Nothing is disposed of yet" not in text(client, "index")


@pytest.mark.usefixtures("rules")
def test_a_change_shows_what_would_become_due_before_it_is_saved(client: Client) -> None:
    policy = policies.approved()["RET-2A"]
    wish = {"trigger": "ach_record_created", "count": 1, "unit": "year", "method": "purge", "reason": "Less is enough."}
    assert "What would become due today" in post(client, "privacy_retentionpolicy_propose", policy.pk, **wish)
    assert RetentionPolicy.objects.filter(rule="RET-2A").count() == 1
    said = post(client, "privacy_retentionpolicy_propose", policy.pk, **wish, save="1")
    assert "is waiting for approval by another records administrator" in said
    assert "Another records administrator approves what you changed." in said
    assert RetentionPolicy.objects.get(rule="RET-2A", number=2).state == "proposed"


@pytest.mark.usefixtures("rules")
def test_a_change_that_contradicts_the_notice_is_refused_with_what_to_do(client: Client) -> None:
    policy = policies.approved()["RET-3"]
    wish = {"trigger": "relationship_ends", "count": 5, "unit": "year", "method": "purge", "reason": "Longer."}
    said = post(client, "privacy_retentionpolicy_propose", policy.pk, **wish, save="1")
    assert "publish a changed notice first" in said
    assert RetentionPolicy.objects.filter(rule="RET-3").count() == 1


@pytest.mark.usefixtures("rules")
def test_one_makes_a_list_another_signs_it(client: Client, grace: User) -> None:
    gone_customer(ended=date(2020, 1, 1))
    assert "Another records administrator must sign it." in post(client, "privacy_dispositionrun_make")
    run = DispositionRun.objects.get()
    assert "cannot sign it" in post(client, "privacy_dispositionrun_act", run.pk, act="sign")
    other = Client()
    other.force_login(make_user(Role.RECORDS_ADMINISTRATOR, "Ada"))
    planned = f"You sign as Ada: {run.planned} rows are destroyed"
    assert planned in text(other, "privacy_dispositionrun_change", run.pk)
    said = post(other, "privacy_dispositionrun_act", run.pk, act="sign")
    assert "The list is signed." in said
    assert "Signed by Ada on " in said
    assert runs.carry_on(run) == RunState.DONE
    said = text(client, "privacy_dispositionrun_change", run.pk)
    assert "A second query for what the list named found nothing" in said
    assert not Customer.objects.exists()
    said = text(client, "index")
    assert "2 rows removed, 0 held, 0 kept for another reason" in said


@pytest.mark.usefixtures("rules")
def test_a_line_is_excepted_with_a_reason_and_put_back(client: Client) -> None:
    gone_customer(ended=date(2020, 1, 1))
    run = runs.make(made_as="schedule")
    line = run.steps.get(model="records.Customer")
    said = post(client, "privacy_dispositionrun_act", run.pk, act="except", line=line.pk, reason="")
    assert "State why the line is excepted" in said
    said = post(client, "privacy_dispositionrun_act", run.pk, act="except", line=line.pk, reason="A question is open.")
    assert "Excluded: A question is open." in said
    assert "Put back on the list" in said
    post(client, "privacy_dispositionrun_act", run.pk, act="take_back", line=line.pk)
    line.refresh_from_db()
    assert line.state == "waiting"


@pytest.mark.usefixtures("rules")
def test_a_certificate_comes_as_a_document(client: Client, grace: User) -> None:
    gone_customer(ended=date(2020, 1, 1))
    run = runs.make(made_as="schedule")
    runs.sign(run, grace)
    runs.carry_on(run)
    answer = client.get(reverse("admin:privacy_dispositionrun_certificate", args=[run.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.usefixtures("rules")
def test_the_dry_run_of_a_day_to_come_lists_what_is_due_then(client: Client) -> None:
    year = agency_today().year + 1
    gone_customer(ended=date(year - 3, 1, 1))
    said = text(client, "privacy_dispositionrun_dry_run", **{"as-of": f"{year}-01-01"})
    assert "Nothing is due." in said
    said = text(client, "privacy_dispositionrun_dry_run", **{"as-of": f"{year}-01-02"})
    assert "records.Customer" in said
    assert "Enter the day as" in text(client, "privacy_dispositionrun_dry_run", **{"as-of": "tomorrow"})
    assert not DispositionRun.objects.exists()


def test_a_dry_run_says_that_nothing_runs_before_the_rules_are_approved(client: Client, grace: User) -> None:
    gone_customer(ended=date(2020, 1, 1))
    said = text(client, "privacy_dispositionrun_dry_run")
    assert "<strong>Nothing is disposed of yet:</strong>" in said
    assert "records.Customer" in said
    approve_all(grace)
    assert "Nothing is disposed of yet" not in text(client, "privacy_dispositionrun_dry_run")


@pytest.mark.usefixtures("rules")
def test_from_the_first_page_to_what_the_next_list_would_dispose_of_and_under_which_rule(client: Client) -> None:
    day = month_after(agency_today(), 1)
    gone_customer(ended=day.replace(year=day.year - 3) - timedelta(days=2))
    dry_run = f"{reverse('admin:privacy_dispositionrun_dry_run')}?as-of={day}"
    assert f'<a href="{dry_run}">what it would dispose of</a>' in text(client, "index")
    said = " ".join(client.get(dry_run).content.decode().split())
    rule = policies.approved()["RET-3"]
    assert f'<a href="{reverse("admin:privacy_retentionpolicy_change", args=[rule.pk])}">3, version 1</a>' in said
    rows = reverse("admin:privacy_dispositionrun_dry_run_rows")
    assert f"{rows}?as-of={day}&amp;model=records.Customer&amp;rule=RET-3" in said


@pytest.mark.usefixtures("rules")
def test_a_month_of_the_forecast_leads_to_the_dry_run_of_its_last_day(client: Client) -> None:
    month = month_after(agency_today(), 1)
    last = month_after(month, 1) - timedelta(days=1)
    said = text(client, "privacy_dispositionrun_forecast")
    assert f'<a href="{reverse("admin:privacy_dispositionrun_dry_run")}?as-of={last}">{month:%b %y}</a>' in said


@pytest.mark.usefixtures("rules")
def test_a_list_that_a_hold_was_placed_after_says_so_before_it_is_signed(client: Client, grace: User) -> None:
    gone_customer(ended=date(2020, 1, 1))
    run = runs.make(made_as="schedule")
    said = "A hold was placed or released after this list was made."
    assert said not in text(client, "privacy_dispositionrun_change", run.pk)
    hold = hold_on(grace, categories=[6])
    assert said in text(client, "privacy_dispositionrun_change", run.pk)
    runs.withdraw(run, grace, "Another is made.")
    assert said not in text(client, "privacy_dispositionrun_change", run.pk)
    again = runs.make(made_as="schedule")
    assert said not in text(client, "privacy_dispositionrun_change", again.pk)
    holding.release(hold, grace, "Settled.")
    assert said in text(client, "privacy_dispositionrun_change", again.pk)


@pytest.mark.usefixtures("rules")
def test_holds_are_listed_by_their_state(client: Client, grace: User) -> None:
    hold_on(grace, name="Matter in force", categories=[6])
    holding.release(hold_on(grace, name="Matter of before", categories=[7]), grace, "Settled.")
    said = text(client, "privacy_legalhold_changelist")
    assert "<h1>Legal holds</h1>" in said
    assert "Place a hold" in said
    assert ("Matter in force" in said, "Matter of before" in said) == (True, True)
    said = text(client, "privacy_legalhold_changelist", state="in-force")
    assert ("Matter in force" in said, "Matter of before" in said) == (True, False)
    said = text(client, "privacy_legalhold_changelist", state="released")
    assert ("Matter in force" in said, "Matter of before" in said) == (False, True)


@pytest.mark.usefixtures("rules")
def test_the_forecast_has_a_picture_and_its_table(client: Client) -> None:
    # What is reckoned of the log may be of events of other tests, which never stayed: measured anew, it is nothing.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_event")
    said = text(client, "privacy_dispositionrun_forecast")
    assert '<svg class="bars"' in said
    assert '<title id="bars-title">Nothing becomes due in these 24 months.</title>' in said
    assert 'href="/retention/forecast/picture.png"' in said
    assert 'aria-label="Rows that become due, by rule and month"' in said


@pytest.mark.usefixtures("rules")
def test_a_hold_shows_what_it_reaches_before_it_is_placed(client: Client, grace: User) -> None:
    customer = gone_customer("C-77")
    about = {"name": "Matter 9", "issuer": "Counsel", "reason": "Claim.", "review_on": REVIEW_ON, "people": "C-77"}
    said = post(client, "privacy_legalhold_add", **about)
    assert "What it covers at present" in said
    assert not LegalHold.objects.exists()
    said = post(client, "privacy_legalhold_add", **about, save="1")
    assert "is in force" in said
    hold = LegalHold.objects.get()
    assert (hold.people, hold.placed_by) == ([customer.key], grace)
    said = post(client, "privacy_legalhold_release", hold.pk, reason="Settled.")
    assert "their own due dates apply again" in said or "own due dates apply again" in said


@pytest.mark.usefixtures("rules")
def test_holds_of_requests_are_told_apart_by_their_number_which_leads_there_for_who_may_answer(
    client: Client, grace: User
) -> None:
    officer = make_user(Role.PRIVACY_OFFICER, "Petra Officer")
    numbers = []
    for nth in (1, 2):
        made = make_request()
        link(made, make_customer(f"C-{nth}").key, officer)
        numbers.append((made.number, made.key))
    listed = text(client, "privacy_legalhold_changelist")
    for number, key in numbers:
        assert f"Open request of an individual: {number}" in listed
        hold = LegalHold.objects.get(reference=key)
        said = text(client, "privacy_legalhold_change", hold.pk)
        assert f"<dt>Request</dt><dd>{number}</dd>" in said
        assert f"It is released when request {number} is closed." in said
        client.force_login(officer)
        assert f'<a href="/requests/{key}/">{number}</a>' in text(client, "privacy_legalhold_change", hold.pk)
        client.force_login(grace)


@pytest.mark.usefixtures("rules")
def test_a_campaign_is_named_as_it_is_shown_or_by_its_short_name(client: Client) -> None:
    for slug, name in (("spring", "Spring Rates"), ("autumn", "Autumn Rates"), ("again", "autumn rates")):
        Campaign.objects.filter(pk=make_campaign(slug).pk).update(name=name)
    about = {"name": "Matter 9", "issuer": "Counsel", "reason": "Claim.", "review_on": REVIEW_ON}
    post(client, "privacy_legalhold_add", **about, campaigns="SPRING rates\nspring\nAutumn Rates", save="1")
    assert LegalHold.objects.get().campaigns == ["spring", "again", "autumn"]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"people": "C-404"}, "There is no customer ID C-404."),
        ({"campaigns": "nowhere"}, "There is no campaign nowhere."),
        ({}, "An empty hold holds nothing"),
        ({"people": "C-77", "review_on": "2020-01-01"}, "The day of review must be in the future"),
        ({"people": "C-77", "review_on": REVIEW_ON + timedelta(days=366)}, "Review the hold within a year"),
        ({"people": "C-77", "query": "north"}, "Choose what the text refers to."),
        (
            {"people": "C-77", "query_kind": "territory", "query": "nowhere"},
            "There is no territory with this code or name.",
        ),
        ({"from_day": "2026-02-01", "to_day": "2026-01-01"}, "The last day is before the first."),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused_in_words(client: Client, wrong: dict[str, object], said: str) -> None:
    gone_customer("C-77")
    about = {"name": "Matter 9", "issuer": "Counsel", "reason": "Claim.", "review_on": REVIEW_ON}
    told = post(client, "privacy_legalhold_add", **{**about, **wrong}, save="1")
    assert said in told
    assert "violated" not in told
    assert not LegalHold.objects.exists()


@pytest.mark.usefixtures("rules")
def test_a_hold_is_released_for_a_reason_and_once(client: Client, grace: User) -> None:
    hold = hold_on(grace, categories=[6])
    assert "State why the hold is released." in post(client, "privacy_legalhold_release", hold.pk, reason="")
    post(client, "privacy_legalhold_release", hold.pk, reason="Settled.")
    assert "Someone has already released this hold." in post(client, "privacy_legalhold_release", hold.pk, reason="x")
