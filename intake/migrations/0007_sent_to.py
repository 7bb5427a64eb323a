from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_backscatter_index")]

    operations = [
        migrations.AddField(
            model_name="rawmail",
            name="sent_to",
            field=models.JSONField(
                blank=True,
                help_text="Of mail that staff sent by another program and that became no message: to find it for erasing.",
                null=True,
                verbose_name="hashes of the recipients",
            ),
        ),
    ]
