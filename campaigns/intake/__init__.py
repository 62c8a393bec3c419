"""The importer of engagement. A file is of one of two shapes, as its mapping says: a row is an event
(campaigns.intake.events), or a row is a recipient with what came of them (campaigns.intake.outcomes).
"""

from campaigns import undoing
from campaigns.intake.events import EventPlan
from campaigns.intake.outcomes import OutcomePlan
from records.intake.kinds import Plan
from records.intake.mapping import Mapping
from records.models import Import


class EngagementImporter:
    def plan(self, mapping: Mapping) -> Plan:
        return OutcomePlan(mapping) if "outcomes" in mapping.extra.names() else EventPlan(mapping)

    def undo(self, record: Import) -> str:
        return undoing.undo(record)
