"""How surely it is known who views through a share.

What can honestly be known without accounts, addresses or fingerprints: a share's link went to one recipient, and
links are forwarded. So the browser in which a share is opened carries a mark of the share (campaigns.marks):

- a code that was mailed to the recipient was typed in this browser: `verified`, the recipient;
- the browser carries the share's mark: `addressee`, the recipient;
- it came from a custom web page that was opened as by somebody unknown, and is marked so: `unknown`, too;
- it carries none, and nobody has read through the share yet: it is taken for the addressee's, and is marked;
- it carries none, and a person has read through the share in a marked browser: `unknown, through the share to …`.
  This may be a colleague whom the link was forwarded to, or the recipient's second device, or the same browser after
  its cookies were deleted: nobody can tell these apart, so the view is nobody's until a code is typed.

"Has read" means an event `page` that counts as human: a mail gateway that opens the link before the person does is
marked like any browser, but shows no page in focus, and so takes the grade from nobody. A forwarded link that is
opened before the recipient ever reads counts for the addressee; that cannot be known. Under Global Privacy Control or
Do Not Track no mark of who came first is given or asked for: such events have no viewer at all. What is sent by a form
is sent on purpose, and kept: its sender is known where a code was typed, which was asked for in this browser, and
unknown else. A passcode tells nobody: whoever passes a link on may pass it on too.
"""

import hashlib
from uuid import UUID

from django.http import HttpRequest

from campaigns import marks
from campaigns.enums import COUNTED_AS_HUMAN, EventKind, Grade, Series
from campaigns.models import JudgedEvent, Share


def grade_of(request: HttpRequest, share: Share) -> Grade:
    """The grade of an opening that begins now. At most one query."""
    if marks.carries(request, share, marks.VERIFIED):
        return Grade.VERIFIED
    if marks.carries(request, share, marks.ADDRESSEE):
        return Grade.ADDRESSEE
    if marks.carries(request, share, marks.LED_BY_UNKNOWN) or has_been_read(share):
        return Grade.UNKNOWN
    return Grade.ADDRESSEE


def grade_of_sender(request: HttpRequest, share: Share, *, wishes_no_trace: bool, visit: Grade | None = None) -> Grade:
    """The grade of whoever opens or sends a form of the share: `visit` is that of the opening which led there, where it
    is known. It stands in the address, which can be forwarded: so it makes nobody the recipient. At most one query."""
    if marks.carries(request, share, marks.VERIFIED):
        return Grade.VERIFIED
    if wishes_no_trace or visit == Grade.UNKNOWN:
        return Grade.UNKNOWN
    return grade_of(request, share)


def has_been_read(share: Share) -> bool:
    """Whether a person has read through the share as its recipient. Relies on the log's key by viewer and time."""
    read = JudgedEvent.objects.filter(
        viewer_id=share.recipient_id,
        occurred_at__gte=share.shared_at,
        series=Series.INSIGHT,
        kind=EventKind.PAGE,
        share_id=share.pk,
        verdict__in=COUNTED_AS_HUMAN,
    )
    return read.exists()


def viewer_of(share: Share, grade: Grade, visit: UUID) -> int:
    """Under whom the events of a visit stand in the log: the share's recipient, or nobody known but by the visit."""
    return nobody(visit) if grade == Grade.UNKNOWN else share.recipient_id


def nobody(visit: UUID) -> int:
    """The negative number of a viewer known by a visit alone, as sql/intake_stage_events.sql derives it."""
    first = int.from_bytes(hashlib.sha256(visit.bytes).digest()[:8]) >> 1
    return -max(1, first)
