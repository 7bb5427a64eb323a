import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from smtplib import LMTP, SMTP, SMTPDataError, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any

import pytest
from django.db import connection

from intake.models import RawMail
from intake.sources import smtp as listener_module
from tests.intake.conftest import Listener
from tests.intake.letters import HOUSE, OLENA, TARAS, letter
from tests.services import wait_until
from tickets.addresses import reply_address
from tickets.files import storage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(listener: Listener) -> Iterator[SMTP]:
    with SMTP("127.0.0.1", listener.smtp_port, timeout=20) as session:
        yield session


def test_250_means_that_the_bytes_and_the_row_are_there(client: SMTP) -> None:
    raw = letter("..a line that begins with dots\r\nand goes on")
    client.sendmail(OLENA, [HOUSE], raw)
    mail = RawMail.objects.get()
    assert (mail.source, mail.state, mail.envelope_from, mail.envelope_to) == ("smtp", "received", OLENA, [HOUSE])
    assert storage().read(mail.path) == raw
    assert (mail.size, mail.attempts) == (len(raw), 0)


def test_the_reply_names_the_mail_so_that_it_can_be_followed(client: SMTP) -> None:
    client.ehlo()
    client.mail(OLENA)
    client.rcpt(HOUSE)
    code, words = client.data(letter())
    assert (code, words.decode()) == (250, f"2.0.0 Stored as {RawMail.objects.get().pk}")


def test_a_mail_that_is_handed_in_again_is_answered_again_and_stored_once(client: SMTP) -> None:
    raw = letter()
    for _attempt in range(3):
        client.sendmail(OLENA, [HOUSE], raw)
    assert RawMail.objects.count() == 1
    client.sendmail(TARAS, [HOUSE], raw)
    assert RawMail.objects.count() == 2


def test_recipients_that_are_not_ours_are_refused_at_once(client: SMTP) -> None:
    with pytest.raises(SMTPRecipientsRefused) as refused:
        client.sendmail(OLENA, ["somebody@elsewhere.example"], letter())
    assert refused.value.recipients["somebody@elsewhere.example"] == (550, b"5.1.1 No such mailbox here")
    assert not RawMail.objects.exists()


def test_signed_addresses_are_ours(client: SMTP) -> None:
    address = reply_address(7, "partner")
    client.sendmail(OLENA, [address], letter())
    assert RawMail.objects.get().envelope_to == [address]


def test_the_null_sender_is_kept_as_an_empty_one(client: SMTP) -> None:
    client.sendmail("", [HOUSE], letter())
    assert RawMail.objects.get().envelope_from == ""


def test_too_many_recipients_are_refused_for_now(client: SMTP) -> None:
    client.ehlo()
    client.mail(OLENA)
    replies = [client.rcpt(reply_address(number, "partner"))[0] for number in range(1, 103)]
    assert replies == [250] * 100 + [452] * 2


def test_the_size_limit_is_announced_and_checked_before_the_data(client: SMTP, settings: Any) -> None:
    client.ehlo()
    limit = int(client.esmtp_features["size"])
    assert limit == 35 * 1024 * 1024
    with pytest.raises(SMTPSenderRefused) as refused:
        client.sendmail(OLENA, [HOUSE], b"Subject: big\r\n\r\n" + b"x" * limit)
    assert refused.value.smtp_code == 552


def test_the_size_limit_is_enforced_while_the_data_come(listener: Listener, settings: Any) -> None:
    settings.MAIL_MAX_BYTES = 200_000
    raw = b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n"
    with SMTP("127.0.0.1", listener.smtp_port, timeout=20) as client:
        client.helo()
        client.mail(OLENA)
        client.rcpt(HOUSE)
        code, _words = client.data(raw + b"x" * 250_000)
        assert code == 552
        client.sendmail(OLENA, [HOUSE], letter())
    assert RawMail.objects.count() == 1


def open_data(client: SMTP) -> socket.socket:
    """The session up to the moment at which the mail itself is sent; returns its bare socket."""
    client.ehlo()
    client.mail(OLENA)
    client.rcpt(HOUSE)
    assert client.docmd("DATA")[0] == 354
    assert client.sock is not None
    return client.sock


def test_whoever_goes_on_sending_far_over_the_limit_is_cut_off(client: SMTP, settings: Any) -> None:
    settings.MAIL_MAX_BYTES = 100_000
    line = open_data(client)

    def send_for_ever() -> None:
        for _piece in range(10_000):
            line.sendall(b"x" * 65_536)

    with pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
        send_for_ever()
    assert not RawMail.objects.exists()
    client.close()


def test_lines_longer_than_the_standard_allows_are_kept_whole(client: SMTP) -> None:
    raw = b"Subject: one line\r\n\r\n" + b"x" * 300_000 + b"\r\n"
    client.sendmail(OLENA, [HOUSE], raw)
    assert storage().read(RawMail.objects.get().path) == raw


def test_a_bare_line_feed_smuggles_nothing_in(client: SMTP) -> None:
    inside = b"Subject: one\r\n\r\ntext\n.\nMAIL FROM:<eve@other.example>\r\nRCPT TO:<x@y.example>\r\n"
    open_data(client).sendall(inside + b".\r\n")
    assert client.getreply()[0] == 250
    assert storage().read(RawMail.objects.get().path) == inside


def test_mail_in_utf_8_with_addresses_in_utf_8_is_taken(client: SMTP) -> None:
    client.ehlo()
    assert client.has_extn("smtputf8")
    assert client.has_extn("8bitmime")
    sender = "олена@громада.example"
    client.sendmail(sender, [HOUSE], letter("Добрий день"), mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    assert RawMail.objects.get().envelope_from == sender


def test_a_folder_that_cannot_be_written_is_answered_451(client: SMTP, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    usual = settings.STORAGES
    here = {"BACKEND": usual["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path / "file" / "files")}}
    settings.STORAGES = {**usual, "default": here}
    with pytest.raises(SMTPDataError) as refused:
        client.sendmail(OLENA, [HOUSE], letter())
    assert refused.value.smtp_code == 451
    assert refused.value.smtp_error.startswith(b"4.3.0 ")
    assert not RawMail.objects.exists()
    settings.STORAGES = usual
    client.sendmail(OLENA, [HOUSE], letter())
    assert RawMail.objects.count() == 1


def test_a_database_that_refuses_is_answered_451(client: SMTP) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_rawmail RENAME TO away")
    try:
        with pytest.raises(SMTPDataError) as refused:
            client.sendmail(OLENA, [HOUSE], letter())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO intake_rawmail")
    assert refused.value.smtp_code == 451
    client.sendmail(OLENA, [HOUSE], letter())
    assert RawMail.objects.count() == 1


def test_a_connection_that_the_database_has_closed_is_made_anew(client: SMTP) -> None:
    client.sendmail(OLENA, [HOUSE], letter())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _mail in range(8):
        client.sendmail(OLENA, [HOUSE], letter())
    assert RawMail.objects.count() == 9


def test_lmtp_answers_for_each_recipient(listener: Listener) -> None:
    ours = [HOUSE, reply_address(1, "partner"), reply_address(2, "partner")]
    with socket.create_connection(("127.0.0.1", listener.lmtp_port), timeout=20) as raw:
        stream = raw.makefile("rb")
        stream.readline()
        raw.sendall(b"LHLO mx.example\r\n")
        while stream.readline()[3:4] == b"-":
            pass
        for line in (f"MAIL FROM:<{OLENA}>", *(f"RCPT TO:<{each}>" for each in ours), "RCPT TO:<x@y.example>", "DATA"):
            raw.sendall(f"{line}\r\n".encode())
        codes = [stream.readline()[:3] for _reply in range(6)]
        assert codes == [b"250", b"250", b"250", b"250", b"550", b"354"]
        raw.sendall(letter() + b".\r\n")
        assert [stream.readline()[:3] for _reply in range(3)] == [b"250"] * 3
        raw.sendall(b"QUIT\r\n")
        assert stream.readline().startswith(b"221")
    mail = RawMail.objects.get()
    assert (mail.source, mail.envelope_to) == ("lmtp", ours)


def test_lmtp_works_with_a_client_of_its_own(listener: Listener) -> None:
    with LMTP("127.0.0.1", listener.lmtp_port) as client:
        client.sendmail(OLENA, [HOUSE], letter())
    assert RawMail.objects.get().source == "lmtp"


def test_many_clients_at_once_all_get_through(listener: Listener) -> None:
    failures: list[Exception] = []

    def send() -> None:
        try:
            with SMTP("127.0.0.1", listener.smtp_port, timeout=20) as session:
                for _mail in range(5):
                    session.sendmail(OLENA, [HOUSE], letter())
        except Exception as error:
            failures.append(error)

    clients = [threading.Thread(target=send) for _client in range(8)]
    for each in clients:
        each.start()
    for each in clients:
        each.join(30)
    assert failures == []
    assert RawMail.objects.count() == 40


def test_more_clients_than_there_is_room_for_are_asked_to_come_again(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "MAX_CONNECTIONS", 2)
    inside = [SMTP("127.0.0.1", listener.smtp_port, timeout=20) for _client in range(2)]
    with pytest.raises(SMTPResponseException) as refused:
        SMTP("127.0.0.1", listener.smtp_port, timeout=20)
    assert refused.value.smtp_code == 421
    for client in inside:
        client.quit()

    def again() -> bool:
        try:
            SMTP("127.0.0.1", listener.smtp_port, timeout=20).close()
        except SMTPResponseException:
            return False
        return True

    wait_until(again, "there is room again", seconds=5)


def test_no_address_is_logged(client: SMTP, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        client.sendmail(OLENA, [HOUSE], letter())
        client.docmd("VRFY", OLENA)
        client.docmd("NONSENSE", OLENA)
    assert "hromada" not in caplog.text
