"""What people of a campaign's funnel are put into groups by: an SQL expression each, and what its groups are called.

Adding one: an entry here, its words in analytics/exports/funnel.py, and a test.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.rollups import ENGAGED
from campaigns.enums import Channel
from campaigns.models import Campaign, Material
from privacy.models import User
from privacy.roles import Permit
from records.models import Territory
from records.models.customer import managed_staff

STATEMENT = (Path(__file__).parents[1] / "sql" / "funnel_by.sql").read_text()
SHARES = """LEFT JOIN campaigns_share AS share
        ON share.recipient_id = drawn.viewer_id AND share.campaign_id = drawn.campaign_id
        AND share.passed_on_from_id IS NULL"""
# Of whom no share tells, what their variant is to get, or by which way where there is but one.
VARIANTS = """
    JOIN campaigns_variant AS variant ON variant.id = drawn.variant_id"""
MATERIAL = "coalesce(share.material_id, variant.material_id)"
CHANNELS = """
    JOIN campaigns_campaign AS campaign ON campaign.id = drawn.campaign_id"""
CHANNEL = """coalesce(share.channel, CASE
        WHEN variant.material_id IS NOT NULL AND cardinality(campaign.channels) = 1 THEN campaign.channels[1]
    END)"""
READ = f"""
    LEFT JOIN analytics_viewermaterial AS read
        ON read.viewer_id = drawn.viewer_id AND read.material_id = {MATERIAL}"""
CUSTOMERS = """JOIN campaigns_viewer AS viewer ON viewer.id = drawn.viewer_id
    LEFT JOIN records_customer AS known ON known.id = viewer.customer_id
    LEFT JOIN records_customer AS customer ON customer.id = coalesce(known.merged_into_id, known.id)"""
FIRMS = f"{CUSTOMERS}\n    LEFT JOIN records_organization AS firm ON firm.id = customer.organization_id"
CODES = f"""{CUSTOMERS}
    LEFT JOIN records_industrycode AS code
        ON code.organization_id = customer.organization_id AND code.system = 'NAICS'"""
# How machines and people call a group.
Name = tuple[str, str]
NOBODYS: Name = ("", "")
# Those of the staff who are not the reader's to look at, together.
COLLEAGUES: Name = ("others", "others")


@dataclass(frozen=True)
class Asker:
    """Whose campaign it is about, and who asks."""

    user: User
    campaign: Campaign


@dataclass(frozen=True)
class Grouping:
    """An SQL expression of a group's key, what is joined for it, and `names` of the keys there are (never None).

    `came` and `stayed` are what else is asked of whoever viewed and read.
    """

    key: str
    joins: str = ""
    names: Callable[[Asker, Sequence[Any]], Mapping[Any, Name]] = lambda _asker, keys: {
        key: (str(key), str(key)) for key in keys
    }
    came: str = "true"
    stayed: str = "true"

    @property
    def statement(self) -> str:
        return STATEMENT.format(
            key=self.key, joins=self.joins, came=self.came, stayed=self.stayed, engaged=ENGAGED.format(row="did")
        )

    def named(self, asker: Asker, keys: Iterable[Any]) -> Mapping[Any, Name]:
        """Of each key, NOBODYS where there is none. One query at most."""
        return {None: NOBODYS, **self.names(asker, [key for key in keys if key is not None])}


def variant_names(asker: Asker, _keys: Sequence[Any]) -> Mapping[Any, Name]:
    return {one.pk: (one.name, one.label or one.name) for one in asker.campaign.variants.all()}


def material_names(_asker: Asker, keys: Sequence[Any]) -> Mapping[Any, Name]:
    return {one.pk: (one.slug, one.title) for one in Material.objects.filter(pk__in=keys)}


def channel_names(_asker: Asker, keys: Sequence[Any]) -> Mapping[Any, Name]:
    return {key: (key, str(Channel(key).label)) for key in keys}


def territory_names(_asker: Asker, keys: Sequence[Any]) -> Mapping[Any, Name]:
    return {one.pk: (one.code, one.name) for one in Territory.objects.filter(pk__in=keys)}


def staff_names(asker: Asker, keys: Sequence[Any]) -> Mapping[Any, Name]:
    """By name are those whom the reader may look at, as of how sharing is used (ShareQuerySet.visible_to)."""
    user, staff = asker.user, User.objects.filter(pk__in=keys)
    if not user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
        manages = user.has_permit(Permit.VIEW_TEAM_CUSTOMERS)
        staff = staff.filter(pk__in=managed_staff(user)) if manages else staff.filter(pk=user.pk)
    return dict.fromkeys(keys, COLLEAGUES) | {one.pk: (str(one.pk), one.name) for one in staff}


EVERYBODY = Grouping("''")
GROUPINGS = {
    "variant": Grouping("drawn.variant_id", names=variant_names),
    "material": Grouping(
        MATERIAL, SHARES + VARIANTS + READ, material_names, came="coalesce(read.views > 0, false)",
        stayed=f"coalesce({ENGAGED.format(row='read')}, false)",
    ),
    "channel": Grouping(CHANNEL, SHARES + VARIANTS + CHANNELS, channel_names),
    "staff": Grouping("share.sender_id", SHARES, staff_names),
    "territory": Grouping("customer.territory_id", CUSTOMERS, territory_names),
    "state": Grouping("nullif(upper(customer.state), '')", CUSTOMERS),
    "size": Grouping("nullif(firm.size, '')", FIRMS),
    "industry": Grouping("left(code.code, 2)", CODES),
    "day": Grouping("(drawn.assigned_at AT TIME ZONE %(zone)s)::date"),
}  # fmt: skip
