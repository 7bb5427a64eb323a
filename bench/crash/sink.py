"""A mail server that takes our mail, and fails as it is told: each way that a conversation by SMTP can go wrong."""
# ruff: noqa: N802 - the names of these methods are aiosmtpd's

import asyncio
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSE_NOW, REFUSE_FOR_GOOD, TOO_BUSY = "451 4.3.0 try later", "550 5.7.1 not wanted", "421 4.7.0 too busy"
AT_RECIPIENT, AT_RECIPIENT_FOR_GOOD = "recipient 450 4.2.1 greylisted", "recipient 550 5.1.1 no such user"
HANG, DROP_BEFORE, DROP_AFTER, DROP_AT_RECIPIENT = "hang", "drop before taking", "drop after taking", "drop at RCPT"
WAYS = (
    *(REFUSE_NOW, REFUSE_FOR_GOOD, TOO_BUSY, AT_RECIPIENT, AT_RECIPIENT_FOR_GOOD),
    *(HANG, DROP_BEFORE, DROP_AFTER, DROP_AT_RECIPIENT),
)
FOR_GOOD = (REFUSE_FOR_GOOD, AT_RECIPIENT_FOR_GOOD)


class Sink:
    """`troubles` names by recipient what goes wrong at the next attempt; `taken` the Message-IDs by recipient."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.troubles: dict[str, str] = {}
        self.taken: dict[str, list[str]] = {}
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        trouble = self.troubles.get(address, "")
        if trouble.startswith("recipient "):
            del self.troubles[address]
            return trouble.removeprefix("recipient ")
        if trouble == DROP_AT_RECIPIENT:
            del self.troubles[address]
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        trouble = self.troubles.pop(address, "")
        if trouble == HANG:
            await asyncio.sleep(5)
            return "451 4.3.0 too late"
        if trouble == DROP_BEFORE:
            server.transport.abort()
        if trouble and trouble not in (DROP_AFTER, HANG, DROP_BEFORE):
            return trouble
        if trouble != DROP_BEFORE:
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.taken.setdefault(address, []).append(str(message_from_bytes(content)["Message-ID"]))
        if trouble == DROP_AFTER:
            server.transport.abort()
        return "250 2.0.0 kept"
