"""Research: places in sessions, consent and its withdrawal, who took part and is owed a stipend, what was learnt.

All of it happens under the lock of the study's row, so that two who choose at the same time never get the same place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from privacy import changes
from privacy.accesslog import Actor
from privacy.agency import agency_today
from privacy.models import LegalHold, User
from privacy.purposes import Basis
from privacy.retention import journal, scopes
from privacy.retention.holding import holds_kept_to
from privacy.retention.journal import Gone
from privacy.retention.kinds import TRIGGER, kind_of
from privacy.retention.policies import latest
from privacy.retention.rows import Along, take_away
from privacy.roles import Permit
from privacy.vault import destroy_keys
from records import media, next_steps
from records.enums import ParticipantState, Source
from records.models import (
    Customer,
    MediaFile,
    Study,
    StudyConsent,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    StudySession,
)
from records.models.research import OWED
from records.naming import new_token
from records.next_steps import Task
from records.ordering import most_first
from records.results import SMALLEST_GROUP
from records.signals import participants_changed

By = User | Actor
# The notice's purpose "To understand the needs of customers and improve USPS sales and marketing efforts".
UNDERSTANDING = Basis(1)
BY_THE_CLOCK = Actor.system("research")
RULE = "RET-7"
Kept = StudyNote | StudyFinding | MediaFile
# What is kept of somebody's taking part, and goes when they withdraw.
KEPT: tuple[type[Kept], ...] = (StudyNote, StudyFinding, MediaFile)
# Days within which staff do what a participant's step asks of them.
TASK_DAYS = 5
PAY = next_steps.own(gettext_noop("Pay the stipend"))
CUT = next_steps.own(gettext_noop("Has withdrawn: remove them from the files of the session that they were in"))
TOPICS = """
SELECT topic, count(DISTINCT coalesce(customer.merged_into_id, customer.id)) AS people, count(*) AS findings
FROM records_studyparticipant AS participant
JOIN records_customer AS customer ON customer.id = participant.customer_id
JOIN records_studyfinding AS finding ON finding.participant_id = participant.id
CROSS JOIN LATERAL jsonb_array_elements_text(finding.tags) AS topic
WHERE participant.study_id = %(study)s AND participant.state <> 'withdrew'
GROUP BY topic
"""


class Shut(Enum):
    """Why nobody can agree to take part."""

    UNPUBLISHED = "unpublished"
    FULL = "full"
    OVER = "over"


class TakesNone(Exception):
    """Nothing was stored; `reason` says why: None where the session alone that was chosen is full, or over."""

    def __init__(self, reason: Shut | None) -> None:
        super().__init__(reason.value if reason else "the session")
        self.reason = reason


class TextChanged(Exception):
    """Another text is to be agreed to by now. Nothing was stored."""


class HasWithdrawn(Exception):
    """Whoever withdrew does not come back by themselves. Nothing was stored."""


# Places ---------------------------------------------------------------------------------------------------------------
def locked(study_id: int) -> Study:
    """The study, whose places nobody else gives or takes until the transaction ends."""
    return Study.objects.select_for_update().get(pk=study_id)


def standing(study: Study) -> "QuerySet[StudySession]":
    """Its sessions that are not called off, each with `taken`."""
    return _counted(study).filter(cancelled_at=None)


def _counted(study: Study) -> "QuerySet[Any]":
    """Its sessions, each with `taken`, how many have a place in it. Relies on study_participant_of_session."""
    has_place = Count("participants", filter=Q(participants__state=ParticipantState.AGREED))
    return study.sessions.annotate(taken=has_place).order_by("starts_at", "pk")


def choosable(study: Study, own: StudySession | None = None) -> "QuerySet[StudySession]":
    """Those that can be chosen now: not begun, with a place that is free; and the one that somebody has already."""
    free = Q(taken__lt=F("places")) | Q(pk=own.pk if own else None)
    return standing(study).filter(free, starts_at__gt=timezone.now())


def shut(study: Study) -> Shut | None:
    """Why nobody can agree now; None where they can. A study whose sessions are all called off waits for another.
    Two queries at most."""
    if study.published_at is None:
        return Shut.UNPUBLISHED
    if study.places is not None and agreed(study).count() >= study.places:
        return Shut.FULL
    sessions = list(_counted(study))
    to_come = [one for one in sessions if one.cancelled_at is None and one.starts_at > timezone.now()]
    if sessions and not to_come:
        return Shut.OVER
    if sessions and all(one.taken >= one.places for one in to_come):
        return Shut.FULL
    return None


def agreed(study: Study) -> "QuerySet[StudyParticipant]":
    return study.participants.filter(state=ParticipantState.AGREED)


def participant_of(study: Study, customer: Customer) -> StudyParticipant | None:
    """Whatever record of the person it hangs on."""
    rows = study.participants.filter(customer__in=Customer.objects.of_person(customer.person_id))
    return rows.select_related("study", "customer", "session", "consent").order_by("answered_at", "pk").first()


# What people answer ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Agreement:
    """The version of the text that somebody has read, and the session that they chose, by its key."""

    version: int
    session: str = ""
    language: str = ""


def agree(study: Study, customer: Customer, agreement: Agreement, by: By) -> tuple[StudyParticipant, bool]:
    """Take part; and whether that is new. Who has agreed stays as they are.

    Raises TakesNone, TextChanged and HasWithdrawn; then nothing is changed.
    """
    with transaction.atomic():
        study = locked(study.pk)
        known = participant_of(study, customer)
        if known and known.state == ParticipantState.AGREED:
            return known, False
        if known and known.state == ParticipantState.WITHDREW:
            raise HasWithdrawn
        if reason := shut(study):
            raise TakesNone(reason)
        consent = _read(study, agreement.version)
        made = known or StudyParticipant(study=study, customer=customer, token=new_token(), source=Source.CUSTOMER)
        made.session = _chosen(study, agreement.session)
        made.state, made.language, made.consent = ParticipantState.AGREED, agreement.language, consent
        made.answered_at = made.consented_at = timezone.now()
        changes.save(made, by=by, basis=UNDERSTANDING)
    return made, True


def decline(study: Study, customer: Customer, language: str, by: By) -> StudyParticipant:
    """They do not take part. Who has agreed or withdrawn stays as they are: they withdraw, or did."""
    with transaction.atomic():
        study = locked(study.pk)
        if known := participant_of(study, customer):
            return known
        made = StudyParticipant(study=study, customer=customer, token=new_token(), source=Source.CUSTOMER)
        made.language = language
        made.state, made.answered_at = ParticipantState.DECLINED, timezone.now()
        changes.save(made, by=by, basis=UNDERSTANDING)
    return made


def choose(participant: StudyParticipant, session: str, by: By) -> bool:
    """Another session. Whether anything changed. Raises TakesNone."""
    with transaction.atomic():
        study = locked(participant.study_id)
        found = _again(participant)
        if found.state != ParticipantState.AGREED or has_begun(found):
            return False
        chosen = _chosen(study, session, found.session)
        if chosen == found.session:
            return False
        found.session, found.reminded_at = chosen, None
        changes.save(found, by=by, basis=UNDERSTANDING)
    return True


def has_begun(participant: StudyParticipant) -> bool:
    return participant.session is not None and participant.session.starts_at <= timezone.now()


def _read(study: Study, version: int) -> StudyConsent:
    consent = study.consent
    if consent is None or consent.version != version:
        raise TextChanged
    return consent


def _chosen(study: Study, key: str, own: StudySession | None = None) -> StudySession | None:
    """The session of this key, where it can be chosen; none of a study that has none. Raises TakesNone."""
    if not standing(study).exists():
        return None
    found = next((one for one in choosable(study, own) if str(one.key) == key), None)
    if found is None:
        raise TakesNone(None)
    return found


def _again(participant: StudyParticipant) -> StudyParticipant:
    """As it is now; the study is locked."""
    return StudyParticipant.objects.select_related("study", "customer", "session").get(pk=participant.pk)


# Withdrawal -----------------------------------------------------------------------------------------------------------
def withdraw(participant: StudyParticipant, by: By, basis: Basis) -> bool:
    """They take their consent back: nothing of their taking part is read any more from now on, and what was noted and
    learnt of it is destroyed with its key. Whether they had agreed.

    What they are owed stays owed. A session that has not begun has a place more.
    """
    with transaction.atomic():
        locked(participant.study_id)
        found = _again(participant)
        if found.state != ParticipantState.AGREED:
            return False
        found.state, found.withdrawn_at = ParticipantState.WITHDREW, timezone.now()
        was_in, found.reminded_at = found.session, None
        if not has_begun(found):
            found.session = None
        changes.save(found, by=by, basis=basis)
        if was_in and was_in.media.exists():
            _task(found, CUT, by, basis)
        participants_changed.send(StudyParticipant, participants=[found])
        # Where the store of keys is away the clock does it later: they have withdrawn all the same.
        transaction.on_commit(lambda: forget(found.pk), robust=True)  # no `partial`: Django logs its name
    return True


def forget(participant_id: int) -> bool:
    """Destroy what was kept of somebody who withdrew: rows, their history, files, and the key of it all, so that older
    backups are unreadable too. False where a legal hold keeps it: it is tried again, and read by nobody meanwhile.

    Harmless when repeated. Raises StoreUnavailable; then it is done by the clock.
    """
    with transaction.atomic():
        holds = holds_kept_to()
        rows = StudyParticipant.objects.select_for_update(of=("self",))
        found = rows.filter(pk=participant_id, state=ParticipantState.WITHDREW, forgotten_at=None).first()
        if found is None or _is_held(found, holds):
            return False
        along = [_take(model, found) for model in KEPT]
    for one in along:
        for storage, name in one.files:
            storages[storage].delete(name)
    destroy_keys([found.key, *(key for one in along for key in one.keys)])
    StudyParticipant.objects.filter(pk=participant_id).update(forgotten_at=timezone.now())
    return True


def forget_withdrawn() -> int:
    """What a hold, or a store that was away, had kept. How many. Relies on study_participant_to_forget."""
    waiting = StudyParticipant.objects.filter(state=ParticipantState.WITHDREW, forgotten_at=None)
    return sum(forget(number) for number in waiting.order_by("pk").values_list("pk", flat=True))


def destroy_file(file: MediaFile) -> bool:
    """A file by itself. False where a legal hold keeps it."""
    with transaction.atomic():
        if _held(MediaFile, holds_kept_to()).filter(pk=file.pk).exists():
            return False
        media.destroy(file)
    return True


def _is_held(participant: StudyParticipant, holds: list[LegalHold]) -> bool:
    """Whether one of the holds is on anything of what was kept of them."""
    return any(_held(model, holds).filter(participant=participant.pk).exists() for model in KEPT)


def _held(model: type[Kept], holds: list[LegalHold]) -> "QuerySet[Any]":
    """The rows of research that are under one of the holds."""
    if not holds:
        return model._default_manager.none()
    if (policy := latest().get(RULE)) is None:
        return model._default_manager.all()  # nothing is destroyed on doubt
    kind = kind_of(model._meta.label, RULE)
    return kind.dated(policy).filter(scopes.held(kind.model, kind.holds, TRIGGER, holds))


def _take(model: type[Kept], participant: StudyParticipant) -> Along:
    """With what was changed of them; and written into the disposal journal, so that what a backup brings back goes
    again.

    The journal lies outside the database: of a transaction that is rolled back it says too early what goes anyway.
    """
    kind, rows = kind_of(model._meta.label, RULE), model._default_manager.filter(participant=participant)
    taken = take_away(kind, rows, list(rows.values_list("pk", flat=True)))
    if taken.names:
        journal.write(
            Gone(
                entry=f"withdrawal {participant.key} {kind.label}",
                run="withdrawal",
                as_of=agency_today().isoformat(),
                model=kind.label,
                rule=RULE,
                partition="",
                rows=taken.names,
                keys=[str(participant.key)],
            )
        )
    return taken.along


# Who took part, and what they are owed --------------------------------------------------------------------------------
def mark(participant: StudyParticipant, by: By, basis: Basis, *, came: bool) -> bool:
    """Whether they took part. Who did is owed the stipend, and staff have a task. False for who never agreed."""
    with transaction.atomic():
        study = locked(participant.study_id)
        found = _again(participant)
        if found.consented_at is None:
            return False
        found.attended = came
        is_owed = came and found.stipend is None and study.stipend is not None
        if is_owed:
            found.stipend = study.stipend
        elif not came and found.is_owed:
            found.stipend = None
            _done(found, PAY, by, basis)
        changes.save(found, by=by, basis=basis)
        if is_owed:
            _task(found, PAY, by, basis)
    return True


def pay(participant: StudyParticipant, by: By, basis: Basis) -> bool:
    """They got the stipend; the task is done. False where nothing is owed (any more)."""
    with transaction.atomic():
        locked(participant.study_id)
        found = _again(participant)
        if not found.is_owed:
            return False
        found.stipend_paid_at = timezone.now()
        changes.save(found, by=by, basis=basis)
        _done(found, PAY, by, basis)
    return True


def call_off(session: StudySession, by: By, basis: Basis) -> bool:
    """The session does not take place: whoever had it is written to, and chooses another. False where it was called
    off before, or has begun: who came to it keeps it."""
    with transaction.atomic():
        locked(session.study_id)
        found = StudySession.objects.select_related("study").get(pk=session.pk)
        if found.cancelled_at or found.starts_at <= timezone.now():
            return False
        found.cancelled_at = timezone.now()
        changes.save(found, by=by, basis=basis)
        people = list(found.participants.filter(state=ParticipantState.AGREED).select_related("customer", "study"))
        for one in people:
            one.session, one.reminded_at = None, None
            changes.save(one, by=by, basis=basis)
        participants_changed.send(StudyParticipant, participants=people)
    return True


def tell_moved(session: StudySession) -> None:
    """It is at another time or place: whoever has it is written to, and reminded anew. What is set right of one that
    has begun is told to nobody."""
    if session.starts_at <= timezone.now():
        return
    people = session.participants.filter(state=ParticipantState.AGREED)
    people.update(reminded_at=None)
    participants_changed.send(StudyParticipant, participants=list(people))


# What staff do of it --------------------------------------------------------------------------------------------------
def _task(participant: StudyParticipant, step: str, by: By, basis: Basis) -> None:
    """A next step for whoever looks after the customer, else for whoever made the study; nobody's where neither is."""
    owner = next_steps.staff_of(participant.customer) or participant.study.created_by
    if owner is None:
        return
    day = agency_today() + timedelta(days=TASK_DAYS)
    about = f"Research: {participant.study.name}"
    next_steps.give(Task(participant.customer, owner, about, step, day, _leads_to(participant)), by, basis)


def _done(participant: StudyParticipant, step: str, by: By, basis: Basis) -> None:
    next_steps.end(next_steps.given([participant.customer_id], [_leads_to(participant)], step), by, basis)


def _leads_to(participant: StudyParticipant) -> str:
    """The address of the participant's page, by which the task is known too: a study may be renamed."""
    return reverse("study_participants_page", args=[participant.key])


# What was learnt ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Topic:
    """How many people said something on it; None where they are too few to be told."""

    slug: str
    people: int | None
    findings: int | None


def topics_of(study: Study, user: User) -> list[Topic]:
    """The topics of its findings, the most people first; small groups are hidden from whoever may not see people, and
    stand last."""
    with connection.cursor() as cursor:
        cursor.execute(TOPICS, {"study": study.pk})
        rows = cursor.fetchall()
    told = _told(rows, shows_few=user.has_permit(Permit.KEEP_PROGRAMMES))
    return sorted(told, key=lambda topic: most_first(topic.people, topic.slug))


def _told(rows: Iterable[tuple[str, int, int]], *, shows_few: bool) -> Iterable[Topic]:
    for slug, people, findings in rows:
        is_told = shows_few or people >= SMALLEST_GROUP
        yield Topic(slug, people if is_told else None, findings if is_told else None)


def numbers(study: Study) -> dict[str, int]:
    """Numbers alone, of nobody in particular. One query."""
    counted: dict[str, int] = study.participants.aggregate(
        agreed=Count("pk", filter=Q(state=ParticipantState.AGREED)),
        declined=Count("pk", filter=Q(state=ParticipantState.DECLINED)),
        withdrew=Count("pk", filter=Q(state=ParticipantState.WITHDREW)),
        came=Count("pk", filter=Q(attended=True)),
        owed=Count("pk", filter=OWED),
    )
    return counted
