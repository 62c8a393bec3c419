"""What people are told of imports, the same by page, command and API."""

from django.db import Error, connection

from records.models import Import


def database_trouble(problem: Error) -> str:
    """Whether the database is away, or else the first line of what it says: the next ones may quote a row."""
    if not connection.is_usable():
        return "the database went away; what is committed stays. Give the same command again to go on"
    return f"the database refused it: {str(problem).splitlines()[0]}; what is committed stays"


def sums(record: Import) -> str:
    """read = loaded + rejected, in numbers."""
    present = record.loaded + record.already_present
    return (
        f"read {record.read:,} = loaded {present:,} (new {record.loaded:,}, already there {record.already_present:,})"
        f" + rejected {record.rejected:,}"
    )
