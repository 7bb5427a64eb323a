import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("intake", "0007_sent_to")]

    operations = [
        AddIndexConcurrently(
            model_name="rawmail",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("sent_to__isnull", False)),
                fields=["sent_to"],
                name="rawmail_sent_to",
                opclasses=["jsonb_path_ops"],
            ),
        ),
    ]
