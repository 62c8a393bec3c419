"""The demo, loaded by its command into the real database; small ones, and the full one once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from analytics import deciding
from analytics.deciding import decide_ended
from analytics.models import ReachedVerdict, TroubleArea
from analytics.reports.campaign import CampaignQuery, campaign_report
from campaigns import bounds
from campaigns.audiences import customers_in
from campaigns.enums import Channel
from campaigns.intake import naming
from campaigns.mailing import running as mailing_rounds
from campaigns.mailing.progress import progress_of
from campaigns.models import (
    Audience,
    Campaign,
    CampaignNote,
    CampaignStep,
    Event,
    EventBatch,
    FollowUp,
    Mailing,
    MailMessage,
    Material,
    Outcome,
    RecipientPreference,
    Share,
    SharePreset,
    WebPage,
)
from campaigns.planning import lacking
from campaigns.programmes import sheets
from campaigns.programmes.entering import enter
from campaigns.programmes.offering import material_of
from campaigns.programmes.registering import Wishes, register
from campaigns.programmes.telling import Way
from campaigns.sharing import ShareOptions, share
from campaigns.webpages.showing import for_share, shown_page_version
from config import demo
from config.demo import staff, traffic, web_pages
from config.demo.answers import FORMS_LEFT
from config.demo.campaigns import HOLDOUT, PLANS
from config.demo.loading import FILES, Wish, alone, load
from config.demo.meetings import MEETINGS
from config.demo.programmes import TABLE
from config.demo.traffic import Size
from privacy.agency import agency_today
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from privacy.signin import DEMO_PASSWORD
from records import drawing, publications, research
from records.confirming import confirm
from records.enums import DeliveryWay, ImportState, OrderKind
from records.known import known_or_made
from records.models import (
    Answer,
    Contest,
    Customer,
    CustomerAssignment,
    CustomerQuerySet,
    Gathering,
    Import,
    ListMembership,
    MailingList,
    Meeting,
    Message,
    Organization,
    Participation,
    Payment,
    PaymentCard,
    Publication,
    PublicationOrder,
    Question,
    Registration,
    Study,
    Submission,
    SupplierContract,
    Suppression,
    Survey,
    Team,
)
from records.publications import Came, Wanted
from tests import events
from tests.analytics.lifts import lift_in
from tests.campaigns.shared import visit
from tests.config import snapshots
from tests.plans import ask_through
from tests.processes import kill, wait_for
from tests.processes import running as running_process

AS_OF = date(2026, 11, 23)
THEN = datetime.combine(AS_OF, time(17), UTC)
SMALL = Size(customers=300, events=4_000)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def embedded(settings: Settings, tmp_path: Path) -> None:
    """The demo's database is the embedded one wherever the tests run; its files go to a folder of the test."""
    settings.EMBEDDED_DATABASE = True
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def nothing_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events are taken as on the demo's day: one day all of its insight will be older than it is kept."""
    take_events_as_on_its_day(monkeypatch)


def take_events_as_on_its_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(naming, "first_kept", lambda now: bounds.first_kept(min(now, THEN)))


def load_demo(*arguments: str, size: Size = SMALL, as_of: date = AS_OF) -> str:
    """What the command prints."""
    out = StringIO()
    given = ("--as-of", str(as_of), "--customers", str(size.customers), "--events", str(size.events))
    call_command("load_demo", *given, *arguments, stdout=out)
    return out.getvalue()


def clear_demo() -> str:
    out = StringIO()
    call_command("clear_demo", stdout=out)
    return out.getvalue()


def events_by_file() -> int:
    """Those that were drawn and imported; a few more are made on the spot, by answers and a page that is read."""
    return Event.objects.filter(batch_id__in=EventBatch.objects.exclude(source_import=None).values("pk")).count()


def rows_held() -> dict[str, tuple[int, str]]:
    """Of every table but the access log: that the program looked for trouble among the demo's customers stays there."""
    rows = snapshots.all_rows()
    del rows["privacy_accessentry"]
    return rows


def make_real_data() -> None:
    """Some of an agency's own: staff, a customer in a campaign, and events that were folded."""
    User.objects.create_user("real@agency.example", "a long real password", name="Real Person")
    campaign = events.make_campaign("real-campaign")
    viewer = events.make_viewer("REAL-1")
    variant = campaign.variants.get(is_control=False)
    material = events.make_material("real-material")
    events.append(
        events.event(viewer, "shared", variant=variant, material=material),
        events.event(viewer, "view", variant=variant, material=material),
        assigned=[(viewer, variant)],
    )
    call_command("fold", stdout=StringIO())
    decide_ended()


# Loading -------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="class")
def small(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A demo that is loaded once for all tests of the class, which only read. Where its files are.

    Each test's transaction is within the one that is taken back here in the end.
    """
    media, whole = tmp_path_factory.mktemp("media"), transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]  # as in each test: what is durable may stand within
    with ExitStack() as undone:
        undone.enter_context(django_db_blocker.unblock())
        undone.enter_context(whole)
        undone.callback(transaction.set_rollback, True)
        with override_settings(EMBEDDED_DATABASE=True, MEDIA_ROOT=media), pytest.MonkeyPatch.context() as patch:
            take_events_as_on_its_day(patch)
            load_demo()
            connection.check_constraints()  # once, rather than after each test
        yield media


@pytest.mark.django_db
class TestASmallDemo:
    """What is in it, where nothing is changed of it."""

    @pytest.fixture(autouse=True)
    def files(self, embedded: None, settings: Settings, small: Path) -> None:
        settings.MEDIA_ROOT = small

    def test_it_holds_what_was_asked_for(self) -> None:
        assert Customer.objects.count() == 300
        assert Organization.objects.count() == 37 + 4  # suppliers
        assert events_by_file() == 4_000
        assert Campaign.objects.filter(is_demo=True).count() == 12
        assert Team.objects.filter(is_demo=True).count() == 3
        done = Import.objects.filter(is_demo=True, state=ImportState.DONE)
        files = {name: rejected for name, rejected in done.values_list("file_name", "rejected") if name in FILES}
        assert files == dict.fromkeys(FILES, 0)
        assert list(done.exclude(file_name__in=FILES).values_list("rejected", flat=True)) == [0] * (2 * MEETINGS + 1)
        assert Meeting.objects.count() == MEETINGS
        assert Participation.objects.exclude(customer=None).exists()
        assert Message.objects.count() == 4 * MEETINGS
        assert demo.presence() is demo.Presence.WHOLE
        assert not demo.wanted()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM campaigns_eventbatch WHERE folded_at IS NULL")
            assert cursor.fetchone() == (0,)

    def test_it_holds_a_survey_a_contest_two_events_two_lists_and_some_cards(self) -> None:
        surveys = Survey.objects.filter(is_demo=True).annotate(people=Count("submissions")).order_by("slug")
        assert list(surveys.values_list("slug", "kind", "people", "opens_on", "closes_on")) == [
            ("demo-brochure-survey", "survey", 60, date(2026, 8, 25), AS_OF),
            ("demo-slogan-contest", "contest", 20, date(2026, 8, 25), AS_OF - timedelta(days=1)),
            ("demo-stamp-contest", "contest", 24, AS_OF - timedelta(days=6), AS_OF + timedelta(days=24)),
        ]
        drawn, open_one = Contest.objects.order_by("survey__slug")
        assert drawing.repeat(drawn.drawing.file, committed=drawn.seed_sha256).winners == list(
            drawn.awards.filter(rank__lte=3).values_list("submission__entry_number", flat=True)
        )
        states = ["claimed", "offered", "offered", "waiting", "waiting"]
        assert list(drawn.awards.values_list("state", flat=True)) == states
        assert not hasattr(open_one, "drawing")
        assert Question.objects.count() == 7
        feelings = Answer.objects.filter(question__element="c09-feelings")
        assert 20 < feelings.count() < 60
        assert {answer.value for answer in feelings[:20]} <= set(TABLE["feelings"])
        events = Gathering.objects.filter(is_demo=True).annotate(people=Count("registrations")).order_by("slug")
        assert list(events.values_list("slug", "people")) == [("demo-mailers-forum", 15), ("demo-open-house", 15)]
        assert not Registration.objects.filter(gathering__slug="demo-open-house").exclude(attended=None).exists()
        lists = MailingList.objects.filter(is_demo=True).annotate(people=Count("memberships")).order_by("slug")
        assert list(lists.values_list("slug", "people", "provider")) == [
            ("demo-council", 12, "Port Amity Postal Customer Council"), ("demo-handbook", 0, ""),
            ("demo-magazine", 12, "Sample Lists"),
            ("demo-postal-letter", 18, ""), ("demo-rate-guide", 0, ""),
        ]  # fmt: skip
        handbook, magazine, letter, guide = Publication.objects.order_by("slug")
        issue = magazine.fulfilments.get()
        assert issue.sent_on == AS_OF - timedelta(days=38)
        assert issue.entries.exclude(came_back_why="").count() == 2
        assert (letter.fulfilments.count(), guide.orders.exclude(confirmed_at=None).count()) == (0, 14)
        assert PublicationOrder.objects.filter(customer=None).count() == 2
        assert Suppression.objects.exists() == ListMembership.objects.exclude(until=None).exists()
        assert PaymentCard.objects.count() == 6
        suppliers = SupplierContract.objects.values_list("organization__name", "award_number", "keeper__name")
        assert suppliers.count() == 5
        assert {keeper for _name, _number, keeper in suppliers} == {"Beatriz Carvalho"}
        standing = Registration.objects.filter(gathering__slug="demo-open-house", cancelled_at=None)
        assert set(Payment.objects.values_list("subject", "amount", "state")) == {
            *((key, Decimal(15), "paid") for key in standing.values_list("key", flat=True)),
            *((key, amount, "paid") for key, amount in handbook.orders.values_list("key", "amount")),
        }
        amounts = handbook.orders.order_by("-confirmed_at").values_list("amount", flat=True)
        assert list(amounts) == [Decimal("62.50"), *[Decimal("12.50")] * 4]

    def test_it_holds_research_that_is_over_and_research_that_takes_people(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(timezone, "now", lambda: THEN)
        studies = Study.objects.filter(is_demo=True).annotate(people=Count("participants")).order_by("slug")
        assert list(studies.values_list("slug", "people")) == [("demo-counter-prototype", 5), ("demo-label-talks", 13)]
        assert [research.shut(study) for study in studies] == [None, research.Shut.OVER]
        assert research.numbers(studies[1]) == {"agreed": 9, "declined": 4, "withdrew": 0, "came": 9, "owed": 3}
        staff = User.objects.get(email="beatriz.carvalho@demo.waymark.test")
        assert [(one.slug, one.people) for one in research.topics_of(studies[1], staff)][:2] == [
            ("labels", 9),
            ("prices", 7),
        ]

    def test_web_pages_are_published_with_their_words_and_one_is_read_and_one_a_draft(self) -> None:
        assert WebPage.objects.count() == 10
        read, draft = (Material.objects.get(slug=slug) for slug in web_pages.SLUGS)
        assert not draft.web_page.versions.exists()
        assert not Material.objects.offered().filter(pk=draft.pk).exists()
        share = read.shares.get()
        events = Counter(Event.objects.filter(share_id=share.pk).values_list("kind", flat=True))
        assert events == {"shared": 1, "visit": 3, "view": 3, "page": 10}
        version = shown_page_version(read)
        assert version is not None
        shown = for_share(version, share)
        assert [block.address != "" for block in shown.blocks] == [False, True, True, False]
        for material in Material.objects.filter(kind="web page", is_demo=True, version__gt=0):
            assert shown_page_version(material) is not None

    def test_recipients_asked_and_staff_recorded(self) -> None:
        tasks = FollowUp.objects.order_by("asked_at")
        assert Counter(task.action for task in tasks) == {
            "call": 2,
            "question": 2,
            "order": 2,
            "complaint": 1,
            "problem": 1,
        }
        assert tasks.exclude(done_at=None).count() == 3
        assert "the morning's mail" in "".join(task.outcome for task in tasks)
        assert not tasks.filter(owner=None).exists()
        assert Counter(Outcome.objects.values_list("kind", flat=True)) == {"response": 2, "conversion": 4}
        assert Outcome.objects.aggregate(total=Sum("amount"))["total"] == Decimal("553.75")
        assert RecipientPreference.objects.count() == 3

    def test_each_role_has_accounts_that_open_with_the_demo_password(self) -> None:
        counts = {role: User.objects.filter(is_demo=True, groups__name=role.value).count() for role in Role}
        assert counts == dict.fromkeys(Role, 1) | {
            Role.SALES: 12,
            Role.SALES_MANAGER: 3,
            Role.RECORDS_ADMINISTRATOR: 2,
        }
        accounts = demo.accounts()
        assert [account.role for account in accounts].count("Records administrator") == 2
        assert {account.role for account in accounts} == {role.label for role in Role}
        for account in accounts:
            assert User.objects.get(email=account.email).check_password(account.password)

    def test_every_customer_has_somebody_in_sales_and_some_were_handed_over(self) -> None:
        current = CustomerAssignment.objects.current()
        assert current.count() == current.values("customer").distinct().count() == 300
        ended = CustomerAssignment.objects.exclude(until=None)
        assert 0 < ended.count() <= 120
        assert set(ended.values_list("staff__name", flat=True)) <= {region.sales[-1] for region in staff.REGIONS}

    def test_the_brochures_are_pdf_files_with_their_pages(self) -> None:
        documents = Material.objects.filter(kind="document")
        assert documents.count() == 24
        for material in documents:
            with material.versions.get().file.open() as file, pypdfium2.PdfDocument(file.read()) as pdf:
                assert len(pdf) == material.page_count
                assert 4 <= len(pdf) <= 14
                text = "".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
                assert " ".join(material.title.split()) in " ".join(text.split())
                assert "{" not in text  # no word was left unfilled


def test_campaigns_are_planned_and_one_is_in_each_state_but_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "agency_today", lambda: AS_OF)
    load_demo()
    states = Counter(Campaign.objects.filter(is_demo=True).values_list("state", flat=True))
    assert states == {"closed": 9, "running": 1, "approved": 1, "draft": 1}
    campaigns = Campaign.objects.filter(is_demo=True)
    assert {campaign.owner.name for campaign in campaigns if campaign.owner} == {"Beatriz Carvalho"}
    assert not campaigns.filter(audience=None).exists()
    assert not campaigns.exclude(slug="demo-next-catalog").filter(Q(goal="") | Q(cost=None)).exists()
    assert [lack.text for lack in lacking(campaigns.get(slug="demo-next-catalog"), AS_OF)] == ["Enter its goal."]
    assert lacking(campaigns.get(slug="demo-reply-cards"), AS_OF) == []
    for audience in Audience.objects.all():
        assert customers_in(audience.conditions).exists(), audience.name
    assert CampaignNote.objects.count() == 5
    running = campaigns.get(state="running")
    launch = running.launch
    assert launch.reached == running.assignments.count() == launch.matched - sum(launch.left_out.values()) > 0
    assert launch.done_at is not None
    assert list(running.steps.order_by("at").values_list("before", "after")) == [
        ("draft", "approved"), ("approved", "running"),
    ]  # fmt: skip
    assert CampaignStep.objects.filter(campaign__in=campaigns).count() == 11 + 10 + 9
    assert list(ReachedVerdict.objects.filter(campaign__state="closed").values_list("campaign")) != []
    assert not ReachedVerdict.objects.exclude(campaign__state="closed").exists()


def test_mailings_are_sent_paused_and_in_doubt_and_nothing_waits_to_be_sent_or_told() -> None:
    load_demo(size=Size(customers=2_000, events=40_000))
    found = {mailing.name: mailing for mailing in Mailing.objects.filter(is_demo=True)}
    assert {name: mailing.state for name, mailing in found.items()} == {
        "Postage online: with a calculator: Guide": "done",
        "Postage online: with a calculator: Guide to the calculator": "paused",
        "What you asked me for": "done",
    }
    by_state = {name: Counter(mailing.messages.values_list("state", flat=True)) for name, mailing in found.items()}
    assert by_state["Postage online: with a calculator: Guide"].keys() == {
        "sent", "complained", "bounced", "left out",
    }  # fmt: skip
    assert by_state["Postage online: with a calculator: Guide to the calculator"].keys() == {
        "sent", "complained", "waiting",
    }  # fmt: skip
    untold = {"waiting", "bounced", "left out", "failed", "in doubt"}
    for message in MailMessage.objects.filter(mailing__in=found.values()).select_related("share", "mailing"):
        events = Event.objects.filter(viewer_id=message.share.recipient_id).exclude(kind="shared")
        happened = events.filter(
            Q(share_id=message.share_id) | Q(variant_id__gt=0, variant_id=message.mailing.variant_id)
        )
        if message.mailing.variant_id or message.state in untold:  # what was sent by hand may lie unread
            assert happened.exists() is (message.state not in untold), (message.mailing.name, message.state)
    own = by_state["What you asked me for"]
    assert (own["in doubt"], own["failed"], set(own)) == (3, 2, {"sent", "in doubt", "failed"})
    assert mailing_rounds.due() == []
    assert not MailMessage.objects.filter(sent_at__isnull=False, is_told=False).exists()
    assert SharePreset.objects.count() == 3
    for mailing in found.values():
        assert "of" in progress_of(mailing).text


def test_customers_are_in_trouble_and_go_with_the_demo() -> None:
    load_demo()
    found = Counter(TroubleArea.objects.filter(state="open").values_list("detector", flat=True))
    assert found["form_left"] == FORMS_LEFT
    assert found["asked_and_waiting"] > 0
    clear_demo()
    assert TroubleArea.objects.count() == 0


def test_the_same_seed_and_day_make_the_same_rows_and_another_seed_others() -> None:
    load_demo("--seed", "5")
    first = snapshots.natural_rows()
    clear_demo()
    load_demo("--seed", "5")
    assert snapshots.natural_rows() == first
    clear_demo()
    load_demo("--seed", "6")
    other = snapshots.natural_rows()
    drawn = (
        "customers", "answers", "registrations", "memberships", "cards", "imports", "shares", "assignments", "events",
        "campaign days",
    )  # fmt: skip
    assert all(other[name][1] != first[name][1] for name in drawn)
    assert events_by_file() == 4_000


def test_nothing_happens_after_its_day_and_the_planned_campaign_is_empty() -> None:
    # The last eleventh of March that is over: events of longer ago are kept no more.
    today = agency_today()
    now = date(today.year - (today <= date(today.year, 3, 11)), 3, 11)
    load_demo(as_of=now)
    assert Event.objects.latest("occurred_at").occurred_at < traffic.calendar_of(now).moment_of(now)
    states = {campaign.slug: (campaign.starts_on, campaign.ends_on) for campaign in Campaign.objects.all()}
    assert [slug for slug, (starts, ends) in states.items() if starts and ends and starts <= now <= ends] == [
        "demo-online-postage"
    ]
    planned = [slug for slug, (starts, _ends) in states.items() if starts and starts > now]
    assert planned == ["demo-reply-cards", "demo-next-catalog"]
    assert not Share.objects.filter(campaign__slug="demo-reply-cards").exists()


# Where it may be loaded ----------------------------------------------------------------------------------------------
def test_another_database_refuses_it_without_yes(settings: Settings) -> None:
    settings.EMBEDDED_DATABASE = False
    before = rows_held()
    with pytest.raises(CommandError, match="say --yes"):
        load_demo()
    assert rows_held() == before
    assert not demo.wanted()


def test_another_database_gets_passwords_of_its_own_shown_once(settings: Settings) -> None:
    settings.EMBEDDED_DATABASE = False
    shown = dict(line.split() for line in load_demo("--yes").splitlines() if "@" in line)
    assert shown.keys() == set(map(staff.email_of, staff.names()))
    assert len(set(shown.values())) == len(shown) == 22
    for email, password in shown.items():
        assert User.objects.get(email=email).check_password(password)
    assert DEMO_PASSWORD not in shown.values()
    assert demo.accounts() == []


def test_a_second_demo_is_refused_and_the_first_stays() -> None:
    load_demo()
    before = rows_held()
    with pytest.raises(CommandError, match=r"loaded already: `manage\.py clear_demo` takes it away"):
        load_demo("--seed", "7")
    assert rows_held() == before


def test_names_that_are_taken_are_refused_and_nothing_is_left() -> None:
    Campaign.objects.create(slug="demo-local-reach", name="Our own")
    before = rows_held()
    with pytest.raises(CommandError, match="names that are taken: demo-local-reach"):
        load_demo()
    assert rows_held() == before


def test_a_row_that_cannot_be_loaded_fails_the_demo_and_takes_it_away() -> None:
    Customer.objects.create(number="DEMO-00007", name="Somebody real")
    before = rows_held()
    with pytest.raises(CommandError, match=r"customers.csv: 1 of 300 rows were not loaded \(name differs from"):
        load_demo()
    assert rows_held() == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--as-of", "2999-01-01"), "is in the future"),
        (("--as-of", "1991-01-01"), "is too early"),
        (("--seed", "-1"), "--seed is 0 or more"),
        (("--customers", "99"), "--customers 100 or more"),
        (("--events", "1000"), "campaigns with 300 customers make [0-9,]+ events: ask for more events"),
    ],
)
def test_a_demo_that_cannot_be_is_refused_in_one_line(arguments: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason) as refusal:
        load_demo(*arguments)
    assert "\n" not in str(refusal.value)
    assert demo.presence() is demo.Presence.NONE


def test_it_is_wanted_on_the_empty_embedded_database_only() -> None:
    assert demo.wanted()
    assert demo.accounts() == []
    Customer.objects.create(number="1", name="Somebody real")
    assert not demo.wanted()


# Taking it away ------------------------------------------------------------------------------------------------------
def test_clearing_leaves_every_table_as_it_was_with_real_data_beside(tmp_path: Path) -> None:
    make_real_data()
    before = rows_held()
    load_demo()
    assert rows_held()["campaigns_event"] != before["campaigns_event"]
    clear_demo()
    assert rows_held() == before
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []
    clear_demo()
    assert rows_held() == before


def test_clearing_takes_what_people_did_with_the_demo_and_leaves_what_they_did_elsewhere() -> None:
    make_real_data()
    load_demo()
    real, real_customer = User.objects.get(email="real@agency.example"), Customer.objects.get(number="REAL-1")
    made_up = User.objects.get(email="maria.santos@demo.waymark.test")
    made_up_customer = Customer.objects.get(number="DEMO-00001")
    CustomerAssignment.objects.create(customer=made_up_customer, staff=real)
    CustomerAssignment.objects.create(customer=real_customer, staff=made_up)
    CustomerAssignment.objects.create(customer=real_customer, staff=real, assigned_by=made_up)
    clear_demo()
    kept = CustomerAssignment.objects.get()
    assert (kept.customer, kept.staff, kept.assigned_by) == (real_customer, real, None)


def test_clearing_takes_what_visitors_of_the_demo_did_with_it() -> None:
    make_real_data()
    before = rows_held()
    load_demo()
    seller = User.objects.get(email="maria.santos@demo.waymark.test")
    customers = Customer.objects.assigned_to(seller).exclude(email="")[:5]
    material = Material.objects.get(slug="demo-weekend-pickup-guide")
    chosen = Customer.objects.filter(pk__in=[customer.pk for customer in customers])
    made = share(material, chosen, seller, ShareOptions(channel=Channel.EMAIL), again=True)
    first = Share.objects.filter(batch=made.batch)[0]
    visit(first, (1, 4.0), viewer_id=-77)
    ask_through(first, "question", at=timezone.now())
    Mailing.objects.create(name="Mine", sender=seller, batch=made.batch, subject="a", body="b")
    answer_survey(chosen, seller)
    house = Gathering.objects.get(slug="demo-open-house")
    Gathering.objects.filter(pk=house.pk).update(starts_at=timezone.now() + timedelta(days=9), ends_at=None)
    for customer in (chosen[0], known_or_made("Stranger", "stranger@example.org", mark="R")):
        register(house, customer, Wishes(role="Guest"), Way())
    stamps = Contest.objects.get(survey__slug="demo-stamp-contest")
    Survey.objects.filter(pk=stamps.survey_id).update(closes_on=None)
    for customer in (Customer.objects.people().order_by("number")[0], known_or_made("E", "e@example.org", mark="E")):
        enter(stamps, customer, [], {}, Way())
    subscribe_and_order(chosen[0])
    RecipientPreference.objects.update_or_create(viewer=first.recipient, defaults={"frequency": "less"})
    call_command("fold", stdout=StringIO())
    clear_demo()
    assert rows_held() == before


def subscribe_and_order(customer: Customer) -> None:
    """One of the demo's customers orders; a stranger confirms a subscription and leaves it."""
    guide, letter = (Publication.objects.get(slug=slug) for slug in ("demo-rate-guide", "demo-postal-letter"))
    publications.order_now(guide, customer, Wanted(OrderKind.ONCE), Came("en"))
    stranger = Wanted(OrderKind.EVERY, addressee="Stranger", way=DeliveryWay.EMAIL)
    made, _is_new = publications.confirm(publications.ask(letter, "letter@example.org", stranger, Came("en")))
    assert isinstance(made, ListMembership)
    publications.leave(made)


def answer_survey(customers: CustomerQuerySet, seller: User) -> None:
    """One hands in by their link, one leaves it half done, and somebody unknown answers at the survey's address, of
    whom staff learn who it was."""
    Survey.objects.update(closes_on=None)
    survey = Survey.objects.get(slug="demo-brochure-survey")
    made = share(material_of(survey, "https://example.org/", seller), customers, seller, again=True)
    given = {str(survey.questions.all()[0].key): "4"}
    own, left = Share.objects.filter(batch=made.batch)[:2]
    for number, through in enumerate((own, None, left)):
        sheet = sheets.save(sheets.begin(survey, uuid4(), Way(through)), given)
        if number < 2:
            sheets.hand_in(sheet, Way(through))
    of_nobody = Submission.objects.get(survey=survey, customer=None, number__startswith="web-")
    of_nobody.is_by_unknown, of_nobody.sent_through = True, left.recipient.customer
    of_nobody.save(update_fields=["is_by_unknown", "sent_through"])
    assert confirm(of_nobody, seller, Basis(13))
    assert of_nobody.customer == left.recipient.customer
    assert Submission.objects.filter(survey=survey, number__startswith="web-").count() == 2


def test_clearing_is_refused_whole_while_real_events_name_a_demo_campaign() -> None:
    make_real_data()
    load_demo()
    viewer = Customer.objects.get(number="REAL-1").viewers.get()
    variant = Campaign.objects.get(slug="demo-reply-cards").variants.get(is_control=True)
    added = events.append(events.event(viewer, "response", variant=variant))
    call_command("fold", stdout=StringIO())
    before = rows_held()
    with pytest.raises(CommandError, match="1 events of imports that are not the demo's name its campaigns"):
        clear_demo()
    assert rows_held() == before
    events.take_back(added.batch)
    clear_demo()
    assert demo.presence() is demo.Presence.NONE


def test_clearing_is_refused_whole_while_a_real_team_works_in_a_demo_territory() -> None:
    load_demo()
    region = Team.objects.filter(is_demo=True)[0].territory
    team = Team.objects.create(name="Our own team", territory=region)
    before = rows_held()
    with pytest.raises(
        CommandError, match=r"the demo's territories are used by 1 teams of yours\. Nothing was removed"
    ):
        clear_demo()
    assert rows_held() == before
    team.delete()
    clear_demo()
    assert demo.presence() is demo.Presence.NONE


def test_loading_is_refused_while_another_process_loads_it() -> None:
    with running_process("tests.config.hold_demo_lock") as holder:
        wait_for(_lock_is_held, "the other process to hold the demo's lock")
        with pytest.raises(CommandError, match="loaded or cleared by another process"):
            load_demo()
        kill(holder)
    wait_for(lambda: not _lock_is_held(), "the lock of a killed process to end")
    with alone():
        assert demo.presence() is demo.Presence.NONE


def _lock_is_held() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND objid = (hashtext('config.demo')::bigint & 4294967295)::oid"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.slow
def test_a_load_that_was_killed_is_put_right_by_the_next(settings: Settings) -> None:
    size = ("--customers", "3000", "--events", "60000")
    command = ("manage", "load_demo", "--yes", "--as-of", str(agency_today()), *size)
    with running_process(*command) as process:
        wait_for(
            lambda: Import.objects.filter(file_name=demo.LAST_FILE, read__gt=0).exists(), "the last import to begin"
        )
        kill(process)
    wait_for(lambda: not _lock_is_held(), "the lock of a killed process to end")
    assert Import.objects.get(file_name=demo.LAST_FILE).state == ImportState.RUNNING
    assert demo.presence() is demo.Presence.HALF
    assert demo.wanted()
    assert demo.accounts() == []
    assert "An earlier load was cut off" in load_demo()
    assert events_by_file() == 4_000
    assert demo.presence() is demo.Presence.WHOLE


# What is true of it --------------------------------------------------------------------------------------------------
@pytest.fixture
def full() -> None:
    load(Wish(seed=890, as_of=AS_OF), lambda line: print(line))  # noqa: T201 (the seconds of each step)


@pytest.mark.slow
def test_the_full_demo_is_believable(full: None) -> None:
    assert Customer.objects.count() == 20_000
    assert Organization.objects.count() == 2_500 + 4
    assert events_by_file() == 300_000
    misses = [line for line, inside in _truths() if not inside]
    assert len(list(_truths())) == 39
    assert len(misses) <= 4, misses  # of 39 intervals of 95%, two are missed on average
    raw = Event.objects.filter(kind="view")
    scanned = raw.filter(verdict="scanner").count() / raw.count()
    assert 0.2 < scanned < 0.45
    # Whatever people view belongs to a visit of theirs. What is left over are bursts of four that the border between
    # two batches cut in halves, for a burst is looked for within a batch.
    people = Event.objects.filter(kind__in=["view", "visit"], verdict="human", reason="no_sign")
    unseen = people.filter(kind="view").count() - people.filter(kind="visit").count()
    assert 0 <= unseen <= 4 * EventBatch.objects.count()


def _truths() -> list[tuple[str, bool]]:
    """Each measure of each arm of the campaigns that are over: whether its interval holds the true lift."""
    found = []
    for plan in PLANS:
        report = campaign_report(CampaignQuery(plan.slug))
        for arm, result in zip(plan.arms, report.variants, strict=True):
            assert arm.name == result.name
            if not plan.is_over() or result.lift is None:
                continue
            for measure, name in MEASURES.items():
                if name == "view" and plan is HOLDOUT:
                    continue
                lift, truth = lift_in(result, measure), getattr(arm, name) - getattr(plan.arms[0], name)
                assert lift.ci_low is not None
                assert lift.ci_high is not None
                found.append((f"{plan.slug} {arm.name} {name}", lift.ci_low <= truth <= lift.ci_high))
    return found


MEASURES = {
    "view_rate": "view",
    "response_rate": "response",
    "conversion_rate": "conversion",
    "revenue_per_recipient": "revenue",
}
