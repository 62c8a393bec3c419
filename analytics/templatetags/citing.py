"""`{% cites "campaign" %}`: a line that names the notice's elements that the report is."""

from django import template

from analytics.reports.elements import cited

register = template.Library()


@register.inclusion_tag("components/cited.html")
def cites(report: str) -> dict[str, object]:
    found = cited(report)
    return {"words": found.words, "category": found.category}
