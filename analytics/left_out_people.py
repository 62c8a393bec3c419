"""Who by name gets no share, why, and the shares of it that they have: of a few, for whoever sees them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.leaving_out import LeftOut
from campaigns.models import Material, Share
from privacy.models import User
from records.models import Customer


@dataclass(frozen=True)
class Has:
    """A share that still opens, and whether the reader may look at it: else a colleague made it."""

    share: Share
    is_seen: bool


@dataclass(frozen=True)
class Left:
    """Somebody who gets none; `key` names whose page tells of them, which of a merged record is its person's."""

    customer: Customer
    why: LeftOut
    has: list[Has] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str((self.customer.merged_into or self.customer).key)


def people_left_out(user: User, material: Material, why: Mapping[int, LeftOut]) -> list[Left]:
    """By name; `why` has their primary keys. Three statements. The caller has opened the door.

    Relies on the index of campaigns_viewer by customer and on share_of_recipient.
    """
    people = Customer.objects.filter(pk__in=why).select_related("merged_into").order_by("name", "pk")
    rows = Share.objects.open().filter(material=material, recipient__customer__in=list(why))
    shares = list(rows.select_related("sender", "recipient").order_by("-shared_at", "-pk"))
    seen = set(Share.objects.visible_to(user).filter(pk__in=[one.pk for one in shares]).values_list("pk", flat=True))
    has: dict[int | None, list[Has]] = defaultdict(list)
    for share in shares:
        has[share.recipient.customer_id].append(Has(share, share.pk in seen))
    return [Left(one, why[one.pk], has[one.pk]) for one in people]
