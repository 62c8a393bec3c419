"""The lists of imports, of merges and of possible duplicates."""

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django.db import connection
from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.places import declare_place
from privacy.roles import Permit
from records.enums import ImportState, PairState
from records.intake.kinds import description_of, kinds
from records.intake.problems import Refused
from records.listing import Act, Column, Kind, Listing, Row
from records.lists import declare_list
from records.models import Customer, DuplicatePair, Import, Merge
from records.models.customer import seen_in_sql
from records.periods import PeriodFilter

# Imports -------------------------------------------------------------------------------------------------------------


def label_of_kind(kind: str) -> str:
    """The kind's label; its name where its importer is no longer there."""
    try:
        return gettext(description_of(kind).label)
    except Refused:
        return kind


class KindWords(dict[str, str]):
    """What people call the kinds of imports, asked when one is shown: importers register themselves late."""

    def __bool__(self) -> bool:
        return True

    def get(self, kind: str, default: Any = None) -> Any:
        return label_of_kind(kind)


class ImportFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="file_name", lookup_expr="icontains", label=_("Search"))
    kind = filters.ChoiceFilter(
        label=_("What"), empty_label=_("Anything"), choices=lambda: [(kind, label_of_kind(kind)) for kind in kinds()]
    )
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=ImportState.choices)
    started = PeriodFilter(field_name="started_at", is_moment=True, label=_("Started"))


def import_rows(user: User) -> "QuerySet[Import]":
    return Import.objects.annotate(started_by_name=Coalesce(F("started_by__name"), Value(str(_("a command")))))


def acts_of_import(user: User, row: Row) -> Iterable[Act]:
    """Its rejected rows, and taking it back: nobody's but whose it is."""
    if row["started_by_id"] != user.pk:
        return
    if row["rejected"]:
        said = _("Rejects of %(file)s") % {"file": row["file_name"]}
        yield Act(_("Rejects"), reverse("import_rejects", args=[row["pk"]]), said, is_download=True)
    if row["state"] != ImportState.UNDONE:
        said = _("Take back %(file)s") % {"file": row["file_name"]}
        yield Act(_("Take back"), reverse("import_undo", args=[row["pk"]]), said)


IMPORTS = Listing(
    name=gettext_noop("imports"),
    columns=(
        Column(_("File"), "file_name", address=lambda row: reverse("import", args=[row["pk"]])),
        Column(_("Number"), "id", Kind.COUNT),
        Column(_("What"), "kind", words=KindWords()),
        Column(_("By"), "started_by_name"),
        Column(_("Started"), "started_at", Kind.MOMENT),
        Column(_("State"), "state", words={str(value): str(label) for value, label in ImportState.choices}),
        Column(_("Read"), "read", Kind.COUNT),
        Column(_("Loaded"), "loaded", Kind.COUNT),
        Column(_("Already there"), "already_present", Kind.COUNT),
        Column(_("Rejected"), "rejected", Kind.COUNT),
    ),
    filters=ImportFilters,
    rows=import_rows,
    key="pk",
    sort="-started_at",
    singular=gettext_noop("import"),
    made_up="is_demo",
    needs=("started_by_id", "state", "rejected", "file_name"),
    acts=acts_of_import,
)
IMPORT_LIST = declare_list("imports", "imports", (Permit.IMPORT_RECORDS,), lambda user: IMPORTS, has_files=False)

# Possible duplicates, and merges -------------------------------------------------------------------------------------

PLACE = declare_place(
    "duplicates",
    gettext_noop("Records that may be of the same person"),
    (1, 2),
    is_page=True,
    permits=(Permit.MERGE_CUSTOMERS,),
)


def open_pairs(user: User) -> "QuerySet[DuplicatePair]":
    """The pairs to be decided of which the user sees both, the likeliest first. Relies on pair_open (partial)."""
    visible = Customer.objects.visible_to(user).values("pk")
    rows = DuplicatePair.objects.filter(state=PairState.OPEN, first__in=visible, second__in=visible)
    return rows.select_related("first__organization", "second__organization")


OPEN_PAIRS = """
SELECT count(*)
FROM (
    SELECT
    FROM records_duplicatepair AS pair
    WHERE pair.state = %(open)s
        AND EXISTS (SELECT FROM records_customer AS customer WHERE customer.id = pair.first_id AND {seen})
        AND EXISTS (SELECT FROM records_customer AS customer WHERE customer.id = pair.second_id AND {seen})
    LIMIT %(most)s
) AS found
"""


def count_open_pairs(user: User, most: int) -> int:
    """How many of `open_pairs` there are, so many at most. One query; relies on pair_open (partial)."""
    seen, values = seen_in_sql(user)
    with connection.cursor() as cursor:
        cursor.execute(OPEN_PAIRS.format(seen=seen), {**values, "open": PairState.OPEN.value, "most": most})
        (count,) = cursor.fetchone()
    return int(count)


def merges_seen_by(user: User) -> "QuerySet[Merge]":
    """Merges into people whom the user sees, the newest first."""
    visible = Customer.objects.visible_to(user).values("pk")
    rows = Merge.objects.filter(Q(kept__in=visible) | Q(kept__merged_into__in=visible))
    return rows.select_related("kept", "absorbed", "merged_by", "undone_by")


class NoFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    pass


def pair_rows(user: User) -> "QuerySet[DuplicatePair]":
    words = Func(F("evidence"), Value(", "), function="array_to_string", output_field=CharField())
    return open_pairs(user).annotate(
        first_name=F("first__name"),
        first_number=F("first__number"),
        second_name=F("second__name"),
        second_number=F("second__number"),
        agrees=words,
    )


PAIRS = Listing(
    name=gettext_noop("pairs"),
    columns=(
        Column(_("One record"), "first_name", address=lambda row: reverse("duplicate", args=[row["pk"]])),
        Column(_("Its number"), "first_number"),
        Column(_("The other"), "second_name"),
        Column(_("The other’s number"), "second_number"),
        Column(_("What agrees"), "agrees"),
        Column(_("Likeness"), "score", Kind.DECIMAL),
        Column(_("Found"), "found_at", Kind.MOMENT),
    ),
    filters=NoFilters,
    rows=pair_rows,
    key="pk",
    sort="-score",
    singular=gettext_noop("pair"),
    place=PLACE,
    people_in=lambda rows: 2 * len(rows),
    acts=lambda user, row: [
        Act(
            _("Compare"),
            reverse("duplicate", args=[row["pk"]]),
            _("Compare %(first)s with %(second)s") % {"first": row["first_name"], "second": row["second_name"]},
        )
    ],
    needs=("first_name", "second_name"),
)
PAIR_LIST = declare_list("duplicates", "duplicates", (Permit.MERGE_CUSTOMERS,), lambda user: PAIRS, has_files=False)


class MergeFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    state = filters.ChoiceFilter(
        method="in_state", label=_("State"), empty_label=_("Any state"),
        choices=[("merged", _("Merged")), ("undone", _("Undone"))],
    )  # fmt: skip

    def in_state(self, rows: "QuerySet[Merge]", name: str, state: str) -> "QuerySet[Merge]":
        return rows.filter(undone_at__isnull=state == "merged")


def merge_rows(user: User) -> "QuerySet[Merge]":
    return merges_seen_by(user).annotate(
        kept_name=F("kept__name"),
        kept_key=F("kept__key"),
        kept_number=F("kept__number"),
        absorbed_name=F("absorbed__name"),
        absorbed_number=F("absorbed__number"),
        merged_by_name=Coalesce(F("merged_by__name"), Value(str(_("Waymark, with certainty")))),
        undone_by_name=F("undone_by__name"),
    )


MERGES = Listing(
    name=gettext_noop("merges"),
    columns=(
        Column(_("Goes on"), "kept_name", address=lambda row: reverse("customer", args=[row["kept_key"]])),
        Column(_("Its number"), "kept_number"),
        Column(_("Merged into it"), "absorbed_name"),
        Column(_("The other’s number"), "absorbed_number"),
        Column(_("When"), "merged_at", Kind.MOMENT),
        Column(_("By"), "merged_by_name"),
        Column(_("Undone"), "undone_at", Kind.MOMENT),
        Column(_("Undone by"), "undone_by_name"),
    ),
    filters=MergeFilters,
    rows=merge_rows,
    key="pk",
    sort="-merged_at",
    singular=gettext_noop("merge"),
    place=PLACE,
    people_in=lambda rows: 2 * len(rows),
    needs=("kept_key", "absorbed_number", "undone_at"),
    acts=lambda user, row: (
        []
        if row["undone_at"]
        else [
            Act(
                _("Undo"),
                reverse("undo_merge", args=[row["pk"]]),
                _("Undo the merge of %(number)s") % {"number": row["absorbed_number"]},
                is_post=True,
            )
        ]
    ),
)
MERGE_LIST = declare_list("merges", "merges", (Permit.MERGE_CUSTOMERS,), lambda user: MERGES, has_files=False)
