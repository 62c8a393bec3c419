"""Why an export ended without a file, as its reader reads it.

It is kept in the language of whoever asked, who alone reads it. What was kept in English before they chose another, or
in words of an earlier release, is read in today's.
"""

from django.utils.translation import gettext_noop as _

from privacy.wording import stored_words

BROKE_OFF = _("It was interrupted %(count)s times. Request it again, with filters that make it smaller, or as CSV.")
GONE = _("You may no longer export this, or it no longer exists.")
AN_ERROR = _("A program error ended this: ask an IT administrator, who can see it. None of the file was kept.")
TOO_MANY = _(
    "%(rows)s rows are too many for %(format)s, which holds %(most)s at most. Export them as CSV, or set filters."
)
WRONG_VERSION = _("The filter “version” is not valid: enter the number of a version.")
WRONG_ON_REPORT = _("The filter “%(name)s” is not valid: %(problem)s Fix it on the report's page.")
WRONG_ON_LIST = _("The filter “%(name)s” is not valid: %(problem)s Fix it on the list's page.")
SAID = (BROKE_OFF, GONE, AN_ERROR, TOO_MANY, WRONG_VERSION, WRONG_ON_REPORT, WRONG_ON_LIST)
FORMERLY = {
    "It broke off %(count)s times. Ask for it again, with filters that make it smaller, or as CSV.": BROKE_OFF,
    "An error of the program ended this: ask an IT administrator, who sees it. Nothing was kept of the file.": AN_ERROR,
    "%(rows)s rows are too many for %(format)s, which holds %(most)s at most. Take them as CSV, or set filters.": (
        TOO_MANY
    ),
    "The filter “version” makes no sense: give the number of a version.": WRONG_VERSION,
    "The filter “%(name)s” makes no sense: %(problem)s Mend it on the report's page.": WRONG_ON_REPORT,
    "The filter “%(name)s” makes no sense: %(problem)s Mend it on the list's page.": WRONG_ON_LIST,
}


def in_words(error: str) -> str:
    """In the reader's language and today's words; what is not known here as it is kept."""
    return stored_words(error, SAID, FORMERLY)
