from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The indexes are made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0014_lists")]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(
                condition=models.Q(("batch__isnull", False)), fields=["batch"], name="event_of_batch"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("status__in", ("new", "open", "pending"))),
                name="ticket_to_do",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.OrderBy(models.F("last_message_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="ticket_last_message",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("answer_by__isnull", False),
                    ("first_answered_at__isnull", True),
                    ("waiting_since__isnull", False),
                ),
                fields=["answer_by", "id"],
                name="ticket_due",
            ),
        ),
    ]
