from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("notifications", "0003_outgoingmail_refused")]

    operations = [
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(condition=models.Q(("group", ""), _negated=True), fields=["group"], name="mail_of_group"),
        ),
    ]
