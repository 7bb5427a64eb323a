from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0002_mailbox_ledger'),
        ('tickets', '0002_reference_sequences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='rawmail',
            name='request_path',
            field=models.CharField(blank=True, db_default='', default='', help_text='What a mail provider posted, where the raw file was made from it.', max_length=200, verbose_name='posted body'),
        ),
        migrations.AddField(
            model_name='rawmail',
            name='request_type',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='type of the posted body'),
        ),
    ]
