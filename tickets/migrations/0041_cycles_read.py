from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0040_pauses_of_open_waits")]

    operations = [
        migrations.CreateModel(
            name="CyclesRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rules", models.PositiveSmallIntegerField(unique=True, verbose_name="rules")),
                ("after", models.BigIntegerField(default=0, verbose_name="reached ticket")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "reading of reply cycles",
                "verbose_name_plural": "readings of reply cycles",
            },
        ),
    ]
