"""Which elements of the notice each report is: its page and its files cite them by the notice's own words."""

from privacy.notice.versions import elements_ever

PROGRAM = "c18-analytics-program-report-data"
WEB_PAGE = ("c18-custom-webpage-user-insights", "c18-custom-webpage-view-count")
ELEMENTS: dict[str, tuple[str, ...]] = {
    "adjusted": (PROGRAM,),
    "attribution": (PROGRAM,),
    "campaign": (PROGRAM,),
    "cohorts": (PROGRAM,),
    "compare": (PROGRAM,),
    "customer": (PROGRAM, "c18-analytics-shared-document-viewed-count"),
    "engagement": (PROGRAM,),
    "filtered": (PROGRAM,),
    "material": ("c18-analytics-shared-document-reports", "c18-analytics-shared-document-viewed-count"),
    "meetings": ("c18-customer-meeting-insights",),
    "next best": (PROGRAM,),
    "sharing": ("c18-customer-sharing-program-usage-report-data",),
    "trouble": (PROGRAM,),
    "webpage": WEB_PAGE,
    "webpages": WEB_PAGE,
}


def element_words(report: str) -> str:
    """What the notice calls this report: `“a”, “b” (category 18)`. Raises KeyError for a report that cites nothing."""
    known = [elements_ever()[name] for name in ELEMENTS[report]]
    words = ", ".join(f"“{element.label}”" for element in known)
    numbers = ", ".join(dict.fromkeys(str(element.category) for element in known))
    return f"{words} (category {numbers})"
