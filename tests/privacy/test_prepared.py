"""Statements whose plan a connection keeps."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Func, TextField, Value

from privacy.models import User
from privacy.prepared import KEEP_PLANS, KNOWN, MOST_KNOWN, Prepared, ask, keeping_plans
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ABOVE = Prepared("SELECT n, n %% 2 FROM numbers WHERE n > %(least)s AND n IN %(among)s ORDER BY n", least="int")


def above(least: int, among: tuple[int, ...] = (1, 2, 3)) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        ABOVE.execute(cursor, {"least": least, "among": among})
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def asked(question: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def make_numbers(*numbers: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS numbers")
        cursor.execute("CREATE TEMPORARY TABLE numbers AS SELECT unnest(%s::int[]) AS n", [list(numbers)])


@pytest.fixture(autouse=True)
def numbers() -> None:
    make_numbers(1, 2, 3)


def test_what_differs_is_given_and_what_stays_stands_in_the_plan() -> None:
    assert above(1) == [(2, 0), (3, 1)]
    assert above(2) == [(3, 1)]
    assert above(0, (1, 5)) == [(1, 1)]


def test_one_plan_is_kept_for_any_values_and_for_this_statement_alone() -> None:
    for least in range(4):
        above(least, (1, 2, 7))
    (kept,) = [row for row in asked("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
               if "IN (1, 2, 7)" in str(row[0])]  # fmt: skip
    assert kept[1:] == (4, 0)
    assert asked("SHOW plan_cache_mode") == [("auto",)]


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_too() -> None:
    for least in range(7):
        above(least)
    assert plans_of("IN (1, 2, 3)") == (7, 0)
    assert asked("SHOW plan_cache_mode") == [("auto",)]
    assert not [notice for notice in connection.connection.notices if notice.startswith("WARNING")]


def test_a_table_that_takes_anothers_place_is_looked_into() -> None:
    assert above(2) == [(3, 1)]
    make_numbers(3, 4)
    assert above(2, (3, 4)) == [(3, 1), (4, 0)]
    assert above(2) == [(3, 1)]


def test_statements_of_one_journey_make_their_tables_once_and_keep_their_plans() -> None:
    table = "CREATE TEMPORARY TABLE IF NOT EXISTS of_journeys (n int)"
    make = Prepared("INSERT INTO of_journeys SELECT %(first)s", table, first="int")
    count = Prepared("SELECT count(*), sum(n) FROM of_journeys")
    found = []
    for n in (1, 2):
        with transaction.atomic(), connection.cursor() as cursor:
            calls = ";".join([KEEP_PLANS, make.call(cursor, {"first": n}), count.call(cursor, {})])
            cursor.execute(calls, {"first": n})
            found.append(cursor.fetchone())

    assert found == [(1, 1), (2, 3)]
    kept = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%of_journeys%'"
    assert asked(kept) == [(2, 0), (2, 0)]


def test_an_error_leaves_nothing_behind() -> None:
    asked_wrongly = Prepared("SELECT 1 / %(by)s", by="int")
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic(), connection.cursor() as cursor:
        asked_wrongly.execute(cursor, {"by": 0})
    assert asked("SHOW plan_cache_mode") == [("auto",)]
    with pytest.raises(KeyError, match="by"), connection.cursor() as cursor:
        asked_wrongly.execute(cursor, {})


def test_what_cannot_be_learned_is_an_error_of_djangos_and_is_tried_again() -> None:
    """Whoever stores events answers such with 503; of another kind they know nothing."""
    of_nowhere = Prepared("SELECT n FROM nowhere")
    for _ in range(2):
        with pytest.raises(DatabaseError, match="nowhere"), transaction.atomic(), connection.cursor() as cursor:
            of_nowhere.execute(cursor, {})


@pytest.mark.django_db(transaction=True)
def test_another_connection_learns_it_anew() -> None:
    assert above(2) == [(3, 1)]
    connection.close()
    make_numbers(3)
    assert above(2) == [(3, 1)]


# As PostgreSQL chooses ------------------------------------------------------------------------------------------------


def asked_for(statement: str, **values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        ask(cursor, statement, values)
        return list(cursor.fetchall())


def plans_of(words: str) -> tuple[Any, ...]:
    """How often the one statement that has these words was run by the plan that is kept, and by one for its values."""
    (found,) = asked(f"SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%{words}%'")
    return found


def test_a_small_statement_keeps_a_plan_from_its_sixth_run_on() -> None:
    found = [asked_for("SELECT n, n %% 2 AS odd FROM numbers WHERE n = %(n)s", n=n, more=0) for n in range(7)]
    assert found == [[], [(1, 1)], [(2, 0)], [(3, 1)], [], [], []]
    assert plans_of("AS odd FROM") == (2, 5)
    assert asked("SHOW plan_cache_mode") == [("auto",)]


def test_a_plan_that_would_be_dearer_for_any_values_is_not_kept() -> None:
    make_numbers(*range(20_000))
    asked("CREATE INDEX ON numbers (n) WHERE n > 19000; ANALYZE numbers; SELECT 1")
    for _ in range(7):
        assert asked_for(
            "SELECT count(*) AS above FROM numbers WHERE n > %(least)s AND n <> %(least)s", least=19_995
        ) == [(4,)]
    assert plans_of("AS above FROM numbers WHERE n > $1 AND n <> $1") == (0, 7)


def test_a_value_that_is_lacking_is_said() -> None:
    with pytest.raises(KeyError, match="least"):
        asked_for("SELECT n FROM numbers WHERE n > %(least)s")


def test_a_connection_forgets_all_rather_than_know_ever_more() -> None:
    for number in range(MOST_KNOWN + 1):
        assert asked_for(f"SELECT {number} + n FROM numbers WHERE n = %(n)s", n=1) == [(number + 1,)]
    ((known,),) = asked("SELECT count(*) FROM pg_prepared_statements")
    assert known == len(KNOWN[connection.connection]) <= MOST_KNOWN
    assert asked_for("SELECT 0 + n FROM numbers WHERE n = %(n)s", n=2) == [(2,)]


def forget_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    KNOWN[connection.connection].clear()


def known_to_the_database() -> int:
    ((known,),) = asked("SELECT count(*) FROM pg_prepared_statements")
    assert known == len(KNOWN[connection.connection])
    return int(known)


def test_a_full_connection_forgets_only_for_a_statement_that_is_new_to_it() -> None:
    forget_all()
    fill = [f"SELECT {number} + n FROM numbers WHERE n = %(n)s" for number in range(MOST_KNOWN)]
    for statement in fill:
        asked_for(statement, n=1)
    assert known_to_the_database() == MOST_KNOWN
    assert asked_for(fill[3], n=2) == [(5,)]
    assert known_to_the_database() == MOST_KNOWN
    assert asked_for("SELECT n AS new_one FROM numbers WHERE n = %(n)s", n=2) == [(2,)]
    assert known_to_the_database() == 1


def test_a_full_connection_keeps_what_django_asks_again() -> None:
    forget_all()
    fill = [f"SELECT {number} + n FROM numbers WHERE n = %(n)s" for number in range(MOST_KNOWN - 1)]
    names, addresses = (User.objects.filter(name="nobody").values_list(field) for field in ("name", "email"))
    with keeping_plans():
        list(names)
    for statement in fill:
        asked_for(statement, n=1)
    assert known_to_the_database() == MOST_KNOWN
    with keeping_plans():
        list(names)
    assert known_to_the_database() == MOST_KNOWN
    with keeping_plans():
        list(addresses)
    assert known_to_the_database() == 1


def test_what_goes_in_one_journey_is_not_forgotten_on_the_way() -> None:
    for number in range(MOST_KNOWN):
        asked_for(f"SELECT {number} + n FROM numbers WHERE n = %(n)s", n=1)
    first, second = (
        Prepared("SELECT set_config('waymark.seen', n::text, true) FROM numbers"),
        Prepared("SELECT 5 AS of_two"),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(";".join([KEEP_PLANS, first.call(cursor, {}), second.call(cursor, {})]))
        assert cursor.fetchall() == [(5,)]


def test_what_django_asks_keeps_its_plan_too() -> None:
    make_user(name="Ada")
    rows = User.objects.filter(name__contains="d", date_joined__year__gte=2000)
    with keeping_plans():
        found = [list(rows.filter(is_active=True).values_list("name", "is_active")) for _ in range(7)]
    assert found == [[("Ada", True)]] * 7
    generic, custom = plans_of("date_joined% >= $")
    assert generic + custom == 7
    assert list(rows.values_list("name")) == [("Ada",)]
    assert sum(plans_of("date_joined% >= $")) == 7


def test_percent_signs_of_a_statement_stay_as_they_are() -> None:
    make_user(name="Ada")
    with keeping_plans():
        assert list(User.objects.filter(name__startswith="A", email__contains="%").values_list("name")) == []
        assert User.objects.extra(where=["name LIKE 'A%%'"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_no_type_is_found_for_is_asked_as_it_is() -> None:
    make_user(name="Ada")
    said = Func(Value("!"), F("name"), function="concat", output_field=TextField())
    with keeping_plans():
        assert list(User.objects.annotate(said=said).values_list("said")) == [("!Ada",)]
    assert asked("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%concat($1%'") == [(0,)]


def test_what_names_its_values_goes_as_it_is_among_what_django_asks() -> None:
    with keeping_plans():
        assert asked_for("SELECT n FROM numbers WHERE n = %(n)s", n=2) == [(2,)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT %(one)s::int + %(two)s::int", {"one": 1, "two": 2})
            assert cursor.fetchone() == (3,)
