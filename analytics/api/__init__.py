"""The API of what it all means; one module a noun."""

from analytics.api import exports, reports

urlpatterns = [*reports.urlpatterns, *exports.urlpatterns]
