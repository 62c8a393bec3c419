"""What is kept of a run of disposition, of the clock, of rules and of the holds of requests, as readers read it.

It is kept in English, whoever's work found it, and stands so in the certificate; pages and letters put it in the
reader's language. Each is named here: a test finds those that are not.
"""

from django.utils.translation import gettext_noop as _

from privacy.wording import stored_words

SAID = (
    _("The clock went back from %(before)s to %(now)s. Nothing is disposed of until it is confirmed."),
    _(
        "The clock jumped from %(before)s to %(now)s, or the program stood still that long. Nothing is disposed of "
        "until it is confirmed."
    ),
    _("It is no longer what was signed; make another list. %(whys)s"),
    _("Stopped by %(name)s: %(reason)s"),
    _("Withdrawn by %(name)s: %(reason)s"),
    _("%(rows)s rows of the list are still there though nothing keeps them."),
    _("%(what)s under rule %(rule)s: %(before)s rows on the list, %(now)s now"),
    _("%(rule)s was changed while the run was under way; make another list."),
    _("%(part)s holds rows that were not there when the list was signed."),
    _("The list was made on another day."),
    # A hold that an open request places.
    _("Open request of an individual"),
    _("The request must be answered from the records as they are."),
    # Why a rule's period is counted from there; the notice's reading may add a note.
    _("The notice itself names the event. %(note)s"),
    _("The notice itself names the event."),
    _(
        "The notice names no event; the period is counted from %(why)s, the first moment at which the record was what "
        "it is held as, so that nothing is kept longer than the notice says. %(note)s"
    ),
    _(
        "The notice names no event; the period is counted from %(why)s, the first moment at which the record was what "
        "it is held as, so that nothing is kept longer than the notice says."
    ),
)


def in_words(said: str) -> str:
    """In the reader's language; what is not known here as it is kept."""
    return stored_words(said, SAID)
