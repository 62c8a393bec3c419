"""`{% cites "campaign" %}`: a line that names the notice's elements that the report is."""

from django import template

from analytics.reports.elements import ELEMENTS
from privacy.notice.versions import elements_ever

register = template.Library()


@register.inclusion_tag("components/cited.html")
def cites(report: str) -> dict[str, object]:
    known = [elements_ever()[name] for name in ELEMENTS[report]]
    return {"words": "”, “".join(element.label for element in known), "category": known[0].category}
