"""Check a proof where nothing of the program runs, no database and no settings: `python -m privacy.ledger FILE KEY`."""

import sys
from pathlib import Path

from privacy.ledger.checking import BadProof, check, lines_of
from privacy.ledger.notes import BadNote, Verifier


def main(arguments: list[str]) -> str:
    """What is wrong; empty where the proof holds."""
    if len(arguments) != 2:
        return "Give the proof's file and the key that must have signed: python -m privacy.ledger FILE KEY"
    try:
        found = check(Path(arguments[0]).read_text(encoding="utf-8"), [Verifier.of(arguments[1])])
    except (BadProof, BadNote, OSError, UnicodeDecodeError) as problem:
        return str(problem)
    print("\n".join(lines_of(found)))  # noqa: T201
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
