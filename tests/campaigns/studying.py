"""A study that takes people, and somebody who takes part, for the tests of research."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.enums import MaterialKind
from campaigns.models import Material, Share
from campaigns.programmes import researching
from records.models import Customer, Study, StudyConsent, StudyParticipant, StudySession
from records.research import Agreement
from tests.campaigns.lettering import told
from tests.campaigns.viewing import share_with
from tests.factories import make_customer

CONSENT = "We record the talk."


def make_study(slug: str = "labels", *, sessions: int = 1, places: int = 2, **fields: Any) -> Study:
    """Published, with so many sessions of so many places, the first in ten days, each a day after the other."""
    known = {"name": f"The {slug}", "kind": "interview", "purpose": "We talk.", "published_at": timezone.now()}
    study = Study.objects.create(slug=slug, **{**known, **fields})
    StudyConsent.objects.create(study=study, version=1, text=CONSENT, text_es="Grabamos la charla.")
    for number in range(sessions):
        make_session(study, timezone.now() + timedelta(days=10 + number), places=places)
    return study


def make_session(study: Study, starts_at: datetime, **fields: Any) -> StudySession:
    known = {"ends_at": starts_at + timedelta(hours=1), "place": "Room 7", "places": 2}
    return StudySession.objects.create(study=study, starts_at=starts_at, **{**known, **fields})


def sent_link(study: Study, customer: Customer | None = None) -> Share:
    """The study's own link, shared with a customer."""
    material, _ = Material.objects.get_or_create(
        study=study,
        defaults={"slug": f"m-{study.slug}", "title": study.name, "kind": MaterialKind.LINK, "version": 1,
                  "address": "https://example.org/study/"},
    )  # fmt: skip
    return share_with(customer or make_customer("C-1", email="ann@example.org"), material)


def takes_part(
    study: Study, number: str = "C-1", session: StudySession | None = None, **fields: Any
) -> StudyParticipant:
    """By their own link, in the session, else the first that can be chosen; the letter of it went."""
    customer = make_customer(number, **{"email": f"{number.lower()}@example.org", **fields})
    chosen = session or study.sessions.order_by("starts_at").first()
    agreement = Agreement(1, str(chosen.key) if chosen else "", "en")
    return told(researching.agree(study, customer, agreement, sent_link(study, customer))[0])
