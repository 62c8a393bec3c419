"""The API of campaigns, materials, custom web pages, shares and events; one module a noun."""

from campaigns.api import campaigns, events, materials, shares, web_pages

urlpatterns = [
    *campaigns.urlpatterns,
    *materials.urlpatterns,
    *web_pages.urlpatterns,
    *shares.urlpatterns,
    *events.urlpatterns,
]
