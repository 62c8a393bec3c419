"""Fields that no model may learn from: who somebody is by birth, body, conscience or health.

15 U.S.C. 1691 (age, sex, race, religion), 5 U.S.C. 552a(e)(7) (how somebody exercises First Amendment rights, politics
among them), and the notice's own handling of health.
"""

import re

WORDS = {
    "age": "age ages aged birth birthday birthdate dob yob dateofbirth yearofbirth senior elderly",
    "sex": "sex gender female male fem woman women man men mr mrs salutation pronoun pronouns pregnant",
    "race": (
        "race racial ethnicity ethnic hispanic latino latina latinx black white asian nationality indigenous caucasian "
        "african tribe tribal"
    ),
    "politics": (
        "politics political politic party partisan republican democrat democratic vote voter votes voting voted "
        "election ballot bush obama trump biden clinton gop red0 blue0 redcty bluecty redstate bluestate"
    ),
    "religion": "religion religious faith church denomination catholic protestant muslim jewish hindu christian",
    "health": (
        "health medical medicine disability disabled disease diagnosis illness sick bmi smoker smoking drug drugs "
        "insulin diabetes cancer mental therapy hospital patient veteran"
    ),
}
FORBIDDEN = {kind: frozenset(words.split()) for kind, words in WORDS.items()}
# Words of the census that name a group with a letter or two before them: a share, a percentage, an average.
GROUPED = re.compile(r"^(pct|perc|per|pop|share|avg|ave|is|has|num|p|n)(?=[a-z]{3,})(?!ages?$)")
AGES = re.compile(r"^p?ages?\d")  # `page18_39` is a share of ages, `page` is a page
PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+")


def forbidden_of(column: str) -> str:
    """The kind of field that a column's name says it is; empty where it may be used."""
    words = words_of(column)
    if any(map(AGES.match, words)):
        return "age"
    return next((kind for kind, names in FORBIDDEN.items() if words & names), "")


def words_of(column: str) -> set[str]:
    """`pctBlack2020` -> pct, black, ...; each also without what counts it, and the whole name at once."""
    found = {part.lower() for part in PARTS.findall(column)}
    bare = {word.rstrip("0123456789") for word in found}
    words = found | bare | {re.sub(r"[^a-z0-9]", "", column.lower())}
    return words | {GROUPED.sub("", word) for word in words}


def refusal(kind: str) -> str:
    return f"says a person's {kind}, which is never used to choose whom to write to"
