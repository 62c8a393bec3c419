"""The pages of how custom web pages are used: over all of them, and one each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.exports.source import BadFilters, sees_people, version_asked
from analytics.exports.webpages import METHOD, without_few_of_page, without_few_of_pages
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.places import WEB_PAGE_INSIGHTS
from analytics.reports.webpages import web_page_report, web_pages_report
from campaigns.models import WebPage, WebPageVersion
from campaigns.views.webpages import KEEPERS, pages_of
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in


@require_safe
@permit_required(*KEEPERS)
def web_page_insights(request: HttpRequest) -> HttpResponse:
    """Of the pages that the reader may open."""
    user = signed_in(request)
    hides_few = not sees_people(user)
    with reading_of(request, WEB_PAGE_INSIGHTS) as read:
        pages = pages_of(user)
        read.count = pages.filter(customer__isnull=False).count()
        report = web_pages_report(pages)
        if hides_few:
            report = without_few_of_pages(report)
        sections = drawn_sections("webpages", report, Asked(hides_few=hides_few))
        context = {"report": report, "sections": sections, "is_hidden": hides_few, "method": gettext(METHOD)}
        return render(request, "analytics/web_pages.html", context)


@require_safe
@permit_required(*KEEPERS)
def insights_of_web_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Its blocks and versions; 404 for a page that the reader may not open, or a version that there is none of."""
    user = signed_in(request)
    hides_few = not sees_people(user)
    with reading_of(request, WEB_PAGE_INSIGHTS) as read:
        pages = pages_of(user).filter(material__slug=slug)
        try:
            report = web_page_report(pages, slug, version_asked(request.GET.urlencode()))
        except (WebPage.DoesNotExist, WebPageVersion.DoesNotExist, BadFilters):
            raise Http404 from None
        read.count = pages.filter(customer__isnull=False).count()
        if hides_few:
            report = without_few_of_page(report)
        sections = drawn_sections("webpage", report, Asked(hides_few=hides_few))
        context = {"report": report, "sections": sections, "is_hidden": hides_few, "method": gettext(METHOD)}
        return render(request, "analytics/web_page.html", context)
