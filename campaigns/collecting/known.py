"""What hardly changes from one commit to the next, and is asked for once a second: a key that is revoked, or a period
that is changed, holds within a second. Plans of the database's are made anew as often: a month may grow from a few
events to very many."""

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import TextField, UUIDField, Value
from django.db.models.functions import Cast, Replace

from campaigns.bounds import first_kept
from campaigns.collector import OF_SHARE, Source
from campaigns.enums import Series
from campaigns.models import Share
from privacy import keys
from privacy.models import ApiKey, User
from records.models.customer import IsOneOf

FRESH = 1.0  # seconds
SHARE_COLUMNS = ("key_text", "shared_at", *OF_SHARE.values())
KEYS = object()  # stands for the keys in a statement that is kept


class Known:
    """Asked by one thread, the one that commits. `keeps_plans`: its connection is its own, and keeps plans as well."""

    def __init__(self, keeps_plans: bool = False) -> None:
        self.keeps_plans, self._has_old_plans = keeps_plans, keeps_plans
        self._since = time.monotonic()
        self._keys: dict[str, ApiKey | None] = {}
        self._first_kept: Mapping[Series, datetime] | None = None
        self._shares: dict[int, tuple[str, tuple[Any, ...]]] = {}

    @property
    def is_stale(self) -> bool:
        return time.monotonic() - self._since >= FRESH

    def forget_plans(self) -> str:
        """The statement by which the database forgets the plans that it kept so far; empty where it has."""
        has_old, self._has_old_plans = self._has_old_plans, False
        return "DISCARD PLANS" if has_old else ""

    def key(self, text: str) -> ApiKey | None:
        """The key that a program sent, if it works (privacy.keys.found), with what its owner may."""
        if text not in self._keys:
            self._keys[text] = keys.found(text)
        return self._keys[text]

    def first_kept(self, now: datetime) -> Mapping[Series, datetime]:
        """campaigns.bounds.first_kept."""
        if self._first_kept is None:
            self._first_kept = first_kept(now)
        return self._first_kept

    def shares(self, user: User, keys: Collection[str]) -> dict[str, tuple[datetime, Source]]:
        """Of the shares with these keys that the user sees, by the key when each was shared, and whose and what it is.

        One query; its text is kept, which takes longer to put together than to answer. Keys are UUIDs in hexadecimal
        digits: a UUID takes longer to make than to find.
        """
        if user.pk not in self._shares:
            self._shares[user.pk] = _statement(user)
        statement, values = self._shares[user.pk]
        as_array = f"{{{','.join(keys)}}}"
        with connection.cursor() as cursor:
            cursor.execute(statement, [as_array if value is KEYS else value for value in values])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return {row[0]: (row[1], Source._make(row[2:])) for row in rows}


def _statement(user: User) -> tuple[str, tuple[Any, ...]]:
    """The query of `Known.shares`, with KEYS where the keys go."""
    keys_asked = Value(KEYS, ArrayField(UUIDField()))
    rows = Share.objects.visible_to(user).filter(IsOneOf("key", keys_asked)).order_by()
    rows = rows.annotate(key_text=Replace(Cast("key", TextField()), Value("-"), output_field=TextField()))
    statement, values = rows.values_list(*SHARE_COLUMNS).query.sql_with_params()
    return statement, tuple(values)
