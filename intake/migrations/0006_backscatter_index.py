from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("intake", "0005_interruptions")]

    operations = [
        AddIndexConcurrently(
            model_name="rawmail",
            index=models.Index(
                condition=models.Q(("reason", "backscatter")), fields=["-processed_at"], name="rawmail_backscatter"
            ),
        ),
    ]
