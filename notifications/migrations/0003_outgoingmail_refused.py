"""Keeps which recipients do not have a mail that others got.

The database fills the column: code that does not know it goes on writing mails while this runs.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_lost_mail")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="refused",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Recipients that do not have it, though others do: refused by the server, or dead addresses.",
                verbose_name="not sent to",
            ),
        )
    ]
