"""Sealed fields of a model: typed values outside, sealed bytes in the database, opened only when read."""

import copy
import pickle
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django import forms
from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models import F
from django.test.utils import CaptureQueriesContext, isolate_apps

from privacy import vault
from privacy.holdings import SystemData
from privacy.vault import checking
from privacy.vault.fields import (
    SealedDateField,
    SealedDecimalField,
    SealedIntegerField,
    SealedJSONField,
    SealedTextField,
)
from tests.privacy.vaults import vault_of

BORN = date(1980, 5, 12)

# Known to the program only while these tests run: its checks must not meet a model of the tests.
with isolate_apps("privacy"):

    class Member(models.Model):
        notice: ClassVar = SystemData("made up by a test")

        person = models.UUIDField(default=uuid.uuid4)
        row = models.UUIDField(default=uuid.uuid4)
        account = SealedTextField("account number", max_length=10, null=True, blank=True)
        remark = SealedTextField(blank=True, default="none so far")
        born = SealedDateField(null=True, blank=True)
        income = SealedDecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
        children = SealedIntegerField(null=True, blank=True)
        answers = SealedJSONField(null=True, blank=True)

        objects: ClassVar[models.Manager["Member"]] = models.Manager()

        class Meta:
            app_label = "privacy"

        @property
        def vault_subject(self) -> uuid.UUID:
            return self.person

        @property
        def vault_row(self) -> uuid.UUID:
            return self.row


NAMES = ("account", "remark", "born", "income", "children", "answers")
VALUES: dict[str, Any] = {
    "account": "12-345",
    "remark": "Zoë’s",
    "born": BORN,
    "income": Decimal("52000.50"),
    "children": 2,
    "answers": {"colour": "blue", "sizes": [1, None]},
}
CLEAR = (b"12-345", b"1980", b"52000", b"blue")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _table(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(Member)
    # Pickles and copies find a model by its name.
    monkeypatch.setitem(apps.get_app_config("privacy").models, "member", Member)
    with vault_of("sqlite", tmp_path, settings):
        yield


def stored() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(NAMES)} FROM privacy_member ORDER BY id")
        return [tuple(each and bytes(each) for each in row) for row in cursor.fetchall()]


def make(**changed: Any) -> Member:
    return Member.objects.create(**{**VALUES, **changed})


def loaded(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


def values_of(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in NAMES}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of the values that were opened."""
    places: list[str] = []
    unseal = vault.unseal

    def noted(subject: uuid.UUID, place: str, row: uuid.UUID | str, sealed: bytes) -> str:
        places.append(place)
        return unseal(subject, place, row, sealed)

    monkeypatch.setattr(vault, "unseal", noted)
    return places


# Typed values --------------------------------------------------------------------------------------------------------
def test_types_are_seen_by_the_checker_of_types() -> None:
    member = make()
    account: str | None = member.account
    remark: str = member.remark
    born: date | None = member.born
    income: Decimal | None = member.income
    children: int | None = member.children
    assert (account, remark, born, income, children) == tuple(VALUES.values())[:5]


def test_values_come_back_typed_and_lie_sealed_in_the_database() -> None:
    member = loaded(make())
    assert values_of(member) == VALUES
    assert [type(value) for value in values_of(member).values()] == [str, str, date, Decimal, int, dict]
    (row,) = stored()
    assert all(each[0] == 1 and not any(clear in each for clear in CLEAR) for each in row)


def test_none_is_null_and_the_default_is_sealed() -> None:
    member = Member.objects.create()
    assert stored()[0][0] is None
    assert stored()[0][2:] == (None,) * 4
    assert values_of(loaded(member)) == dict.fromkeys(NAMES) | {"remark": "none so far"}
    assert list(Member.objects.filter(born__isnull=True)) == [member] == list(Member.objects.filter(born=None))


def test_empty_text_is_not_null() -> None:
    assert loaded(make(account="", remark="")).account == ""


def test_value_is_bound_to_its_field_its_row_and_its_person() -> None:
    member = make()
    sealed = stored()[0][NAMES.index("born")]
    assert vault.unseal(member.person, "privacy.Member.born", member.row, sealed) == "1980-05-12"


def test_pinned_place_outlives_a_renaming() -> None:
    field = SealedTextField(place="records.Customer.birthday")
    assert field.place == "records.Customer.birthday"
    assert field.deconstruct()[3] == {"place": "records.Customer.birthday"}


# Laziness ------------------------------------------------------------------------------------------------------------
def test_loading_listing_and_saving_another_field_open_nothing(opened: list[str]) -> None:
    make()
    member = list(Member.objects.all())[0]  # noqa: RUF015
    Member.objects.filter(pk=member.pk).exists()
    member.save(update_fields=["row"])
    assert opened == []
    assert member.born == BORN
    assert member.born == BORN
    assert opened == ["privacy.Member.born"]


def test_deferred_value_is_loaded_by_itself_and_alone(opened: list[str]) -> None:
    make()
    for member in (Member.objects.defer("born").get(), Member.objects.only("person", "row").get()):
        assert "born_sealed" in member.get_deferred_fields()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert member.born == BORN
        assert len(queries) == 1
    assert opened == ["privacy.Member.born"] * 2


def test_refreshing_forgets_what_was_set_and_reads_what_is_stored() -> None:
    member = make()
    other = loaded(member)
    other.children = 5
    other.save()
    member.children, member.born = 9, None
    member.refresh_from_db(fields=["children"])
    assert (member.children, member.born) == (5, None)
    member.refresh_from_db()
    assert member.born == BORN


# Saving --------------------------------------------------------------------------------------------------------------
def test_save_seals_what_was_set_and_leaves_what_was_not_read_as_it_is() -> None:
    member = loaded(make())
    before = dict(zip(NAMES, stored()[0], strict=True))
    member.account = "99-1"
    member.save()
    after = dict(zip(NAMES, stored()[0], strict=True))
    assert [name for name in NAMES if before[name] != after[name]] == ["account"]
    assert loaded(member).account == "99-1"


def test_json_that_was_changed_in_place_is_saved() -> None:
    member = loaded(make())
    assert member.answers is not None
    member.answers["colour"] = "red"
    member.save()
    assert loaded(member).answers == {"colour": "red", "sizes": [1, None]}


def test_created_many_and_updated_many_are_sealed_each_for_its_row() -> None:
    members = Member.objects.bulk_create([Member(children=number, born=BORN) for number in range(3)])
    assert [loaded(member).children for member in members] == [0, 1, 2]
    for member in members:
        member.children, member.born = (member.children or 0) + 10, None
    with CaptureQueriesContext(connection) as queries:
        assert Member.objects.bulk_update(members, ["children", "born"]) == 3
    assert len([query for query in queries if "UPDATE" in query["sql"]]) == 1
    assert [(loaded(member).children, loaded(member).born) for member in members] == [
        (10, None),
        (11, None),
        (12, None),
    ]


def test_sealed_bytes_of_an_import_are_taken_as_they_are() -> None:
    person, row = uuid.uuid4(), uuid.uuid4()
    (sealed,) = vault.seal_many("privacy.Member.born", [(person, row, "1980-05-12")])
    Member.objects.bulk_create([Member(person=person, row=row, born_sealed=sealed)])
    assert Member.objects.get().born == BORN
    assert stored()[0][2] == sealed
    with pytest.raises(TypeError, match="sealed bytes go to born_sealed"):
        Member(born=sealed)


def test_row_whose_person_was_changed_is_not_saved_unreadable() -> None:
    member = loaded(make())
    member.person = uuid.uuid4()
    with pytest.raises(vault.KeyLost), transaction.atomic():
        member.save()
    vault.seal(member.person, "x", "x", "has a key")
    with pytest.raises(vault.Tampered), transaction.atomic():
        member.save()
    assert values_of(Member.objects.get()) == VALUES


def test_row_whose_person_was_changed_after_reading_is_sealed_for_the_new_one() -> None:
    member = loaded(make())
    values_of(member)
    member.person = uuid.uuid4()
    member.save()
    assert values_of(loaded(member)) == VALUES


def test_rest_of_a_row_can_be_saved_after_the_key_was_destroyed() -> None:
    member = loaded(make())
    vault.destroy_key(member.person)
    before = stored()
    member.save()
    assert stored() == before
    with pytest.raises(vault.KeyDestroyed):
        _ = member.born
    member.account = "new"
    with pytest.raises(vault.KeyDestroyed):
        member.save()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("born", "May 12, 1980"),
        ("born", datetime(1980, 5, 12)),  # noqa: DTZ001
        ("income", "52000,50"),
        ("income", Decimal("NaN")),
        ("income", 1.5),
        ("children", "two"),
        ("children", 2.5),
        ("answers", {"a": float("nan")}),
        ("answers", {"a": BORN}),
    ],
)
def test_value_of_another_kind_is_refused_and_not_repeated(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        make(**{name: value})
    assert caught.value.__context__ is None
    assert repr(value) not in repr(caught.value)
    assert str(value) not in repr(caught.value)
    assert stored() == []


# Queries -------------------------------------------------------------------------------------------------------------
def test_values_gives_sealed_bytes() -> None:
    member = make()
    (row,) = Member.objects.values("born")
    assert vault.unseal(member.person, "privacy.Member.born", member.row, row["born"]) == "1980-05-12"
    assert isinstance(Member.objects.values_list("answers", flat=True).get(), bytes)


@pytest.mark.parametrize(
    "condition",
    [
        {"born": BORN},
        {"born__exact": BORN},
        {"born__year": 1980},
        {"born__gt": BORN},
        {"account__icontains": "12"},
        {"account__in": ["12-345"]},
        {"answers__colour": "blue"},
        {"born__date__year__gt": 1},
    ],
    ids=lambda condition: next(iter(condition)),
)
def test_searching_a_sealed_field_is_refused_with_what_to_do(condition: dict[str, Any]) -> None:
    with pytest.raises(FieldError, match=r"is sealed and cannot be searched or compared.* lookup_hash"):
        Member.objects.filter(**condition)
    with pytest.raises(FieldError, match="is sealed"):
        Member.objects.annotate(copy=F("born")).filter(copy=BORN)


def test_update_of_rows_is_refused_but_for_null() -> None:
    member = make()
    with pytest.raises(FieldError, match="is sealed for its row: set it on"), transaction.atomic():
        Member.objects.update(born=BORN)
    Member.objects.update(born=None)
    assert loaded(member).born is None


# Validation and forms ------------------------------------------------------------------------------------------------
def test_full_clean_accepts_what_is_right_and_opens_nothing_that_was_not_touched(opened: list[str]) -> None:
    make().full_clean()
    member = loaded(make(account="12"))
    member.full_clean()
    assert opened == []
    member.born = "1981-02-03"
    member.full_clean()
    assert member.born == date(1981, 2, 3)


def test_full_clean_names_what_is_wrong_and_never_the_value() -> None:
    member = Member(account="a secret of 24 letters..", born="1980", income=Decimal("12345678.901"))
    with pytest.raises(ValidationError) as caught:
        member.full_clean()
    assert caught.value.message_dict == {
        "account": ["Write at most 10 characters; there are 24."],
        "born": ["Enter a valid date, as in 2026-05-12."],
        "income": ["Give a number of at most 8 digits."],
    }
    params = [one.params for errors in caught.value.error_dict.values() for one in errors]
    assert "secret" not in repr((caught.value, params))
    assert "12345678" not in repr((caught.value, params))


def form_of(member: Member | None = None, **data: Any) -> Any:
    return forms.modelform_factory(Member, fields=NAMES)(data or None, instance=member)


def test_form_has_the_right_fields_and_shows_the_values() -> None:
    form = form_of(loaded(make()))
    kinds = [type(form.fields[name]) for name in NAMES]
    assert kinds == [
        forms.CharField,
        forms.CharField,
        forms.DateField,
        forms.DecimalField,
        forms.IntegerField,
        forms.JSONField,
    ]
    assert (form.fields["account"].max_length, form.fields["account"].label) == (10, "Account number")
    assert isinstance(form.fields["remark"].widget, forms.Textarea)
    assert form.initial == VALUES
    assert 'value="1980-05-12"' in str(form)


def test_form_saves_what_was_entered() -> None:
    form = form_of(account="77", remark="", born="05/13/1980", income="1.25", children="3", answers='{"a": 1}')
    member = form.save()
    assert values_of(loaded(member)) == {
        "account": "77",
        "remark": "",
        "born": date(1980, 5, 13),
        "income": Decimal("1.25"),
        "children": 3,
        "answers": {"a": 1},
    }
    empty = form_of(loaded(member), account="", remark="", born="", income="", children="", answers="").save()
    assert values_of(loaded(empty)) == dict.fromkeys(NAMES) | {"remark": ""}


def test_form_refuses_what_is_wrong() -> None:
    form = form_of(account="x" * 11, born="never", income="123456789", children="x", answers="{")
    assert set(form.errors) == {"account", "born", "income", "children", "answers"}


# Copies, pickles, texts ----------------------------------------------------------------------------------------------
def test_copies_are_whole_and_stand_for_themselves() -> None:
    member = loaded(make())
    assert member.answers is not None
    member.account = "set"
    shallow, deep = copy.copy(member), copy.deepcopy(member)
    assert deep.answers is not None
    deep.answers["colour"] = "red"
    deep.account = "deep"
    assert (member.account, shallow.account, deep.account) == ("set", "set", "deep")
    assert member.answers["colour"] == "blue"
    shallow.pk, shallow.row, shallow.person = None, uuid.uuid4(), uuid.uuid4()
    shallow.born = shallow.income = shallow.children = None
    shallow.remark = "its own"
    shallow.save()
    assert (loaded(shallow).account, loaded(member).account) == ("set", "12-345")


def test_pickle_holds_sealed_values_only_and_opens_them_again() -> None:
    for member in (loaded(make()), make()):
        assert values_of(member) == VALUES
        data = pickle.dumps(member)
        assert not any(clear in data for clear in CLEAR)
        assert values_of(pickle.loads(data)) == VALUES  # noqa: S301


def test_pickle_of_what_was_not_saved_is_refused_without_the_value() -> None:
    member = loaded(make())
    assert member.answers is not None
    member.answers["colour"] = "secret"
    with pytest.raises(pickle.PicklingError, match="answers was changed and not saved") as caught:
        pickle.dumps(member)
    assert "secret" not in str(caught.value)
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(Member(account="secret"))


def test_texts_and_dumps_show_nothing() -> None:
    member = make(account="secret")
    shown = [repr(member), str(member), repr(vars(member)), repr(getattr(member, "account_sealed"))]  # noqa: B009
    shown += [serializers.serialize(form, [member, loaded(member)]) for form in ("json", "xml", "python")].__iter__()
    assert not any("secret" in str(text) or "1980" in str(text) for text in shown)
    assert "<sealed>" in shown[2]


# Declaration ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_migration_makes_the_same_field_again(name: str) -> None:
    field: Any = Member._meta.get_field(name)
    text, imports = MigrationWriter.serialize(field)
    assert text.startswith("privacy.vault.fields.Sealed")
    assert imports == {"import privacy.vault.fields"}
    again = field.clone()
    assert again.deconstruct()[1:] == field.deconstruct()[1:]
    assert "serialize" not in field.deconstruct()[3]
    assert (again.is_sealed, field.db_type(connection), field.column) == (True, "bytea", name)


@isolate_apps("privacy")
def test_check_wants_the_person_and_the_row_and_no_index() -> None:
    class Careless(models.Model):
        number = SealedTextField(unique=True)

        class Meta:
            app_label = "privacy"

    field: Any = Careless._meta.get_field("number")
    found = field.check()
    assert [problem.id for problem in found] == ["privacy.E101", "privacy.E102"]
    assert "has sealed fields and no vault_subject and no vault_row" in found[0].msg
    assert [problem for own in checking.sealed_fields(Member) for problem in own.check()] == []


# What the doctor and `vault check` read ------------------------------------------------------------------------------
@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps, "get_models", lambda *_arguments, **_options: [Member])


@pytest.mark.usefixtures("_known")
def test_values_that_cannot_be_read_are_found_by_field(tmp_path: Path, settings: Any) -> None:
    assert list(checking.unreadable_fields()) == []
    member = make(children=None)
    assert list(checking.unreadable_fields()) == []
    with vault_of("sqlite", tmp_path / "another store", settings):
        places = [(found.place, type(found.problem)) for found in checking.unreadable_fields()]
    expected = [f"privacy.Member.{name}" for name in NAMES if name != "children"]
    assert places == [(place, vault.KeyLost) for place in expected]
    settings.VAULT_URL = f"sqlite:///{tmp_path}/vault/keys.sqlite"
    vault.destroy_key(member.person)
    assert list(checking.unreadable_fields()) == []
