"""The demo's research: interviews that are over, with what was learnt, and a prototype that takes people. All is
made up."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Q

from config.demo.rhythm import Calendar
from config.demo.staff import email_of
from privacy.models import User
from records.enums import ParticipantState, Source
from records.models import Customer, Study, StudyConsent, StudyFinding, StudyNote, StudyParticipant, StudySession
from records.naming import new_token

TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SLUGS = (TABLE["done"]["slug"], TABLE["open"]["slug"])
MAKER = "Beatriz Carvalho"
# Of the interviews: who came, of whom some are not paid yet; who declined. Of the prototype: who has agreed so far.
CAME, UNPAID, DECLINED, AGREED = 9, 3, 4, 5
IN_A_SESSION = 3


def make_studies(calendar: Calendar) -> None:
    maker = User.objects.get(email=email_of(MAKER))
    reached = Customer.objects.people().filter(source_import__is_demo=True, relationship_ended_on=None)
    people = list(reached.exclude(Q(email="") | Q(city="")).order_by("number")[: CAME + DECLINED + AGREED])
    _make_done(calendar.as_of, maker, people[:CAME], people[CAME : CAME + DECLINED])
    _make_open(calendar.as_of, maker, people[CAME + DECLINED :])


def _make_done(as_of: date, maker: User, came: list[Customer], declined: list[Customer]) -> None:
    study = _study("done", maker, _moment(as_of, -60))
    sessions = [_session(study, "done", _moment(as_of, -20 + day), IN_A_SESSION) for day in range(CAME // IN_A_SESSION)]
    for nth, customer in enumerate(came):
        session = sessions[nth % len(sessions)]
        paid_at = session.starts_at + timedelta(days=4) if nth >= UNPAID else None
        known = {"attended": True, "stipend": study.stipend, "stipend_paid_at": paid_at, "session": session}
        one = _answered(study, customer, _moment(as_of, -50 + nth), ParticipantState.AGREED, **known)
        _learn(one, nth, session.ends_at, maker)
    for nth, customer in enumerate(declined):
        _answered(study, customer, _moment(as_of, -48 + nth), ParticipantState.DECLINED)


def _make_open(as_of: date, maker: User, agreed: list[Customer]) -> None:
    study = _study("open", maker, _moment(as_of, -8))
    sessions = [_session(study, "open", _moment(as_of, 9 + day), IN_A_SESSION) for day in range(3)]
    for nth, customer in enumerate(agreed):
        known = {"session": sessions[nth % 2]}
        _answered(study, customer, _moment(as_of, -6) + timedelta(hours=nth), ParticipantState.AGREED, **known)


def _moment(as_of: date, days: int) -> datetime:
    return datetime.combine(as_of + timedelta(days=days), time(16), UTC)


def _study(which: str, maker: User, at: datetime) -> Study:
    said = {name: TABLE[which][name] for name in ("slug", "name", "name_es", "kind", "purpose", "purpose_es")}
    stipend = Decimal(TABLE[which]["stipend"])
    study = Study.objects.create(**said, stipend=stipend, published_at=at, is_demo=True, created_by=maker)
    text, spanish = (TABLE["consent"][name].strip() for name in ("text", "text_es"))
    StudyConsent.objects.create(study=study, version=1, text=text, text_es=spanish, made_at=at, made_by=maker)
    return study


def _session(study: Study, which: str, starts_at: datetime, places: int) -> StudySession:
    ends_at, place = starts_at + timedelta(hours=1), TABLE[which]["place"]
    return StudySession.objects.create(study=study, starts_at=starts_at, ends_at=ends_at, place=place, places=places)


def _answered(
    study: Study, customer: Customer, at: datetime, state: ParticipantState, **known: Any
) -> StudyParticipant:
    has_agreed = state is ParticipantState.AGREED
    return StudyParticipant.objects.create(
        study=study,
        customer=customer,
        state=state,
        answered_at=at,
        consent=study.consent if has_agreed else None,
        consented_at=at if has_agreed else None,
        token=new_token(),
        language="en",
        source=Source.CUSTOMER,
        **known,
    )


def _learn(one: StudyParticipant, nth: int, at: datetime, maker: User) -> None:
    """Two findings of each who came, and a note of the first."""
    for step in range(2):
        said = TABLE["learnt"][(nth + 2 * step) % len(TABLE["learnt"])]
        found = StudyFinding(participant=one, customer=one.customer, element=said["element"], tags=said["topics"])
        found.text, found.found_at, found.created_by = said["text"], at, maker
        found.save(force_insert=True)
    if nth == 0:
        note = StudyNote(participant=one, noted_at=at, created_by=maker)
        note.text = "Showed us the shelf with the tape and three half-used label sheets."
        note.save(force_insert=True)
