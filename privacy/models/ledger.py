"""The ledger: what is sealed, in which order, and what was signed of it. Made by SQL (migration 0014); append-only."""

from django.db import models
from django.utils import timezone

from privacy.holdings import SystemData


class LedgerAct(models.Model):
    """Something that was done: a list of disposition ended, a hold placed or released, a rule decided on.

    `told` holds identifiers, counts and the digest of what the row that `reference` names said then.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    told = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "privacy_ledgeract"
        ordering = ["-id"]

    notice = SystemData("What was decided on disposal, holds and rules: identifiers, counts and digests, for good.")


class LedgerKey(models.Model):
    """Which row something is about: of a log that is partitioned its moment and id, of another table its number.

    `part` tells the rows of one number apart: the persons of a disclosure.
    """

    source = models.SmallIntegerField()
    at = models.DateTimeField(null=True)
    row = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True)
    part = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class LedgerWaiting(LedgerKey):
    """A row that is to be sealed, written by a trigger with the row itself, so that a late commit is not missed."""

    id = models.BigAutoField(primary_key=True)
    since = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "privacy_ledgerwaiting"

    notice = SystemData("Which rows the next minute's seal takes in.")


class LedgerLeaf(LedgerKey):
    """The seal of one row: its place in the ledger and a salted hash, which tells nothing of what the row said."""

    position = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "privacy_ledgerleaf"

    notice = SystemData("Salted hashes of rows of the logs, in their order: no content, so they outlive the rows.")


class LedgerNode(models.Model):
    """The root of a perfect subtree of `256 ** level` leaves; `number` counts them from the left."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "privacy_ledgernode"

    notice = SystemData("Hashes of hashes.")


class LedgerCheckpoint(models.Model):
    """What the tree was after a seal: `note` is the signed text that can be kept elsewhere."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        managed = False
        db_table = "privacy_ledgercheckpoint"
        ordering = ["-size"]

    notice = SystemData("How many rows were sealed when, with the root of their hashes and its signature.")
