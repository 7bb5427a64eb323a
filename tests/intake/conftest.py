import asyncio
import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from intake.sources.smtp import listening
from tests import environment
from tests.dovecot import PASSWORD, Dovecot, Tokens
from tests.furnishing import furnish


@pytest.fixture
def house(db: None) -> None:
    """Queues, topics and the calendar, as every installation has them."""
    furnish()


@pytest.fixture
def committed_house(transactional_db: None) -> None:
    """The same for tests with several connections to the database."""
    furnish()


class Listener:
    """The listener of the house on loopback ports, in a thread of its own."""

    def __init__(self) -> None:
        self.smtp_port, self.lmtp_port = environment.free_port(), environment.free_port()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()))

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    async def _listen(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with listening("127.0.0.1", smtp_port=self.smtp_port, lmtp_port=self.lmtp_port):
            self._ready.set()
            await self._stop.wait()


@pytest.fixture
def listener(transactional_db: None) -> Iterator[Listener]:
    server = Listener()
    server.start()
    yield server
    server.stop()


_users = itertools.count(1)


@pytest.fixture(scope="session")
def tokens() -> Iterator[Tokens]:
    """Where OAuth 2 tokens come from, and where Dovecot asks for them."""
    stub = Tokens()
    yield stub
    stub.stop()


@pytest.fixture(scope="session")
def _dovecot(tokens: Tokens) -> Iterator[Dovecot]:
    server = Dovecot(tokens)
    server.start()
    yield server
    server.remove()


@pytest.fixture
def mailbox(_dovecot: Dovecot, tokens: Tokens, settings: Any) -> Dovecot:
    """An empty mailbox on a real IMAP server, and the settings that read it with TLS and a password."""
    use(_dovecot, tokens, settings)
    return _dovecot


def use(server: Dovecot, tokens: Tokens, settings: Any) -> None:
    """Have the helpdesk read a new mailbox of this server."""
    server.user = tokens.user = f"house{next(_users)}@support.example"
    tokens.valid.clear()
    tokens.given.clear()
    tokens.presented.clear()
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_SECURITY = "127.0.0.1", server.tls_port, "tls"
    settings.IMAP_CA_FILE = str(server.ca_file)
    settings.IMAP_USER, settings.IMAP_PASSWORD = server.user, PASSWORD
    settings.IMAP_SENT_FOLDER, settings.IMAP_TIMEOUT = "none", 10
