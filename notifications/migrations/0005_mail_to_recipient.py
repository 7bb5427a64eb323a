from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("notifications", "0004_mail_of_group")]

    operations = [
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(condition=models.Q(("recipient_key", ""), _negated=True), fields=["recipient_key"], name="mail_to_recipient"),
        ),
    ]
