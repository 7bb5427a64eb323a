from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The indexes are made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0034_exports")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("first_answered_at__isnull", False)),
                fields=["first_answered_at"],
                name="ticket_by_answer",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("delivery__in", ("failed", "bounced"))),
                fields=["received_at"],
                name="message_not_arrived",
            ),
        ),
    ]
