"""The API of what it all means; one module a noun."""

from analytics.api import reports

urlpatterns = [*reports.urlpatterns]
