"""Forms of organizations and of what is known of them."""

from typing import ClassVar

from records.forms.record import RecordForm
from records.models import Organization


class OrganizationForm(RecordForm):
    class Meta:
        model = Organization
        fields: ClassVar[list[str]] = [
            "name",
            "number",
            "size",
            "years_in_business",
            "company_age",
            "employees",
            "sales",
            "revenue",
            "advertising_agency",
            "advertising_spending",
            "street",
            "city",
            "state",
            "postal_code",
            "relationship_ended_on",
        ]
