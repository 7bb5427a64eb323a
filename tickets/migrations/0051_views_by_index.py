from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    # The indexes are made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0050_names_in_languages")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                F("kind"),
                F("received_at").desc(),
                F("id").desc(),
                name="ticket_to_do_by_kind",
                condition=Q(("status__in", ("new", "open", "pending"))),
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                F("received_at").desc(), F("id").desc(), name="ticket_unreadable", condition=Q(("unreadable", True))
            ),
        ),
    ]
