"""The map from the notice's elements to models, readers and rules, and its picture."""

import itertools
from collections import Counter

import pytest
from django.utils import translation

from privacy.datamap import COLUMNS, Row, data_map, narrowed, rule_name, table
from privacy.datamap_picture import (
    BAR,
    LEAST_GAP,
    LETTER,
    THICKNESS,
    Column,
    finding,
    flows,
    label_lines,
    map_picture,
)
from privacy.notice import in_force
from privacy.readers import readers
from privacy.roles import Role
from tests.privacy.mapped import give_homes

NAME = "c01-customer-and-key-contacts-names"


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    give_homes(monkeypatch)
    return data_map()


def of(rows: list[Row], identifier: str) -> list[Row]:
    return [row for row in rows if row.element.id == identifier]


def test_an_element_has_a_row_for_each_model_that_holds_it(rows: list[Row]) -> None:
    assert [(row.places, row.is_attribute, row.rule_names) for row in of(rows, NAME)] == [
        (
            ("records.Person.first", "records.Person.last"),
            False,
            ("Rule 1: until customer ceases to participate", "Rule 3: 3 years"),
        ),
        (("records.Sheet.content",), True, ("Rule 3: 3 years",)),
    ]
    assert len(rows) == 442 + 1


# Those with a duty may read every category; the others what their purposes are served by.
DUTIES = [Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.SECURITY_INVESTIGATOR, Role.AUDITOR]
READERS = ("Sales", "Sales manager", "Marketing manager", *(role.label for role in DUTIES))
READER_NAMES = ", ".join(READERS)


def test_readers_are_the_roles_whose_purpose_or_duty_the_category_serves(rows: list[Row]) -> None:
    assert readers(1) == [Role.SALES, Role.SALES_MANAGER, Role.MARKETING_MANAGER, *DUTIES]
    assert readers(7) == [Role.SALES, Role.SALES_MANAGER, Role.MARKETING_MANAGER, *DUTIES]  # purposes 1 and 3
    assert readers(10) == [Role.SALES_MANAGER, *DUTIES]  # purpose 5
    assert readers(16) == DUTIES  # purpose 8 and the duties
    assert of(rows, NAME)[0].reader_names == READERS


def test_a_dropped_secret_has_no_reader_and_no_rule(rows: list[Row]) -> None:
    (row,) = of(rows, "c12-user-password")
    assert (row.is_kept, row.places, row.reader_names, row.rule_names) == (
        False,
        ("Dropped on intake",),
        ("Nobody",),
        ("Nothing is kept",),
    )


def test_an_element_without_home_is_on_the_map(rows: list[Row]) -> None:
    (row,) = of(rows, "c01-age")
    assert (row.is_kept, row.model, row.places) == (False, "No home yet", ("No home yet",))


def test_of_a_models_rules_those_of_the_category_hold_or_else_all(rows: list[Row]) -> None:
    """Rule 5 names category 12 and 16, rule 7 category 9; none of the three names category 14."""
    assert of(rows, "c12-user-name")[0].rule_names == ("Rule 5: 24 months",)
    assert of(rows, "c09-feelings")[0].rule_names == ("Rule 7: 3 years",)
    telemetry = next(row for row in rows if row.category.number == 14)
    assert telemetry.rule_names == ("Rule 3: 3 years", "Rule 5: 24 months", "Rule 7: 3 years")


def test_rules_are_named_with_their_terms() -> None:
    assert [rule_name(rule) for rule in in_force().retention] == [
        "Rule 1: until customer ceases to participate",
        "Rule 2A: up to 2 years",
        "Rule 2B: 5 years",
        "Rule 3: 3 years",
        "Rule 4: 24 months",
        "Rule 5: 24 months",
        "Rule 6: 24 months",
        "Rule 7: 3 years",
    ]


@pytest.mark.parametrize(
    ("category", "sensitivity", "text", "count"),
    [
        ("", "", "", 443),
        ("8", "", "", 2),
        ("", "secret", "", 14),
        ("12", "secret", "", 6),
        ("", "", "person.LAST", 1),
        ("", "", "no home", 15),
        ("1", "", "names", 3),
        ("1", "secret", "", 0),
        ("", "", "nothing is called so", 0),
    ],
)
def test_the_map_is_narrowed_by_category_sensitivity_and_text(
    category: str, sensitivity: str, text: str, count: int, rows: list[Row]
) -> None:
    assert len(narrowed(rows, category=category, sensitivity=sensitivity, text=text)) == count


def test_the_file_has_a_heading_and_a_row_an_element_and_model(rows: list[Row]) -> None:
    lines = list(table(of(rows, NAME)))
    assert lines == [
        COLUMNS,
        (
            "1",
            "Customer information",
            "Customer and key contacts' names",
            NAME,
            "pii",
            "records.Person.first, records.Person.last",
            READER_NAMES,
            "Rule 1: until customer ceases to participate or Rule 3: 3 years",
        ),
        (
            "1",
            "Customer information",
            "Customer and key contacts' names",
            NAME,
            "pii",
            "records.Sheet.content",
            READER_NAMES,
            "Rule 3: 3 years",
        ),
    ]


def test_the_picture_says_what_it_shows(rows: list[Row]) -> None:
    assert finding(rows) == (
        "413 of 442 elements of 18 categories are held, in 2 models; 14 secrets are dropped on intake; 15 elements have"
        " no home yet."
    )
    assert finding(of(rows, NAME)) == "1 of 1 element of 1 category is held, in 2 models."
    assert finding(of(rows, "c01-age")) == (
        "0 of 1 element of 1 category are held, in 0 models; 1 element has no home yet."
    )


def test_a_flow_counts_the_elements_that_take_its_way(rows: list[Row]) -> None:
    found = [(flow.stops, flow.count, flow.kind) for flow in flows(rows) if flow.category == 1]
    assert found == [
        (
            (
                ("1. Customer information",),
                ("records.Person",),
                READERS,
                ("Rule 1: until customer ceases to participate", "Rule 3: 3 years"),
            ),
            1,
            "kept",
        ),
        (
            (
                ("1. Customer information",),
                ("records.Sheet",),
                READERS,
                ("Rule 3: 3 years",),
            ),
            1,
            "kept",
        ),
        ((("1. Customer information",), ("No home yet",), ("Nobody",), ("Nothing is kept",)), 15, "homeless"),
    ]
    assert sum(flow.count for flow in flows(rows)) == len(rows)
    assert sum(flow.count for flow in flows(rows) if flow.kind == "dropped") == 14


def test_no_two_nodes_of_a_layer_overlap_and_each_has_room_for_its_label(rows: list[Row]) -> None:
    picture = map_picture(rows)
    for column in picture.columns:
        layer = sorted((node for node in picture.nodes if node.column == column), key=lambda node: node.y)
        assert all(above.y + above.height <= below.y for above, below in itertools.pairwise(layer))
        assert layer[-1].y + layer[-1].height <= picture.height
        assert all(node.height >= 16 * len(label_lines(node.stop, column.layer)) for node in layer)
    categories = [node for node in picture.nodes if node.is_first]
    assert [node.category for node in sorted(categories, key=lambda node: node.y)] == list(range(1, 19))
    assert {node.category for node in picture.nodes if not node.is_first} == {None}


def test_bands_are_as_thick_as_their_elements_and_stay_within_their_nodes(rows: list[Row]) -> None:
    picture = map_picture(rows)
    of_category = {node.category: node for node in picture.nodes if node.is_first}
    for band in picture.bands:
        assert band.thickness == round(band.flow.count * THICKNESS, 1)
        start, y = band.path.removeprefix("M").split("H")[0].split()
        node = of_category[band.flow.category]
        assert int(start) == picture.columns[0].x
        assert node.y <= float(y) - band.thickness / 2 + 0.1
        assert float(y) + band.thickness / 2 <= node.y + node.height + 0.2
        assert band.path.endswith(f"H{picture.columns[-1].x + BAR}")


def test_a_band_is_told_in_words(rows: list[Row]) -> None:
    picture = map_picture(of(rows, NAME))
    assert [band.words for band in picture.bands] == [
        (
            f"1 element: 1. Customer information → records.Person → {READER_NAMES}"
            " → Rule 1: until customer ceases to participate, Rule 3: 3 years"
        ),
        f"1 element: 1. Customer information → records.Sheet → {READER_NAMES} → Rule 3: 3 years",
    ]


def ends(column: Column, line: str) -> tuple[float, float]:
    """Where a line of a label begins and ends, from left to right."""
    length = len(line) * LETTER
    return (column.x - 8 - length, column.x - 8) if column.is_first else (column.x + 18, column.x + 18 + length)


def test_no_label_stands_where_bands_run(rows: list[Row]) -> None:
    """Those of the outer layers stand beside the picture; those of the inner ones within nodes, over the bands."""
    picture = map_picture(rows)
    first, *inner, last = picture.columns
    for node in picture.nodes:
        for _y, line in node.labels:
            left, right = ends(node.column, line)
            assert left >= 0
            assert right <= picture.width
            assert right <= first.x or left >= last.end or (node.x <= left and right <= node.x + node.column.width)
    assert [column.is_inner for column in picture.columns] == [False, True, True, False]
    assert len(inner) == 2
    assert [x for x, _width in picture.gaps] == [column.end for column in picture.columns[:3]]
    assert [x + width for x, width in picture.gaps] == [column.x for column in picture.columns[1:]]
    assert all(width >= LEAST_GAP for _x, width in picture.gaps)


def test_the_picture_grows_rather_than_crowd_what_models_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    give_homes(monkeypatch)
    short = map_picture(data_map())
    assert short.width == 1200
    give_homes(monkeypatch, name="records.ThePersonWithWhomSomebodyOfTheAgencySpokeOnBehalfOfAnother" * 2)
    long = map_picture(data_map())
    assert long.width > 1200
    assert long.columns[2].x - long.columns[1].end == LEAST_GAP


def test_in_spanish_every_word_of_the_picture_is_spanish_but_the_models_names(rows: list[Row]) -> None:
    with translation.override("es"):
        picture = map_picture(rows)
        labels = {line for node in picture.nodes for _y, line in node.labels}
        kinds = Counter(band.flow.kind for band in picture.bands)
    assert {"1. Información del cliente", "Aún sin lugar", "Descartado al recibirlo", "Nadie"} <= labels
    assert not {"1. Customer information", "No home yet", "Dropped on intake", "Nobody"} & labels
    with translation.override("en"):
        assert kinds == Counter(band.flow.kind for band in map_picture(rows).bands)


def test_long_labels_take_a_second_line_and_lose_nothing() -> None:
    assert label_lines(("13. Web-based meeting and web conference administration data", "short"), 0) == [
        "13. Web-based meeting and web",
        "conference administration data",
        "short",
    ]
    assert label_lines(("Rule 1: until customer ceases to participate",), 3) == [
        "Rule 1: until customer",
        "ceases to participate",
    ]
    assert label_lines(("campaigns.RecipientPreferenceOfAMaterialThatNobodyHasSeen",), 1) == [
        "campaigns.RecipientPreferenceOfAMaterialThatNobodyHasSeen"
    ]
