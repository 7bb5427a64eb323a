"""Migrations follow the models, and run while the old code is up: none takes away or demands what it does not know."""

from collections.abc import Sequence
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OURS = ("helpdesk", "intake", "portal", "api", "tickets", "notifications", "reports")
# Old code still reads and writes these; they go in the release after the one that stopped using them. Such a migration
# is named in ALLOWED with its reason, and so is one from before the first release.
TAKES_AWAY = (migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel)
BIG = ("rawmail", "message", "event", "attachment", "outgoingmail", "ticket")
ALLOWED: dict[tuple[str, str], str] = {}


def wrong(operation: Operation, *, made_here: set[str]) -> str:
    """Why old code would break, or writers wait, during this operation; "" when neither."""
    model = getattr(operation, "model_name", "").lower()
    if isinstance(operation, TAKES_AWAY):
        return "takes away what old code uses"
    if model in made_here:
        return ""
    if isinstance(operation, migrations.AddField) and _demands(operation.field):
        return "old code writes rows without this column: null=True, or a default that the database knows (db_default)"
    if (
        isinstance(operation, migrations.AlterField)
        and _demands(operation.field)
        and operation.field.db_default is None
    ):
        return "may demand what old code leaves out"
    if isinstance(operation, migrations.AddIndex) and not isinstance(operation, AddIndexConcurrently) and model in BIG:
        return "writers wait while the index of a big table is made: AddIndexConcurrently"
    return ""


def _demands(field: "models.Field") -> bool:
    unknown_to_database = field.db_default is models.NOT_PROVIDED
    return not (field.null or field.many_to_many or isinstance(field, models.GeneratedField)) and unknown_to_database


def all_ours() -> list[tuple[str, str]]:
    return sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in OURS)


@pytest.mark.parametrize(("app", "name"), all_ours())
def test_old_code_works_on_the_migrated_tables(app: str, name: str) -> None:
    module = import_module(f"{apps.get_app_config(app).name}.migrations.{name}")
    operations = module.Migration.operations
    made = {each.name.lower() for each in operations if isinstance(each, migrations.CreateModel)}
    found = [f"{type(each).__name__}: {reason}" for each in operations if (reason := wrong(each, made_here=made))]
    assert not found or (app, name) in ALLOWED, found


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("ticket", "subject"),
        migrations.RenameField("ticket", "subject", "title"),
        migrations.DeleteModel("Need"),
        migrations.AddField("ticket", "score", models.IntegerField(default=0)),
        migrations.AddIndex("rawmail", models.Index(fields=["size"], name="by_size")),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_would_break_old_code_is_found(operation: Operation) -> None:
    assert wrong(operation, made_here=set())


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("ticket", "score", models.IntegerField(null=True)),
        migrations.AddField("ticket", "score", models.IntegerField(default=0, db_default=0)),
        AddIndexConcurrently("rawmail", models.Index(fields=["size"], name="by_size")),
        migrations.CreateModel("Thing", fields=[("id", models.BigAutoField(primary_key=True))]),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_old_code_does_not_notice_is_allowed(operation: Operation) -> None:
    assert not wrong(operation, made_here=set())


def test_no_migration_is_missing() -> None:
    assert not_migrated(ProjectState.from_apps(apps)) == []


def test_a_field_without_its_migration_is_found() -> None:
    changed = ProjectState.from_apps(apps)
    changed.add_field("tickets", "ticket", "score", models.IntegerField(null=True), preserve_default=True)
    assert not_migrated(changed) == ["tickets: Add field score to ticket"]


def not_migrated(models_now: ProjectState) -> list[str]:
    """What `makemigrations` would write, by app; it asks no database."""
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), models_now).changes(loader.graph)
    return [
        f"{app}: {operation.describe()}"
        for app, found in changes.items()
        for each in found
        for operation in each.operations
    ]


OLD_STEPS = ("0008_sent_to_index", "0051_views_by_index", "0052_sent_before_an_answer")


def as_if_made_step_by_step(*, without: Sequence[str] = ()) -> None:
    """What a database from before the first release has noted down of its migrations."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE name = '0001_first_release' OR name = ANY(%s)", [[*without]]
        )


@pytest.mark.django_db
def test_a_database_that_was_made_step_by_step_has_nothing_to_do() -> None:
    as_if_made_step_by_step()
    call_command("migrate", verbosity=0, check_unapplied=True)  # exits where anything is left


@pytest.mark.django_db
@pytest.mark.parametrize("without", [OLD_STEPS[:1], OLD_STEPS[1:]])
def test_a_database_that_stopped_between_the_steps_is_refused_and_told_what_it_lacks(without: Sequence[str]) -> None:
    as_if_made_step_by_step(without=without)
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0)
    assert all(step in str(refused.value) for step in without)
    assert "Nothing was changed" in str(refused.value)
