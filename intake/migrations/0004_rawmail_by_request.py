from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made beside the service that runs.
    atomic = False

    dependencies = [("intake", "0003_posted_body")]

    operations = [
        AddIndexConcurrently(
            model_name="rawmail",
            index=models.Index(
                condition=models.Q(("request_path", ""), _negated=True),
                fields=["request_path"],
                name="rawmail_by_request",
            ),
        ),
    ]
