"""Proofs that something was sealed, to be kept and checked by others (privacy.ledger.checking)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext

from privacy.ledger import statements
from privacy.ledger.checking import FORMAT
from privacy.ledger.merkle import consistency, inclusion
from privacy.ledger.notes import coded
from privacy.ledger.sources import ACT, words_of
from privacy.ledger.tiles import Tree
from privacy.models import Destruction, DispositionRun, LedgerAct, LedgerCheckpoint, LedgerLeaf

WORDS = f"SELECT convert_from({words_of('leaf')}, 'UTF8') FROM privacy_ledgerleaf AS leaf WHERE leaf.position = %s"
# The acts that end what has a certificate, by which its statement is sealed.
ENDING: dict[type[Model], tuple[str, ...]] = {
    DispositionRun: ("disposition_done", "disposition_stopped", "disposition_withdrawn"),
    Destruction: ("destruction_done",),
}
Certified = DispositionRun | Destruction


class NotSealed(LookupError):
    """There is no such entry, or it waits for the next minute's seal; the message says which."""


@dataclass(frozen=True)
class Sealed:
    """Where something stands in the ledger: entry `position` of the `size` that the checkpoint was signed of."""

    position: int
    size: int
    at: datetime
    hashes: list[str]
    checkpoint: str


def sealed(position: int) -> Sealed:
    """The place of an entry, with the proof that leads to the checkpoint of its own seal. Raises NotSealed."""
    checkpoint = LedgerCheckpoint.objects.filter(size__gt=position).order_by("size").first()
    if checkpoint is None or position < 0:
        raise NotSealed(gettext("There is no such entry."))
    return Sealed(
        position=position,
        size=checkpoint.size,
        at=checkpoint.at,
        hashes=[coded(one) for one in inclusion(position, checkpoint.size, Tree())],
        checkpoint=checkpoint.note,
    )


def place_of(row: Certified) -> Sealed | NotSealed:
    """The place of a certificate, or why it has none yet."""
    try:
        return sealed(position_of(act_of(row)))
    except NotSealed as why_not:
        return why_not


def place_words(place: Sealed | NotSealed) -> str:
    if isinstance(place, NotSealed):
        return str(place)
    return f"Entry {place.position:,} of {place.size:,}, sealed on {place.at:%Y-%m-%d at %H:%M} UTC."


def act_of(row: Certified) -> LedgerAct:
    """The act that ended it. Raises NotSealed."""
    act = LedgerAct.objects.filter(kind__in=ENDING[type(row)], reference=str(row.key)).order_by("-id").first()
    if act is None:
        raise NotSealed(gettext("Not sealed yet: that is done when it has ended."))
    return act


def position_of(act: LedgerAct) -> int:
    """Relies on leaf_of_numbered. Raises NotSealed."""
    found = LedgerLeaf.objects.filter(source=ACT.number, number=act.pk, part=0).values_list("position", flat=True)
    if not found:
        raise NotSealed(gettext("Not sealed yet: the ledger is sealed every minute."))
    return int(found[0])


def proof_of_certificate(row: Certified) -> dict[str, Any]:
    """The proof of a certificate, with all that it says. Raises NotSealed."""
    as_it_is = type(row)._base_manager.get(pk=row.pk)
    return proof_of(position_of(act_of(row)), statements.text_of(statements.statement_of(as_it_is)))


def proof_of(position: int, statement: str | None = None) -> dict[str, Any]:
    """The proof of an entry. Raises NotSealed, for a row that was disposed of too: its words are gone."""
    place = sealed(position)
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [position])
        found = cursor.fetchone()
    if found is None or found[0] is None:
        raise NotSealed(gettext("The row of this entry is gone, and with it what could be shown to have been sealed."))
    return {
        "format": FORMAT,
        "words": found[0],
        "salt": bytes(LedgerLeaf.objects.values_list("salt", flat=True).get(position=position)).hex(),
        "position": position,
        "hashes": place.hashes,
        "checkpoint": place.checkpoint,
        "statement": statement,
    }


def consistency_of(first: int, second: int) -> list[str]:
    """What shows that the ledger of `second` entries begins with that of `first`; sizes that were signed.

    Raises NotSealed.
    """
    for size in (first, second):
        if not LedgerCheckpoint.objects.filter(size=size).exists():
            raise NotSealed(gettext("No checkpoint of %(size)s entries was signed.") % {"size": f"{size:,}"})
    return [coded(one) for one in consistency(first, second, Tree())]


def as_file(proof: dict[str, Any]) -> str:
    return json.dumps(proof, indent=2, ensure_ascii=False)
