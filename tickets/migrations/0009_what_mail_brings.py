"""Keeps what a mail brings besides its words: verdicts on its origin, invitations, claimed signers, and containers.

The database fills the columns: code that does not know them goes on writing messages while this runs.
"""

from django.db import migrations, models

NONE = models.Value([], models.JSONField())


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_attachment_scan_index")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="verdicts",
            field=models.JSONField(
                blank=True, db_default=NONE, default=list, verbose_name="what our mail server says of the origin"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="invitations",
            field=models.JSONField(blank=True, db_default=NONE, default=list, verbose_name="invitations to meetings"),
        ),
        migrations.AddField(
            model_name="attachment",
            name="container",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Position of the file, of the same message, that it was in.",
                null=True,
                verbose_name="lies in",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="signers",
            field=models.JSONField(blank=True, db_default=NONE, default=list, verbose_name="claims to be signed by"),
        ),
    ]
