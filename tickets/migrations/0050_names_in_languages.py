from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0043_question"),
    ]

    operations = [
        migrations.AddField(
            model_name="queue",
            name="name_fr",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in French"
            ),
        ),
        migrations.AddField(
            model_name="queue",
            name="name_lv",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in Latvian"
            ),
        ),
        migrations.AddField(
            model_name="queue",
            name="name_uk",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in Ukrainian"
            ),
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="name_fr",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in French"
            ),
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="name_lv",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in Latvian"
            ),
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="name_uk",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in Ukrainian"
            ),
        ),
        migrations.AlterField(
            model_name="queue",
            name="name",
            field=models.CharField(max_length=100, verbose_name="name in English"),
        ),
        migrations.AlterField(
            model_name="replytemplate",
            name="name",
            field=models.CharField(max_length=100, verbose_name="name in English"),
        ),
        migrations.AlterField(
            model_name="topic",
            name="name_fr",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in French"
            ),
        ),
        migrations.AlterField(
            model_name="topic",
            name="name_lv",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in Latvian"
            ),
        ),
        migrations.AlterField(
            model_name="topic",
            name="name_uk",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="name in Ukrainian"
            ),
        ),
    ]
