import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What made the tables step by step until the first release. A database that went that way has all of this.
    replaces = [
        ("intake", "0001_initial"),
        ("intake", "0002_mailbox_ledger"),
        ("intake", "0003_posted_body"),
        ("intake", "0004_rawmail_by_request"),
        ("intake", "0005_interruptions"),
        ("intake", "0006_backscatter_index"),
        ("intake", "0007_sent_to"),
        ("intake", "0008_sent_to_index"),
    ]

    dependencies = [
        ('tickets', '0001_first_release'),
        ('tickets', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='User and server, as configured.', max_length=320, verbose_name='mailbox')),
                ('folder', models.CharField(max_length=320, verbose_name='folder')),
                ('uid_validity', models.PositiveBigIntegerField(default=0, help_text='When it changes, the numbers of the mails mean nothing any more.', verbose_name='UIDVALIDITY')),
                ('last_uid', models.PositiveBigIntegerField(default=0, help_text='Every mail up to this UID has its entry in the ledger.', verbose_name='read up to number')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='last read to its end')),
                ('mail_at', models.DateTimeField(blank=True, null=True, verbose_name='last new mail')),
                ('error', models.CharField(blank=True, max_length=40, verbose_name='error')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='first read')),
            ],
            options={
                'verbose_name': 'mailbox',
                'verbose_name_plural': 'mailboxes',
                'constraints': [models.UniqueConstraint(fields=('name', 'folder'), name='mailbox_unique')],
            },
        ),
        migrations.CreateModel(
            name='RawMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('smtp', 'SMTP'), ('lmtp', 'LMTP'), ('imap', 'IMAP'), ('imap-sent', 'folder of sent mail'), ('webhook', 'mail provider'), ('import', 'import')], max_length=10, verbose_name='source')),
                ('key', models.CharField(help_text='Hash of source, envelope and bytes: the same delivery is stored once.', max_length=64, verbose_name='key')),
                ('path', models.CharField(blank=True, max_length=200, verbose_name='raw file')),
                ('sha256', models.CharField(max_length=64, verbose_name='hash of the raw file')),
                ('request_path', models.CharField(blank=True, db_default='', default='', help_text='What a mail provider posted, where the raw file was made from it.', max_length=200, verbose_name='posted body')),
                ('request_type', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='type of the posted body')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('envelope_from', models.CharField(blank=True, help_text='Empty: sent as <>. None: not known.', max_length=320, null=True, verbose_name='envelope sender')),
                ('envelope_to', models.JSONField(blank=True, default=list, verbose_name='envelope recipients')),
                ('received_at', models.DateTimeField(help_text='When the house could know.', verbose_name='received')),
                ('state', models.CharField(choices=[('received', 'received'), ('processed', 'processed'), ('ignored', 'ignored'), ('failed', 'failed')], default='received', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('reason_detail', models.CharField(blank=True, help_text='No personal text.', max_length=300, verbose_name='details')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('deaths', models.PositiveIntegerField(default=0, help_text='Attempts at which whatever looked into the mail died or broke.', verbose_name='deaths')),
                ('interruptions', models.PositiveIntegerField(db_default=0, default=0, help_text='Wherever they stopped; the one in hand counts until it ends.', verbose_name='attempts without an end')),
                ('lease_until', models.DateTimeField(blank=True, help_text='Nobody else takes the mail up before then.', null=True, verbose_name='in hand until')),
                ('sent_to', models.JSONField(blank=True, help_text='Of mail that staff sent by another program and that became no message: to find it for erasing.', null=True, verbose_name='hashes of the recipients')),
                ('acknowledge', models.BooleanField(default=True, verbose_name='to be acknowledged')),
                ('correlation', models.CharField(blank=True, max_length=64, verbose_name='correlation')),
                ('processed_at', models.DateTimeField(blank=True, null=True, verbose_name='processed')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='imported by')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'raw mail',
                'verbose_name_plural': 'raw mails',
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['id'], name='rawmail_due'), models.Index(condition=models.Q(('state', 'received')), fields=['received_at', 'id'], name='rawmail_to_import'), models.Index(fields=['state', '-id'], name='rawmail_by_state'), models.Index(fields=['sha256'], name='rawmail_by_hash'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('sent_to__isnull', False)), fields=['sent_to'], name='rawmail_sent_to', opclasses=['jsonb_path_ops']), models.Index(condition=models.Q(('reason', 'backscatter')), fields=['-processed_at'], name='rawmail_backscatter'), models.Index(condition=models.Q(('request_path', ''), _negated=True), fields=['request_path'], name='rawmail_by_request')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='rawmail_key_unique')],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid_validity', models.PositiveBigIntegerField(verbose_name='UIDVALIDITY')),
                ('uid', models.PositiveBigIntegerField(verbose_name='UID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='intake.mailbox', verbose_name='mailbox')),
                ('raw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='intake.rawmail', verbose_name='raw mail')),
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger entries',
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'uid_validity', 'uid'), name='ledger_entry_unique')],
            },
        ),
    ]
