from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The indexes are made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0032_follow_up")]

    operations = [
        AddIndexConcurrently(
            model_name="absence",
            index=models.Index(
                condition=models.Q(("end_told_at__isnull", True), ("start_told_at__isnull", False)),
                fields=["last_day"],
                name="absence_to_end",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("alerted_at__isnull", True), ("danger_to_life", True), ("status__in", ("new", "open", "pending"))
                ),
                fields=["received_at"],
                name="ticket_to_alert",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="ticket_to_remind"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticketdeadline",
            index=models.Index(
                condition=models.Q(("end", ""), ("look_at__isnull", False)),
                fields=["look_at", "id"],
                name="deadline_to_look_at",
            ),
        ),
    ]
