"""The made-up campaigns, and what is true of them: the rates and amounts that the demo's people are drawn from.

A report that is right finds these numbers again, within its intervals. docs/demo.md prints them as a table.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.models import Campaign, Variant


@dataclass(frozen=True)
class Arm:
    """One variant. Rates are shares of all recipients: who views (of people, once), responds, converts.

    `amount` is the average of a conversion; amounts are log-normal. `document` is the brochure it sends, if any.
    """

    name: str
    label: str
    document: str | None
    view: float
    response: float
    conversion: float
    amount: float
    reminder: bool = False

    @property
    def revenue(self) -> float:
        """Average amount a recipient."""
        return self.conversion * self.amount


@dataclass(frozen=True)
class Plan:
    """One campaign. It starts `starts` days before the demo's day (negative: after), and reaches a share of all
    customers. The first arm is the control, unless it is the only one. `page` and `links` are sent along.
    """

    slug: str
    name: str
    description: str
    starts: int
    lasts: int
    reach: float
    arms: tuple[Arm, ...]
    page: str = ""
    links: tuple[str, ...] = ()

    def starts_on(self, as_of: date) -> date:
        """A Tuesday."""
        day = as_of - timedelta(days=self.starts)
        return day + timedelta(days=(1 - day.weekday()) % 7)

    def ends_on(self, as_of: date) -> date:
        return self.starts_on(as_of) + timedelta(days=self.lasts)

    def has_begun(self) -> bool:
        return self.starts > 0

    def is_over(self) -> bool:
        """Whether everything that it brings has happened by the demo's day."""
        return self.starts > self.lasts + 45


HOLDOUT = Plan(
    "demo-frequent-senders",
    "Frequent senders: a letter, or none",
    "Half of the frequent senders got a thank-you letter, the other half nothing. It shows what the letter adds.",
    starts=190,
    lasts=42,
    reach=0.25,
    arms=(
        Arm("no-mailing", "No mailing", None, 0.0, 0.020, 0.008, 250),
        Arm("letter", "Thank-you letter", None, 0.0, 0.036, 0.016, 250),
    ),
)

PLANS = (
    Plan(
        "demo-catalog-samples",
        "Catalog mailing with a sample pack",
        "Does a pack of paper samples beside the letter bring more catalog orders?",
        starts=518,
        lasts=42,
        reach=0.19,
        arms=(
            Arm("letter", "Letter only", "catalog-planning-guide", 0.30, 0.050, 0.020, 180),
            Arm("samples", "Letter with sample pack", "sample-pack-tour", 0.36, 0.072, 0.031, 180),
        ),
        page="catalog-page",
        links=("paper-stocks", "order-samples"),
    ),
    Plan(
        "demo-small-parcels",
        "Small parcels: list, table or story",
        "Three ways to tell shops about small parcel prices. The story reads well and changes nothing.",
        starts=462,
        lasts=35,
        reach=0.22,
        arms=(
            Arm("price-list", "Full price list", "small-parcel-price-list", 0.28, 0.045, 0.018, 95),
            Arm("price-table", "Prices on one sheet", "small-parcel-price-table", 0.34, 0.064, 0.028, 95),
            Arm("story", "A customer's story", "small-parcel-story", 0.28, 0.045, 0.018, 95),
        ),
        page="parcel-page",
        links=("price-calculator", "order-labels"),
    ),
    Plan(
        "demo-return-labels",
        "Return labels: green or blue cover",
        "The same brochure under two covers. The color makes no difference.",
        starts=405,
        lasts=35,
        reach=0.15,
        arms=(
            Arm("green", "Green cover", "return-labels-green", 0.26, 0.042, 0.016, 120),
            Arm("blue", "Blue cover", "return-labels-blue", 0.26, 0.042, 0.016, 120),
        ),
        page="returns-page",
        links=("order-labels", "returns-help"),
    ),
    Plan(
        "demo-supplies-early",
        "Supplies before the rush, with a reminder",
        "One mailing against the same mailing and a reminder twelve days later.",
        starts=352,
        lasts=56,
        reach=0.28,
        arms=(
            Arm("once", "One mailing", "supplies-order-book", 0.30, 0.058, 0.024, 140),
            Arm("reminder", "Mailing and reminder", "supplies-order-book", 0.39, 0.078, 0.034, 140, reminder=True),
        ),
        page="supplies-page",
        links=("order-supplies", "price-calculator"),
    ),
    Plan(
        "demo-address-check",
        "Address check: short or long form",
        "The long form explains more and is answered less: an arm that does harm.",
        starts=300,
        lasts=35,
        reach=0.17,
        arms=(
            Arm("short", "Short form", "address-check-short", 0.30, 0.074, 0.032, 60),
            Arm("long", "Long form", "address-check-long", 0.30, 0.048, 0.019, 60),
        ),
        page="address-page",
        links=("list-upload", "address-help"),
    ),
    Plan(
        "demo-local-reach",
        "Local reach for small shops",
        "A map, an opening offer, or both. Both together also raise what a customer orders.",
        starts=246,
        lasts=49,
        reach=0.27,
        arms=(
            Arm("map", "Map", "local-reach-map", 0.24, 0.035, 0.012, 210),
            Arm("offer", "Opening offer", "local-reach-offer", 0.28, 0.048, 0.019, 210),
            Arm("kit", "Map and offer", "local-reach-kit", 0.33, 0.060, 0.026, 260),
        ),
        page="local-page",
        links=("route-planner", "opening-offer"),
    ),
    HOLDOUT,
    Plan(
        "demo-catalog-renewal",
        "Your next catalog",
        "Everybody got the same booklet: there is nothing to compare it with.",
        starts=142,
        lasts=35,
        reach=0.10,
        arms=(Arm("everyone", "Everyone", "catalog-renewal-booklet", 0.27, 0.050, 0.020, 150),),
        page="catalog-page",
        links=("order-samples", "paper-stocks"),
    ),
    Plan(
        "demo-weekend-pickup",
        "Weekend pickup: a trial week",
        "The trial week brings more answers and no more orders.",
        starts=98,
        lasts=35,
        reach=0.18,
        arms=(
            Arm("guide", "Guide", "weekend-pickup-guide", 0.27, 0.050, 0.020, 80),
            Arm("trial", "Guide and trial week", "weekend-pickup-guide", 0.27, 0.072, 0.020, 80),
        ),
        page="pickup-page",
        links=("pickup-area", "price-calculator"),
    ),
    Plan(
        "demo-online-postage",
        "Postage online: with a calculator",
        "Running now: answers are still coming in, so its rates are below what they will be.",
        starts=21,
        lasts=45,
        reach=0.18,
        arms=(
            Arm("guide", "Guide", "online-postage-guide", 0.30, 0.050, 0.020, 110),
            Arm("calculator", "Guide to the calculator", "postage-calculator-guide", 0.36, 0.072, 0.030, 110),
        ),
        page="postage-page",
        links=("price-calculator", "order-labels"),
    ),
    Plan(
        "demo-reply-cards",
        "Reply cards for charities",
        "Planned: nothing has been sent yet.",
        starts=-18,
        lasts=42,
        reach=0.0,
        arms=(
            Arm("letter", "Letter", "nonprofit-mail-guide", 0.28, 0.050, 0.020, 70),
            Arm("reply-card", "Letter with reply card", "reply-mail-primer", 0.28, 0.065, 0.026, 70),
        ),
    ),
)
MAILINGS = tuple(plan for plan in PLANS if plan.has_begun() and plan is not HOLDOUT)

SOURCE_NOTE = "Made up for demonstration: who read and responded was drawn by rates that were chosen for it."


def make_campaigns(as_of: date) -> None:
    for plan in PLANS:
        campaign = Campaign.objects.create(
            slug=plan.slug,
            name=plan.name,
            description=plan.description,
            starts_on=plan.starts_on(as_of),
            ends_on=plan.ends_on(as_of),
            source_note=SOURCE_NOTE,
            is_demo=True,
        )
        for position, arm in enumerate(plan.arms):
            Variant.objects.create(
                campaign=campaign,
                name=arm.name,
                label=arm.label,
                is_control=position == 0 and len(plan.arms) > 1,
                position=position,
            )
