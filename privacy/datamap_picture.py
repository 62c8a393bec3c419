"""The data map as a picture: categories → models → who may read → retention rule, laid out for an SVG.

Each flow is a band from left to right, as thick as the elements are many that take this way. No band crosses a label:
those of the outer layers stand beside the picture, and a node of an inner layer is as wide as its label.
"""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext, gettext_noop, ngettext

from privacy.datamap import DROPPED, HOMELESS, Row
from privacy.wording import label_words

LAYERS = (
    gettext_noop("Categories of records"),
    gettext_noop("Models"),
    gettext_noop("Who may read"),
    gettext_noop("Retention"),
)
WIDTH = 1200  # and more where the labels leave the bands less than LEAST_GAP
LEAST_GAP = 90
BAR = 10  # the dark edge of a node; an outer node is no wider
LETTER = 6.6  # of a label, at most on average, in the fonts of page and files
BESIDE = 8  # a label
THICKNESS = 1.6  # of one element
LINE_HEIGHT = 16
GAP = 7
TOP = 34  # room for the layers' names
LABEL_LENGTHS = (36, 40, 28, 28)  # of each layer; a longer one takes a second line

Stop = tuple[str, ...]  # a node is told by what its label says


@dataclass(frozen=True)
class Flow:
    """The elements of one category, in one model, with the same readers and rules."""

    stops: tuple[Stop, ...]
    count: int
    category: int

    @property
    def kind(self) -> str:
        kinds = {gettext(DROPPED): "dropped", gettext(HOMELESS): "homeless"}
        return kinds.get(self.stops[1][0], "kept")


@dataclass(frozen=True)
class Column:
    """Where the nodes of a layer stand, and the room that its longest label needs."""

    layer: int
    x: int
    room: int

    @property
    def is_first(self) -> bool:
        return self.layer == 0

    @property
    def is_inner(self) -> bool:
        return 0 < self.layer < len(LAYERS) - 1

    @property
    def width(self) -> int:
        """Of a node: an inner one holds its label."""
        return BAR + self.room if self.is_inner else BAR

    @property
    def end(self) -> int:
        return self.x + self.width

    @property
    def name(self) -> str:
        return LAYERS[self.layer]

    @property
    def name_x(self) -> int:
        return self.end if self.is_first else self.x


@dataclass(frozen=True)
class Node:
    stop: Stop
    column: Column
    y: float
    height: float
    count: int
    category: int | None

    @property
    def x(self) -> int:
        return self.column.x

    @property
    def is_first(self) -> bool:
        return self.column.is_first

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def label_x(self) -> int:
        return self.x - BESIDE if self.is_first else self.x + BAR + BESIDE

    @property
    def labels(self) -> list[tuple[float, str]]:
        """Each line of the label with the height at which it stands, the whole centred on the node."""
        lines = label_lines(self.stop, self.column.layer)
        first = self.middle - (len(lines) - 1) * LINE_HEIGHT / 2
        return [(round(first + place * LINE_HEIGHT, 1), line) for place, line in enumerate(lines)]


@dataclass(frozen=True)
class Band:
    flow: Flow
    path: str
    thickness: float

    @property
    def words(self) -> str:
        way = " → ".join(", ".join(stop) for stop in self.flow.stops)
        return ngettext("%(count)s element: %(way)s", "%(count)s elements: %(way)s", self.flow.count) % {
            "count": self.flow.count,
            "way": way,
        }


@dataclass(frozen=True)
class MapPicture:
    title: str
    width: int
    height: int
    columns: tuple[Column, ...]
    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]

    bar = BAR

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Where bands are drawn: where each room between two layers begins, and its width. A thick band that goes
        steeply would reach beyond."""
        return tuple((left.end, right.x - left.end) for left, right in pairwise(self.columns))

    @property
    def file_height(self) -> int:
        """With the title above, which a page has outside of the picture."""
        return self.height + 50


def map_picture(rows: Sequence[Row]) -> MapPicture:
    """The picture of these rows of the map."""
    found = flows(rows)
    layers = [ordered_stops(found, layer) for layer in range(len(LAYERS))]
    height = max(sum(node_height(found, layer, stop) + GAP for stop in stops) for layer, stops in enumerate(layers))
    columns = columns_of(layers)
    nodes = {
        (column.layer, node.stop): node
        for column, stops in zip(columns, layers, strict=True)
        for node in placed(found, column, stops, height)
    }
    return MapPicture(
        title=finding(rows),
        width=max(WIDTH, columns[-1].end + columns[-1].room),
        height=round(height) + TOP,
        columns=columns,
        nodes=tuple(nodes.values()),
        bands=tuple(bands(found, layers, nodes, columns)),
    )


def columns_of(layers: Sequence[Sequence[Stop]]) -> tuple[Column, ...]:
    """The layers from left to right, what the labels leave of the picture's width shared out between them."""
    rooms = [room(stops, layer) for layer, stops in enumerate(layers)]
    gap = max(LEAST_GAP, (WIDTH - sum(rooms) - BAR * len(rooms)) // (len(rooms) - 1))
    columns: list[Column] = []
    x = rooms[0]
    for layer, own in enumerate(rooms):
        columns.append(Column(layer, x, own))
        x = columns[-1].end + gap
    return tuple(columns)


def room(stops: Sequence[Stop], layer: int) -> int:
    """The width of a layer's longest line, its heading's among them, with what is free beside it."""
    lines = [gettext(LAYERS[layer]), *(line for stop in stops for line in label_lines(stop, layer))]
    return round(max(map(len, lines)) * LETTER) + 2 * BESIDE


def finding(rows: Sequence[Row]) -> str:
    """What the map says, in a sentence."""
    kept = {row.element.id for row in rows if row.is_kept}
    elements, categories = {row.element.id for row in rows}, {row.category.number for row in rows}
    models = {row.model for row in rows if row.is_kept}
    dropped = {row.element.id for row in rows if row.model == DROPPED}
    homeless = elements - kept - dropped
    held = ngettext(
        "%(kept)s of %(elements)s of %(categories)s is held, in %(models)s",
        "%(kept)s of %(elements)s of %(categories)s are held, in %(models)s",
        len(kept),
    )
    said = {
        "kept": len(kept),
        "elements": ngettext("%(count)s element", "%(count)s elements", len(elements)) % {"count": len(elements)},
        "categories": ngettext("%(count)s category", "%(count)s categories", len(categories))
        % {"count": len(categories)},
        "models": ngettext("%(count)s model", "%(count)s models", len(models)) % {"count": len(models)},
    }
    parts = [held % said]
    if dropped:
        words = ngettext(
            "%(count)s secret is dropped on intake", "%(count)s secrets are dropped on intake", len(dropped)
        )
        parts.append(words % {"count": len(dropped)})
    if homeless:
        words = ngettext("%(count)s element has no home yet", "%(count)s elements have no home yet", len(homeless))
        parts.append(words % {"count": len(homeless)})
    return "; ".join(parts) + "."


def flows(rows: Iterable[Row]) -> list[Flow]:
    """The ways that elements take, the first category first."""
    counts = Counter((row.category.number, stops_of(row)) for row in rows)
    return [Flow(stops, count, category) for (category, stops), count in counts.items()]


def stops_of(row: Row) -> tuple[Stop, ...]:
    category = f"{row.category.number}. {label_words(row.category.title)}"
    return (category,), (row.model_name,), row.reader_names, row.rule_names


def ordered_stops(found: list[Flow], layer: int) -> list[Stop]:
    """The nodes of a layer, each near the categories that flow into it, so that few bands cross."""
    pulls: dict[Stop, list[tuple[int, int]]] = defaultdict(list)
    for flow in found:
        pulls[flow.stops[layer]].append((flow.category, flow.count))
    return sorted(pulls, key=lambda stop: (sum(c * n for c, n in pulls[stop]) / sum(n for _, n in pulls[stop]), stop))


def node_height(found: list[Flow], layer: int, stop: Stop) -> float:
    """As its elements are many, and at least as its label needs."""
    return max(stop_count(found, layer, stop) * THICKNESS, len(label_lines(stop, layer)) * LINE_HEIGHT)


def label_lines(stop: Stop, layer: int) -> list[str]:
    return [line for text in stop for line in _lines(text, LABEL_LENGTHS[layer])]


def _lines(text: str, most: int) -> list[str]:
    return textwrap.wrap(text, most, break_long_words=False, break_on_hyphens=False)


def stop_count(found: list[Flow], layer: int, stop: Stop) -> int:
    return sum(flow.count for flow in found if flow.stops[layer] == stop)


def placed(found: list[Flow], column: Column, stops: list[Stop], height: float) -> Iterable[Node]:
    """The nodes of a layer one below the other, spread over the height of the picture."""
    layer = column.layer
    heights = [node_height(found, layer, stop) for stop in stops]
    gap = (height - sum(heights)) / len(stops)
    y = TOP + gap / 2
    for stop, own in zip(stops, heights, strict=True):
        category = next(flow.category for flow in found if flow.stops[layer] == stop) if layer == 0 else None
        count = stop_count(found, layer, stop)
        yield Node(stop, column, round(y, 1), round(own, 1), count, category)
        y += own + gap


def bands(
    found: list[Flow], layers: list[list[Stop]], nodes: dict[tuple[int, Stop], Node], columns: Sequence[Column]
) -> Iterable[Band]:
    """Each flow's band; within a node they lie one below the other in the order of where they come from."""
    in_order = sorted(found, key=lambda flow: [layers[layer].index(stop) for layer, stop in enumerate(flow.stops)])
    used: dict[tuple[int, Stop], float] = defaultdict(float)
    for flow in in_order:
        thickness = flow.count * THICKNESS
        heights = []
        for key in enumerate(flow.stops):
            node = nodes[key]
            free = node.height - node.count * THICKNESS
            heights.append(node.y + free / 2 + used[key] + thickness / 2)
            used[key] += thickness
        yield Band(flow, path(heights, columns), round(thickness, 1))


def path(heights: Sequence[float], columns: Sequence[Column]) -> str:
    """A line through the nodes at these heights, level within each and curved between them."""
    parts = [f"M{columns[0].x} {heights[0]:.1f}"]
    for (left, right), (y, next_y) in zip(pairwise(columns), pairwise(heights), strict=True):
        middle = (left.end + right.x) / 2
        parts.append(f"H{left.end}C{middle:g} {y:.1f} {middle:g} {next_y:.1f} {right.x} {next_y:.1f}")
    return f"{''.join(parts)}H{columns[-1].end}"
