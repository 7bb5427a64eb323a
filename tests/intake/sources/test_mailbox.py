"""Speaking with a real Dovecot: TLS, signing in, waiting."""

import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from imapclient.exceptions import LoginError

from intake.sources.mailbox import MailboxError, code_of, signed_in
from tests.dovecot import Dovecot, Tokens
from tests.environment import free_port
from tests.intake.conftest import use
from tests.intake.letters import letter
from tickets import oauth


@pytest.fixture
def by_token(mailbox: Dovecot, tokens: Tokens, settings: Any) -> Iterator[Dovecot]:
    settings.IMAP_PASSWORD = ""
    settings.IMAP_OAUTH = {
        "token_url": f"{tokens.url}/token",
        "client_id": "helpdesk",
        "client_secret": "secret",
        "scope": "https://outlook.office365.com/.default",
    }
    yield mailbox
    oauth.forget_token(settings.IMAP_OAUTH)


@pytest.fixture
def plain_server(tokens: Tokens, settings: Any) -> Iterator[Dovecot]:
    """A server that knows neither IDLE nor MOVE."""
    server = Dovecot(tokens, capability="IMAP4rev1 UIDPLUS SPECIAL-USE NAMESPACE LITERAL+ SASL-IR")
    server.start()
    use(server, tokens, settings)
    yield server
    server.remove()


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_password_opens_the_mailbox(mailbox: Dovecot, settings: Any, security: str) -> None:
    settings.IMAP_SECURITY = security
    settings.IMAP_PORT = mailbox.tls_port if security == "tls" else mailbox.port
    mailbox.deliver(letter())
    with signed_in() as server:
        assert server.open("INBOX", readonly=True) > 0
        assert server.uids() == [1]
        assert (server.client.socket().version() or "").startswith("TLS") if security != "none" else True


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(mailbox: Dovecot, settings: Any, security: str) -> None:
    settings.IMAP_SECURITY, settings.IMAP_CA_FILE = security, ""
    settings.IMAP_PORT = mailbox.tls_port if security == "tls" else mailbox.port
    with pytest.raises(ssl.SSLCertVerificationError) as refused, signed_in():
        pass
    assert code_of(refused.value) == "certificate"


def test_a_certificate_for_another_name_is_refused(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_HOST = "localhost"  # the certificate is for 127.0.0.1
    with pytest.raises(ssl.SSLCertVerificationError), signed_in():
        pass


def test_a_wrong_password_is_told_as_such(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_PASSWORD = "wrong"
    with pytest.raises(LoginError) as refused, signed_in():
        pass
    assert code_of(refused.value) == "sign-in"


def test_a_server_that_is_away_is_told_as_such(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_PORT = free_port()
    with pytest.raises(OSError, match="refused") as away, signed_in():
        pass
    assert code_of(away.value) == "not-reached"


def test_a_token_of_the_client_credentials_opens_the_mailbox(by_token: Dovecot, tokens: Tokens) -> None:
    with signed_in() as server:
        server.open("INBOX", readonly=True)
    assert tokens.presented == ["token-1"]
    assert tokens.given[0]["grant_type"] == "client_credentials"


def test_a_token_that_was_revoked_is_replaced_at_once(by_token: Dovecot, tokens: Tokens) -> None:
    with signed_in():
        pass
    tokens.valid.clear()
    with signed_in() as server:
        server.open("INBOX", readonly=True)
    assert tokens.presented == ["token-1", "token-1", "token-2"]


def test_a_folder_that_is_not_there_has_a_code(mailbox: Dovecot) -> None:
    with signed_in() as server, pytest.raises(MailboxError, match="folder"):
        server.open("Archive", readonly=True)


def test_a_look_behind_the_last_mail_finds_nothing(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter())
    with signed_in() as server:
        server.open("INBOX", readonly=True)
        assert server.uids(2) == [2]
        assert server.uids(3) == []


def test_the_folder_of_sent_mail_is_found_by_its_mark(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_SENT_FOLDER = "auto"
    with signed_in() as server:
        assert server.sent_folder() == "Sent Items"
        settings.IMAP_SENT_FOLDER = "none"
        assert server.sent_folder() == ""


def test_a_new_mail_ends_the_waiting_at_once(mailbox: Dovecot) -> None:
    with signed_in() as server:
        server.open("INBOX", readonly=False)
        delivery = threading.Timer(0.3, mailbox.deliver, [letter()])
        delivery.start()
        started = time.monotonic()
        server.wait(60, threading.Event())
        assert time.monotonic() - started < 30
        delivery.join()
        assert server.uids() == [1]


def test_an_end_that_is_asked_for_ends_the_waiting(mailbox: Dovecot) -> None:
    stop = threading.Event()
    with signed_in() as server:
        server.open("INBOX", readonly=False)
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()
        server.wait(60, stop)
        assert time.monotonic() - started < 30


def test_without_idle_the_time_is_waited_and_without_move_mail_is_copied_and_expunged(plain_server: Dovecot) -> None:
    plain_server.deliver(letter(), letter())
    with plain_server.client() as colleague:
        colleague.select_folder("INBOX")
        colleague.delete_messages([2])
    with signed_in() as server:
        assert not server.client.has_capability("IDLE")
        assert not server.client.has_capability("MOVE")
        server.open("INBOX", readonly=False)
        started = time.monotonic()
        server.wait(0.2, threading.Event())
        assert time.monotonic() - started > 0.1
        server.make_folder("Done")
        server.move([1], "Done")
        assert server.uids() == [2], "what a colleague marked as deleted is the colleague's"
    assert plain_server.count("Done") == 1
