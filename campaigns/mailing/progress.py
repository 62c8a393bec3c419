"""How far a mailing is, in numbers and in one sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, MailingState, MessageState
from campaigns.mailing.running import states
from campaigns.models import Mailing
from records import figures

UNDER_WAY = (MessageState.WAITING, MessageState.CLAIMED)
NAMED = (
    MessageState.IN_DOUBT,
    MessageState.FAILED,
    MessageState.BOUNCED,
    MessageState.COMPLAINED,
    MessageState.LEFT_OUT,
)


@dataclass(frozen=True)
class Progress:
    """`states` has every state, those of no message too; their sum is `size`."""

    states: dict[MessageState, int]
    note: str

    @property
    def size(self) -> int:
        return sum(self.states.values())

    @property
    def settled(self) -> int:
        return self.size - sum(self.states[state] for state in UNDER_WAY)

    @property
    def percent(self) -> int:
        """Rounded down: 100 means that nothing is left to do."""
        return 100 * self.settled // self.size if self.size else 100

    @property
    def text(self) -> str:
        went = sum(self.states[state] for state in (MessageState.SENT, MessageState.BOUNCED, MessageState.COMPLAINED))
        rest = [
            f"{figures.count(self.states[state])} {_(state.label).lower()}" for state in NAMED if self.states[state]
        ]
        said = _("%(went)s of %(size)s sent") % {"went": figures.count(went), "size": figures.count(self.size)}
        return f"{'; '.join(filter(None, [said, ', '.join(rest)]))}. {self.note}".strip()


def progress_of(mailing: Mailing) -> Progress:
    return Progress(states(mailing), _note(mailing))


def _note(mailing: Mailing) -> str:
    """Why it stands still, where it does."""
    if mailing.state == MailingState.DONE:
        return ""
    if mailing.campaign and mailing.campaign.state != CampaignState.RUNNING:
        return _("It is waiting: the campaign is %(state)s.") % {
            "state": _(mailing.campaign.get_state_display()).lower()
        }
    return mailing.trouble
