"""A customer's engagement as a file: a row a part, the score as the last."""

from datetime import datetime

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.engagement_words import METHOD
from analytics.exports.base import Head, Notes, Table
from analytics.reports.engagement import MEASURES, Engagement
from records.listing import Kind, in_language

HEADS = (
    Head(_("Part"), "part"),
    Head(_("Measured in the last twelve weeks"), "value", Kind.DECIMAL),
    Head(_("Of what"), "unit"),
    Head(_("Points"), "points", Kind.DECIMAL),
    Head(_("At most"), "most", Kind.COUNT),
    Head(_("Usual for them"), "usual", Kind.DECIMAL),
)

# The words of a change in the report.
CHANGES = (
    gettext_noop("no past"),
    gettext_noop("short past"),
    gettext_noop("risen"),
    gettext_noop("fallen"),
    gettext_noop("as usual"),
)


def engagement_table(found: Engagement, name: str, title: str, as_of: datetime, notes: Notes) -> Table:
    rows = [
        [gettext(measure.label), part.value, gettext(measure.unit), part.points, int(part.most), part.usual]
        for measure, part in zip(MEASURES, found.parts, strict=True)
    ]
    return Table(
        name=name,
        title=title,
        heads=HEADS,
        rows=iter([*rows, [gettext("Score"), None, in_language(found.change), found.score, 100, found.usual]]),
        as_of=as_of,
        notes=(*notes, (gettext("Until"), found.as_of.isoformat()), (gettext("Method"), gettext(METHOD))),
    )
