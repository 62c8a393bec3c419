"""Words of the safeguards."""

from django.db import models


class CheckKind(models.TextChoices):
    """How somebody looked. The notice names unannounced inspections for contractors and licensees."""

    CHECK = "check", "Check"
    UNANNOUNCED = "unannounced", "Unannounced inspection"


class Finding(models.TextChoices):
    IN_ORDER = "in_order", "No problem found"
    WANTING = "wanting", "Problem found"


class Verdict(models.TextChoices):
    """What a review says of an account; nothing while nobody has decided."""

    NONE = "", "Not decided"
    CONFIRM = "confirm", "Confirmed"
    REVOKE = "revoke", "Revoked"
