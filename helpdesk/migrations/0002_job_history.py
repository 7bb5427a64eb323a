from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0001_job_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="jobrun",
            name="done",
            field=models.IntegerField(
                blank=True, help_text="Empty where it counts nothing.", null=True, verbose_name="what it did"
            ),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="error",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Its kind, never its words.",
                max_length=200,
                verbose_name="last error",
            ),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="error_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last error at"),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="history",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="runs that did something",
            ),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="milliseconds",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="milliseconds it took"),
        ),
    ]
