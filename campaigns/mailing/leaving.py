"""Wanting no more e-mail: said by a link, by a mailbox's own button (RFC 8058), or by a message."""

from campaigns.enums import Frequency, Language
from campaigns.models import Share
from campaigns.recipients.wishing import keep_wish

ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}  # RFC 8058, 3.1: the whole body


def leave(share: Share, language: Language | None = None) -> None:
    """The same wish as `nothing` on the recipient's own page, and the way back is there.

    `language` is the one that it was said in, where that is known.
    """
    keep_wish(share, Frequency.NOTHING, language)
