"""How fast is the ledger? Lines of the access log written with and without their note for the seal, sealed, verified.

    python -m benchmarks.ledger         1,000,000 lines; QUICK=1: 100,000

Embedded servers of its own in a temporary folder. Sealing and verifying are set beside a bound measured in the same
run: one bare statement that hashes the same rows' words into a table without indexes. Prints a table and, as the last
line, JSON.
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.intake import manage, own_servers
from benchmarks.retention import timed

LINES = 100_000 if os.environ.get("QUICK") else 1_000_000
PROOFS = 200
FILL = """
INSERT INTO privacy_accessentry (
    at, id, kind, user_id, actor, roles, purpose, duty, reference, categories, key, place, records, why
)
SELECT
    '2026-11-01'::timestamptz + n * interval '10 milliseconds', gen_random_uuid(), 'intent', n %% 50, '', '{Sales}', 1,
    '', '', '{1,3}', 'list', 'customers', NULL, ''
FROM generate_series(1, %s) AS n
"""
BARE = "CREATE UNLOGGED TABLE bare AS SELECT at, id, sha256({words}) AS hash FROM privacy_accessentry AS found"


@dataclass(frozen=True)
class Measured:
    lines: int
    written_without_note: float
    written: float
    hashed_bare: float
    sealed: float
    verified: float
    proof_ms: float


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        import django

        django.setup()
        found = measure()
    for label, rate, bound in (
        ("lines written, nothing noted", found.written_without_note, None),
        ("lines written and noted", found.written, found.written_without_note),
        ("words hashed by one statement", found.hashed_bare, None),
        ("sealed and signed", found.sealed, found.hashed_bare),
        ("verified", found.verified, found.hashed_bare),
    ):
        ratio = f"{rate / bound:.2f}" if bound else ""
        print(f"{label:<34}{rate:>12,.0f} a second {ratio:>6}")
    print(f"{'one proof of inclusion':<34}{found.proof_ms:>12.1f} ms")
    print(json.dumps(asdict(found)))


def measure() -> Measured:
    from django.db import connection

    from privacy.ledger import proofs, sealing
    from privacy.ledger.sources import ACCESS
    from privacy.ledger.verifying import verify

    with connection.cursor() as cursor:
        cursor.execute("SELECT make_month_partition('privacy_accessentry', '2026-11-01')")
        cursor.execute("ALTER TABLE privacy_accessentry DISABLE TRIGGER await_seal")
        with timed() as unnoted:
            cursor.execute(FILL, [LINES])
        cursor.execute("ALTER TABLE privacy_accessentry ENABLE TRIGGER await_seal")
        cursor.execute("DROP TABLE privacy_accessentry_2026_11")
        cursor.execute("SELECT make_month_partition('privacy_accessentry', '2026-11-01')")
        with timed() as noted:
            cursor.execute(FILL, [LINES])
        cursor.execute("ANALYZE")
        with timed() as bare:
            cursor.execute(BARE.format(words=ACCESS.words("found")))
    with timed() as seal:
        assert sealing.seal_all() == LINES
    with timed() as look:
        report = verify()
    assert (report.findings, report.size) == ([], LINES)
    with timed() as prove:
        for number in range(PROOFS):
            proofs.sealed(number * (LINES // PROOFS))
    return Measured(
        LINES, LINES / unnoted(), LINES / noted(), LINES / bare(), LINES / seal(), LINES / look(),
        proof_ms=prove() * 1000 / PROOFS,
    )  # fmt: skip


if __name__ == "__main__":
    main()
