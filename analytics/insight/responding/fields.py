"""What a customer's likelihood to respond is learnt from: a declaration, of which each field says what it holds.

Nothing else gets in: the statement (sql/likely_features.sql) must give these columns and no other, each is of the
notice's category 18, insight into what was shared, and neither its name nor its element may say age, sex, race,
politics, religion or health.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from analytics.insight.responding.forbidden import forbidden_of, refusal
from campaigns.enums import CampaignKind

REPORTED = "c18-analytics-program-report-data"
VIEWED = "c18-analytics-shared-document-viewed-count"
READ = "c18-analytics-shared-document-reports"
SHARED = "c18-customer-sharing-program-usage-report-data"
FEWEST = 20  # of each kind of people, in each part that a model is learnt from, calibrated on or tried on
INSIGHT = "c18-"  # how the identifiers of the category's elements begin


@dataclass(frozen=True)
class Field:
    """A column of the statement: what people call it, the notice's element that it is made of, and, where it is no
    number, its values. Raises ValueError for what may not be learnt from."""

    name: str
    label: str
    element: str
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (self.name, self.element.removeprefix(INSIGHT)):
            if kind := forbidden_of(text):
                raise ValueError(f"{self.name}: {refusal(kind)}")
        if not self.element.startswith(INSIGHT):
            raise ValueError(f"{self.name}: {self.element} is no insight into what was shared (category 18)")


FIELDS = (
    Field("days_since_came", gettext_noop("Days since they last came"), REPORTED),
    Field("days_came", gettext_noop("Days on which they came in the last twelve weeks"), REPORTED),
    Field("views", gettext_noop("Views in the last year"), VIEWED),
    Field("minutes_read", gettext_noop("Minutes of reading in the last year"), READ),
    Field("topic_materials", gettext_noop("Materials on the campaign’s topics that they opened"), VIEWED),
    Field("responses", gettext_noop("Responses in the last year"), REPORTED),
    Field("conversions", gettext_noop("Orders in the last year"), REPORTED),
    Field("shares", gettext_noop("Materials shared with them in the last twelve weeks"), SHARED),
    Field("campaigns", gettext_noop("Campaigns that they were in within the last year"), REPORTED),
    Field("kind", gettext_noop("Kind of campaign"), REPORTED, tuple(CampaignKind.values)),
)
