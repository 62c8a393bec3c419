"""What campaigns do when something happens elsewhere: a person's records change (records.signals), the program does."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from campaigns import agents
from campaigns.models import EventBatch, RuleInForce, Share
from campaigns.programmes.paid import tell as tell_of_payment
from campaigns.signals import shares_made
from campaigns.tasks.letters import write_soon
from campaigns.tasks.registrations import tell_moved_soon
from campaigns.verdicts import RULE_VERSION
from campaigns.webpages.spreading import spread_of
from privacy.models import User
from records.assigning import take_on
from records.models import Award, Customer, Gathering, Merge, Payment, PublicationOrder, Registration, StudyParticipant
from records.signals import (
    awards_changed,
    customers_merged,
    customers_parted,
    gathering_moved,
    moved_up,
    orders_settled,
    participants_changed,
    payment_settled,
    places_settled,
)

# Relies on the index of campaigns_viewer by customer.
FOLLOW = """
WITH moved AS (
    INSERT INTO campaigns_movedviewer (merge_id, viewer_id, customer_id)
    SELECT %(merge)s, id, customer_id FROM campaigns_viewer WHERE customer_id = ANY(%(absorbed)s)
    RETURNING viewer_id
)
UPDATE campaigns_viewer SET customer_id = %(kept)s WHERE id IN (SELECT viewer_id FROM moved)
"""

# A viewer who came to the kept record after the merge stays there.
RETURN = """
WITH moved AS (DELETE FROM campaigns_movedviewer WHERE merge_id = %(merge)s RETURNING viewer_id, customer_id)
UPDATE campaigns_viewer SET customer_id = moved.customer_id FROM moved WHERE campaigns_viewer.id = moved.viewer_id
"""


@receiver(customers_merged)
def viewers_follow(merge: Merge, **_signal: Any) -> None:
    """The absorbed record's viewers become the kept one's: the person's engagement is counted together."""
    _execute(FOLLOW, {"merge": merge.pk, "kept": merge.kept_id, "absorbed": [merge.absorbed_id]})


@receiver(customers_parted)
def viewers_return(merge: Merge, **_signal: Any) -> None:
    _execute(RETURN, {"merge": merge.pk})


@receiver(post_migrate)
def note_rule(sender: AppConfig, **_signal: Any) -> None:
    """Each update of the program migrates: from now on this rule and these lists of agents judge new events."""
    if sender.name != "campaigns" or RuleInForce._meta.db_table not in connection.introspection.table_names():
        return
    now = {"rule_version": RULE_VERSION, "agents": agents.versions()}
    latest = RuleInForce.objects.values("rule_version", "agents").first()
    if latest != now:
        RuleInForce.objects.create(**now)


@receiver(shares_made)
def recipients_are_served(batch: EventBatch, by: User, **_signal: Any) -> None:
    """Whom sales staff share with is their customer from then on (records.CustomerAssignment)."""
    take_on(Customer.objects.filter(viewers__shares__batch=batch), by, reason="Shared a material")


@receiver(shares_made)
def materials_come_along(batch: EventBatch, **_signal: Any) -> None:
    """Whoever gets a custom web page gets the materials that stand on it."""
    spread_of(Share.objects.filter(batch=batch))


@receiver(moved_up)
def tell_who_moved_up(registrations: list[Registration], **_signal: Any) -> None:
    write_soon(*registrations)


@receiver(gathering_moved)
def tell_of_another_time(gathering: Gathering, **_signal: Any) -> None:
    tell_moved_soon(gathering)


@receiver(places_settled)
def tell_whose_place_is_settled(registrations: list[Registration], **_signal: Any) -> None:
    write_soon(*registrations)


@receiver(orders_settled)
def tell_whose_order_is_settled(orders: list[PublicationOrder], **_signal: Any) -> None:
    write_soon(*orders)


@receiver(payment_settled)
def count_what_is_paid(payment: Payment, **_signal: Any) -> None:
    tell_of_payment(payment)


@receiver(awards_changed)
def tell_who_won(awards: list[Award], **_signal: Any) -> None:
    write_soon(*awards)


@receiver(participants_changed)
def tell_who_takes_part(participants: list[StudyParticipant], **_signal: Any) -> None:
    write_soon(*participants)


def _execute(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
