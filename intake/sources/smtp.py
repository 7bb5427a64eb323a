"""Mail by SMTP and LMTP: size and recipients are checked while they come, and 250 means stored.

The protocol is aiosmtpd's; the reading of the data is ours, because real mail has longer lines than the standard
allows, an endless line must not fill the memory, and thousands of lines are read in a few pieces. What works on the
database runs in threads.
"""

import asyncio
import functools
import logging
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import IO, cast

from aiosmtpd import lmtp, smtp
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from intake import store
from intake.models import RawMail
from intake.sources.dotted import Dotted
from tickets.addresses import is_ours

log = logging.getLogger(__name__)
# aiosmtpd logs commands with addresses; what we log ourselves has none.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

MAX_CONNECTIONS = 50
MAX_RECIPIENTS = 100  # RFC 5321, section 4.5.3.1.8, asks for at least so many
MAX_COMMANDS = 10_000  # of one kind in one connection
MAX_ADDRESS = 320
LINE_BUFFER = 64 * 1024  # bytes; at twice as many that nobody has read, the client has to wait
READ_AT_ONCE = 4 * LINE_BUFFER  # more than there can be, so that what comes behind the end of a mail is known
IN_MEMORY = 1024 * 1024  # bytes of one mail; a bigger one waits in a temporary file
IDLE_SECONDS = 300.0  # RFC 5321, section 4.5.3.2
STORE_THREADS = 4
CLOSE_SECONDS = 10.0

OK = "250 2.0.0 Stored as {}"
TRY_AGAIN = "451 4.3.0 Cannot be stored now, please try again later"
TOO_BIG = "552 5.3.4 The mail is bigger than {} bytes"


class Doorway:
    """What all connections share: the handler of aiosmtpd, the threads that store, and how many clients are inside."""

    def __init__(self) -> None:
        self.clients = 0
        self.threads = ThreadPoolExecutor(STORE_THREADS, thread_name_prefix="store")

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, server: "Server", session: smtp.Session, envelope: smtp.Envelope, address: str, options: list[str]
    ) -> str:
        if len(address) > MAX_ADDRESS:
            return "553 5.1.7 The address is too long"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: "Server", session: smtp.Session, envelope: smtp.Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address) or len(address) > MAX_ADDRESS:
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail session broke", extra={"error": type(error).__name__})
        return "451 4.3.0 Something went wrong, please try again later"

    async def store(self, source: str, envelope: smtp.Envelope, content: IO[bytes]) -> str:
        """Store a mail; returns the reply. Only what is committed is answered with 250."""
        work = functools.partial(_store, source, envelope.mail_from or "", list(envelope.rcpt_tos), content)
        try:
            return OK.format(await asyncio.get_running_loop().run_in_executor(self.threads, work))
        except Exception as error:
            # Disk full, database away, or anything else: the client still has the mail and keeps it.
            log.error("a mail could not be stored", extra={"source": source, "error": type(error).__name__})
            return TRY_AGAIN

    async def close(self) -> None:
        """Let the threads end what they are at and close their connections to the database."""
        meeting = threading.Barrier(STORE_THREADS)
        loop = asyncio.get_running_loop()
        leaving = (loop.run_in_executor(self.threads, _leave, meeting) for _ in range(STORE_THREADS))
        await asyncio.gather(*leaving, return_exceptions=True)
        self.threads.shutdown(wait=False, cancel_futures=True)


class Server(smtp.SMTP):
    """One connection by SMTP."""

    line_length_limit = LINE_BUFFER
    source = RawMail.Source.SMTP
    refused = False

    def __init__(self, doorway: Doorway, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            doorway,
            data_size_limit=settings.MAIL_MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_ADDRESS.rpartition("@")[2],
            ident="ready",
            timeout=IDLE_SECONDS,
            command_call_limit=MAX_COMMANDS,
            loop=loop,
        )
        self.doorway = doorway

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.doorway.clients >= MAX_CONNECTIONS:
            self.refused = True
            writable = cast(asyncio.WriteTransport, transport)
            writable.write(b"421 4.3.2 Too many connections, please try again later\r\n")
            writable.close()
            return
        self.doorway.clients += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.refused:
            self.doorway.clients -= 1
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return False if self.refused else super().eof_received()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        envelope = self.envelope
        if await self.check_helo_needed():
            return
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Say first from whom and to whom")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(settings.DATA_DIR)) as content:
            reply = await self._receive(content) or await self.doorway.store(self.source, envelope, content)
        self.envelope = self._create_envelope()
        await self.answer_data(reply, len(envelope.rcpt_tos))

    async def answer_data(self, reply: str, recipients: int) -> None:
        await self.push(reply)

    async def _receive(self, content: IO[bytes]) -> str:
        """Read the mail up to the lone dot; returns "" or, when it is not taken, the reply."""
        limit, size, timed, refused, dotted = settings.MAIL_MAX_BYTES, 0, 0, "", Dotted()
        while True:
            piece = await self._reader.read(READ_AT_ONCE)
            if not piece:
                raise asyncio.IncompleteReadError(b"", None)  # the client has hung up
            plain, behind = dotted.feed(piece)
            size += len(plain)
            if size - timed > LINE_BUFFER:
                timed = size
                self._reset_timeout()  # a slow line is no dead one
            if not refused and size > limit:
                refused = TOO_BIG.format(limit)
            if not refused:
                try:
                    content.write(plain)
                except OSError:
                    refused = TRY_AGAIN
            if behind is not None:
                if behind:
                    self._reader.feed_data(behind)  # commands that the client has sent already
                return refused
            if refused and size > 2 * limit:
                # Whoever still sends does not listen. The session ends as if the client had hung up.
                await self.push(refused)
                raise asyncio.CancelledError


class LmtpServer(Server, lmtp.LMTP):
    """One connection by LMTP (RFC 2033): after the data, one reply for each recipient."""

    source = RawMail.Source.LMTP

    async def answer_data(self, reply: str, recipients: int) -> None:
        await self.push("\r\n".join([reply] * recipients))


@asynccontextmanager
async def listening(host: str, *, smtp_port: int, lmtp_port: int) -> AsyncIterator[None]:
    """Listen while inside; a port of 0 is not listened on. On the way out, what is being stored is stored to its end.

    OSError when a port is taken.
    """
    doorway, servers = Doorway(), []
    loop = asyncio.get_running_loop()
    try:
        for kind, port in ((Server, smtp_port), (LmtpServer, lmtp_port)):
            if port:
                servers.append(await loop.create_server(functools.partial(kind, doorway, loop=loop), host, port))
        yield
    finally:
        for server in servers:
            server.close()
        await doorway.close()


def _store(source: str, sender: str, recipients: list[str], content: IO[bytes]) -> int:
    close_old_connections()
    content.seek(0)
    chunks: Iterator[bytes] = iter(functools.partial(content.read, LINE_BUFFER), b"")
    mail = store.keep(
        chunks,
        source=source,
        # aiosmtpd gives the null sender as "<>"; an address that is no UTF-8 comes with lone surrogates.
        envelope_from=_readable(sender.removeprefix("<>")),
        envelope_to=[_readable(address) for address in recipients],
        received_at=timezone.now(),
    )
    return mail.pk


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _leave(meeting: threading.Barrier) -> None:
    """Close this thread's connection; the barrier sees to it that each thread comes here once."""
    meeting.wait(CLOSE_SECONDS)
    connections.close_all()
