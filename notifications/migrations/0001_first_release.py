import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What made the tables step by step until the first release. A database that went that way has all of this.
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_lost_mail"),
        ("notifications", "0003_outgoingmail_refused"),
        ("notifications", "0004_mail_of_group"),
        ("notifications", "0005_mail_to_recipient"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Which occurrence of which cause asked for this mail.', max_length=200, verbose_name='key')),
                ('name', models.CharField(max_length=40, verbose_name='which mail')),
                ('message_id', models.CharField(help_text='Without angle brackets.', max_length=255, verbose_name='Message-ID')),
                ('group', models.CharField(blank=True, help_text='What is counted together, for caps.', max_length=64, verbose_name='group')),
                ('audience', models.CharField(choices=[('partner', 'partner'), ('staff', 'staff')], max_length=8, verbose_name='audience')),
                ('automatic', models.BooleanField(help_text='No person wrote it.', verbose_name='automatic')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('correlation', models.CharField(blank=True, max_length=64, verbose_name='correlation')),
                ('from_name', models.CharField(blank=True, max_length=300, verbose_name="sender's name")),
                ('reply_to', models.CharField(blank=True, max_length=320, verbose_name='answers go to')),
                ('envelope_sender', models.CharField(blank=True, help_text='Empty: the null sender, nothing comes back.', max_length=320, verbose_name='bounces go to')),
                ('to', models.JSONField(blank=True, default=list, verbose_name='to')),
                ('cc', models.JSONField(blank=True, default=list, verbose_name='copy to')),
                ('recipient_key', models.CharField(blank=True, max_length=64, verbose_name='hash of the first recipient')),
                ('subject', models.CharField(blank=True, max_length=1000, verbose_name='subject')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('html', models.TextField(blank=True, verbose_name='HTML')),
                ('secret', models.CharField(blank=True, help_text='A link for the recipient alone; blanked once it is sent.', max_length=500, verbose_name='secret')),
                ('in_reply_to', models.CharField(blank=True, max_length=1000, verbose_name='In-Reply-To')),
                ('references', models.JSONField(blank=True, default=list, verbose_name='References')),
                ('files', models.JSONField(blank=True, default=list, verbose_name='files')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('sending', 'being sent'), ('sent', 'sent'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('suppressed', 'not sent, the address is dead')], default='queued', max_length=10, verbose_name='state')),
                ('not_before', models.DateTimeField(verbose_name='not before')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='claimed until')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('admitted_at', models.DateTimeField(blank=True, null=True, verbose_name='passed the caps')),
                ('capped_at', models.DateTimeField(blank=True, null=True, verbose_name='first held back by a cap')),
                ('error', models.CharField(blank=True, max_length=40, verbose_name='error')),
                ('error_detail', models.TextField(blank=True, verbose_name="error in the server's words")),
                ('refused', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='Recipients that do not have it, though others do: refused by the server, or dead addresses.', verbose_name='not sent to')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled')),
                ('provider_id', models.CharField(blank=True, max_length=255, verbose_name="the provider's own id")),
                ('bounced_at', models.DateTimeField(blank=True, null=True, verbose_name='came back')),
                ('bounce', models.CharField(blank=True, choices=[('', ''), ('soft', 'came back for now'), ('hard', 'came back for good'), ('lost', 'given up, the address may be good'), ('complaint', 'reported as unwanted')], max_length=9, verbose_name='bounce')),
                ('bounce_detail', models.TextField(blank=True, verbose_name="bounce in the server's words")),
                ('settled_at', models.DateTimeField(blank=True, help_text='Empty again when a bounce comes in later.', null=True, verbose_name='result taken')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
            ],
            options={
                'verbose_name': 'outgoing mail',
                'verbose_name_plural': 'outgoing mails',
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['not_before'], name='mail_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='mail_left_behind'), models.Index(condition=models.Q(('settled_at', None), ('state__in', ['sent', 'failed', 'cancelled', 'suppressed'])), fields=['id'], name='mail_unsettled'), models.Index(condition=models.Q(('group', ''), _negated=True), fields=['group'], name='mail_of_group'), models.Index(condition=models.Q(('recipient_key', ''), _negated=True), fields=['recipient_key'], name='mail_to_recipient'), models.Index(condition=models.Q(('admitted_at__isnull', False)), fields=['group', 'admitted_at'], name='mail_by_group'), models.Index(condition=models.Q(('admitted_at__isnull', False)), fields=['recipient_key', 'admitted_at'], name='mail_by_recipient'), models.Index(condition=models.Q(('admitted_at__isnull', False)), fields=['admitted_at'], name='mail_by_admission'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='mail_by_provider_id'), models.Index(condition=models.Q(('bounce__in', ('soft', 'lost'))), fields=['recipient_key', 'bounced_at'], name='mail_by_failure')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='mail_key_unique'), models.UniqueConstraint(fields=('message_id',), name='mail_message_id_unique'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='mail_sending_has_lease'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='mail_sent_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=320, verbose_name='address')),
                ('reason', models.CharField(choices=[('hard', 'mail came back for good'), ('soft', 'mail came back three times'), ('complaint', 'reported as unwanted')], max_length=9, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('expires_at', models.DateTimeField(verbose_name='until')),
                ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='notifications.outgoingmail', verbose_name='mail that came back')),
            ],
            options={
                'verbose_name': 'suppressed address',
                'verbose_name_plural': 'suppressed addresses',
                'constraints': [models.UniqueConstraint(fields=('address',), name='suppression_address_unique')],
            },
        ),
    ]
