from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0023_reading")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["organisation", "-received_at"], name="ticket_by_organisation"),
        ),
    ]
