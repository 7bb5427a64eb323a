from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0007_message_recipients")]

    operations = [
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("scan_due__isnull", False)), fields=["-scan_due"], name="attachment_scan_due"
            ),
        ),
    ]
