"""What files are called, in the language that they are in: `campaign-spring.csv` is `campaña-spring.csv` in Spanish.

Names in addresses stay as they are, and so does everything of a file for programs, which is written in English.
"""

from django.utils.translation import gettext, pgettext_lazy

from privacy.models import User
from records.lists import list_called

# By the report's name in `of`; a list is called what its page is.
REPORTS = {
    "adjusted": pgettext_lazy("file name", "adjusted"),
    "attribution": pgettext_lazy("file name", "attribution"),
    "campaign": pgettext_lazy("file name", "campaign"),
    "cohorts": pgettext_lazy("file name", "cohorts"),
    "compare": pgettext_lazy("file name", "comparison"),
    "customer": pgettext_lazy("file name", "customer"),
    "engagement": pgettext_lazy("file name", "engagement"),
    "filtered": pgettext_lazy("file name", "filtered"),
    "funnel": pgettext_lazy("file name", "funnel"),
    "letters": pgettext_lazy("file name", "letters"),
    "likely": pgettext_lazy("file name", "likely"),
    "material": pgettext_lazy("file name", "material"),
    "meetings": pgettext_lazy("file name", "meetings"),
    "quarter": pgettext_lazy("file name", "campaigns"),
    "sharing": pgettext_lazy("file name", "sharing"),
    "survey": pgettext_lazy("file name", "survey"),
    "webpage": pgettext_lazy("file name", "web-page"),
    "webpages": pgettext_lazy("file name", "web-page-insights"),
}

# By the name of the picture, without the number of a question.
PICTURES = {
    "around-meetings": pgettext_lazy("file name", "around-meetings"),
    "attention": pgettext_lazy("file name", "attention"),
    "cohorts": pgettext_lazy("file name", "cohorts"),
    "compared-a-day": pgettext_lazy("file name", "compared-a-day"),
    "compared-count": pgettext_lazy("file name", "compared-count"),
    "compared-money": pgettext_lazy("file name", "compared-money"),
    "compared-rate": pgettext_lazy("file name", "compared-rate"),
    "compared-seconds": pgettext_lazy("file name", "compared-seconds"),
    "days": pgettext_lazy("file name", "days"),
    "funnel": pgettext_lazy("file name", "funnel"),
    "groups": pgettext_lazy("file name", "groups"),
    "landing": pgettext_lazy("file name", "landing"),
    "lift-of-money": pgettext_lazy("file name", "lift-of-money"),
    "lift-of-rates": pgettext_lazy("file name", "lift-of-rates"),
    "question": pgettext_lazy("file name", "question"),
    "returns": pgettext_lazy("file name", "returns"),
    "timeline": pgettext_lazy("file name", "timeline"),
    "trend": pgettext_lazy("file name", "trend"),
    "verdict-days": pgettext_lazy("file name", "verdict-days"),
    "web-pages-viewed": pgettext_lazy("file name", "web-pages-viewed"),
}


def report_name(report: str, *which: str) -> str:
    """`campaign-spring`: what it is a report of, then names as addresses have them."""
    return "-".join((str(REPORTS[report]), *filter(None, which)))


def list_name(plural: str) -> str:
    """`study-participants`: what the list is called."""
    return gettext(plural).replace(" ", "-")


def picture_name(name: str) -> str:
    """`question-3`: what the picture is of."""
    words, _, number = name.rpartition("-")
    return f"{PICTURES[words]}-{number}" if number.isdigit() else str(PICTURES[name])


def name_of(user: User, of: str) -> str:
    """Of an export by what it is of, as `sources` takes it."""
    kind, _, which = of.partition("/")
    if kind in REPORTS:
        return report_name(kind, which)
    known = list_called(of)
    return list_name(known.listing_for(user).name) if known else of
