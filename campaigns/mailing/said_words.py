"""Why a message was not sent and why a mailing stands still, as readers read it.

It is kept in English, whichever worker found it; pages put it in the reader's language. Each is named here: a test
finds those that are not.
"""

from django.utils.translation import gettext_noop as _

from privacy.wording import stored_words

SAID = (
    _("%(why)s; tried %(times)s times"),
    _("The mail server refuses our sign-in (%(code)s)."),
    _("The mail server cannot be reached (%(name)s)."),
    _("The mail server refuses the return address (%(code)s)."),
    _("the mail server refuses the return address (%(code)s)"),
    _("the mail server cannot write to such an address"),
    _("the mail server said %(code)s"),
    _("the connection was lost after content was sent (%(name)s)"),
    _("the connection was lost (%(name)s)"),
    _("an error while it was written (%(name)s)"),
    _("it has no recipient"),
    _("its sender died while handing it over"),
    _("the subject would hold a line break or control character"),
    _("bounced %(status)s"),
    _("bounced"),
    _("reported as spam"),
    # Why a share is not sent (LeftOut).
    _("no customer is known as the recipient"),
    _("the share was revoked"),
    _("the share has expired"),
    _("the material was withdrawn"),
    _("no e-mail address"),
    _("wants no e-mail"),
    _("had an e-mail within the last 30 days"),
    _("the address must be left out"),
)
# What messages of earlier releases have.
FORMERLY = {"complained about": "reported as spam"}


def in_words(said: str) -> str:
    """In the reader's language; what is not known here, such as what somebody typed, as it is kept."""
    return stored_words(said, SAID, FORMERLY)
