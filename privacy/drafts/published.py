"""The published versions as the database holds them, for the notice, which knows no models."""

from django.db import connection

from privacy.drafts.contents import published_content
from privacy.models import NoticeDraft
from privacy.notice.published import NOTHING, Known


def read() -> Known:
    """Nothing where the database has not been migrated yet. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [NoticeDraft._meta.db_table])
        if cursor.fetchone()[0] is None:
            return NOTHING
    drafts = list(NoticeDraft.objects.in_view().order_by("effective_on"))
    mark = " ".join(f"{draft.key}@{draft.effective_on}" for draft in drafts)
    return Known(mark, tuple(published_content(draft) for draft in drafts))
