from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0021_routing")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False), ("status__in", ("new", "open", "pending"))),
                fields=["assignee"],
                name="ticket_load",
            ),
        ),
    ]
