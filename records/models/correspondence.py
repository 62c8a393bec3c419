"""The letter to whom a thing belongs, of how it stands: that it waits is part of the thing's row until it went.

So it is lost neither with a worker nor with a broker or mail server that is away.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

LETTER_SYSTEM = {
    "letter_asked_at": "since when a letter to them waits, or could not be delivered",
    "letter_due_at": "when that letter is tried next",
    "letter_went_at": "when the last letter to them went",
}
# What staff see of it.
LETTER_FACTS = ("letter", "letter_asked_at", "letter_went_at")


class Correspondence(models.Model):
    """One letter at a time: what is asked for while another waits takes its place. Where it could not be delivered it
    is tried no more, and `letter_asked_at` stands alone."""

    letter_asked_at = models.DateTimeField("letter asked for", null=True, blank=True, editable=False)
    letter_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    letter_went_at = models.DateTimeField("last letter sent", null=True, blank=True, editable=False)

    # Whoever writes letters sets these, while others have the row in their hands (privacy.changes).
    written_apart: ClassVar = frozenset(LETTER_SYSTEM)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(letter_due_at=None) | Q(letter_asked_at__isnull=False), name="%(class)s_letter_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["letter_due_at"], condition=Q(letter_due_at__isnull=False), name="%(class)s_letter"),
        ]

    @property
    def letter(self) -> str:
        """How it stands with a letter that has not gone, for staff; empty where none waits or failed."""
        if self.letter_asked_at is None:
            return ""
        if self.letter_due_at is None:
            return _(
                "Not delivered: the mail server refused it, or put it off for five days. Check that the "
                "address is right."
            )
        return _("Waiting for the mail server to accept it.")
