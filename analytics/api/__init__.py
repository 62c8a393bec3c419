"""The API of what it all means; one module a noun."""

from analytics.api import exports, recommendations, reports, tables, trouble

urlpatterns = [
    *reports.urlpatterns,
    *tables.urlpatterns,
    *trouble.urlpatterns,
    *recommendations.urlpatterns,
    *exports.urlpatterns,
]
