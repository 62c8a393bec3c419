"""Where sessions are kept: in the database, and in Redis to be read faster. While Redis is away the database is enough.

To end a session takes both: what stayed in Redis would be a session again once it is back.
"""

from typing import Any

from django.contrib.sessions.backends import cached_db, db

from privacy.kept import AWAY


class SessionStore(cached_db.SessionStore):
    def load(self) -> dict[str, Any]:
        try:
            return super().load()
        except AWAY:
            return db.SessionStore.load(self)
