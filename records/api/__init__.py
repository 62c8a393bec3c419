"""The API of records: the same keys, permits, scope and forms as the pages. One module a noun."""

from records.api import customers, imports, organizations, records, search

urlpatterns = [
    *customers.urlpatterns,
    *organizations.urlpatterns,
    *records.urlpatterns,
    *search.urlpatterns,
    *imports.urlpatterns,
]
