import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0015_list_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('opened', 'opened'), ('received', 'message received'), ('acknowledged', 'acknowledgement queued'), ('not_acknowledged', 'not acknowledged'), ('replied', 'reply written'), ('reply_undone', 'reply undone'), ('noted', 'note written'), ('sent', 'mail handed over'), ('not_sent', 'mail not delivered'), ('complained', 'mail reported as unwanted'), ('assigned', 'assigned'), ('status', 'status changed'), ('priority', 'priority changed'), ('topic', 'topic changed'), ('queue', 'queue changed'), ('kind', 'kind changed'), ('language', 'language changed'), ('reply_language', 'language of replies changed'), ('accepted_languages', 'accepted languages changed'), ('sensitive', 'sensitivity changed'), ('reader_named', 'reader named'), ('reader_removed', 'reader taken away'), ('joined', 'participant joined'), ('linked', 'linked'), ('tracking', 'tracking link made'), ('tracking_revoked', 'tracking links revoked'), ('erased', 'personal text erased'), ('infected', 'virus found in a file'), ('unsealed', 'file in quarantine opened'), ('viewed', 'sensitive ticket read')], max_length=20, verbose_name='what'),
        ),
        migrations.CreateModel(
            name='TicketReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='named')),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='named by')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='tickets.ticket')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='named reader')),
            ],
            options={
                'verbose_name': 'named reader',
                'verbose_name_plural': 'named readers',
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='readers',
            field=models.ManyToManyField(related_name='readings', through='tickets.TicketReader', through_fields=('ticket', 'user'), to=settings.AUTH_USER_MODEL, verbose_name='named readers'),
        ),
        migrations.AddConstraint(
            model_name='ticketreader',
            constraint=models.UniqueConstraint(fields=('ticket', 'user'), name='ticket_reader_unique'),
        ),
    ]
