"""Mail that recipients cause. Arguments name rows by number; no code and no address goes through the broker."""

from celery import shared_task
from django.db import transaction
from django.utils import translation

from campaigns.enums import Language
from campaigns.models import Share
from campaigns.programmes.sheets import forget_left
from campaigns.recipients import passing, verifying

WITH_PEOPLE = ("material", "sender", "recipient__customer")


@shared_task
def mail_code(share: int, is_addressee: bool, language: str = Language.ENGLISH.value) -> None:
    """Mail a code to the recipient in the language of the page that asked for it; for whoever typed another address
    the same task does nothing."""
    found = Share.objects.select_related(*WITH_PEOPLE).filter(pk=share).first()
    if found and is_addressee:
        with translation.override(language):
            verifying.mail_code(found)


@shared_task
def tell_of_passing(share: int) -> None:
    """Asked for by a process of the version before this one, which an upgrade leaves with the broker."""
    with transaction.atomic():
        untold = Share.objects.select_for_update().filter(letter_asked_at=None, letter_went_at=None)
        if found := untold.filter(pk=share).first():
            passing.tell(found)


@shared_task
def forget_left_answers() -> int:
    return forget_left()
