"""One sequence of ticket numbers for each Brussels year: a sequence waits for nobody, and gaps are allowed."""

from django.db import migrations

YEARS = range(2014, 2061)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[f"CREATE SEQUENCE ticket_reference_{year}" for year in YEARS],
            reverse_sql=[f"DROP SEQUENCE ticket_reference_{year}" for year in YEARS],
        )
    ]
