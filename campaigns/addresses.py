"""Links that leave the house: in mail, in print, on the clipboard. Each begins with the setting PUBLIC_URL."""

from django.conf import settings
from django.urls import reverse

from campaigns.models import Share
from records.models import ListMembership, PublicationOrder, Registration, StudyParticipant, Submission


def share_address(share: Share) -> str:
    """Where the recipient opens the share."""
    return address_of_token(share.token)


def address_of_token(token: str) -> str:
    return f"{settings.PUBLIC_URL}/s/{token}/"


def registration_address(registration: Registration) -> str:
    """Where somebody sees, changes and calls off their own registration."""
    return f"{settings.PUBLIC_URL}{reverse('registration', args=[registration.token])}"


def entry_address(entry: Submission) -> str:
    """Where somebody sees and withdraws their own entry to a contest, and claims what it won."""
    return f"{settings.PUBLIC_URL}{reverse('entry', args=[entry.token])}"


def participant_address(participant: StudyParticipant) -> str:
    """Where somebody sees their part in a study, chooses another session, and withdraws."""
    return f"{settings.PUBLIC_URL}{reverse('research_own', args=[participant.token])}"


def own_publication_address(found: ListMembership | PublicationOrder) -> str:
    """Where somebody confirms, changes and ends what they get of a publication."""
    return f"{settings.PUBLIC_URL}{reverse('publication_own', args=[found.token])}"


def leave_publication_address(membership: ListMembership) -> str:
    """Where a subscription is ended by a page, or by a mailbox's own button."""
    return f"{settings.PUBLIC_URL}{reverse('publication_leave', args=[membership.token])}"
