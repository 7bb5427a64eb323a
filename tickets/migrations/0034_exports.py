import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0033_follow_up_indexes")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="report_weekly",
            field=models.BooleanField(
                db_default=True, default=True, editable=False, verbose_name="report of each week by mail"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="report_monthly",
            field=models.BooleanField(
                db_default=True, default=True, editable=False, verbose_name="report of each month by mail"
            ),
        ),
        migrations.CreateModel(
            name="ReportExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", models.CharField(max_length=20, verbose_name="report")),
                (
                    "form",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel"), ("json", "API")],
                        max_length=4,
                        verbose_name="form",
                    ),
                ),
                (
                    "first",
                    models.DateField(
                        blank=True, help_text="Empty where it is of a moment.", null=True, verbose_name="first day"
                    ),
                ),
                ("last", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("narrowed", models.CharField(blank=True, max_length=300, verbose_name="narrowed to")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member of staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "export of a report",
                "verbose_name_plural": "exports of reports",
                "indexes": [models.Index(fields=["-at", "-id"], name="export_newest")],
            },
        ),
    ]
