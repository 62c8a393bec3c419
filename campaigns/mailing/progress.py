"""How far a mailing is, in numbers and in one sentence."""

from dataclasses import dataclass

from campaigns.enums import CampaignState, MailingState, MessageState
from campaigns.mailing.running import states
from campaigns.models import Mailing

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
        rest = [f"{self.states[state]:,} {state.label.lower()}" for state in NAMED if self.states[state]]
        said = f"{went:,} of {self.size:,} sent" + (f"; {', '.join(rest)}" if rest else "")
        return f"{said}. {self.note}".strip()


def progress_of(mailing: Mailing) -> Progress:
    return Progress(states(mailing), _note(mailing))


def _note(mailing: Mailing) -> str:
    """Why it stands still, where it does."""
    if mailing.state == MailingState.DONE:
        return ""
    if mailing.campaign and mailing.campaign.state != CampaignState.RUNNING:
        return f"It waits: the campaign is {mailing.campaign.get_state_display().lower()}."
    return mailing.trouble
