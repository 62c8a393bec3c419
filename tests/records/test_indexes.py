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
