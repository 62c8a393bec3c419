"""The API of what it all means; one module a noun."""

from analytics.api import exports, recommendations, reports

urlpatterns = [*reports.urlpatterns, *recommendations.urlpatterns, *exports.urlpatterns]
