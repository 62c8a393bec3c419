"""Looking whether everything is as it was sealed: the rows, their order, the tree, and what was signed of it.

A row is checked against its leaf, leaves against the tree, the tree against each signed checkpoint, and these against
the ones that were kept elsewhere: whoever changes one of them would have to change the next, and the last is not here.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection

from privacy.ledger.checking import sealed_hash
from privacy.ledger.findings import Finding, Leaf, Report, name_of
from privacy.ledger.lawful import Disposed
from privacy.ledger.merkle import Growing
from privacy.ledger.naming import origin, verifiers
from privacy.ledger.notes import BadNote, opened, parsed
from privacy.ledger.sources import SOURCES, words_of
from privacy.ledger.statements import KEPT, Kept, digest
from privacy.ledger.tiles import LEVELS, WIDTH, tiles
from privacy.models import LedgerAct, LedgerCheckpoint, LedgerLeaf, LedgerNode, LedgerWaiting

SQL = Path(__file__).parent / "sql"
DIFFERING = (SQL / "differing.sql").read_text().format(words=words_of("leaf"))
UNSEALED = (SQL / "unsealed.sql").read_text()
LEAVES_BEYOND = """
SELECT count(*) FROM privacy_ledgerleaf
WHERE position >= (SELECT coalesce(max(size), 0) FROM privacy_ledgercheckpoint)
"""
NODES_BEYOND = """
SELECT level, number FROM privacy_ledgernode
WHERE (number + 1) * 256::numeric ^ level > (SELECT coalesce(max(size), 0) FROM privacy_ledgercheckpoint)
ORDER BY level, number LIMIT 100
"""
STRETCH = 100_000  # leaves that are looked at in one statement
MOST_TOLD = 100  # rows that were never sealed, of one table
MOST_COMPARED = 1_000  # rows among which one is looked for that stands in another's place


def verify(kept: Iterable[str] = ()) -> Report:
    """Look at everything. `kept` are notes of checkpoints that were kept elsewhere."""
    size = LedgerCheckpoint.objects.values_list("size", flat=True).first() or 0
    report = Report(size=size, waiting=LedgerWaiting.objects.count())
    report.findings += _tree(report)
    report.findings += _rows(report)
    report.findings += _unsealed()
    report.findings += _statements()
    report.findings += _kept_elsewhere(report, kept)
    return report


# The tree and its checkpoints ----------------------------------------------------------------------------------------


def _tree(report: Report) -> Iterator[Finding]:
    """Work the whole tree out again from its leaves, and compare every root that is kept."""
    checkpoints = {one.size: one for one in LedgerCheckpoint.objects.all()}
    nodes = dict(_nodes(report.size))
    growing = Growing()
    for first in range(0, report.size, STRETCH // WIDTH * WIDTH):
        end = min(first + STRETCH // WIDTH * WIDTH, report.size)
        for tile, hashes in tiles(0, first, end):
            if growing.size != tile * WIDTH or len(hashes) < min(WIDTH, end - growing.size):
                yield from _missing_leaves(growing.size, min((tile + 1) * WIDTH, report.size))
                return
            for leaf in hashes:
                yield from _agrees(growing, nodes, leaf)
                if checkpoint := checkpoints.pop(growing.size, None):
                    yield from _signed(checkpoint, growing.root(), report)
    if growing.size < report.size:
        yield from _missing_leaves(growing.size, report.size)
    yield from _beyond()


def _nodes(size: int) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Level and number of the kept roots of the first `size` leaves: seals go on meanwhile."""
    for level, number, found in LedgerNode.objects.values_list("level", "number", "hash").iterator():
        if (number + 1) << level * LEVELS <= size:
            yield (level, number), bytes(found)


def _beyond() -> Iterator[Finding]:
    """What no seal made. Each of the two statements sees a seal under way whole or not at all."""
    with connection.cursor() as cursor:
        cursor.execute(LEAVES_BEYOND)
        (beyond,) = cursor.fetchone()
        if beyond:
            yield Finding(f"{beyond:,} entries stand behind the last checkpoint, and no seal made them")
        cursor.execute(NODES_BEYOND)
        for level, number in cursor.fetchall():
            yield Finding(f"The ledger's tree holds a root that no entries have: level {level}, number {number:,}")


def _agrees(growing: Growing, nodes: dict[tuple[int, int], bytes], leaf: bytes) -> Iterator[Finding]:
    """Each root that the leaf completes is the one that was kept, where one is kept."""
    for level, found in growing.add(leaf)[LEVELS::LEVELS]:
        kept, width = level // LEVELS, 1 << level
        number = growing.size // width - 1
        if nodes.pop((kept, number), None) != found:
            said = f"Entries {number * width:,} to {growing.size - 1:,} are not those that were sealed, or not in order"
            yield Finding(said, number * width)


def _signed(checkpoint: LedgerCheckpoint, found: bytes, report: Report) -> Iterator[Finding]:
    report.checkpoints += 1
    try:
        named, signatures = parsed(checkpoint.note)
        note = opened(checkpoint.note, verifiers(signatures[0][0]))
    except BadNote as problem:
        yield Finding(f"Checkpoint of {checkpoint.size:,} entries: {problem}", checkpoint.size)
        return
    if (note.size, note.root) != (checkpoint.size, bytes(checkpoint.root)) or named != note:
        yield Finding(f"Checkpoint of {checkpoint.size:,} entries: its note says something else", checkpoint.size)
    if note.root != found:
        said = f"The first {checkpoint.size:,} entries are not those whose root was signed on {checkpoint.at:%Y-%m-%d}"
        yield Finding(said, checkpoint.size)


def _missing_leaves(start: int, end: int) -> Iterator[Finding]:
    there = set(LedgerLeaf.objects.filter(position__gte=start, position__lt=end).values_list("position", flat=True))
    for position in range(start, end):
        if position not in there:
            yield Finding(f"Entry {position:,} is missing from the ledger itself", position)
            return


# Rows and their leaves -----------------------------------------------------------------------------------------------


def _rows(report: Report) -> Iterator[Finding]:
    """Rows that no longer agree with their leaf: altered, missing, or in another's place."""
    for first in range(0, report.size, STRETCH):
        end = min(first + STRETCH, report.size)
        disposed = Disposed()  # read after the rows: what goes meanwhile has its act by then
        differing = _differing(first, end)
        report.rows += end - first
        for leaf in differing:
            if leaf.words is None and disposed.covers(leaf):
                report.gone += 1
            else:
                yield _judged(leaf, differing[:MOST_COMPARED])


def _differing(first: int, end: int) -> list[Leaf]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"first": first, "end": end})
        return [Leaf.of(columns) for columns in cursor.fetchall()]


def _judged(leaf: Leaf, others: list[Leaf]) -> Finding:
    if leaf.words is None:
        return Finding(f"Entry {leaf.position:,}: {leaf.named} is missing", leaf.position)
    for other in others:
        if sealed_hash(leaf.salt, other.position, leaf.words) == leaf.hash:
            said = f"Entry {leaf.position:,}: {leaf.named} was sealed as entry {other.position:,}: reordered"
            return Finding(said, leaf.position)
    return Finding(f"Entry {leaf.position:,}: {leaf.named} was altered", leaf.position)


def _unsealed() -> Iterator[Finding]:
    for source in SOURCES:
        columns = [f"found.{theirs} AS {ours}" for ours, theirs in source.key]
        statement = UNSEALED.format(
            key=", ".join(columns), table=source.table, source=source.number,
            match_leaf=source.match("leaf", "found"), match_waiting=source.match("waiting", "found"),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(statement, {"most": MOST_TOLD})
            for values in cursor.fetchall():
                key = dict(zip((ours for ours, _ in source.key), values, strict=True))
                named = name_of(source.number, key.get("at"), key.get("row"), key.get("number"), key.get("part"))
                yield Finding(f"{named[0].upper()}{named[1:]} was never sealed: it was put there past the program")


# What acts are about -------------------------------------------------------------------------------------------------


def _statements() -> Iterator[Finding]:
    for kept in KEPT:
        yield from _of_kept(kept)


def _of_kept(kept: Kept) -> Iterator[Finding]:
    """The rows of which the last act keeps a digest still say it."""
    last = {
        act.reference: act for act in LedgerAct.objects.filter(kind__startswith=kept.prefix).order_by("id").iterator()
    }
    wanted = {reference: act.told["digest"] for reference, act in last.items() if "digest" in act.told}
    rows = dict(kept.rows(wanted))
    for reference, told in wanted.items():
        if reference not in rows:
            yield Finding(f"The {kept.label} {reference} is missing, of which act {last[reference].pk} tells")
        elif digest(kept.statement(rows[reference])) != told and not _is_superseded(last[reference], kept):
            yield Finding(f"The {kept.label} {reference} was altered since act {last[reference].pk}")


def _is_superseded(act: LedgerAct, kept: Kept) -> bool:
    """Whether something was decided on the row meanwhile."""
    later = LedgerAct.objects.filter(kind__startswith=kept.prefix, reference=act.reference, pk__gt=act.pk)
    return later.exists()


# What others kept ----------------------------------------------------------------------------------------------------


def _kept_elsewhere(report: Report, notes: Iterable[str]) -> Iterator[Finding]:
    """Each checkpoint that was kept elsewhere is one that stands here, with the same root."""
    here = dict(LedgerCheckpoint.objects.values_list("size", "root"))
    _, present = origin()
    for note in notes:
        report.kept += 1
        try:
            _, signatures = parsed(note)
            checkpoint = opened(note, verifiers(signatures[0][0]))
        except BadNote as problem:
            yield Finding(f"A checkpoint that was kept elsewhere: {problem}")
            continue
        root = here.get(checkpoint.size)
        if root is not None and bytes(root) == checkpoint.root:
            continue
        if checkpoint.origin != present:
            report.notes.append(
                f"A checkpoint of {checkpoint.size:,} entries is of the line {checkpoint.origin}, before a restore: "
                "what came behind the backup is not here any more"
            )
        elif root is None and checkpoint.size > report.size:
            said = f"A checkpoint of {checkpoint.size:,} entries was kept elsewhere, and {report.size:,} are here: "
            yield Finding(said + "entries were cut off, or a backup was restored (then: manage.py retention replay)")
        else:
            yield Finding(f"A checkpoint of {checkpoint.size:,} entries that was kept elsewhere tells of other ones")
