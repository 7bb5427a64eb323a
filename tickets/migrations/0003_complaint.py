from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0002_reference_sequences'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('opened', 'opened'), ('received', 'message received'), ('acknowledged', 'acknowledgement queued'), ('not_acknowledged', 'not acknowledged'), ('replied', 'reply written'), ('reply_undone', 'reply undone'), ('noted', 'note written'), ('sent', 'mail handed over'), ('not_sent', 'mail not delivered'), ('complained', 'mail reported as unwanted'), ('assigned', 'assigned'), ('status', 'status changed'), ('priority', 'priority changed'), ('topic', 'topic changed'), ('queue', 'queue changed'), ('kind', 'kind changed'), ('language', 'language changed'), ('sensitive', 'sensitivity changed'), ('joined', 'participant joined'), ('linked', 'linked'), ('tracking', 'tracking link made'), ('tracking_revoked', 'tracking links revoked'), ('erased', 'personal text erased'), ('viewed', 'sensitive ticket read')], max_length=20, verbose_name='what'),
        ),
    ]
