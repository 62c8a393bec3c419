"""The events from which a period may be counted, in words."""

from django.utils.translation import gettext, gettext_noop

WORDS = {
    "customer_ceases_to_participate": gettext_noop("the day on which the customer ceases to participate"),
    "ach_record_created": gettext_noop("the day on which the ACH record was made"),
    "marketing_record_created": gettext_noop("the day of the campaign, share, contest entry or response"),
    "relationship_ends": gettext_noop("the end of the relationship with the customer"),
    "session_ended": gettext_noop("the end of the session"),
    "session_started": gettext_noop("the start of the session"),
    "record_created": gettext_noop("the day on which the record was made or collected"),
    "campaign_ended": gettext_noop("the last day of the campaign"),
}


def words_of(trigger: str) -> str:
    """`the end of the session`, in the reader's language; an event that has no words yet by its own name."""
    return gettext(kept_words_of(trigger))


def kept_words_of(trigger: str) -> str:
    """The same in English, as it is kept."""
    return WORDS.get(trigger, trigger.replace("_", " "))
