"""The statements that something asked, told whole."""

import re
from typing import Any

from django.test.utils import CaptureQueriesContext


class AskedStatements(CaptureQueriesContext):
    """As Django's own; but of a statement whose plan is kept, of which that has the name alone, the text as well. To be
    looked at once it is over."""

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        with self.connection.connection.cursor() as cursor:
            cursor.execute("SELECT name, statement FROM pg_prepared_statements")
            texts = dict(cursor.fetchall())

        def told(found: "re.Match[str]") -> str:
            return f"{texts[found[1]]}\n{found[0]}"

        queries: list[Any] = super().captured_queries
        return [query | {"sql": re.sub(r"\bEXECUTE (waymark_\w+)", told, query["sql"])} for query in queries]
