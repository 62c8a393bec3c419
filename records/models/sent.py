"""Of what somebody sent by a form: whether it is known that it was the customer, and if not, how they came."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext

from records.enums import Sender
from records.models.customer import Customer

SENT_SYSTEM = {
    "is_claimed": "whether they typed the customer's e-mail address, and nobody has confirmed that it was the customer",
    "is_by_unknown": "whether they came through a link, and nobody has confirmed that it was they whom it was sent to",
    "sent_through": "to whom the link was sent through which somebody unknown came",
}
# What staff see of it. Through whose link it came is another person's: those see it who keep such records.
SENT_FACTS = ("sent_by", "through_the_link_sent_to")


class Sent(models.Model):
    """Sent by a person at a page without an account. By default it is known that the customer sent it, or staff or a
    file told of it; `is_claimed` and `is_by_unknown` say what is not known. `sent_through` says through whose link
    somebody unknown came, as long as there is a record of them."""

    is_claimed = models.BooleanField("not confirmed", default=False, db_default=False, editable=False)
    is_by_unknown = models.BooleanField("by an unknown person", default=False, db_default=False, editable=False)
    sent_through = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name="through the link sent to",
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent_through=None) | Q(is_by_unknown=True), name="%(class)s_through_by_unknown"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["sent_through"], condition=Q(sent_through__isnull=False), name="%(class)s_sent_through"
            ),
        ]

    def confirm(self) -> None:
        """It is known from now on that the customer sent it; how they came stands in its history."""
        self.is_claimed, self.is_by_unknown, self.sent_through = False, False, None

    @property
    def through_the_link_sent_to(self) -> Customer | None:
        """The person whose link somebody unknown came through, whatever record of theirs it was sent to."""
        sent_to = self.sent_through
        return (sent_to.merged_into or sent_to) if sent_to else None

    @property
    def sent_by(self) -> str:
        """Who sent it, for staff; empty where the customer did, as far as is known."""
        if self.is_claimed:
            return gettext(Sender.CLAIMED.label)
        return gettext(Sender.UNKNOWN.label) if self.is_by_unknown else ""


def sender() -> Case:
    """The same in a query: a word of Sender, or nothing."""
    return Case(
        When(is_claimed=True, then=Value(Sender.CLAIMED.value)),
        When(is_by_unknown=True, then=Value(Sender.UNKNOWN.value)),
        default=Value(""),
    )
