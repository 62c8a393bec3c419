"""How reports write names: `shown name (name in the account)`, and the role of the host beside it."""

import re

RENAMED = re.compile(r"(?P<shown>.*\S)\s*\((?P<original>[^()]+)\)")
ROLE = re.compile(r"(?:^#\s*|\s*#\s*|\s*\()(?P<role>host|co-?host)(?:,\s*me)?\)?\s*$", re.IGNORECASE)


def parts_of(text: str) -> tuple[str, str, str]:
    """Shown name, name in the account (empty where it is the same), role (`host`, `co-host` or empty)."""
    text, role = " ".join(text.split()), ""
    if found := ROLE.search(text):
        text, role = text[: found.start()].strip(), "co-host" if found["role"].lower().startswith("co") else "host"
    renamed = RENAMED.fullmatch(text)
    if not renamed:
        return text, "", role
    shown, original = renamed["shown"], renamed["original"].strip()
    return shown, "" if original == shown else original, role
