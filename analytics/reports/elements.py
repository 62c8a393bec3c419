"""Which elements of the notice each report is: its page and its files cite them by the notice's own words."""

from dataclasses import dataclass

from django.utils.translation import gettext

from privacy.notice.versions import elements_ever
from privacy.wording import label_words

PROGRAM = "c18-analytics-program-report-data"
WEB_PAGE = ("c18-custom-webpage-user-insights", "c18-custom-webpage-view-count")
SURVEY = "c05-information-provided-by-customers-as-part-of-a-survey"
ELEMENTS: dict[str, tuple[str, ...]] = {
    "adjusted": (PROGRAM,),
    "attribution": (PROGRAM,),
    "campaign": (PROGRAM,),
    "cohorts": (PROGRAM,),
    "compare": (PROGRAM,),
    "customer": (PROGRAM, "c18-analytics-shared-document-viewed-count"),
    "engagement": (PROGRAM,),
    "filtered": (PROGRAM,),
    "funnel": (PROGRAM,),
    "letters": ("c01-customer-and-key-contacts-names", "c01-home-mailing-address"),
    "likely": (PROGRAM,),
    "material": ("c18-analytics-shared-document-reports", "c18-analytics-shared-document-viewed-count"),
    "meetings": ("c18-customer-meeting-insights",),
    "next best": (PROGRAM,),
    "quarter": (PROGRAM,),
    "sharing": ("c18-customer-sharing-program-usage-report-data",),
    "survey": (SURVEY,),
    "trouble": (PROGRAM,),
    "webpage": WEB_PAGE,
    "webpages": WEB_PAGE,
}


@dataclass(frozen=True)
class Cited:
    """The elements that a report is: the notice's words, in the reader's language, and their category's number."""

    labels: tuple[str, ...]
    category: int

    @property
    def words(self) -> str:
        """As they stand between quotation marks."""
        return gettext("”, “").join(self.labels)


def cited(report: str) -> Cited:
    """Raises KeyError for a report that cites nothing."""
    known = [elements_ever()[name] for name in ELEMENTS[report]]
    return Cited(tuple(label_words(element.label) for element in known), known[0].category)


def element_words(report: str) -> str:
    """`“a”, “b” (category 18)`, as files say it. Raises KeyError for a report that cites nothing."""
    found = cited(report)
    return gettext("“%(elements)s” (category %(number)s)") % {"elements": found.words, "number": found.category}
