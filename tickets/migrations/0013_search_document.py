"""The index of the search. What is there already gets its words by the command `index_search`."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import tickets.models.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0012_erased_address'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='document', serialize=False, to='tickets.ticket', verbose_name='ticket')),
                ('words', tickets.models.search.WordsField(verbose_name='words')),
                ('size', models.PositiveIntegerField(help_text='About how many bytes the words take.', verbose_name='size')),
            ],
            options={
                'verbose_name': 'search document',
                'verbose_name_plural': 'search documents',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=True, fields=['words'], gin_pending_list_limit=512, name='search_words')],
            },
        ),
    ]
