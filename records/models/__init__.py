from records.models.customer import Customer, CustomerAssignment, CustomerQuerySet
from records.models.importing import Import, ImportOverlap
from records.models.organization import Organization
from records.models.team import Team, TeamMembership, Territory

__all__ = [
    "Customer",
    "CustomerAssignment",
    "CustomerQuerySet",
    "Import",
    "ImportOverlap",
    "Organization",
    "Team",
    "TeamMembership",
    "Territory",
]
