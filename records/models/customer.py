"""Customers, and whose customers they are."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Exact
from django.utils import timezone

from privacy.enums import KeyKind
from privacy.holdings import SELF, Holds
from privacy.models import User
from privacy.prepared import ask
from privacy.roles import Permit
from privacy.vault.fields import SealedDateField
from records import clocks
from records.folded import FoldLastWord, FoldName, FoldPhone, begins, is_phone
from records.models.organization import Organization
from records.models.provenance import SYSTEM_FIELDS, Provenance
from records.models.team import TeamMembership, Territory

# Who sees more customers than their own.
SEES_OTHERS_CUSTOMERS = (Permit.VIEW_TEAM_CUSTOMERS, Permit.VIEW_ALL_CUSTOMERS)


class IsOneOf(Func):
    """That the first is in the array that the second is, which is found once for the whole statement.

    So each of the array is a look-up in an index; of `IN (SELECT …)` PostgreSQL makes a join for each row.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


# What `CustomerQuerySet.of_person` chooses, for statements that are written out: the records of the person `person`,
# and rows whose column `customer_id` is any of them. Relies on customer_merged_into.
OF_PERSON = "ARRAY(SELECT id FROM records_customer WHERE merged_into_id = %(person)s) || %(person)s::bigint"
HANGS_ON_PERSON = f"customer_id = ANY ({OF_PERSON})"


# The people who are at present the customers of the member of staff `staff`, as `visible_to` gives them, for statements
# that are written out: joined to what is theirs they are looked at in the order of the index. Of `IN` and EXISTS
# PostgreSQL makes them unique first, and looks about in no order: of 2,500, twice as long. Relies on
# customer_assigned_once_to_each and customer_merged_into.
OWN_CUSTOMERS = """
SELECT assigned.customer_id
FROM records_customerassignment AS assigned
WHERE assigned.staff_id = {staff} AND assigned.until IS NULL AND NOT EXISTS (
    SELECT FROM records_customer AS merged WHERE merged.id = assigned.customer_id AND merged.merged_into_id IS NOT NULL
)
"""


class IsAssigned(Func):
    """That the customer of the first primary key is at present the member of staff's of the second.

    Its text stands here, for a page asks for it up to seven times: Django takes half a millisecond to write an `Exists`
    of a queryset, which PostgreSQL plans the same. Relies on customer_assigned_once_to_each.
    """

    template = (
        "EXISTS (SELECT FROM records_customerassignment"
        " WHERE until IS NULL AND (customer_id, staff_id) = (%(expressions)s))"
    )
    output_field = models.BooleanField()


def is_assigned(customer: "str | Combinable", staff: User) -> IsAssigned:
    return IsAssigned(customer, Value(staff.pk, models.BigIntegerField()))


def sees_own_alone(user: User) -> bool:
    """Whether the customers whom the user sees are those assigned to themselves."""
    return user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS) and not user.has_one_of(SEES_OTHERS_CUSTOMERS)


def is_seen_by(user: User, path: str) -> Q:
    """That the user sees the customer of this path, as `visible_to` decides it.

    For a member of sales without a subquery of customers, which takes longer to write than the statement around it.
    """
    if user.has_one_of(SEES_OTHERS_CUSTOMERS):
        return Q(**{f"{path}__in": Customer.objects.visible_to(user)})
    if user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS):
        return Q(is_assigned(path, user), **{f"{path}__merged_into": None})
    return Q(pk__in=[])


def seen_in_sql(user: User, *, records: bool = False) -> tuple[str, dict[str, Any]]:
    """That the user sees the row `customer` of a statement that is written out, and the values of that condition.

    As `visible_to` decides it; with `records` as `records_visible_to`.
    """
    if sees_own_alone(user):
        person = "coalesce(customer.merged_into_id, customer.id)" if records else "customer.id"
        whose = (
            "EXISTS (SELECT FROM records_customerassignment AS assigned WHERE assigned.until IS NULL"
            f" AND (assigned.customer_id, assigned.staff_id) = ({person}, %(seen_by)s))"
        )
        return (whose if records else f"customer.merged_into_id IS NULL AND {whose}"), {"seen_by": user.pk}
    rows = Customer.objects.records_visible_to(user) if records else Customer.objects.visible_to(user)
    return is_one_of_in_sql("customer.id", rows, "seen")


def is_one_of_in_sql(column: str, rows: "models.QuerySet[Any]", name: str) -> tuple[str, dict[str, Any]]:
    """That the column is the primary key of one of the rows, for a statement that is written out, and the values of
    that condition, whose names begin with `name`."""
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "false", {}
    names = [f"{name}_{number}" for number in range(len(values))]
    return f"{column} IN ({sql % tuple(f'%({one})s' for one in names)})", dict(zip(names, values, strict=True))


def whether_seen_by(user: User, path: str) -> Q | Exists:
    """The same as a value of each row: false where the path leads to nobody."""
    if sees_own_alone(user):
        return is_seen_by(user, path)
    return Exists(Customer.objects.visible_to(user).filter(pk=OuterRef(path)))


class CustomerQuerySet(models.QuerySet["Customer"]):
    def people(self) -> Self:
        """Each person once: without the records that are merged into another."""
        return self.filter(merged_into=None)

    def of_person(self, person: int) -> Self:
        """The records under which the person of this primary key (`Customer.person_id`) is known: where their contacts,
        calls and answers hang."""
        return self.filter(Q(pk=person) | Q(merged_into=person))

    def visible_to(self, user: User, *, few: bool = False) -> Self:
        """The people whom the user's roles let them see; none without a permit.

        `few` is for statements that look at few of them (a page, a look-up): it changes the plan, never who is found.
        """
        if user.has_permit(Permit.VIEW_ALL_CUSTOMERS):
            return self.people()
        if user.has_permit(Permit.VIEW_TEAM_CUSTOMERS):
            return self.people().of_teams_of(user, few=few)
        if user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS):
            return self.people().assigned_to(user)
        return self.none()

    def records_visible_to(self, user: User) -> Self:
        """The records, merged ones too, of the people whom the user's roles let them see."""
        if user.has_permit(Permit.VIEW_ALL_CUSTOMERS):
            return self
        if sees_own_alone(user):
            return self.filter(is_assigned(Coalesce("merged_into", "pk"), user))
        people = Customer.objects.visible_to(user).values("pk")
        return self.filter(Q(pk__in=people) | Q(merged_into__in=people))

    def assigned_to(self, staff: User) -> Self:
        return self.filter(is_assigned("pk", staff))

    def each_assigned_to(self, staff: User) -> Self:
        """The same, in a statement that looks at each of them, whatever else is asked: for whose customers are few."""
        theirs = CustomerAssignment.objects.current().filter(staff=staff)
        return self.filter(IsOneOf("pk", ArraySubquery(theirs.order_by().values("customer"))))

    def of_teams_of(self, manager: User, *, few: bool = False) -> Self:
        """The customers of the manager's people, and those of their teams' territories who are nobody's yet."""
        # Not the column by itself: of that PostgreSQL makes a look-up for each of the people, and one finds them all.
        staff = F("staff") + 0
        people = ArraySubquery(managed_staff(manager).order_by().values("pk"))
        theirs = assignments_of_each().filter(IsOneOf(staff, people))
        whose = Exists(theirs) if few else Q(pk__in=assigned_to_teams_of(manager))
        return self.filter(whose | nobodys_of_teams_of(manager))

    def count_visible_to(self, user: User) -> int:
        """How many `visible_to` gives. Of those who are somebody's it reads indexes alone, not the customers."""
        if user.has_permit(Permit.VIEW_ALL_CUSTOMERS):
            return self.people().count()
        if user.has_permit(Permit.VIEW_TEAM_CUSTOMERS):
            theirs = assigned_to_teams_of(user)
            merged = theirs.filter(customer__merged_into__isnull=False)
            return theirs.count() - merged.count() + self.people().filter(nobodys_of_teams_of(user)).count()
        return count_assigned_to(user) if user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS) else 0

    def found_by(self, text: str) -> Self:
        """Those whose number, e-mail address or telephone number is the text, or whose name or last name begins with
        it.

        Case does not matter, nor do accents and kinds of apostrophe in a name, nor how a telephone number is parted.
        Each of the five has its index: customer_number_lower, customer_email_lower, customer_phone_folded,
        customer_name_folded, customer_last_word_folded.
        """
        text = " ".join(text.split())
        if not text:
            return self
        lower = Lower(Value(text))
        named = Q(*begins(FoldName("name"), text)) | Q(*begins(FoldLastWord("name"), text))
        called = ~Q(phone="") & Q(Exact(FoldPhone("phone"), FoldPhone(Value(text)))) if is_phone(text) else Q()
        return self.filter(Q(Exact(Lower("number"), lower)) | Q(Exact(Lower("email"), lower)) | named | called)


# Relies on customer_assigned_once_to_each and customer_merged_into: 0.5 ms of 2,500, who looked at one by one took 9.
ASSIGNED = """
SELECT count(*) - (
    SELECT count(*)
    FROM records_customer AS customer
    JOIN records_customerassignment AS assigned ON assigned.customer_id = customer.id
    WHERE customer.merged_into_id IS NOT NULL AND assigned.staff_id = %(staff)s AND assigned.until IS NULL
)
FROM records_customerassignment
WHERE staff_id = %(staff)s AND until IS NULL
"""


def count_assigned_to(staff: User) -> int:
    """How many people are the customers of one member of staff at present."""
    with connection.cursor() as cursor:
        ask(cursor, ASSIGNED, {"staff": staff.pk})
        count: int
        (count,) = cursor.fetchone()
    return count


def searched_key(text: str) -> KeyKind:
    """Which of the notice's keys a text that is searched for is, by its look: `found_by` tries each of them."""
    if "@" in text:
        return KeyKind.EMAIL_ADDRESS
    if is_phone(" ".join(text.split())):
        return KeyKind.PHONE_NUMBER
    return KeyKind.CUSTOMER_ID if any(letter.isdigit() for letter in text) else KeyKind.CUSTOMER_NAME


def managed_staff(manager: User) -> "models.QuerySet[User]":
    """The manager and the present members of the teams that they manage."""
    mine = TeamMembership.objects.managed_by(manager)
    return User.objects.filter(
        Q(pk=manager.pk)
        | Exists(TeamMembership.objects.filter(staff=OuterRef("pk"), until=None, team__in=mine.values("team")))
    )


def assigned_to_teams_of(manager: User) -> "models.QuerySet[CustomerAssignment, Any]":
    """The customers at present of the manager and their people, each once. Relies on customer_assigned_once_to_each."""
    theirs = CustomerAssignment.objects.current().filter(staff__in=managed_staff(manager))
    return theirs.order_by().values("customer").distinct()


def assignments_of_each() -> "CustomerAssignmentQuerySet":
    """The present assignments of the outer query's customer, looked up for each customer by itself.

    Of an equality PostgreSQL gathers everybody's assignments before it looks at the first customer, a third of a second
    for a million; a range it looks up by the index, some microseconds each.
    """
    return CustomerAssignment.objects.current().filter(customer__gte=OuterRef("pk"), customer__lte=OuterRef("pk"))


def nobodys_of_teams_of(manager: User) -> Q:
    """That a customer is in the territory of one of the manager's teams, and nobody's yet."""
    territories = TeamMembership.objects.managed_by(manager).values("team__territory")
    return Q(Q(territory__in=territories), ~Exists(assignments_of_each()))


class Customer(Provenance):
    """A person or an account's contact whom materials are shared with. `key` names them in events and addresses."""

    number = models.CharField("customer ID", max_length=40, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    postal_code = models.CharField("ZIP or postal code", max_length=20, blank=True)
    date_of_birth = SealedDateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)  # as it was told, where no date of birth was
    job_title = models.CharField(max_length=100, blank=True)
    job_description = models.TextField(max_length=2_000, blank=True)
    role = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=100, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="customers")
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="customers", db_index=False
    )
    customer_since = models.DateField(null=True, blank=True)
    # Set by staff with a reason; three years later the record goes (the notice's retention rule 3).
    relationship_ended_on = models.DateField(null=True, blank=True)
    relationship_end_reason = models.CharField(max_length=200, blank=True)
    # The record under which this same person is known (records.identity); lists show that one alone.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged", db_index=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    # When it was last compared with the others; a trigger empties it whenever something that is compared changes.
    compared_at = models.DateTimeField(null=True, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(condition=~Q(number=""), name="customer_has_number"),
            models.CheckConstraint(condition=Q(age=None) | Q(age__lte=130), name="customer_age"),
            models.CheckConstraint(
                condition=Q(relationship_ended_on=None) | ~Q(relationship_end_reason=""),
                name="customer_relationship_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="customer_not_merged_into_itself"
            ),
        ]
        indexes = [
            models.Index(Lower("email"), name="customer_email_lower"),
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["id"], condition=Q(compared_at=None), name="customer_to_compare"),
            # Most customers have none of these: an index of those who have one costs an import nothing.
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"customer_{name}")
                for name in ("territory", "merged_into", "created_by")
            ),
        ]

    notice = Holds(
        elements={
            "number": "c02-customer-ids",
            "name": "c01-customer-and-key-contacts-names",
            "email": "c01-email-address",
            "phone": "c01-phone-numbers",
            "street": "c01-home-mailing-address",
            "city": "c01-home-mailing-address",
            "state": "c01-home-mailing-address",
            "postal_code": "c01-home-mailing-address",
            "date_of_birth": "c01-date-of-birth",
            "age": "c01-age",
            "job_title": "c01-titles",
            "job_description": "c01-job-descriptions",
            "role": "c01-roles",
            "level": "c01-level",
            "organization": "c01-company-name",
        },
        system={
            **SYSTEM_FIELDS,
            "territory": "whose part of the country it is",
            "customer_since": "when the relationship began",
            "relationship_ended_on": "starts the retention",
            "relationship_end_reason": "why it ended, without persons",
            "merged_into": "the record of the same person",
            "compared_at": "when it was last compared with others",
        },
        individual=SELF,
        clock="relationship_ended_on",
        told=("relationship_end_reason", "territory"),
        clocks={"RET-3": clocks.ended()},
        scopes={"organization": "organization__key"},
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return self.name

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key

    @property
    def person_id(self) -> int:
        """The primary key of the record under which this person is known."""
        return self.merged_into_id or self.pk

    def records_of_person(self) -> "models.QuerySet[Customer]":
        """This record and those that are merged into it."""
        return Customer.objects.of_person(self.pk)


class CustomerAssignmentQuerySet(models.QuerySet["CustomerAssignment"]):
    def current(self) -> Self:
        return self.filter(until=None)


class CustomerAssignment(models.Model):
    """Whose customer somebody is, from and until when; what is over stays as history."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assignments", db_index=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_assignments")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CustomerAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["customer", "since", "id"]
        # Whose a customer is, without a look at the table: for each of many, and one look-up for all staff.
        indexes = [models.Index(fields=["customer", "until", "staff"], name="assignment_of_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "customer"], condition=Q(until=None), name="customer_assigned_once_to_each"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="assignment_ends_after_start"
            ),
        ]

    notice = Holds(
        elements={"staff": "c03-names-of-usps-employees-serving-the-firm"},
        system={
            "id": "database key",
            "customer": "who is served",
            "since": "when it began",
            "until": "when it ended",
            "reason": "why it was changed, without persons",
            "assigned_by": "who changed it",
        },
        individual="customer",
        clock="customer__relationship_ended_on",
        told=("reason",),
        clocks=clocks.OF_CUSTOMER,
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return f"customer {self.customer_id} of {self.staff_id}"
