"""What the reading finds reaches the database: containers, claimed signers, invitations, our own server's verdicts."""

import pytest
from pytest_django import Settings

from tests.intake.letters import letter, received
from tests.making_files import CLAIMED_SIGNER, PDF, signed_container
from tickets.claims import Verdict, invitations_of, verdicts_of
from tickets.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

OWN = "mx.wg.example"
FAILED = (
    f"Authentication-Results: {OWN}; spf=pass smtp.mailfrom=hromada.example; dmarc=fail header.from=hromada.example\r\n"
)
BORDER = f"Received: from mail.hromada.example by {OWN} with ESMTPS; Mon, 23 Nov 2026 08:00:00 +0000\r\n"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Зустріч\r\nDTSTART:20261201T090000Z\r\n"
    "DTEND:20261201T100000Z\r\nLOCATION:Rue Belliard 101\r\nORGANIZER;CN=Olena:mailto:olena@hromada.example\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def message_of(raw: bytes) -> Message:
    mail = received(raw)
    assert mail.message is not None, f"{mail.state} {mail.reason} {mail.reason_detail}"
    return mail.message


def verdicts(raw: bytes) -> list[Verdict]:
    return verdicts_of(message_of(raw).verdicts)


def test_documents_of_a_container_say_where_they_lie_and_who_claims_to_have_signed() -> None:
    container = signed_container({"Лист.pdf": PDF, "annex.txt": "rooms"})
    message = message_of(letter(attachments=[("note.txt", b"before"), ("letter.asice", container)]))
    rows = message.attachments.values_list("position", "name", "container", "signers")
    assert list(rows) == [
        (0, "note.txt", None, []),
        (1, "letter.asice", None, [CLAIMED_SIGNER]),
        (2, "Лист.pdf", 1, [CLAIMED_SIGNER]),
        (3, "annex.txt", 1, [CLAIMED_SIGNER]),
    ]


def test_an_invitation_is_kept_with_its_message() -> None:
    head = "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    raw = (
        "From: olena@hromada.example\r\nTo: SupportUkraine@cor.europa.eu\r\nSubject: Meeting\r\n"
        "Message-ID: <meeting-1@hromada.example>\r\nMIME-Version: 1.0\r\n" + head + CALENDAR
    )
    (found,) = invitations_of(message_of(raw.encode()).invitations)
    assert (found.what, found.where, found.organiser_address) == (
        "Зустріч",
        "Rue Belliard 101",
        "olena@hromada.example",
    )
    assert found.starts is not None
    assert found.starts.isoformat() == "2026-12-01T09:00:00+00:00"


def test_the_verdicts_of_our_own_server_are_kept(settings: Settings) -> None:
    settings.MAIL_AUTHSERV_ID = [OWN]
    assert verdicts((FAILED + BORDER).encode() + letter()) == [
        Verdict(method="spf", result="pass", domain="hromada.example"),
        Verdict(method="dmarc", result="fail", domain="hromada.example"),
    ]


def test_without_the_name_of_our_server_no_verdict_is_kept() -> None:
    assert verdicts((FAILED + BORDER).encode() + letter()) == []


@pytest.mark.parametrize(
    "forged",
    [
        "Authentication-Results: mx.hromada.example; dmarc=pass header.from=hromada.example\r\n",
        "Authentication-Results: dmarc=pass header.from=hromada.example\r\n",
        f"Received: by mail.hromada.example\r\nAuthentication-Results: {OWN}; dmarc=pass\r\n",
    ],
    ids=["another server", "no name", "below another server"],
)
def test_what_a_sender_wrote_into_the_mail_is_no_verdict(settings: Settings, forged: str) -> None:
    settings.MAIL_AUTHSERV_ID = [OWN]
    assert verdicts(BORDER.encode() + forged.encode() + letter()) == []
    beside = verdicts((FAILED + BORDER + forged).encode() + letter())
    assert [(each.method, each.result) for each in beside] == [("spf", "pass"), ("dmarc", "fail")]
