"""The addresses. All but the login page, the two health checks and static files ask for a signed-in user."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("administration/", admin.site.urls),
    path("", include("privacy.urls")),
    path("", include("records.urls")),
    path("", include("analytics.urls")),
    path("api/v1/", include("analytics.api")),
]
