from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from tickets.models.people import Domain
from tickets.models.ticket import LetterNumber


class Migration(migrations.Migration):
    # The indexes are made beside the service that runs.
    atomic = False

    dependencies = [("tickets", "0025_triage")]

    operations = [
        AddIndexConcurrently(
            model_name="requesteraddress",
            index=models.Index(Domain("address"), models.F("id"), name="requester_address_domain"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.OrderBy(models.F("priority"), descending=True),
                models.F("received_at"),
                models.F("id"),
                condition=models.Q(("snoozed_until__isnull", True), ("status", "new")),
                name="ticket_to_sort",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                LetterNumber("letter_number"),
                models.OrderBy(models.F("received_at"), descending=True),
                condition=models.Q(("letter_number", ""), _negated=True),
                name="ticket_by_letter",
            ),
        ),
    ]
