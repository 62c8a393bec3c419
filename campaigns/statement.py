"""The statement that stands above what a recipient reads: who sent it, how to check that, what is recorded and why.

Source: 5 U.S.C. 552a(e)(3): the authority, the purposes, the routine uses, and what happens to whoever does not take
part. The short form names what is recorded here; the whole stands on a public page.
"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from campaigns.models import Share
from campaigns.opening import Opened
from privacy.agency import agency_day
from privacy.notice import Notice, Purpose, in_force

# "Direct Marketing …, analytics": the category of records that a view becomes.
CATEGORY = 18


@dataclass(frozen=True)
class Statement:
    """`sender` and `sender_email` are empty where the share came by a file that names nobody."""

    sender: str
    sender_email: str
    shared_on: date
    host: str
    notice: Notice
    purposes: tuple[Purpose, ...]
    wishes_no_trace: bool


def statement_of(request: HttpRequest, opened: Opened) -> Statement:
    share = opened.share
    notice = in_force()
    return Statement(
        *sender_of(share),
        shared_on=agency_day(share.shared_at),
        host=request.get_host(),
        notice=notice,
        purposes=purposes_of(notice),
        wishes_no_trace=opened.wishes_no_trace,
    )


def sender_of(share: Share) -> tuple[str, str]:
    """Name and e-mail address of the member of staff."""
    return (share.sender.name, share.sender.email) if share.sender else ("", "")


def purposes_of(notice: Notice) -> tuple[Purpose, ...]:
    """For what records of views may be used."""
    return tuple(purpose for purpose in notice.purposes if CATEGORY in purpose.categories)
