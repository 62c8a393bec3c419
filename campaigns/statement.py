"""The statement that stands above what a recipient reads: who sent it, how to check that, what is recorded and why.

Source: 5 U.S.C. 552a(e)(3): the authority, the purposes, the routine uses, and what happens to whoever does not take
part. The short form names what is recorded here; the whole stands on a public page.
"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from campaigns.models import Share
from campaigns.opening import Opened
from privacy.agency import agency_day
from privacy.notice import Notice, Purpose, in_force
from privacy.statement import Collecting

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


# What the forms of a share collect: the statement of each is privacy.statement's, from the notice in force ----------

ASKING = Collecting(
    "Something asked of us",
    _("answer what you ask, and to look after you as a customer."),
    (9, CATEGORY),
    _("Writing to us here is voluntary."),
    _("If you leave something out, we may not be able to answer."),
)
PASSING_ON = Collecting(
    "A colleague named",
    _("send your colleague a link of their own."),
    (1, CATEGORY),
    _("Naming a colleague is voluntary."),
    _("If you do not, your colleague gets no link from us; nothing else happens."),
)
PREFERENCES = Collecting(
    "What somebody wants to be sent",
    _("write to you as often as you want and in the language you want."),
    (9,),
    _("Choosing is voluntary."),
    _("If you choose nothing, we go on as before."),
)
VERIFYING = Collecting(
    "An address typed to get a code",
    _("see whether you are the person this was sent to. The address that you type is compared and not kept."),
    (CATEGORY,),
    _("Typing it is voluntary."),
    _("If you do not, what was shared only with verified readers stays closed."),
)
LEAVING = Collecting(
    "That somebody wants no more e-mails",
    _(
        "keep us from writing to this address again. A hash of the address is kept, from which no one can read "
        "the address."
    ),
    (1, 9),
    _("Stopping these e-mails is voluntary."),
    _("If you do not press the button, nothing changes."),
)
