"""Whoever has a page has its materials: each recipient gets a share of each material that stands on it.

So what is read of a material from the page is counted for the material, by the one way in which all is counted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from campaigns.enums import MaterialKind
from campaigns.models import Material, Share, WebPageVersion
from campaigns.wanted_shares import make_wanted
from campaigns.webpages.blocks import materials_of, read_blocks

WANT_MISSING_SHARES = (Path(__file__).parent.parent / "sql" / "want_missing_shares.sql").read_text()


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
        cursor.execute(WANT_MISSING_SHARES.format(shares=shares), [*values, list(slugs)])
        count = int(cursor.rowcount)
        if count:
            make_wanted(cursor, count)
    return count
