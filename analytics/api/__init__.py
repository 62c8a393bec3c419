"""The API of what it all means; one module a noun."""

from analytics.api import campaigns, exports, recommendations, reports, tables, trouble

urlpatterns = [
    *campaigns.urlpatterns,
    *reports.urlpatterns,
    *tables.urlpatterns,
    *trouble.urlpatterns,
    *recommendations.urlpatterns,
    *exports.urlpatterns,
]
