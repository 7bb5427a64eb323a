from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0051_views_by_index")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("delivery", "sent"), ("nature__in", ("holding", "clarification"))),
                fields=["sent_at"],
                name="message_before_answer",
            ),
        ),
    ]
