"""An index on a table in use is made without a lock that stops writers, so outside of a transaction."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("upgrade", "0001_columns_and_a_table")]
    operations = [migrations.RunSQL("CREATE INDEX CONCURRENTLY upgrade_by_note ON intake_rawmail (upgrade_note)")]
