import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0003_complaint'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='scan',
            field=models.CharField(blank=True, choices=[('', 'not scanned'), ('clean', 'nothing found'), ('found', 'something found'), ('unknown', 'not known')], db_default='', default='', max_length=8, verbose_name='virus scan'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan_attempts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='attempts to scan'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan_database',
            field=models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='version of the signatures'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan_detail',
            field=models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='signature found, or why nothing is known'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan_due',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, help_text='Empty when nothing is left to do.', null=True, verbose_name='scan due'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scanned_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='scanned'),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('opened', 'opened'), ('received', 'message received'), ('acknowledged', 'acknowledgement queued'), ('not_acknowledged', 'not acknowledged'), ('replied', 'reply written'), ('reply_undone', 'reply undone'), ('noted', 'note written'), ('sent', 'mail handed over'), ('not_sent', 'mail not delivered'), ('complained', 'mail reported as unwanted'), ('assigned', 'assigned'), ('status', 'status changed'), ('priority', 'priority changed'), ('topic', 'topic changed'), ('queue', 'queue changed'), ('kind', 'kind changed'), ('language', 'language changed'), ('sensitive', 'sensitivity changed'), ('joined', 'participant joined'), ('linked', 'linked'), ('tracking', 'tracking link made'), ('tracking_revoked', 'tracking links revoked'), ('erased', 'personal text erased'), ('infected', 'virus found in a file'), ('unsealed', 'file in quarantine opened'), ('viewed', 'sensitive ticket read')], max_length=20, verbose_name='what'),
        ),
    ]
