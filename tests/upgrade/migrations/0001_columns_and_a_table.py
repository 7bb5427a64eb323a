"""What a release may do while the one before it serves: columns that old code need not know, and a new table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_first_release"),
        ("tickets", "0001_first_release"),
        ("notifications", "0001_first_release"),
    ]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE intake_rawmail ADD COLUMN upgrade_note varchar(100) NOT NULL DEFAULT '';
            ALTER TABLE tickets_ticket ADD COLUMN upgrade_score integer NULL;
            ALTER TABLE notifications_outgoingmail ADD COLUMN upgrade_route varchar(20) NOT NULL DEFAULT 'first';
            CREATE TABLE upgrade_thing (id bigserial PRIMARY KEY, ticket_id bigint REFERENCES tickets_ticket);
            """
        )
    ]
