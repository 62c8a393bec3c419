"""Words of the register of paper and media."""

from django.db import models


class Medium(models.TextChoices):
    """On what the records are. Source: the notice's storage, "computer storage media, and paper"."""

    PAPER = "paper", "Paper"
    TAPE = "tape", "Magnetic tape"
    DISK = "disk", "Magnetic disk"
    OPTICAL = "optical", "Optical disc"
    FLASH = "flash", "Flash memory"

    @property
    def is_paper(self) -> bool:
        return self is Medium.PAPER


class Destroying(models.TextChoices):
    """How it is destroyed. Source: the notice's retention and disposal, its last paragraph."""

    BURNING = "burning", "Burning"
    PULPING = "pulping", "Pulping"
    SHREDDING = "shredding", "Shredding"
    MEDIA_PRACTICE = "media_practice", "The media sanitization practice"

    @property
    def is_for_paper(self) -> bool:
        return self is not Destroying.MEDIA_PRACTICE


class DestructionState(models.TextChoices):
    LISTED = "listed", "Waiting for a witness"
    DONE = "done", "Destroyed"
    WITHDRAWN = "withdrawn", "Withdrawn"
