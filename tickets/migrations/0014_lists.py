"""Lists kept under a name, what each line of a list shows, and which events came from one act on many tickets."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_search_document")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="search")),
                ("order", models.CharField(blank=True, max_length=20, verbose_name="order")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        null=True,
                        size=None,
                        verbose_name="columns",
                    ),
                ),
                ("shared", models.BooleanField(default=False, verbose_name="shared with all colleagues")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="deleted"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={"verbose_name": "saved view", "verbose_name_plural": "saved views"},
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=("owner", "name"),
                name="saved_view_name_unique",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="batch",
            field=models.UUIDField(
                blank=True,
                help_text="The same for what one act did to many tickets.",
                null=True,
                verbose_name="batch",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="list_columns",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                editable=False,
                help_text="What each line of a list shows; empty for the usual.",
                null=True,
                size=None,
                verbose_name="columns of lists",
            ),
        ),
    ]
