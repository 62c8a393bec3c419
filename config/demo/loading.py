"""Loading the demo: accounts and campaigns are made, everything else is written as files and imported."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection, transaction
from redis import RedisError

from analytics.deciding import decide_ended
from analytics.folding import fold_all
from analytics.rollups import ROLLUPS
from analytics.trouble.finding import find_all
from campaigns.models import Assignment, Audience, Campaign, Material, Share, Viewer
from config.demo import (
    LAST_FILE,
    answers,
    campaigns,
    contests,
    former,
    letters,
    materials,
    meetings,
    payments,
    plans,
    programmes,
    publications,
    requests,
    staff,
    studies,
    traffic,
    web_pages,
)
from config.demo.traffic import Size
from privacy.models import User
from privacy.signin import DEMO_PASSWORD
from records import assigning, tallying
from records.intake.mapping import read_mapping
from records.intake.pipeline import Request, import_file
from records.intake.problems import Refused
from records.models import (
    Customer,
    CustomerAssignment,
    Gathering,
    MailingList,
    Publication,
    Study,
    Survey,
    Team,
    Territory,
)

MAPPINGS = Path(__file__).parent / "mappings"
# File -> its mapping, in the order in which they rest on each other.
FILES = {
    "customers.csv": "customers.toml",
    "holdout.csv": "holdout.toml",
    "survey.csv": "survey.toml",
    "contest.csv": "contest.toml",
    "registrations.csv": "registrations.toml",
    "memberships.csv": "memberships.toml",
    "cards.csv": "cards.toml",
    "suppliers.csv": "suppliers.toml",
    LAST_FILE: "events.toml",
}
HANDED_OVER = 40  # customers a team


@dataclass(frozen=True)
class Wish:
    """Which demo. `as_of` is its last day, not included; all of its history lies before."""

    seed: int
    as_of: date
    size: Size = field(default_factory=Size)


Tell = Callable[[str], None]


def load(wish: Wish, tell: Tell) -> dict[str, str]:
    """Load it, telling each step with its seconds. Returns the password of each account, by e-mail address.

    The caller has made sure that no demo is there. Raises Refused with the reason; what is loaded by then is taken
    away by clearing.clear.
    """
    refuse_taken_names()
    passwords = {staff.email_of(name): _password() for name in staff.names()}
    with TemporaryDirectory(prefix="waymark-demo-") as name:
        folder = Path(name)
        with _step(tell, f"{wish.size.customers:,} customers and {wish.size.events:,} events drawn and written"):
            _write_files(wish, folder)
        with _step(tell, "accounts, teams, campaigns and brochures made"), transaction.atomic():
            _make_workspace(wish, passwords)
        for file, mapping in FILES.items():
            if file == LAST_FILE:
                with _step(tell, "meetings imported"):
                    _import_meetings(folder)
            with _step(tell, f"{file} imported"):
                _import(folder / file, MAPPINGS / mapping)
    programmes.date_surveys(wish.as_of)
    with _step(tell, "customers handed over between sales staff"):
        _even_out()
    with _step(tell, "histories, letters, web pages and answers made"), transaction.atomic():
        _make_what_came_of_it(wish)
    with _step(tell, "folded into the reports"):
        fold_all()
        tallying.fold_all()
        _measure_tables()
        decide_ended()
    with _step(tell, "relationships that are over ended"), transaction.atomic():
        former.make_former(traffic.calendar_of(wish.as_of))
    with _step(tell, "customers in trouble looked for"):
        find_all(wish.as_of)
    forget_banner()
    return passwords


@contextmanager
def alone() -> Iterator[None]:
    """No other process loads or clears the demo meanwhile. Raises Refused where one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('config.demo'))")
        if cursor.fetchone() != (True,):
            raise Refused("the demo is being loaded or cleared by another process: wait for it to end")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('config.demo'))")


def forget_banner() -> None:
    """The pages ask again whether a demo is there (config.pages keeps the answer for a minute)."""
    with suppress(RedisError):
        cache.delete("workspace:demo_note")


def refuse_taken_names() -> None:
    """Raises Refused where something that is not the demo's has a name that the demo needs."""
    plan_slugs = [*(plan.slug for plan in campaigns.PLANS), plans.DRAFT]
    material_slugs = [*materials.shelf().slugs, *web_pages.SLUGS]
    taken = [
        *User.objects.filter(email__in=map(staff.email_of, staff.names())).values_list("email", flat=True),
        *Territory.objects.filter(code__in=[region.code for region in staff.REGIONS]).values_list("code", flat=True),
        *Team.objects.filter(name__in=[region.team for region in staff.REGIONS]).values_list("name", flat=True),
        *Campaign.objects.filter(slug__in=plan_slugs).values_list("slug", flat=True),
        *Audience.objects.filter(name__in=plans.AUDIENCES).values_list("name", flat=True),
        *Material.objects.filter(slug__in=material_slugs).values_list("slug", flat=True),
        *Gathering.objects.filter(slug__in=programmes.EVENTS).values_list("slug", flat=True),
        *Survey.objects.filter(slug__in=[*programmes.SURVEYS, contests.OPEN]).values_list("slug", flat=True),
        *Study.objects.filter(slug__in=studies.SLUGS).values_list("slug", flat=True),
        *Publication.objects.filter(slug__in=publications.SLUGS).values_list("slug", flat=True),
        *MailingList.objects.filter(slug__in=[*programmes.LISTS, *publications.SLUGS]).values_list("slug", flat=True),
    ]
    if taken:
        raise Refused(f"the demo needs names that are taken: {', '.join(taken)}. Rename or remove what has them")


def _password() -> str:
    return DEMO_PASSWORD if settings.EMBEDDED_DATABASE else secrets.token_urlsafe(12)


def _write_files(wish: Wish, folder: Path) -> None:
    calendar = traffic.calendar_of(wish.as_of)
    try:
        drawn = traffic.draw_all(wish.seed, calendar, wish.size)
    except traffic.TooFewEvents as problem:
        raise Refused(str(problem)) from None
    traffic.write_all(wish.seed, drawn, folder)


def _make_workspace(wish: Wish, passwords: dict[str, str]) -> None:
    # Each different password is hashed once: a hash takes a quarter of a second, by design.
    hashed = {password: make_password(password) for password in set(passwords.values())}
    since = traffic.calendar_of(wish.as_of).start
    staff.make_staff({email: hashed[password] for email, password in passwords.items()}, since)
    campaigns.make_campaigns(wish.as_of)
    programmes.make_gatherings(wish.as_of, traffic.calendar_of(wish.as_of))
    materials.remove_files()
    materials.make_materials()
    plans.make_plans(wish.as_of)
    web_pages.make_web_pages()


def _make_what_came_of_it(wish: Wish) -> None:
    calendar = traffic.calendar_of(wish.as_of)
    plans.make_histories(calendar)
    web_pages.make_custom_pages(calendar)
    answers.make_answers(calendar)
    letters.make_letters(calendar)
    requests.make_requests()
    contests.make_contests(calendar)
    studies.make_studies(calendar)
    publications.make_publications(calendar)
    payments.make_payments(calendar)


def _import(path: Path, mapping: Path) -> None:
    result = import_file(Request(path=path, mapping=read_mapping(mapping), is_demo=True))
    record = result.record
    if record.loaded != record.read:
        reasons = ", ".join(f"{column} {reason}" for column, reason in result.why) or "rows were there already"
        raise Refused(
            f"{path.name}: {record.read - record.loaded:,} of {record.read:,} rows were not loaded ({reasons})"
        )


def _import_meetings(folder: Path) -> None:
    for path, kind in meetings.files(folder):
        _import(path, MAPPINGS / f"{kind}.toml")


def _even_out() -> None:
    """In each team the manager moves some customers of the last in sales to the first, as managers do."""
    for region in staff.REGIONS:
        manager, first, last = (
            User.objects.get(email=staff.email_of(name)) for name in (region.manager, region.sales[0], region.sales[-1])
        )
        numbers = Customer.objects.assigned_to(last).order_by("number").values_list("number", flat=True)
        chosen = Customer.objects.filter(number__in=list(numbers[:HANDED_OVER]))
        assigning.reassign(chosen, first, manager, "Portfolios evened out")


def _measure_tables() -> None:
    """The planner knows at once how large the tables are that pages read, not only when autovacuum comes by."""
    read = [model._meta.db_table for model in (Customer, CustomerAssignment, Viewer, Assignment, Share)]
    filled = [rollup.table for rollup in ROLLUPS]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join([*read, *filled])}")


@contextmanager
def _step(tell: Tell, name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    tell(f"{time.monotonic() - started:5.1f} s  {name}")
