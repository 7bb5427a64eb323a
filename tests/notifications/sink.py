"""A mail server that keeps what it takes and answers as it is told."""
# ruff: noqa: N802 - the names of these methods are aiosmtpd's

import asyncio
import base64
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.environment import free_port


@dataclass
class Taken:
    """One mail as it arrived."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class Sink:
    """Answers by command; a recipient's own answer by address. `hang_at` and `close_at` name a command."""

    port: int = field(default_factory=free_port)
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hang_at: str = ""
    close_at: str = ""
    tokens: set[str] | None = None  # valid OAuth tokens; None: nobody has to sign in with one
    password: str = ""  # "": nobody has to sign in with one
    presented: list[str] = field(default_factory=list)
    on_data: object = None
    size_limit: int = 33_554_432  # bytes; announced as SIZE (RFC 1870)

    def start(self) -> None:
        self._ends = threading.Event()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            auth_require_tls=False,
            authenticator=self._knows,
            data_size_limit=self.size_limit,
        )
        self._controller.start()

    def stop(self) -> None:
        self._ends.set()
        self._controller.stop()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (self.tokens is not None or self.password) and not session.authenticated:
            return "530 5.7.0 Authentication required"
        answer = await self._answer("MAIL", server, "MAIL " + (address or "<>"))
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("RCPT", server, address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if callable(self.on_data):
            await asyncio.get_running_loop().run_in_executor(None, self.on_data)
        answer = await self._answer("DATA", server)
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(Taken(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._answer("QUIT", server)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        words = base64.b64decode(args[1]).decode()
        token = words.partition("auth=Bearer ")[2].strip("\1")
        self.presented.append(token)
        if self.tokens is not None and token in self.tokens:
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)

    def _knows(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == self.password.encode()
        return AuthResult(success=right, handled=False)

    async def _answer(self, command: str, server: SMTP, particular: str = "") -> str:
        if self.hang_at == command:
            await asyncio.get_running_loop().run_in_executor(None, self._ends.wait)
        if self.close_at == command:
            server.transport.abort()
        return self.answers.get(particular) or self.answers.get(command) or "250 OK"
