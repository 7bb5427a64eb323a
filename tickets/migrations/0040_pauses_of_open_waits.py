from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0035_flow_indexes")]

    operations = [
        migrations.AddField(
            model_name="replycycle",
            name="paused_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="waiting for others since"),
        ),
        migrations.AddField(
            model_name="resolution",
            name="paused_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="waiting for others since"),
        ),
        migrations.AlterField(
            model_name="resolution",
            name="first_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first resolved"),
        ),
        migrations.AlterField(
            model_name="resolution",
            name="first_calendar_seconds",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="calendar seconds until first resolved"
            ),
        ),
    ]
