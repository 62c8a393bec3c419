"""Why rows of a file are not taken, as readers read it.

A reason is kept in English with the import and in its file, whatever statement or check found it, and is put in the
reader's language when it is shown. Each is named here: a test finds those that are not.
"""

import re
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WHOLE = (
    _("a quote opens on this line and is not closed properly"),
    _("answers no question"),
    _("are for ratings, scales and questions with choices only"),
    _("are not the lowest and the highest number, between 0 and 1,000"),
    _("are not two or more different answers"),
    _("begins no message: a time and a name come first"),
    _("differs from what is known and sealed"),
    _("differs from what is known of the account with this token"),
    _("differs from what is known of the card with this token"),
    _("differs from what is known of the customer with this number"),
    _("differs from what is known of this customer's registration"),
    _("differs from what is known of this membership"),
    _("differs from what is known of this organization"),
    _("differs from what is known of this record"),
    _("differs from what is known of this submission"),
    _("differs: this customer is a member of the list already, since another day"),
    _("does not say when its meeting was"),
    _("does not say which meeting it is of: name it in the mapping, [meeting] number"),
    _("does not say whose record it is"),
    _("ends before it starts"),
    _("file_size is no size"),
    _("has 12 digits in a row, which no token has: never give the number itself"),
    _("has a time that is none"),
    _("has an object or list where a text was expected"),
    _("has neither a join time nor minutes"),
    _("has no date: name one in the mapping, [file] nominal_date"),
    _("has no object"),
    _("has no share of this material to come through"),
    _("has no time zone"),
    _("held a full card or bank account number, which is never kept"),
    _("holds a NUL byte"),
    _("holds a character that cannot be stored"),
    _("holds a control character"),
    _("holds no question and answer"),
    _("holds nothing that may be kept"),
    _("is a message without its ID, sender or time"),
    _("is a secret, which is never kept"),
    _("is an amount of something that did not happen"),
    _("is before the contract starts"),
    _("is before the membership began"),
    _("is before the registration"),
    _("is below zero"),
    _("is empty"),
    _("is empty, and a row of this kind needs it"),
    _("is empty, and so is the number that it could be taken from"),
    _("is empty, and the campaign has several"),
    _("is empty, and through which share they came is not known"),
    _("is empty, and without it or a customer nobody is the viewer"),
    _("is empty: a new customer needs a name"),
    _("is empty: say who is on the list"),
    _("is empty: say who registered"),
    _("is empty: say whose it is"),
    _("is given without a campaign"),
    _("is in the future"),
    _("is in the future: leave it empty until it has come"),
    _("is in this campaign already"),
    _("is needed for a contract"),
    _("is no account number"),
    _("is no campaign's slug"),
    _("is no card number"),
    _("is no customer's address"),
    _("is no customer's number"),
    _("is no event's slug or name"),
    _("is no list's slug or name"),
    _("is no material's slug"),
    _("is no question of this survey"),
    _("is no territory's code"),
    _("is no variant of the campaign"),
    _("is nobody with an account here"),
    _("is not JSON"),
    _("is not JSON, as which it begins"),
    _("is not a MAC address"),
    _("is not a SIP address"),
    _("is not a UUID"),
    _("is not a date and time like 2026-03-31T14:05:09Z"),
    _("is not a date like 2026-03-31"),
    _("is not a domain"),
    _("is not a language like en-US"),
    _("is not a measurement"),
    _("is not a month and year like 05/2028"),
    _("is not a month like 2028-05"),
    _("is not a number of bytes"),
    _("is not a telephone number"),
    _("is not a text"),
    _("is not a time zone like America/New_York"),
    _("is not a web address"),
    _("is not a whole number"),
    _("is not an IP address"),
    _("is not an amount with a currency"),
    _("is not four digits"),
    _("is not the brand of the number"),
    _("is not the end of the number"),
    _("is not the key of a file in the store"),
    _("is not the name of the organization with this number"),
    _("is not the one that the customer was drawn into"),
    _("is older than such events are kept"),
    _("is on an earlier line too"),
    _("is the address of more than one customer: give the number"),
    _("is the id of another share"),
    _("is the name of more than one event: give its slug"),
    _("is the name of more than one list: give its slug"),
    _("is the name of more than one organization: give its number"),
    _("is the number of another contract"),
    _("is there although the membership has not ended"),
    _("is there, and here the membership goes on: end it on the list's page"),
    _("leaves before joining"),
    _("names no answer"),
    _("names no meeting"),
    _("repeats the header"),
    _("says neither when somebody joined nor when they left"),
    _("text follows a closing quote"),
)
# With values in them; what is said more closely comes first.
WITH_VALUES = (
    _("%(name)s is longer than %(longest)s characters"),
    _("%(name)s holds a character that cannot be stored"),
    _("is longer than %(longest)s characters"),
    _("is not between %(lowest)s and %(highest)s"),
    _("has more than %(places)s decimal places"),
    _("is neither %(true)s nor %(false)s"),
    _("is not a date like %(example)s"),
    _("is not a date and time like %(example)s (%(order)s)"),
    _("is not a date and time like %(example)s"),
    _("is before %(day)s"),
    _("is none of %(known)s"),
    _("names other signs than %(known)s"),
    _("has %(cells)s cells, the header has %(header)s"),
    _("is not valid %(encoding)s"),
    _("is %(length)s characters of JSON, at most %(most)s fit"),
    _("has the key %(key)s, which is neither taken in nor left out"),
    _("holds in %(key)s what is no object"),
    _("is nothing that is taken in: %(within)s with %(keys)s"),
    _("hold a semicolon, a space at an end, or more than %(longest)s characters"),
    _("%(word)s is no kind of survey data of the notice (they are: %(known)s)"),
    _("must not be joined: this person asked to be left out on %(day)s"),
)


def in_words(reason: str) -> str:
    """The reason in the reader's language; one that is not known here as it is kept."""
    if (found := gettext(reason) if reason else "") != reason:
        return found
    for template in WITH_VALUES:
        if values := _pattern(template).fullmatch(reason):
            return gettext(template) % values.groupdict()
    return reason


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What reads the values of a reason out of its text."""
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)
