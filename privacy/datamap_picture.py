"""The data map as a picture: categories → models → who may read → retention rule, laid out for an SVG.

Each flow is a band from left to right, as thick as the elements are many that take this way.
"""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop, ngettext

from privacy.datamap import DROPPED, HOMELESS, Row

LAYERS = (
    gettext_noop("Categories of records"),
    gettext_noop("Models"),
    gettext_noop("Who may read"),
    gettext_noop("Retention"),
)
WIDTH = 1200
EDGES = (290, 500, 780, 1010)  # where each layer's nodes begin; labels need the room between them
NODE_WIDTH = 10
THICKNESS = 1.6  # of one element
LINE_HEIGHT = 16
GAP = 7
TOP = 34  # room for the layers' names
LABEL_LENGTH = 40  # a longer one takes a second line

Stop = tuple[str, ...]  # a node is told by what its label says


@dataclass(frozen=True)
class Flow:
    """The elements of one category, in one model, with the same readers and rules."""

    stops: tuple[Stop, ...]
    count: int
    category: int

    @property
    def kind(self) -> str:
        return {DROPPED: "dropped", HOMELESS: "homeless"}.get(self.stops[1][0], "kept")


@dataclass(frozen=True)
class Node:
    stop: Stop
    x: int
    y: float
    height: float
    count: int
    is_first: bool
    category: int | None

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def label_x(self) -> int:
        return self.x - 8 if self.is_first else self.x + NODE_WIDTH + 8

    @property
    def labels(self) -> list[tuple[float, str]]:
        """Each line of the label with the height at which it stands, the whole centred on the node."""
        lines = label_lines(self.stop)
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
    height: int
    heads: tuple[tuple[int, str, bool], ...]
    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]

    width = WIDTH
    node_width = NODE_WIDTH

    @property
    def file_height(self) -> int:
        """With the title above, which a page has outside of the picture."""
        return self.height + 50


def map_picture(rows: Sequence[Row]) -> MapPicture:
    """The picture of these rows of the map."""
    found = flows(rows)
    layers = [ordered_stops(found, layer) for layer in range(len(LAYERS))]
    height = max(sum(node_height(found, layer, stop) + GAP for stop in stops) for layer, stops in enumerate(layers))
    nodes = {
        (layer, node.stop): node for layer, stops in enumerate(layers) for node in placed(found, layer, stops, height)
    }
    return MapPicture(
        title=finding(rows),
        height=round(height) + TOP,
        heads=tuple((x + NODE_WIDTH if layer == 0 else x, LAYERS[layer], layer == 0) for layer, x in enumerate(EDGES)),
        nodes=tuple(nodes.values()),
        bands=tuple(bands(found, layers, nodes)),
    )


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
    return ((f"{row.category.number}. {row.category.title}",), (row.model,), row.reader_names, row.rule_names)


def ordered_stops(found: list[Flow], layer: int) -> list[Stop]:
    """The nodes of a layer, each near the categories that flow into it, so that few bands cross."""
    pulls: dict[Stop, list[tuple[int, int]]] = defaultdict(list)
    for flow in found:
        pulls[flow.stops[layer]].append((flow.category, flow.count))
    return sorted(pulls, key=lambda stop: (sum(c * n for c, n in pulls[stop]) / sum(n for _, n in pulls[stop]), stop))


def node_height(found: list[Flow], layer: int, stop: Stop) -> float:
    """As its elements are many, and at least as its label needs."""
    return max(stop_count(found, layer, stop) * THICKNESS, len(label_lines(stop)) * LINE_HEIGHT)


def label_lines(stop: Stop) -> list[str]:
    return [line for text in stop for line in textwrap.wrap(text, LABEL_LENGTH, break_on_hyphens=False)]


def stop_count(found: list[Flow], layer: int, stop: Stop) -> int:
    return sum(flow.count for flow in found if flow.stops[layer] == stop)


def placed(found: list[Flow], layer: int, stops: list[Stop], height: float) -> Iterable[Node]:
    """The nodes of a layer one below the other, spread over the height of the picture."""
    heights = [node_height(found, layer, stop) for stop in stops]
    gap = (height - sum(heights)) / len(stops)
    y = TOP + gap / 2
    for stop, own in zip(stops, heights, strict=True):
        category = next(flow.category for flow in found if flow.stops[layer] == stop) if layer == 0 else None
        count = stop_count(found, layer, stop)
        yield Node(stop, EDGES[layer], round(y, 1), round(own, 1), count, layer == 0, category)
        y += own + gap


def bands(found: list[Flow], layers: list[list[Stop]], nodes: dict[tuple[int, Stop], Node]) -> Iterable[Band]:
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
        yield Band(flow, path(heights), round(thickness, 1))


def path(heights: list[float]) -> str:
    """A line through the nodes at these heights, level within each and curved between them."""
    parts = [f"M{EDGES[0]} {heights[0]:.1f}"]
    for x, next_x, y, next_y in zip(EDGES, EDGES[1:], heights, heights[1:], strict=False):
        start, middle = x + NODE_WIDTH, (x + NODE_WIDTH + next_x) / 2
        parts.append(f"H{start}C{middle:g} {y:.1f} {middle:g} {next_y:.1f} {next_x} {next_y:.1f}")
    return f"{''.join(parts)}H{EDGES[-1] + NODE_WIDTH}"
