"""The addresses. All ask for a signed-in user but the login page, the two health checks, static files,
the notice, and what recipients open."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from config import health
from privacy.api.views import NoSuchAddress


class Anything(StringConverter):
    """The rest of an address, whatever is in it: a line's end, which `path` does not match, gets the same answer."""

    regex = "(?s:.+)"


register_converter(Anything, "anything")

handler400 = "config.pages.not_understood"
handler403 = "config.pages.forbidden"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # First what thousands of recipients may open at once: the look past 400 others took a sixth of a millisecond.
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),  # and what staff open most
    path("administration/", admin.site.urls),
    path("", include("privacy.urls")),
    path("", include("records.urls")),
    path("api/v1/", include("records.api")),
    path("api/v1/", include("campaigns.api")),
    path("api/v1/", include("analytics.api")),
    path("api/v1/<anything:rest>", NoSuchAddress.as_view(), name="api_no_such_address"),
]
