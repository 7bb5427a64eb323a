import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COLUMNS = ("requester_id", "organisation_id", "assignee_id")


def drop(apps, schema_editor):
    """Each has an index of its own beside one that begins with it: twice the work of every ticket for nothing."""
    ticket = apps.get_model("tickets", "ticket")
    for column in COLUMNS:
        for name in schema_editor._constraint_names(ticket, [column], index=True, exclude={"ticket_load"}):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(name)}")


def make(apps, schema_editor):
    for column in COLUMNS:
        schema_editor.execute(f"CREATE INDEX CONCURRENTLY ON tickets_ticket ({column})")


def field(to, on_delete, name, **more):
    return models.ForeignKey(
        blank=True, db_index=False, null=True, on_delete=on_delete, to=to, verbose_name=name, **more
    )


class Migration(migrations.Migration):
    # The indexes go beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0041_cycles_read")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make)],
            state_operations=[
                migrations.AlterField(
                    model_name="ticket",
                    name="requester",
                    field=field(
                        "tickets.requester", django.db.models.deletion.PROTECT, "requester", related_name="tickets"
                    ),
                ),
                migrations.AlterField(
                    model_name="ticket",
                    name="organisation",
                    field=field("tickets.organisation", django.db.models.deletion.SET_NULL, "organisation"),
                ),
                migrations.AlterField(
                    model_name="ticket",
                    name="assignee",
                    field=field(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        "assignee",
                        related_name="tickets",
                    ),
                ),
            ],
        ),
    ]
