"""From the wire to the ticket page: an e-signed container, an invitation, what our own server says of the origin."""

from email.message import EmailMessage

import pytest
from django.test import Client

from tests.flows.conftest import House
from tests.making import staff
from tests.making_files import CLAIMED_SIGNER, PDF, signed_container
from tests.services import wait_until
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

OWN = "mx.wg.example"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:How to connect them\r\nDTSTART:20261201T090000Z\r\n"
    "DTEND:20261201T100000Z\r\nLOCATION:Rue Belliard 101\r\nORGANIZER;CN=Olena:mailto:olena@hromada.example\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes that start from now on know the name of our own mail server."""
    monkeypatch.setenv("MAIL_AUTHSERV_ID", OWN)


@pytest.fixture
def desk(reference_data: None, client: Client) -> Client:
    client.force_login(staff())
    return client


def letter(number: int, result: str, *, server: str = OWN) -> EmailMessage:
    """A mail as our server hands it on: its verdict on top, then the Received that it wrote itself."""
    mail = EmailMessage()
    mail["Authentication-Results"] = f"{server}; spf=pass smtp.mailfrom=hromada.example; dmarc={result}"
    mail["Received"] = f"from mail.hromada.example by {OWN} with ESMTPS; Mon, 23 Nov 2026 08:00:00 +0000"
    mail["From"], mail["To"] = "Олена Приклад <olena@hromada.example>", "SupportUkraine@cor.europa.eu"
    mail["Subject"], mail["Message-ID"] = f"Letter {number}", f"<{number}@hromada.example>"
    mail.set_content(f"Letter number {number}.")
    return mail


def page_of(house: House, desk: Client, mail: EmailMessage) -> str:
    house.send(mail)
    wait_until(Ticket.objects.filter(subject=mail["Subject"]).exists, "the mail is a ticket")
    reference = Ticket.objects.get(subject=mail["Subject"]).reference
    return desk.get(f"/desk/tickets/{reference}/").content.decode()


def test_what_mails_bring_stands_on_the_page_of_their_ticket(named: None, house: House, desk: Client) -> None:
    signed = letter(1, "pass header.from=hromada.example")
    container = signed_container({"Лист.pdf": PDF})
    signed.add_attachment(container, maintype="application", subtype="octet-stream", filename="letter.asice")
    page = page_of(house, desk, signed)
    assert f"in letter.asice · claims to be signed by {CLAIMED_SIGNER} (not verified)" in page
    assert "Origin: hromada.example, as the domain itself prescribes" in page

    invitation = letter(2, "fail header.from=hromada.example")
    invitation.add_alternative(CALENDAR, subtype="calendar", params={"method": "REQUEST"})
    page = page_of(house, desk, invitation)
    assert "How to connect them" in page
    assert "1 December 2026, 10:00 (Brussels), 11:00 (Kyiv)" in page
    assert "Rue Belliard 101" in page
    assert "Origin doubtful: perhaps not from hromada.example" in page

    forged = letter(3, "pass header.from=hromada.example", server="mx.hromada.example")
    assert "Origin not checked" in page_of(house, desk, forged)
