"""Custom web pages, for their makers."""

from django.urls import path

from campaigns.views import lists, webpages

urlpatterns = [
    path("web-pages/", lists.web_page_list, name="web_pages"),
    path("web-pages/new/", webpages.web_page_new, name="web_page_new"),
    path("web-pages/<slug:slug>/", webpages.web_page, name="web_page"),
    path("web-pages/<slug:slug>/preview/", webpages.web_page_preview, name="web_page_preview"),
    path("web-pages/<slug:slug>/versions/<int:number>/", webpages.web_page_take_up, name="web_page_take_up"),
]
