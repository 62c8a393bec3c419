"""A customer's engagement as a file: a row a part, the score as the last."""

from datetime import datetime

from analytics.engagement_words import METHOD
from analytics.exports.base import Head, Notes, Table
from analytics.reports.engagement import MEASURES, Engagement
from records.listing import Kind

HEADS = (
    Head("Part", "part"),
    Head("Measured in the last twelve weeks", "value", Kind.DECIMAL),
    Head("Of what", "unit"),
    Head("Points", "points", Kind.DECIMAL),
    Head("At most", "most", Kind.COUNT),
    Head("Usual for them", "usual", Kind.DECIMAL),
)


def engagement_table(found: Engagement, name: str, title: str, as_of: datetime, notes: Notes) -> Table:
    rows = [
        [measure.label, part.value, measure.unit, part.points, int(part.most), part.usual]
        for measure, part in zip(MEASURES, found.parts, strict=True)
    ]
    return Table(
        name=name,
        title=title,
        heads=HEADS,
        rows=iter([*rows, ["Score", None, found.change, found.score, 100, found.usual]]),
        as_of=as_of,
        notes=(*notes, ("Until", found.as_of.isoformat()), ("Method", METHOD)),
    )
