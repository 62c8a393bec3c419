"""What people are told of imports, the same by page, command and API."""

from django.db import Error, InterfaceError, OperationalError, connection

from records.models import Import

SERVER_ENDS = ("57P01", "57P02", "57P03")  # admin_shutdown, crash_shutdown, cannot_connect_now


def database_trouble(problem: Error) -> str:
    """Whether the database is away, or else the first line of what it says: the next ones may quote a row."""
    if _is_lost(problem) or not connection.is_usable():
        return "the database went away; what is committed stays. Give the same command again to go on"
    return f"the database refused it: {str(problem).splitlines()[0]}; what is committed stays"


def _is_lost(problem: Error) -> bool:
    """Whether the connection is what failed: libpq says so without a code, a server that ends with one of its own."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    return getattr(problem.__cause__, "pgcode", None) in (None, *SERVER_ENDS)


def sums(record: Import) -> str:
    """read = loaded + rejected, in numbers."""
    present = record.loaded + record.already_present
    return (
        f"read {record.read:,} = loaded {present:,} (new {record.loaded:,}, already there {record.already_present:,})"
        f" + rejected {record.rejected:,}"
    )
