"""Whether a share opens: one answer for a token and a request.

A token that is forged, cut short, expired, revoked or unknown meets the same door after the same work: one query, no
hash. What is asked for after that (passcode, code) is told only to whoever holds a token that is good.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.http import HttpRequest
from django.utils import timezone

from campaigns import marks
from campaigns.enums import MaterialKind
from campaigns.materials.reading import shown_version
from campaigns.models import MaterialVersion, Share, WebPageVersion
from campaigns.sharing import share_of_token
from campaigns.webpages.showing import shown_page_version
from campaigns.wishes import wishes_no_trace

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
# Asked for in place of what cannot be a token, so that it costs the same. Nobody has it: 128 bits are drawn at random.
NO_TOKEN = "-" * 22


class Door(Enum):
    """What a recipient finds."""

    OPEN = "open"
    CLOSED = "closed"  # forged, cut short, expired, revoked, unknown: nobody is told which
    WITHDRAWN = "withdrawn"  # the material was taken back
    PASSCODE = "passcode"  # asks for it
    VERIFICATION = "verification"  # asks for a code that is mailed to the recipient
    NO_TRACE = "no trace"  # for verified viewers only, while the browser asks not to be recorded
    UNREADY = "unready"  # nothing is ready to be looked at


@dataclass(frozen=True)
class Opened:
    """What became of a token. `found` is None behind a closed door.

    `version` is the one of a document to be shown, `page_version` that of a custom web page; a link has neither.
    """

    door: Door
    found: Share | None = None
    version: MaterialVersion | None = None
    wishes_no_trace: bool = False
    page_version: WebPageVersion | None = None

    @property
    def share(self) -> Share:
        """The share; only behind a closed door there is none (ValueError)."""
        if self.found is None:
            raise ValueError("Nothing is known of a share behind a closed door.")
        return self.found

    @property
    def pages(self) -> int:
        """How many pages there are to be read; of a custom web page, blocks. A link has one, that with its address."""
        if self.page_version:
            return len(self.page_version.blocks)
        return self.version.page_count if self.version else 1

    @property
    def version_number(self) -> int | None:
        """The number of what is shown, as events name it; None for a link."""
        shown = self.page_version or self.version
        return shown.number if shown else None


def open_share(request: HttpRequest, token: str) -> Opened:
    """What the holder of the token finds now. At most two queries, one where the door is closed."""
    share = open_now(token, timezone.now())
    if share is None:
        return Opened(Door.CLOSED)
    wish = wishes_no_trace(request)
    if door := _asked_first(request, share, wish):
        return Opened(door, share, wishes_no_trace=wish)
    if share.material.kind == MaterialKind.WEB_PAGE:
        page = shown_page_version(share.material, share.pinned_version)
        return Opened(Door.OPEN if page else Door.UNREADY, share, wishes_no_trace=wish, page_version=page)
    version = shown_version(share.material, share.pinned_version)
    is_ready = version is not None or bool(share.material.kind == MaterialKind.LINK and share.material.address)
    return Opened(Door.OPEN if is_ready else Door.UNREADY, share, version, wish)


def open_now(token: str, now: datetime) -> Share | None:
    """The share of the token if it is neither revoked nor expired. One query, whatever the token is."""
    share = share_of_token(token if TOKEN.fullmatch(token) else NO_TOKEN)
    if share is None or share.revoked_at is not None or (share.expires_at is not None and share.expires_at <= now):
        return None
    return share


def _asked_first(request: HttpRequest, share: Share, wish: bool) -> Door | None:
    """What stands before the material; None where nothing does."""
    if share.material.withdrawn_at is not None:
        return Door.WITHDRAWN
    if share.passcode and not marks.carries(request, share, marks.PASSCODE):
        return Door.PASSCODE
    if share.verified_only and wish:
        return Door.NO_TRACE
    if share.verified_only and not marks.carries(request, share, marks.VERIFIED):
        return Door.VERIFICATION
    return None
