"""Records of the long tail: each once, in the partition of its month, sealed where it must be, under its rule."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from pytest_django import DjangoAssertNumQueries

from privacy import vault
from privacy.notice import NotInForce
from privacy.vault import KeyDestroyed, destroy_key
from records.attributes import check
from records.keeping import FoundBy, NewRecord, Values, Why, keep, rule_of, taken_back
from records.models import Record
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
DEVICE = {"c11-device-type": "Phone", "c11-sip-phone-authorization-name": "by the river", "c11-sip-phone-password": "x"}


def new(number: int = 1, at: datetime = AT, attributes: dict[str, object] | None = None, **fields: Any) -> NewRecord:
    return NewRecord(check(11, attributes or DEVICE), at, ("test", str(number)), **fields)


def test_records_are_kept_once_each_and_secrets_counted() -> None:
    kept = keep([new(1), new(2), new(1)])
    assert (kept.loaded, kept.already_present, kept.new) == (2, 0, {0, 1})
    assert kept.dropped == {"c11-sip-phone-password": 3}
    kept = keep([new(2), new(3)])
    assert (kept.loaded, kept.already_present, kept.new) == (1, 1, {1})
    assert Record.objects.count() == 3
    assert keep([]).loaded == 0


def test_a_record_of_secrets_alone_is_not_kept() -> None:
    kept = keep([new(attributes={"c11-sip-phone-password": "x"})])
    assert (kept.loaded, kept.already_present, kept.dropped.total()) == (0, 0, 1)
    assert not Record.objects.exists()


def test_each_month_has_its_partition_made_on_arrival_and_there_is_no_default_one() -> None:
    moments = [
        datetime(2031, 1, 31, 23, 59, tzinfo=UTC),
        datetime(2031, 2, 1, tzinfo=UTC),
        datetime(1999, 5, 5, tzinfo=UTC),
    ]
    keep(new(at=moment) for moment in moments)
    with connection.cursor() as cursor:
        cursor.execute("SELECT collected_at, tableoid::regclass::text FROM records_record ORDER BY collected_at")
        assert cursor.fetchall() == [
            (moments[2], "records_record_1999_05"),
            (moments[0], "records_record_2031_01"),
            (moments[1], "records_record_2031_02"),
        ]
        with pytest.raises(IntegrityError, match="no partition"):
            cursor.execute(
                "INSERT INTO records_record (collected_at, key, subject, category, source, location, retention_rule,"
                " attributes) VALUES ('2040-01-01', gen_random_uuid(), gen_random_uuid(), 11, 'personnel',"
                " 'headquarters', 'RET-4', '{}')"
            )


def test_sealed_attributes_are_opened_only_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep([new()])
    opened: list[object] = []
    unseal = vault.unseal

    def watched(*given: Any) -> str:
        opened.append(given)
        return unseal(*given)

    monkeypatch.setattr(vault, "unseal", watched)
    with django_assert_num_queries(1):
        values = Values(Record.objects.get())
        assert values["c11-device-type"] == "Phone"
        assert values.get("c11-pc-name") is None or opened
    opened.clear()
    values = Values(Record.objects.get())
    assert values["c11-device-type"] == "Phone"
    assert opened == []
    assert values["c11-sip-phone-authorization-name"] == "by the river"
    assert len(opened) == 1
    assert values.all() == {"c11-device-type": "Phone", "c11-sip-phone-authorization-name": "by the river"}
    with pytest.raises(KeyError):
        values["c11-sip-phone-password"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(row)::text FROM records_record AS row")
        assert "by the river" not in cursor.fetchone()[0]


def test_a_customers_key_seals_what_is_theirs_and_is_gone_with_it() -> None:
    customer = make_customer()
    keep([new(customer_id=customer.pk, subject=customer.key, found_by=FoundBy(host_name="Hal"))])
    record = Record.objects.get()
    assert (record.customer, record.subject, record.host_name) == (customer, customer.key, "Hal")
    destroy_key(customer.key)
    with pytest.raises(KeyDestroyed):
        Values(Record.objects.get()).all()
    with pytest.raises(KeyDestroyed):
        keep([new(2, subject=customer.key)])


@pytest.mark.parametrize(
    ("category", "why", "rule"),
    [(1, Why.USUAL, "RET-3"), (5, Why.USUAL, "RET-7"), (5, Why.PROMOTION, "RET-2B"), (10, Why.USUAL, "RET-4"),
     (11, Why.RECORDING, "RET-6"), (13, Why.USUAL, "RET-5"), (18, Why.USUAL, "RET-7")],
)  # fmt: skip
def test_the_rule_is_chosen_by_the_category_and_why_it_is_held(category: int, why: Why, rule: str) -> None:
    assert rule_of(category, why) == rule


def test_a_reason_or_category_that_does_not_apply_is_refused() -> None:
    with pytest.raises(ValueError, match="a record of category 13 is not held as a recording"):
        rule_of(13, Why.RECORDING)
    with pytest.raises(NotInForce):
        rule_of(19)


def test_an_imports_records_are_taken_back() -> None:
    keep([new(1, source_import_id=7), new(2, at=AT - timedelta(days=90), source_import_id=7), new(3)])
    assert taken_back(7) == 2
    assert Record.objects.get().collected_at.date() == date(2026, 3, 2)
