"""Words of retention and disposal."""

from django.db import models


class HoldKind(models.TextChoices):
    """Who asked for a hold: a court or counsel, or an individual by an open request."""

    LEGAL = "legal", "Legal hold"
    REQUEST = "request", "Open request of an individual"


class Unit(models.TextChoices):
    """What a period is counted in: calendar units, as the notice counts."""

    DAY = "day", "days"
    MONTH = "month", "months"
    YEAR = "year", "years"


class Method(models.TextChoices):
    """How records go. Source: NIST SP 800-88 (clear; purge by cryptographic erase)."""

    CLEAR = "clear", "Clear: rows and files are deleted"
    PURGE = "purge", "Purge: deleted, and the keys of what is encrypted are destroyed"


class VersionState(models.TextChoices):
    PROPOSED = "proposed", "Waiting for approval"
    IN_FORCE = "in_force", "In force"
    REPLACED = "replaced", "Replaced"
    DECLINED = "declined", "Declined"


class RunState(models.TextChoices):
    """Where a disposition list is on its way from being made to its certificate."""

    PLANNED = "planned", "Waiting for signature"
    SIGNED = "signed", "Signed, about to run"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped: nothing more is disposed of"
    WITHDRAWN = "withdrawn", "Withdrawn"


# A list in one of these states stands in the way of another.
OPEN_STATES = (RunState.PLANNED, RunState.SIGNED, RunState.RUNNING, RunState.PAUSED)


class StepState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    EXCEPTED = "excepted", "Excluded"
    RUNNING = "running", "Running"
    DONE = "done", "Done"


class Consequence(models.TextChoices):
    """What a committed disposal still has to do outside the database."""

    KEY = "key", "destroy a key"
    FILE = "file", "delete a file"
    JOURNAL = "journal", "write the journal"
