from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What made the tables step by step until the first release. A database that went that way has all of this.
    replaces = [
        ("helpdesk", "0001_job_run"),
        ("helpdesk", "0002_job_history"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=40, verbose_name='job')),
                ('ran_at', models.DateTimeField(verbose_name='last run')),
                ('milliseconds', models.PositiveIntegerField(db_default=0, default=0, verbose_name='milliseconds it took')),
                ('done', models.IntegerField(blank=True, help_text='Empty where it counts nothing.', null=True, verbose_name='what it did')),
                ('error', models.CharField(blank=True, db_default='', default='', help_text='Its kind, never its words.', max_length=200, verbose_name='last error')),
                ('error_at', models.DateTimeField(blank=True, null=True, verbose_name='last error at')),
                ('history', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='runs that did something')),
            ],
            options={
                'verbose_name': 'run of a job',
                'verbose_name_plural': 'runs of jobs',
                'constraints': [models.UniqueConstraint(fields=('job',), name='job_run_one_a_job')],
            },
        ),
    ]
