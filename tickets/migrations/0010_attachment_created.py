"""When a file came, so that those of the last days can be scanned again. For files of before it is the day of this."""

import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_what_mail_brings")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
                verbose_name="created",
            ),
        )
    ]
