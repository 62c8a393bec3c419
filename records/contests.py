"""Contests: opened with a seed that nobody can choose later, drawn once, and what becomes of each prize."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy import changes
from privacy.accesslog import Actor
from privacy.agency import agency_today
from privacy.models import User
from privacy.purposes import Basis
from privacy.retention.signals import append
from records import drawing, next_steps
from records.enums import AwardState
from records.models import Award, Contest, Customer, Drawing, Submission, Survey
from records.naming import new_token
from records.next_steps import Task
from records.signals import awards_changed

By = User | Actor
# Letters and digits that are not taken for one another (Crockford's base 32).
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 3, 4
# Days within which staff do what a prize asks of them.
TASK_DAYS = 5
BY_THE_CLOCK = Actor.system("contests")
# The notice's purpose "To facilitate and support marketing initiatives, advertising campaigns …".
PROMOTING = Basis(11)


class Shut(Enum):
    """Why nobody can enter."""

    UNPUBLISHED = "unpublished"
    NOT_YET = "not yet"
    CLOSED = "closed"


class Bar(Enum):
    """Why somebody cannot take part, by their own record."""

    STATE = "state"
    ORGANIZATION = "organization"


class NotDrawn(Exception):
    """The contest is not drawn; the message says why, for staff. Nothing was changed."""


def shut(contest: Contest) -> Shut | None:
    """Why nobody can enter now; None where they can. Its days are the agency's, the last one included."""
    today, survey = agency_today(), contest.survey
    if survey.published_at is None:
        return Shut.UNPUBLISHED
    if survey.opens_on and today < survey.opens_on:
        return Shut.NOT_YET
    if is_over(contest):
        return Shut.CLOSED
    return None


def is_over(contest: Contest) -> bool:
    return bool(contest.survey.closes_on and agency_today() > contest.survey.closes_on)


def barred(contest: Contest, customer: Customer) -> Bar | None:
    """What the person's record says against it; a record that says nothing bars nobody from a state's contest."""
    if contest.state_codes and customer.state and customer.state.upper() not in contest.state_codes:
        return Bar.STATE
    if contest.only_organization:
        organization = customer.organization
        if organization is None or organization.key != contest.only_organization:
            return Bar.ORGANIZATION
    return None


def new_entry_number() -> str:
    """60 random bits that say nothing of anybody: `7K3Q-9MXA-2BTD`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def lock_entries(contest: Contest) -> None:
    """Nobody enters, and no entry is confirmed, until this transaction ends. Whoever locks the contest too locks its
    entries first: in another order two would wait for each other."""
    Survey.objects.select_for_update().get(pk=contest.survey_id)


# Opening --------------------------------------------------------------------------------------------------------------
def publish(contest: Contest, by: User, basis: Basis) -> None:
    """Customers find it. The first time its seed is drawn, and the seed's digest and the terms' go into the ledger."""
    with transaction.atomic():
        lock_entries(contest)
        locked = Contest.objects.select_for_update(of=("self",)).select_related("survey").get(pk=contest.pk)
        locked.survey.published_at = locked.survey.published_at or timezone.now()
        changes.save(locked.survey, by=by, basis=basis)
        if locked.committed_at is None:
            commit(locked)


def commit(contest: Contest) -> None:
    """Draw the seed. It is no change that a history tells: nobody reads it before the drawing."""
    contest.seed = secrets.token_hex(32)
    contest.seed_sha256, contest.committed_at = drawing.digest_of_seed(contest.seed), timezone.now()
    contest.save(update_fields=["seed", "seed_sha256", "committed_at"])
    append("contest_opened", str(contest.key), seed_sha256=contest.seed_sha256, terms=digest_of_terms(contest))


def unpublish(contest: Contest, by: User, basis: Basis) -> None:
    with transaction.atomic():
        survey = Survey.objects.get(pk=contest.survey_id)
        survey.published_at = None
        changes.save(survey, by=by, basis=basis)


def digest_of_terms(contest: Contest) -> str:
    """SHA-256 of what may not change once it is published."""
    survey = contest.survey
    told = (
        contest.rules, contest.prizes, contest.conditions, contest.minimum_age, contest.states,
        contest.only_organization, contest.winners, contest.alternates, survey.opens_on, survey.closes_on,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(str(one) for one in told).encode()).hexdigest()


# Drawing --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """How many entries there are, and how many of them are drawn from."""

    entries: int
    withdrawn: int
    eligible: int

    @property
    def repeated(self) -> int:
        """Of nobody known, or of somebody who has an entry already, under another record perhaps."""
        return self.entries - self.withdrawn - self.eligible


def eligible(contest: Contest) -> "QuerySet[Submission]":
    """The entries that are drawn from: not withdrawn, and the first of each person."""
    standing = contest.survey.submissions.filter(withdrawn_at=None, customer__isnull=False)
    person = Coalesce("customer__merged_into", "customer")
    numbered = standing.order_by().annotate(
        nth=Window(RowNumber(), partition_by=[person], order_by=[F("submitted_at").asc(), F("pk").asc()])
    )
    return contest.survey.submissions.filter(pk__in=numbered.filter(nth=1).values("pk"))


def standing(contest: Contest) -> Standing:
    """Numbers alone. Three queries."""
    rows = contest.survey.submissions.order_by()
    return Standing(rows.count(), rows.filter(withdrawn_at__isnull=False).count(), eligible(contest).order_by().count())


def why_not(contest: Contest) -> str:
    """Why it cannot be drawn now, for staff; empty where it can."""
    if Drawing.objects.filter(contest=contest).exists():
        return "It has been drawn: a contest is drawn once. Repeat the drawing to see that the same comes out."
    if contest.committed_at is None:
        return "It was never published, so that no seed was fixed before people entered."
    if not is_over(contest):
        return "It has not closed yet."
    return ""


def draw(contest: Contest, by: User | None, basis: Basis) -> Drawing:
    """Draw it, once. Raises NotDrawn.

    The survey's row is locked: whoever is entering at this moment has come before, or finds it drawn.
    """
    with transaction.atomic():
        lock_entries(contest)
        contest = Contest.objects.select_for_update(of=("self",)).select_related("survey").get(pk=contest.pk)
        if reason := why_not(contest):
            raise NotDrawn(reason)
        _number(contest)
        entries = {number: pk for pk, number in eligible(contest).order_by().values_list("pk", "entry_number")}
        if not entries:
            raise NotDrawn(_("Nobody has entered."))
        made = _drawn(contest, list(entries), by)
        _award(contest, made, {number or "": pk for number, pk in entries.items()}, by or BY_THE_CLOCK, basis)
    return made


def repeat(contest: Contest) -> drawing.Drawn:
    """Draw again from what was published: the same comes out. Raises drawing.NotRepeated."""
    return drawing.repeat(contest.drawing.file, committed=contest.seed_sha256)


def _number(contest: Contest) -> None:
    """Entries that a file or staff brought have no number yet."""
    rows = list(eligible(contest).filter(entry_number=None).only("pk"))
    for row in rows:
        row.entry_number = new_entry_number()
    Submission.objects.bulk_update(rows, ["entry_number"], batch_size=1_000)


def _drawn(contest: Contest, numbers: list[str | None], by: User | None) -> Drawing:
    now = timezone.now()
    terms = drawing.Terms(
        contest.survey.slug, contest.seed or "", now.isoformat(timespec="seconds"), contest.winners, contest.alternates
    )
    file = drawing.file_of(terms, [number or "" for number in numbers])
    digest = hashlib.sha256(file.encode()).hexdigest()
    made = Drawing.objects.create(
        contest=contest, drawn_at=now, drawn_by=by, entries=len(numbers), file=file, file_sha256=digest
    )
    terms_now = digest_of_terms(contest)
    append("contest_drawn", str(contest.key), file_sha256=digest, terms=terms_now, entries=len(numbers))
    return made


def _award(contest: Contest, made: Drawing, entries: dict[str, int], by: By, basis: Basis) -> None:
    drawn = drawing.repeat(made.file)
    numbers = [*drawn.winners, *drawn.alternates]
    known = Submission.objects.in_bulk([entries[number] for number in numbers])
    awards = []
    for rank, number in enumerate(numbers, 1):
        entry = known[entries[number]]
        if entry.token is None:
            entry.token = new_token()
            entry.save(update_fields=["token"])
        award = Award(contest=contest, submission=entry, rank=rank)
        if rank <= contest.winners:
            _offer(award, contest)
        changes.save(award, by=by, basis=basis)
        awards.append(award)
    for award in awards:
        if award.state == AwardState.OFFERED:
            _task(award, by, basis)
    awards_changed.send(Award, awards=awards)


# Entries --------------------------------------------------------------------------------------------------------------
def withdraw(entry: Submission, by: By, basis: Basis) -> bool:
    """Take it back, with what was answered. False once the contest is over, or where it was withdrawn."""
    with transaction.atomic():
        contest = Contest.objects.select_related("survey").filter(survey=entry.survey_id).first()
        locked = Submission.objects.select_for_update(of=("self",)).select_related("customer").get(pk=entry.pk)
        if contest is None or is_over(contest) or locked.withdrawn_at or hasattr(contest, "drawing"):
            return False
        locked.withdrawn_at = timezone.now()
        changes.save(locked, by=by, basis=basis)
        locked.answers.all().delete()
    return True


# Prizes ---------------------------------------------------------------------------------------------------------------
def claim(award: Award, send_to: str, by: By, basis: Basis) -> bool:
    """They take it. False where it is not theirs to claim (any more); claimed again, it stays as it was."""
    return _settle(award, AwardState.CLAIMED, by, basis, send_to=send_to)


def may_claim(award: Award) -> bool:
    return _may_become(award, AwardState(award.state), AwardState.CLAIMED)


def decline(award: Award, by: By, basis: Basis) -> bool:
    """They do not want it, or not to be an alternate any more: the next one gets it."""
    return _settle(award, AwardState.DECLINED, by, basis)


def lapse_unclaimed() -> int:
    """What was not claimed until its day goes on. How many. Relies on award_to_be_claimed."""
    late = Award.objects.filter(state=AwardState.OFFERED, claim_until__lt=agency_today()).order_by("contest", "rank")
    return sum(_settle(award, AwardState.LAPSED, BY_THE_CLOCK, PROMOTING) for award in late)


def _settle(award: Award, state: AwardState, by: By, basis: Basis, *, send_to: str = "") -> bool:
    with transaction.atomic():
        # One after the other, so that a prize goes to one alternate and an alternate gets one prize.
        contest = Contest.objects.select_for_update(of=("self",)).select_related("survey").get(pk=award.contest_id)
        award = Award.objects.select_related("submission__customer", "contest__survey").get(pk=award.pk)
        before = AwardState(award.state)
        if not _may_become(award, before, state):
            return False
        award.state, award.settled_at = state, timezone.now()
        award.send_to = send_to or award.send_to
        changes.save(award, by=by, basis=basis)
        changed = [award]
        if state is AwardState.CLAIMED:
            _task(award, by, basis)
        elif before is AwardState.OFFERED and (following := _next(contest, by, basis)):
            changed.append(following)
        elif before is AwardState.OFFERED:
            _task(award, by, basis)
        awards_changed.send(Award, awards=changed)
    return True


def _may_become(award: Award, before: AwardState, state: AwardState) -> bool:
    is_late = award.claim_until is not None and agency_today() > award.claim_until
    if state is AwardState.CLAIMED:
        return before is AwardState.OFFERED and not is_late
    if state is AwardState.LAPSED:
        return before is AwardState.OFFERED and is_late
    return before in (AwardState.OFFERED, AwardState.WAITING)


def _next(contest: Contest, by: By, basis: Basis) -> Award | None:
    """The alternate who was drawn first of those who wait."""
    waiting = contest.awards.filter(state=AwardState.WAITING).select_related("submission__customer", "contest__survey")
    found = waiting.order_by("rank").first()
    if found:
        _offer(found, contest)
        changes.save(found, by=by, basis=basis)
        _task(found, by, basis)
    return found


def _offer(award: Award, contest: Contest) -> None:
    award.state, award.offered_at = AwardState.OFFERED, timezone.now()
    award.claim_until = agency_today() + timedelta(days=contest.claim_days)


# What staff do of it --------------------------------------------------------------------------------------------------
STEPS = {
    AwardState.OFFERED: next_steps.own(gettext_noop("Has won: make sure they know and claim it")),
    AwardState.CLAIMED: next_steps.own(gettext_noop("Send the prize")),
    AwardState.DECLINED: next_steps.own(
        gettext_noop("The prize was declined and no alternate is left: decide what becomes of it")
    ),
    AwardState.LAPSED: next_steps.own(
        gettext_noop("The prize was not claimed and no alternate is left: decide what becomes of it")
    ),
}


def _task(award: Award, by: By, basis: Basis) -> None:
    """A next step for whoever looks after the winner, else for whoever made the contest; nobody's where neither is."""
    contest, customer = award.contest, award.submission.customer
    staff = next_steps.staff_of(customer) if customer else None
    owner = staff or contest.created_by
    if customer is None or owner is None:
        return
    day = agency_today() + timedelta(days=min(TASK_DAYS, contest.claim_days))
    step = STEPS[AwardState(award.state)]
    next_steps.give(Task(customer, owner, f"Contest: {contest.survey.name}", step, day), by, basis)
