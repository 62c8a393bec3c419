"""The addresses. All ask for a signed-in user but the login page, the two health checks, static files,
the notice, and what recipients open."""

from django.contrib import admin
from django.urls import include, path

from config import health
from privacy.api.views import NoSuchAddress

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("administration/", admin.site.urls),
    path("", include("privacy.urls")),
    path("", include("records.urls")),
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),
    path("api/v1/", include("records.api")),
    path("api/v1/", include("campaigns.api")),
    path("api/v1/", include("analytics.api")),
    path("api/v1/<path:rest>", NoSuchAddress.as_view(), name="api_no_such_address"),
]
