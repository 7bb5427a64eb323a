from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("intake", "0004_rawmail_by_request")]

    operations = [
        migrations.AddField(
            model_name="rawmail",
            name="interruptions",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Wherever they stopped; the one in hand counts until it ends.",
                verbose_name="attempts without an end",
            ),
        ),
        migrations.AlterField(
            model_name="rawmail",
            name="deaths",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Attempts at which whatever looked into the mail died or broke.",
                verbose_name="deaths",
            ),
        ),
    ]
