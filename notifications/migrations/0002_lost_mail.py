from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The indexes change beside the service that runs.
    atomic = False

    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="outgoingmail",
            name="bounce",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("soft", "came back for now"),
                    ("hard", "came back for good"),
                    ("lost", "given up, the address may be good"),
                    ("complaint", "reported as unwanted"),
                ],
                max_length=9,
                verbose_name="bounce",
            ),
        ),
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("bounce__in", ("soft", "lost"))),
                fields=["recipient_key", "bounced_at"],
                name="mail_by_failure",
            ),
        ),
        RemoveIndexConcurrently(model_name="outgoingmail", name="mail_by_bounce"),
    ]
