"""Whoever has a page has its materials: each recipient gets a share of each material that stands on it.

So what is read of a material from the page is counted for the material, by the one way in which all is counted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from campaigns.enums import MaterialKind
from campaigns.eventlog import append, open_staging
from campaigns.models import Material, Share, WebPageVersion
from campaigns.models.share import new_token
from campaigns.webpages.blocks import materials_of, read_blocks

SQL = Path(__file__).parent.parent / "sql"
COUNT_MISSING_SHARES = (SQL / "count_missing_shares.sql").read_text()
INSERT_MISSING_SHARES = (SQL / "insert_missing_shares.sql").read_text()


def spread_of(shares: "QuerySet[Share]") -> int:
    """For those of these shares that are of custom web pages: their materials, as the newest version names them."""
    pages = Material.objects.filter(kind=MaterialKind.WEB_PAGE, pk__in=shares.values("material"))
    newest = WebPageVersion.objects.filter(page__material__in=pages, number=F("page__material__version"))
    return sum(
        spread(shares.filter(material=material).values("pk"), materials_of(read_blocks(blocks)))
        for material, blocks in newest.values_list("page__material", "blocks")
    )


def spread(page_shares: "QuerySet[Share, Any]", slugs: Sequence[str]) -> int:
    """Share these materials with the recipients of these open shares (a query of their ids) who have none of them yet.

    Returns how many shares were made. As many statements for one recipient as for all.
    """
    if not slugs:
        return 0
    shares, values = page_shares.order_by().query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT_MISSING_SHARES.format(shares=shares), [*values, list(slugs)])
        count = int(cursor.rowcount)
        if count == 0:
            return 0
        open_staging(cursor)
        tokens = [new_token() for _ in range(count)]
        cursor.execute(INSERT_MISSING_SHARES, {"shared_at": timezone.now(), "tokens": tokens})
        batch = append(cursor).batch
        cursor.execute(
            "UPDATE campaigns_share SET batch_id = %s WHERE id IN (SELECT share_id FROM staged_event)", [batch.pk]
        )
    return count
