import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0030_policies_in_force"),
    ]

    operations = [
        migrations.CreateModel(
            name="Switch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[("close_unanswered", "Close tickets whose partner does not answer our question")],
                        max_length=20,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("on", models.BooleanField(default=False, verbose_name="switched on")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
            ],
            options={
                "verbose_name": "switch",
                "verbose_name_plural": "switches",
            },
        ),
        migrations.AddField(
            model_name="absence",
            name="end_told_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="told of the end"),
        ),
        migrations.AddField(
            model_name="absence",
            name="start_told_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="substitute told of the start"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="alerted_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When colleagues were told of it at once.",
                null=True,
                verbose_name="danger told",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="remind_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When to look whether our question has its answer; empty when nothing is to be done.",
                null=True,
                verbose_name="partner reminded next",
            ),
        ),
        migrations.AddField(
            model_name="ticketdeadline",
            name="look_at",
            field=models.DateTimeField(
                blank=True,
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                help_text="When the next stage begins; empty when none is left to come.",
                null=True,
                verbose_name="looked at next",
            ),
        ),
        migrations.AddField(
            model_name="ticketdeadline",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "far"),
                    ("ceiling", "the last date in law comes near"),
                    ("soon", "due soon"),
                    ("today", "due today"),
                    ("overdue", "overdue"),
                    ("escalated", "overdue, and managers are told"),
                ],
                db_default="",
                default="",
                max_length=9,
                verbose_name="told so far",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="digested_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="last morning summary"),
        ),
        migrations.AddField(
            model_name="user",
            name="reminders_off",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
                verbose_name="reminders not wanted",
            ),
        ),
        # Questions that wait for their answer already are looked at once; what was imported is no concern of ours.
        migrations.RunSQL(
            "UPDATE tickets_ticket SET remind_at = now() WHERE status = 'pending' AND waiting_for = 'requester' "
            "AND kind <> 'need' AND channel <> 'import'",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="event",
            name='verb',
            field=models.CharField(
                choices=[('opened', 'opened'), ('received', 'message received'), ('acknowledged', 'acknowledgement queued'), ('not_acknowledged', 'not acknowledged'), ('replied', 'reply written'), ('reply_undone', 'reply undone'), ('noted', 'note written'), ('sent', 'mail handed over'), ('not_sent', 'mail not delivered'), ('complained', 'mail reported as unwanted'), ('official', 'official in charge named'), ('extended', 'date of the answer moved'), ('remeasured', 'deadline measured again'), ('assigned', 'assigned'), ('status', 'status changed'), ('priority', 'priority changed'), ('danger', 'danger to life changed'), ('topic', 'topic changed'), ('queue', 'queue changed'), ('kind', 'kind changed'), ('region', 'region changed'), ('organisation', 'organisation changed'), ('language', 'language changed'), ('reply_language', 'language of replies changed'), ('accepted_languages', 'accepted languages changed'), ('tags', 'tags changed'), ('followed', 'followed'), ('unfollowed', 'not followed any more'), ('routed', 'sorted by a rule'), ('snoozed', 'put off'), ('woken', 'back on the list'), ('called', 'phone call written down'), ('sensitive', 'sensitivity changed'), ('reader_named', 'reader named'), ('reader_removed', 'reader taken away'), ('joined', 'participant joined'), ('linked', 'linked'), ('unlinked', 'link taken away'), ('link_confirmed', 'suggested link confirmed'), ('link_rejected', 'suggested link rejected'), ('merged', 'merged into another ticket'), ('took_in', 'another ticket merged into it'), ('unmerged', 'merge undone'), ('gave_back', 'merged ticket given back'), ('split', 'message split off'), ('tracking', 'tracking link made'), ('tracking_revoked', 'tracking links revoked'), ('erased', 'personal text erased'), ('infected', 'virus found in a file'), ('unsealed', 'file in quarantine opened'), ('verified', 'sender called back'), ('unverified', 'call back withdrawn'), ('phishing', 'reported as phishing'), ('translation_asked', 'translation asked for'), ('deadline', 'deadline came nearer'), ('alerted', 'danger to life told'), ('reminded', 'partner reminded'), ('closing', 'end announced to the partner'), ('viewed', 'sensitive ticket read')],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AddField(
            model_name="switch",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="changed by",
            ),
        ),
    ]
