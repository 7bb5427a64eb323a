import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_attachment_found_clean")]

    operations = [
        migrations.CreateModel(
            name="ErasedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True, verbose_name="hash of the address")),
                ("erased_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="erased")),
            ],
            options={"verbose_name": "erased address", "verbose_name_plural": "erased addresses"},
        ),
    ]
