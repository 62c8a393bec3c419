"""Models made of the rows of statements that are written out: of thirty columns, and of what they refer to, Django's
writing takes a millisecond."""

from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


class Columns(Generic[M]):
    """The columns of a model's table, which the statement knows by a name, in the order of `sql`."""

    def __init__(self, model: type[M], table: str) -> None:
        self.model, self.fields = model, model._meta.concrete_fields
        self.names = [field.attname for field in self.fields]
        self.key = self.names.index(model._meta.pk.attname)
        self.sql = ", ".join(f"{table}.{field.column}" for field in self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def made_of(self, values: tuple[Any, ...]) -> M | None:
        """The model with these values, each as its field reads it; None where there is no row, or a join found none."""
        if not values or values[self.key] is None:
            return None
        read = [
            field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
            for field, value in zip(self.fields, values, strict=True)
        ]
        return self.model.from_db(connection.alias, self.names, read)
