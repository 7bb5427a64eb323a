"""An index of whom messages name as recipients. Made beside the work: no mail waits for it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0006_event_languages")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=GinIndex(
                fields=["to", "cc"], name="message_recipients", opclasses=["jsonb_path_ops", "jsonb_path_ops"]
            ),
        )
    ]
