"""A file with a virus on its whole way: by mail, onto the ticket, scanned by a worker, and into quarantine."""

from email import message_from_bytes
from email.policy import SMTP

import pytest

from tests import services
from tests.flows.conftest import House
from tests.intake.letters import letter
from tests.services import ClamdServer
from tickets.models import Attachment, Event, Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _scanner_of_the_house(clamd: ClamdServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes of the house know the scanner; autouse, so that it is there before they start."""
    monkeypatch.setenv("CLAMAV_HOST", "127.0.0.1")
    monkeypatch.setenv("CLAMAV_PORT", str(clamd.port))
    monkeypatch.setenv("CLAMAV_TIMEOUT", "5")


def test_a_virus_in_a_mail_is_found_while_the_ticket_is_there_already(clamd: ClamdServer, house: House) -> None:
    clamd.stop()
    mail = letter(attachments=[("letter.txt", ClamdServer.EICAR), ("list.txt", b"a list")])
    house.send(message_from_bytes(mail, policy=SMTP))
    services.wait_until(Ticket.objects.exists, "the ticket, which waits for no scanner")
    away = Attachment.objects.filter(scan="unknown", scan_detail="away")
    services.wait_until(lambda: away.count() == 2, "what is said of files while the scanner is away")
    clamd.start()
    Attachment.objects.update(scan_due=Ticket.objects.get().created_at)  # the pause of a minute is over
    services.wait_until(lambda: Attachment.objects.filter(scan_due=None).count() == 2, "two verdicts")
    found = Attachment.objects.get(scan="found")
    assert (found.name, found.quarantine, found.scan_detail) == ("letter.txt", "virus", ClamdServer.SIGNATURE)
    assert Attachment.objects.get(scan="clean").quarantine == ""
    assert Event.objects.get(verb="infected").data["file"] == found.pk
