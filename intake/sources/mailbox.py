"""Speaking with the server of a mailbox by IMAP (RFC 3501). It knows the configured account and no database.

Mails are named by their UIDs and fetched with PEEK: what staff have read or not is theirs, and says nothing to us.
"""

import errno
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.imapclient import SENT

from tickets.oauth import Client, TokenRefused, forget_token, token_for

PIECE = 1024 * 1024  # bytes; a mail above the limit is fetched in pieces, so that memory stays bounded
IDLE_SLICE = 1.0  # seconds in which an end that is asked for is noticed
DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
AUTO, NONE = "auto", "none"  # words of IMAP_SENT_FOLDER


class MailboxError(Exception):
    """The server does not do what we need; `code` says what, and no text of the server is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Listed:
    """What the server tells of a mail before it is fetched. `size` in bytes is what it says; some are only near."""

    uid: int
    size: int
    received_at: datetime | None  # INTERNALDATE: when the mail server took it


class Server:
    """A server that let us in. What it raises besides MailboxError, `code_of` knows."""

    def __init__(self, client: IMAPClient) -> None:
        self.client = client

    def sent_folder(self) -> str:
        """The folder of sent mail, by its name in the settings or as the server marks it (RFC 6154); "" for none."""
        if settings.IMAP_SENT_FOLDER == AUTO:
            return self.client.find_special_folder(SENT) or ""
        return "" if settings.IMAP_SENT_FOLDER == NONE else str(settings.IMAP_SENT_FOLDER)

    def make_folder(self, folder: str) -> None:
        """Make a folder where there is none."""
        if not self.client.folder_exists(folder):
            self.client.create_folder(folder)

    def open(self, folder: str, *, readonly: bool) -> int:
        """Open a folder; returns its UIDVALIDITY. MailboxError "folder" when it cannot be opened."""
        try:
            answer = self.client.select_folder(folder, readonly=readonly)
        except IMAPClient.AbortError:
            raise
        except IMAPClientError as error:
            raise MailboxError("folder") from error
        return int(answer[b"UIDVALIDITY"])

    def uids(self, first: int = 1) -> list[int]:
        """The UIDs in the open folder from `first` on, in their order."""
        # A range whose end is * holds the last mail even when that is before its beginning.
        return sorted(uid for uid in self.client.search(["UID", f"{first}:*"]) if uid >= first)

    def list(self, uids: Sequence[int]) -> list[Listed]:
        """Size and time of these mails, as far as they are still there; one question."""
        answers = self.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]) if uids else {}
        return [
            Listed(uid, int(told.get(b"RFC822.SIZE") or 0), _in_utc(told.get(b"INTERNALDATE")))
            for uid, told in sorted(answers.items())
            if b"RFC822.SIZE" in told
        ]

    def fetch(self, mail: Listed) -> bytes | Iterator[bytes]:
        """The bytes of a mail, above the size limit in pieces. MailboxError "no-content" when the server has none."""
        if mail.size > settings.MAIL_MAX_BYTES:
            return self._pieces(mail.uid)
        content = self._part(mail.uid, "BODY.PEEK[]", b"BODY[]")
        if not isinstance(content, bytes) or (mail.size and not content):
            raise MailboxError("no-content")
        return content

    def can_move(self) -> bool:
        """Whether mails can be moved without touching what others marked as deleted (RFC 6851, or RFC 4315)."""
        return bool(self.client.has_capability("MOVE") or self.client.has_capability("UIDPLUS"))

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move these mails from the open folder to another."""
        if self.client.has_capability("MOVE"):
            self.client.move(uids, folder)
        else:
            self.client.copy(uids, folder)
            self.client.delete_messages(uids)
            self.client.uid_expunge(uids)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait until something happens in the open folder (IDLE, RFC 2177), the time is over, or `stop` is set."""
        if not self.client.has_capability("IDLE"):
            stop.wait(seconds)
            return
        end = time.monotonic() + seconds
        self.client.idle()
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            began, patience = time.monotonic(), min(left, IDLE_SLICE)
            told = self.client.idle_check(timeout=patience)
            # Nothing, and that too early: the connection is lost, as the next command will say.
            if told or time.monotonic() - began < patience / 2:
                break
        self.client.idle_done()

    def _pieces(self, uid: int) -> Iterator[bytes]:
        offset = 0
        while True:
            piece = self._part(uid, f"BODY.PEEK[]<{offset}.{PIECE}>", f"BODY[]<{offset}>".encode())
            if not isinstance(piece, bytes) or (offset == 0 and not piece):
                raise MailboxError("no-content")
            yield piece
            offset += len(piece)
            if len(piece) < PIECE:
                return

    def _part(self, uid: int, asked: str, answered: bytes) -> object:
        """One part of one mail; None when the server does not give it. A lost connection is raised."""
        try:
            return self.client.fetch([uid], [asked]).get(uid, {}).get(answered)
        except IMAPClient.AbortError:
            raise
        except IMAPClientError:
            return None


@contextmanager
def signed_in() -> Iterator[Server]:
    """The server of the mailbox, connected by TLS and signed in to; said goodbye to at the end."""
    client = _connected()
    try:
        if settings.IMAP_SECURITY == "starttls":
            client.starttls(_trust())
        _sign_in(client)
        yield Server(client)
        with suppress(IMAPClientError, OSError):
            client.logout()
    finally:
        with suppress(IMAPClientError, OSError):
            client.shutdown()


def code_of(error: Exception) -> str:
    """What went wrong with the server, as a code; "broke" for what is nobody's known failure."""
    if isinstance(error, MailboxError):
        return error.code
    if isinstance(error, LoginError | TokenRefused):
        return "sign-in"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, OSError) and error.errno in DISK:
        return "disk"
    if isinstance(error, OSError | IMAPClient.AbortError):
        return "not-reached"
    return "refused" if isinstance(error, IMAPClientError) else "broke"


def _connected() -> IMAPClient:
    tls = settings.IMAP_SECURITY == "tls"
    client = IMAPClient(
        settings.IMAP_HOST,
        settings.IMAP_PORT,
        ssl=tls,
        ssl_context=_trust() if tls else None,
        timeout=float(settings.IMAP_TIMEOUT),
    )
    client.normalise_times = False  # times with their zone, not in that of this machine
    return client


def _trust() -> ssl.SSLContext:
    """Certificates are verified always; with a file of our own, against that alone."""
    return ssl.create_default_context(cafile=settings.IMAP_CA_FILE or None)


def _sign_in(client: IMAPClient) -> None:
    """By password, or with a token; once more with a fresh one, because the server may have revoked it."""
    if not settings.IMAP_OAUTH["token_url"]:
        client.login(settings.IMAP_USER, settings.IMAP_PASSWORD)
        return
    who = _client()
    try:
        client.oauth2_login(settings.IMAP_USER, token_for(who))
    except LoginError:
        forget_token(who)
        client.oauth2_login(settings.IMAP_USER, token_for(who))


def _client() -> Client:
    given = settings.IMAP_OAUTH
    return Client(
        token_url=given["token_url"],
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        scope=given["scope"],
    )


def _in_utc(time_told: object) -> datetime | None:
    return time_told.astimezone(UTC) if isinstance(time_told, datetime) and time_told.tzinfo else None
