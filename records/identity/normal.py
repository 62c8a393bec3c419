"""Names, addresses, telephone numbers and e-mail addresses in the one form in which they are compared."""

import re
import unicodedata
from functools import lru_cache
from itertools import takewhile

import phonenumbers
from django.conf import settings

APOSTROPHE = re.compile(r"['’‘`´]s?\b")
NO_WORD = re.compile(r"[^\w]+")
NUMBER_WITH_LETTER = re.compile(r"^\d+[a-z]?$")
POSTAL_CODE = re.compile(r"^\d{5}$")
# Words of a street that people leave out or write in several ways (USPS Publication 28, appendices B and C).
STREET_WORDS = frozenset(
    {"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "northeast", "northwest"}
    | {"southeast", "southwest", "st", "street", "str", "ave", "av", "avenue", "blvd", "boulevard", "rd", "road"}
    | {"dr", "drive", "pl", "place", "plz", "plaza", "ct", "court", "pkwy", "parkway", "ln", "lane", "hwy", "highway"}
    | {"ter", "terrace", "way", "cir", "circle", "sq", "square", "po", "box"}
)
# What follows one of these is a part of the building.
UNIT_WORDS = frozenset({"suite", "ste", "floor", "fl", "unit", "apt", "apartment", "room", "rm", "bldg", "building"})
# Words that many organizations have in their names: alike in these alone is not alike.
ORGANIZATION_WORDS = frozenset(
    {"academy", "agency", "association", "bank", "care", "center", "centers", "centre", "child", "children"}
    | {"church", "city", "club", "co", "college", "commons", "community", "companies", "company", "corp"}
    | {"corporation", "council", "county", "department", "development", "district", "early", "education"}
    | {"family", "federation", "foundation", "group", "hall", "head", "health", "holdings", "house", "hospital"}
    | {"inc", "incorporated", "institute", "international", "kids", "learning", "library", "little", "llc", "llp"}
    | {"ltd", "magnet", "ministries", "museum", "neighborhood", "network", "office", "partners", "preschool"}
    | {"program", "programs", "public", "school", "schools", "service", "services", "society", "solutions"}
    | {"start", "state", "store", "systems", "temple", "training", "trust", "union", "university", "youth"}
)
LITTLE_WORDS = frozenset({"a", "and", "at", "by", "de", "for", "in", "la", "mr", "mrs", "ms", "dr", "of", "on", "the"})


def words(text: str) -> list[str]:
    """The words of a text in lower case without accents, apostrophes and punctuation."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return NO_WORD.sub(" ", APOSTROPHE.sub("", plain.casefold())).split()


def street(text: str) -> tuple[str, str]:
    """House number and the first two telling words of a street: `("2929", "19th")` of `2929 W. 19th St., Floor 2`.

    Both are empty where the text does not begin with a house number.
    """
    parts = words(text)
    if not parts or not NUMBER_WITH_LETTER.match(parts[0]):
        return "", ""
    named = takewhile(lambda word: word not in UNIT_WORDS, parts[1:])
    telling = [word for word in named if word not in STREET_WORDS and not POSTAL_CODE.match(word)]
    return parts[0], " ".join(telling[:2])


@lru_cache(maxsize=4096)
def phone(text: str) -> str:
    """A telephone number in E.164, or its digits where it is none that can be dialled; empty where it has none."""
    try:
        parsed = phonenumbers.parse(text, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return "".join(filter(str.isdigit, text))
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return "".join(filter(str.isdigit, text))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """An e-mail address in lower case; empty where the text is none."""
    address = text.strip().casefold()
    return address if "@" in address else ""
