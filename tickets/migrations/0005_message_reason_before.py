"""Keeps why a ticket had ended on the reply that takes it up again, so that an undo can bring it back.

The database fills the column: code that does not know it goes on writing messages while this runs.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_attachment_scan")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="reason_before",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Why the ticket had ended when this reply was written; an undo brings it back.",
                max_length=500,
                verbose_name="reason that the ticket had before",
            ),
        )
    ]
