"""What is sealed: the tables, and of each row the words that its hash is of.

The words of a row are one JSON list: the name of the source, then its columns in this order for good. A moment stands
in microseconds since 1970, so that no setting of a session changes the words. A new column of a table joins at the end
under a new name of the source, for what is sealed already is of the old words.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """`key` pairs the columns by which the ledger knows a row with the table's own."""

    number: int
    name: str
    table: str
    key: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    label: str

    def words(self, row: str) -> str:
        """SQL of the words of a row of the table, which the statement calls `row`."""
        columns = ", ".join(column.format(row=row) for column in self.columns)
        return f"convert_to(jsonb_build_array('{self.name}', {columns})::text, 'UTF8')"

    def match(self, ledger: str, row: str) -> str:
        """SQL that a row of the table is the one that a row of the ledger's tables is about."""
        return " AND ".join(f"{row}.{theirs} = {ledger}.{ours}" for ours, theirs in self.key)


def moment(column: str) -> str:
    return f"(extract(epoch FROM {{row}}.{column}) * 1000000)::bigint"


def plain(*names: str) -> tuple[str, ...]:
    return tuple(f"{{row}}.{name}" for name in names)


ACCESS = Source(
    number=1,
    name="access 1",
    table="privacy_accessentry",
    key=(("at", "at"), ("row", "id")),
    columns=(
        moment("at"),
        *plain(
            "id", "kind", "user_id", "actor", "roles", "purpose", "duty", "reference", "categories", "key", "place",
            "records", "intent_id", "why", "api_key",
        ),
    ),
    label="line of the access log",
)  # fmt: skip
DISCLOSURE = Source(
    number=2,
    name="disclosure 1",
    table="privacy_disclosure",
    key=(("number", "id"),),
    columns=(
        moment("disclosed_at"),
        *plain(
            "id", "nature", "purpose", "routine_use", "exception", "is_by_consent", "evidence",
            "is_for_law_enforcement", "agreement_id", "recipient_name", "recipient_address", "categories",
            "disclosed_by_id", "reference",
        ),
    ),
    label="disclosure",
)  # fmt: skip
DISCLOSED_PERSON = Source(
    number=3,
    name="disclosed person 1",
    table="privacy_disclosedperson",
    key=(("number", "disclosure_id"), ("part", "id")),
    columns=plain("id", "disclosure_id", "person"),
    label="person of a disclosure",
)
ACT = Source(
    number=4,
    name="act 1",
    table="privacy_ledgeract",
    key=(("number", "id"),),
    columns=(moment("at"), *plain("id", "kind", "reference", "told")),
    label="act",
)
SOURCES = (ACCESS, DISCLOSURE, DISCLOSED_PERSON, ACT)
OF_NUMBER = {source.number: source for source in SOURCES}


def words_of(ledger: str) -> str:
    """SQL of the words of whatever row a row of the ledger's tables is about: one look-up by key each; NULL where the
    row is gone."""
    cases = "\n".join(
        f"        WHEN {source.number} THEN (\n"
        f"            SELECT {source.words('found')}\n"
        f"            FROM {source.table} AS found WHERE {source.match(ledger, 'found')}\n"
        "        )"
        for source in SOURCES
    )
    return f"CASE {ledger}.source\n{cases}\n    END"
