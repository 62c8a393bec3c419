"""Visits: one opening of a share, made by the server, handed to the page signed, and what the server records of it.

The signature ties the visit to its share, so that a page's beacon can neither invent a visit nor carry one over to
another share. It holds what the beacon's limits need: when the visit began by the server's clock, and how many pages
there are.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from campaigns import marks
from campaigns.agents import signals_of
from campaigns.collector import Happening, collect, through
from campaigns.enums import EventKind, Grade
from campaigns.grades import grade_of, nobody, viewer_of
from campaigns.models import Share
from campaigns.opening import Opened

SIGNER = signing.Signer(salt="campaigns.visits")
# How long after its beginning a page may still send what it counted: a week offline.
LONGEST = timedelta(days=7)


@dataclass(frozen=True)
class Visit:
    """`began` is the server's clock, in whole milliseconds."""

    id: UUID
    share_key: UUID
    began: datetime
    grade: Grade
    version: int | None
    pages: int

    @property
    def signed(self) -> str:
        """As it goes to the page and comes back."""
        began = milliseconds(self.began)
        return SIGNER.sign_object(
            [self.id.hex, self.share_key.hex, began, self.grade.value, self.version, self.pages], compress=False
        )


def milliseconds(moment: datetime) -> int:
    """Since 1970, whole ones, cut off."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def now() -> datetime:
    """The present moment (UTC), in whole milliseconds."""
    return moment_of(milliseconds(timezone.now()))


def moment_of(number: int) -> datetime:
    """The moment (UTC) so many milliseconds after 1970 began."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)


def visit_of(signed: str, share: Share) -> Visit | None:
    """The visit that was handed out so for this share; None for one that is forged or another share's."""
    visit = handed_out(signed)
    return visit if visit and visit.share_key == share.key else None


def handed_out(signed: str) -> Visit | None:
    """The visit that was handed out so, whichever share's; None for one that is forged. Asks nobody."""
    try:
        number, key, began, grade, version, pages = SIGNER.unsign_object(signed)
    except (signing.BadSignature, ValueError):
        return None
    return Visit(UUID(number), UUID(key), moment_of(began), Grade(grade), version, pages)


def begin(request: HttpRequest, opened: Opened) -> Visit:
    """A visit that begins now, not yet recorded."""
    share = opened.share
    is_unknown = opened.wishes_no_trace or is_led_by_unknown(request, share)
    grade = Grade.UNKNOWN if is_unknown else grade_of(request, share)
    return Visit(uuid4(), share.key, now(), grade, opened.version_number, opened.pages)


def is_led_by_unknown(request: HttpRequest, share: Share) -> bool:
    """Whether the link came from a custom web page that somebody unknown has open: then they are so here, too, unless
    this browser has shown otherwise."""
    visit = handed_out(request.GET.get("visit", ""))
    if visit is None or visit.grade != Grade.UNKNOWN or visit.share_key == share.key:
        return False
    return not any(marks.carries(request, share, mark) for mark in (marks.VERIFIED, marks.ADDRESSEE))


def begun_or_new(request: HttpRequest, opened: Opened) -> Visit:
    """The visit that the address names (`?visit=`); a new one where it names none of this share."""
    return visit_of(request.GET.get("visit", ""), opened.share) or begin(request, opened)


def record(request: HttpRequest, opened: Opened, visit: Visit, *kinds: EventKind, signals: int = 0) -> None:
    """Store that these happened just now, in one commit. Under the reader's wish not to be recorded, without them."""
    seen, at = signals | signals_of(request), timezone.now()
    collect([_happening(opened, visit, kind, at, seen) for kind in kinds])


def _happening(opened: Opened, visit: Visit, kind: EventKind, now: datetime, signals: int) -> Happening:
    if opened.wishes_no_trace:
        return _without_trace(opened.share, kind, now, signals)
    viewer = viewer_of(opened.share, visit.grade, visit.id)
    return Happening(
        **{**through(opened.share), "viewer_id": viewer},  # type: ignore[arg-type]  # a viewer is never None
        kind=kind,
        occurred_at=now,
        id=uuid4(),
        version=visit.version,
        visit_id=visit.id,
        grade=visit.grade,
        signals=signals,
    )


def _without_trace(share: Share, kind: EventKind, now: datetime, signals: int) -> Happening:
    """Campaign, material and variant only. Its viewer is nobody's, drawn anew for each event, so none are tied."""
    return Happening(
        kind=kind,
        viewer_id=nobody(uuid4()),
        occurred_at=now,
        id=uuid4(),
        campaign_id=share.campaign_id,
        variant_id=share.variant_id,
        material_id=share.material_id,
        signals=signals,
    )
