"""What forms and importers check alike: each takes a text and gives it in one form, or raises Problem."""

import re
from functools import cache

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from email_validator import EmailNotValidError, validate_email

from records.enums import ContactKind, IdentifierKind, IndustrySystem
from records.intake.problems import Problem

LONGEST_EMAIL = 254
# (312) 555-0142 and the like, which are one form in the North American Numbering Plan and need no parser.
NORTH_AMERICAN = re.compile(r"(?:\+?1[ .\-]?)?\(?([2-9][0-9]{2})\)?[ .\-]{0,2}([2-9][0-9]{2})[ .\-]?([0-9]{4})")
NORTH_AMERICAN_CODE = 1
CODE_FORMS = {
    IndustrySystem.SIC: (re.compile(r"[0-9]{2,4}"), gettext_noop("two to four digits")),
    IndustrySystem.NAICS: (re.compile(r"[0-9]{2,6}"), gettext_noop("two to six digits")),
}


def telephone(text: str) -> str:
    """A telephone, fax or pager number in E.164 with its extension (RFC 3966): `+13125550142;ext=7`.

    Without a country code it is one of the region PHONE_REGION. Its length must be possible there; whether somebody has
    it is not asked.
    """
    text = text.strip()
    if (found := NORTH_AMERICAN.fullmatch(text)) and is_north_american():
        return f"+1{found[1]}{found[2]}{found[3]}"
    try:
        number = phonenumbers.parse(text, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        raise Problem(_("is not a phone number")) from None
    if not phonenumbers.is_possible_number(number):
        raise Problem(_("is not a phone number: it has too few or too many digits"))
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{form};ext={number.extension}" if number.extension else form


def shown_telephone(text: str) -> str:
    """A number as people here write it, one of another country in international form; as it is where it is none."""
    try:
        number = phonenumbers.parse(text, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return text
    forms = phonenumbers.PhoneNumberFormat
    is_here = number.country_code == _calling_code(settings.PHONE_REGION)
    return phonenumbers.format_number(number, forms.NATIONAL if is_here else forms.INTERNATIONAL)


@cache
def _calling_code(region: str) -> int:
    return phonenumbers.country_code_for_region(region)


def is_north_american() -> bool:
    """Whether numbers without a country code are of the North American Numbering Plan here."""
    return _calling_code(settings.PHONE_REGION) == NORTH_AMERICAN_CODE


def email(text: str) -> str:
    """An address that mail can be sent to, as far as its form tells: the domain in small letters and one spelling of
    internationalised names (IDNA 2008), the local part as it is."""
    if len(text) > LONGEST_EMAIL:
        raise Problem(_("is longer than %(longest)s characters") % {"longest": LONGEST_EMAIL})
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=_test_domains_allowed())
    except EmailNotValidError:
        raise Problem(_("is not an e-mail address")) from None
    return str(found.normalized)


def duns(text: str) -> str:
    """A D-U-N-S number: nine digits, written with hyphens or not. It has no public check digit."""
    digits = re.sub(r"[ \-]", "", text)
    if not re.fullmatch("[0-9]{9}", digits):
        raise Problem(_("is not a D-U-N-S number: nine digits"))
    return digits


def industry_code(system: str, text: str) -> str:
    """A SIC or NAICS number by its form: from the division or sector (two digits) down."""
    form, words = CODE_FORMS[IndustrySystem(system)]
    if not form.fullmatch(text.strip()):
        raise Problem(_("is not a %(system)s number: %(words)s") % {"system": system, "words": _(words)})
    return text.strip()


def identifier(kind: str, text: str) -> str:
    """A number by which a customer or firm is known; those that are looked up by hash in one form."""
    text = text.strip()
    if kind == IdentifierKind.DUNS:
        return duns(text)
    if kind in (IdentifierKind.ACCOUNT, IdentifierKind.METER):
        return re.sub(r"[ \-]", "", text).upper()
    return text


def contact(kind: str, text: str) -> str:
    """The form by which a contact is found again: a number's E.164, addresses and names in small letters."""
    if kind == ContactKind.EMAIL:
        return email(text).lower()
    if kind == ContactKind.NAME:
        return " ".join(text.split()).lower()
    return telephone(text)


def _test_domains_allowed() -> bool:
    return bool(getattr(settings, "EMAIL_TEST_DOMAINS", False))
