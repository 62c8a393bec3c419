"""What migrations are made of that Django does not bring: many tables at once, and the roles."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.management import create_permissions
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from privacy.roles import PERMITS


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Give each role, as a group, its permits (`privacy.roles`). Runs after the migration's permits are declared."""
    config = apps.get_app_config("privacy")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, permits in PERMITS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(Permission.objects.filter(content_type__app_label="privacy", codename__in=list(permits)))


class CreateTogether(Operation):
    """Makes the tables of many models of an app, with their indexes; they may refer to each other in any order.

    Does what a list of CreateModel does. But with each of those Django renders every model anew that the new one is
    related to, and what is related to these: nearly all. Here they are rendered once.
    """

    category = OperationCategory.ADDITION
    reduces_to_sql = True
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = list(models)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [], {"models": self.models}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # The rendered models: they are rendered again when they are asked for.
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)
        # Now rather than at the migration's end, for what SQL there is after this finds the indexes.
        for statement in schema_editor.deferred_sql:
            schema_editor.execute(statement, None)
        schema_editor.deferred_sql.clear()

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} models together"
