"""Who works here, and what they may do."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from privacy.agency import agency_today
from privacy.enums import Language, NumberStyle
from privacy.holdings import SystemData
from privacy.roles import Permit, Role

# Of the account `person`: the names of its groups, and what they and it may do. It comes with the account, in one
# statement, where Django asks three more.
HELD = """
    ARRAY(
        SELECT held.name
        FROM privacy_user_groups AS member
        JOIN auth_group AS held ON held.id = member.group_id
        WHERE member.user_id = person.id
    ) AS group_names,
    ARRAY(
        SELECT content.app_label || '.' || permission.codename
        FROM auth_permission AS permission
        JOIN django_content_type AS content ON content.id = permission.content_type_id
        WHERE permission.id IN (
            SELECT given.permission_id
            FROM privacy_user_groups AS member
            JOIN auth_group_permissions AS given ON given.group_id = member.group_id
            WHERE member.user_id = person.id
            UNION ALL
            SELECT permission_id FROM privacy_user_user_permissions WHERE user_id = person.id
        )
    ) AS permissions_held
"""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password nobody can sign in with it."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def acting(self, pk: int) -> "User | None":
        """An account with what it may do. One query."""
        return next(iter(self.raw(f"SELECT person.*, {HELD} FROM privacy_user AS person WHERE id = %s", [pk])), None)

    def open(self) -> "models.QuerySet[User]":
        """The accounts by which somebody may act today."""
        is_over = models.Q(contract_ends_on__lt=agency_today())
        return self.get_queryset().filter(is_active=True).exclude(is_over)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        raise ValueError("Waymark has no superusers: run `manage.py setup_admin` to make an IT administrator.")


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. The e-mail address is the login name, kept in lower case."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    # IANA name; changes how clock times are shown, never which day an event counts for.
    time_zone = models.CharField(max_length=64, default="America/New_York")
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH, db_default="en")
    number_style = models.CharField(
        max_length=12, choices=NumberStyle, blank=True, default=NumberStyle.OF_LANGUAGE, db_default=""
    )
    is_staff = models.BooleanField("can open the administration pages", default=False)
    is_active = models.BooleanField(default=True)
    # A contractor's account names its contract and that contract's last day, after which it closes itself.
    is_contractor = models.BooleanField("belongs to a contractor", default=False, db_default=False)
    contract_number = models.CharField(max_length=40, blank=True, default="", db_default="")
    contract_ends_on = models.DateField("last day of the contract", null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="user_language"),
            models.CheckConstraint(condition=models.Q(number_style__in=NumberStyle.values), name="user_number_style"),
            models.CheckConstraint(
                condition=models.Q(is_contractor=False, contract_number="", contract_ends_on=None)
                | models.Q(is_contractor=True, contract_ends_on__isnull=False) & ~models.Q(contract_number=""),
                name="user_contractor_has_a_contract",
            ),
        ]

    notice = SystemData("Accounts of the agency's staff, who work with the records; the notice covers customers.")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def is_contract_over(self) -> bool:
        """Whether a contractor's last day has passed: nobody signs in to the account, closed or not."""
        return self.contract_ends_on is not None and self.contract_ends_on < agency_today()

    @property
    def is_open(self) -> bool:
        """Whether somebody may act by it today."""
        return self.is_active and not self.is_contract_over

    # The shown part of the API key by which this account acts at present; empty in the browser.
    acting_key = ""

    def has_permit(self, permit: Permit) -> bool:
        """Whether one of the user's roles carries this permit (one query at most).

        A page asks more than a hundred times: each question to Django asks every backend anew. Django's own answer
        holds for an account that is closed or that may do everything.
        """
        if self.is_superuser or not self.is_active:
            return self.has_perm(permit.permission)
        return permit.permission in self.permissions_held

    def has_one_of(self, permits: Iterable[Permit]) -> bool:
        """Whether one of the user's roles carries any of these permits."""
        return any(map(self.has_permit, permits))

    @cached_property
    def permissions_held(self) -> list[str]:
        """What the account and its groups may do, in Django's terms."""
        return self._held()[1]

    @cached_property
    def group_names(self) -> list[str]:
        return self._held()[0]

    def _held(self) -> tuple[list[str], list[str]]:
        """Of an account that did not come with it (UserManager.acting). One query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {HELD} FROM (SELECT %s::bigint AS id) AS person", [self.pk])
            self.group_names, self.permissions_held = cursor.fetchone()
        return self.group_names, self.permissions_held

    @cached_property
    def roles(self) -> list[Role]:
        """The user's roles, in the order of Role. One query at most."""
        return [role for role in Role if role.value in self.group_names]

    def give_role(self, role: Role) -> None:
        """Add the user to the role's group."""
        self.groups.add(Group.objects.get(name=role.value))
        for known in ("roles", "group_names", "permissions_held"):
            self.__dict__.pop(known, None)


class Capability(models.Model):
    """No table: it carries the permissions of `privacy.roles.Permit` under one name."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions: ClassVar[list[tuple[str, Any]]] = [(permit.value, permit.label) for permit in Permit]

    notice = SystemData("It has no table.")
