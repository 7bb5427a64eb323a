import asyncio
import io
import threading
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from intake.sources.smtp import listening
from tests import environment


@pytest.fixture
def house(db: None) -> None:
    """Queues, topics and the calendar, as every installation has them."""
    call_command("load_reference", stdout=io.StringIO())


@pytest.fixture
def committed_house(transactional_db: None) -> None:
    """The same for tests with several connections to the database."""
    call_command("load_reference", stdout=io.StringIO())


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
