"""The pages of lists that are nothing but the list."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaigns.audience_lists import AUDIENCE_LIST
from campaigns.lists import MAILING_LIST, WEB_PAGE_LIST
from records.views.lists import list_page


@require_safe
def web_page_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, WEB_PAGE_LIST, "campaigns/web_pages.html")


@require_safe
def mailings(request: HttpRequest) -> HttpResponse:
    return list_page(request, MAILING_LIST, "campaigns/mailings.html")


@require_safe
def audiences(request: HttpRequest) -> HttpResponse:
    return list_page(request, AUDIENCE_LIST, "campaigns/audiences.html")
