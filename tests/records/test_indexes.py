"""The indexes of customers: each search has its own, and a new customer pays for none that nobody asks."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
SEARCHES = {
    "customer_name_folded": "fold_name(name) >= 'ann' AND fold_name(name) < 'anz'",
    "customer_last_word_folded": "fold_name(split_part(name, ' ', -1)) BETWEEN 'ann' AND 'anz'",
    "customer_phone_folded": "phone <> '' AND fold_phone(phone) = '3125550142'",
    "customer_territory": "territory_id = 7",
    "customer_merged_into": "merged_into_id IN (SELECT id FROM records_import)",
    "customer_created_by": "created_by_id = 7",
    "records_customer_number_key": "number LIKE 'C-1%'",
}


def plan_of(condition: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM records_customer WHERE {condition}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(("index", "condition"), SEARCHES.items())
def test_a_search_has_its_index(index: str, condition: str) -> None:
    assert f"using {index} on records_customer" in plan_of(condition)


def test_a_new_customer_is_put_into_thirteen_indexes() -> None:
    """Each costs an import: one more is a decision, made here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'records_customer' AND indexdef NOT LIKE '%NOT NULL)'"
            " ORDER BY indexname"
        )
        names = [name for (name,) in cursor.fetchall()]
    assert names == [
        "customer_by_name",
        "customer_email_lower",
        "customer_last_word_folded",
        "customer_mail_address",
        "customer_name_folded",
        "customer_number_lower",
        "customer_phone_folded",
        "customer_to_compare",
        "records_customer_key_key",
        "records_customer_number_key",
        "records_customer_organization_id_14780f05",
        "records_customer_pkey",
        "records_customer_source_import_id_e768a008",
    ]


def test_folding_is_written_into_the_statement_and_not_called() -> None:
    """PostgreSQL does so with a function that is not STRICT alone; a call for each row costs several times as much."""
    assert "fold_" not in plan_of(SEARCHES["customer_name_folded"]).replace("customer_name_folded", "")


MANY = """
INSERT INTO records_customer (id, key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, source, location, created_at)
SELECT n, gen_random_uuid(), 'C' || n, md5(n::text), '', '+1' || (2000000000 + n), '', '', '', '', '', '', '', '', '',
    'personnel', 'headquarters', now()
FROM generate_series(1, 5000) AS n
"""
BY_PHONE = "EXPLAIN SELECT id FROM records_customer WHERE NOT phone = '' AND fold_phone(phone) = '2000000077'"


def expected_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_customer")
        cursor.execute(BY_PHONE)
        return int(cursor.fetchone()[0].split("rows=")[1].split()[0])


def test_the_planner_knows_that_a_telephone_number_finds_few() -> None:
    """Else it takes one in two hundred to have it, and walks along the names until it has found a page of them."""
    with connection.cursor() as cursor:
        cursor.execute(MANY)
        assert expected_rows() == 1
        cursor.execute("DROP STATISTICS customer_phone_statistics")
    assert expected_rows() == 25
