from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0042_indexes_twice'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('opened', 'opened'), ('received', 'message received'), ('acknowledged', 'acknowledgement queued'), ('not_acknowledged', 'not acknowledged'), ('replied', 'reply written'), ('reply_undone', 'reply undone'), ('noted', 'note written'), ('sent', 'mail handed over'), ('not_sent', 'mail not delivered'), ('question', 'mail called a question'), ('complained', 'mail reported as unwanted'), ('official', 'official in charge named'), ('extended', 'date of the answer moved'), ('remeasured', 'deadline measured again'), ('assigned', 'assigned'), ('status', 'status changed'), ('priority', 'priority changed'), ('danger', 'danger to life changed'), ('topic', 'topic changed'), ('queue', 'queue changed'), ('kind', 'kind changed'), ('region', 'region changed'), ('organisation', 'organisation changed'), ('language', 'language changed'), ('reply_language', 'language of replies changed'), ('accepted_languages', 'accepted languages changed'), ('tags', 'tags changed'), ('followed', 'followed'), ('unfollowed', 'not followed any more'), ('routed', 'sorted by a rule'), ('snoozed', 'put off'), ('woken', 'back on the list'), ('called', 'phone call written down'), ('sensitive', 'sensitivity changed'), ('reader_named', 'reader named'), ('reader_removed', 'reader taken away'), ('joined', 'participant joined'), ('linked', 'linked'), ('unlinked', 'link taken away'), ('link_confirmed', 'suggested link confirmed'), ('link_rejected', 'suggested link rejected'), ('merged', 'merged into another ticket'), ('took_in', 'another ticket merged into it'), ('unmerged', 'merge undone'), ('gave_back', 'merged ticket given back'), ('split', 'message split off'), ('tracking', 'tracking link made'), ('tracking_revoked', 'tracking links revoked'), ('erased', 'personal text erased'), ('infected', 'virus found in a file'), ('unsealed', 'file in quarantine opened'), ('verified', 'sender called back'), ('unverified', 'call back withdrawn'), ('phishing', 'reported as phishing'), ('translation_asked', 'translation asked for'), ('deadline', 'deadline came nearer'), ('alerted', 'danger to life told'), ('reminded', 'partner reminded'), ('closing', 'end announced to the partner'), ('viewed', 'sensitive ticket read')], max_length=20, verbose_name='what'),
        ),
    ]
